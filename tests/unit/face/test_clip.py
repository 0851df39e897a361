"""A real face: an open clip with crying at first, then talk, smile and laughter. Nothing is tuned on it."""

import cv2
import numpy as np
import pytest

from solamen.core.frames import Frame
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings

EVERY = 3


@pytest.fixture
def watched(model_file, clip):
    """Frame number and result of every third frame, seen from the first frame on without any calm before."""
    capture = cv2.VideoCapture(str(clip("WolfgangLanger_Pexels.mp4")))
    rate_hz = capture.get(cv2.CAP_PROP_FPS)
    results = {}
    with FacePipeline(FaceSettings()) as pipeline:
        for number in range(int(capture.get(cv2.CAP_PROP_FRAME_COUNT))):
            image = capture.read()[1] if number % EVERY == 0 else capture.grab()
            if number % EVERY == 0:
                results[number] = pipeline.process(Frame(image[:, :, ::-1], number / rate_hz, 0, number))
    capture.release()
    return results


def test_crying_from_the_first_frame_gives_more_pain_than_the_smile_at_the_end(watched):
    crying = [r.pain.intensity for n, r in watched.items() if n < 157]
    smiling = [r.pain.intensity for n, r in watched.items() if n >= 315]
    assert np.nanmean(crying) > np.mean(smiling) + 2.0
    assert np.nanmax(smiling) < 4.0


def test_nothing_is_abstained_from_on_a_clear_face(watched):
    assert not any(result.pain.abstained for number, result in watched.items() if number > 6)
    assert all(0.2 < result.head.position[2] < 1.0 for result in watched.values())
