"""A real face: an open clip with crying at first, then talk, smile and laughter. Nothing is tuned on it.

The stretches were labelled by eye from the pictures alone: brows drawn and eyes pressed shut in frames 20 to
140, talking, smiling and laughing from frame 230 on; between them a hand lies on a worried face.
"""

import numpy as np
import pytest

from solamen.face.evaluate_video import Stretch, stretch_figures, watch

RATE_HZ = 23.976
CRYING = Stretch(20 / RATE_HZ, 140 / RATE_HZ, "pain")
SMILING = Stretch(230 / RATE_HZ, 472 / RATE_HZ, "smile")


@pytest.fixture(scope="module")
def film(model_file, clip_folder):
    path = clip_folder / "WolfgangLanger_Pexels.mp4"
    if not path.is_file():
        pytest.skip(f"no test clip in {clip_folder}")
    return watch(path)


def of(film, stretch):
    return film.pain[(film.times_s >= stretch.start_s) & (film.times_s < stretch.end_s)]


def test_crying_is_told_from_smiling_and_talking(film):
    figures = stretch_figures(film, [CRYING, SMILING])
    assert figures["auc"] >= 0.95
    assert figures["mean_pain"]["pain"] > figures["mean_pain"]["smile"] + 2.0


def test_smiling_and_talking_are_not_called_pain(film):
    assert np.nanmean(of(film, SMILING) >= 4.0) <= 0.03


def test_nothing_is_abstained_from_on_a_clear_face(film):
    assert np.isfinite(film.pain[8:]).mean() > 0.95
