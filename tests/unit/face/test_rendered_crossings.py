"""Crossings of two generated people before the real nets: whoever is read is the person in care."""

import math

import cv2
import numpy as np
import pytest

from solamen.core.action_units import UNITS
from solamen.core.frames import Frame
from solamen.face.boxes import Box
from solamen.face.landmarks import FaceFinder
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings

from .rendered import pictures

RATE_HZ = 15.0
WALL = (188, 196, 196)


def head(person, scale):
    """A head with a little wall around it, and where its face lies in it."""
    image = pictures(person)["calm"][20:420, 170:470]
    small = cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    with FaceFinder(FaceSettings()) as finder:
        return small, finder.find(small).box


def paste(canvas, cut, left, top):
    height, width = cut.shape[:2]
    low, high = max(0, left), min(canvas.shape[1], left + width)
    if low < high:
        canvas[top : top + height, low:high] = cut[:, low - left : high - left]


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("speed_px", [160.0, 320.0, 640.0])
def test_whoever_is_read_while_two_people_cross_is_the_person_in_care(model_file, before, speed_px):
    (own, own_face), (other, other_face) = head("adult", 0.8), head("child", 0.75)
    read = late = 0
    with FacePipeline(FaceSettings(settle_s=0.0)) as pipeline:
        for index in range(int(RATE_HZ * 1100.0 / speed_px)):
            canvas = np.full((480, 640, 3), WALL, np.uint8)
            x = round(-240.0 + speed_px * max(0.0, index / RATE_HZ - 0.4))
            people = [(own, 200, 80), (other, x, 90)]
            for cut, left, top in people if before else reversed(people):
                paste(canvas, cut, left, top)
            noise = np.random.default_rng(index).integers(-2, 3, canvas.shape)
            image = np.clip(canvas + noise, 0, 255).astype(np.uint8)
            result = pipeline.process(Frame(image, index / RATE_HZ, 0, index))
            if any(math.isfinite(result.action_units.get(unit)) for unit in UNITS):
                found, own_x = Box.around(result.points).centre, 200.0 + own_face.centre[0]
                assert abs(found[0] - own_x) < abs(found[0] - (x + other_face.centre[0])), index
                assert abs(found[0] - own_x) < 40.0, index
                assert result.confirmed
                read += 1
                late += x > 420
    assert read >= 5
    assert late == 0
