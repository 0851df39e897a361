"""How well a face can be read: in a film, light and sharpness are looked at now and then, and with each new face."""

import numpy as np

from solamen.face.geometry import frontal
from solamen.face.quality import QualityWatch, judge
from solamen.face.settings import FaceSettings

from .test_geometry import average_face

SHARP = np.random.default_rng(1).integers(60, 200, (480, 640, 3), np.uint8)
DARK = np.full_like(SHARP, 3)


def watched(*frames):
    """The last quality of some frames, each a picture and the seconds since the one before."""
    points = average_face()
    watch = QualityWatch(FaceSettings())
    return [watch.update(image, points, frontal(points), dt_s) for image, dt_s in frames][-1]


def test_the_first_frame_is_judged_as_a_picture_is():
    points = average_face()
    assert watched((DARK, 0.0)) == judge(DARK, points, frontal(points), FaceSettings())
    assert not watched((DARK, 0.0)).readable


def test_a_light_that_goes_out_is_seen_within_a_fifth_of_a_second():
    assert watched((SHARP, 0.0), (SHARP, 0.1)).readable
    assert not watched((SHARP, 0.0), (DARK, 0.1), (DARK, 0.1)).readable


def test_after_a_gap_light_is_looked_at_anew():
    assert not watched((SHARP, 0.0), (DARK, 0.0)).readable
