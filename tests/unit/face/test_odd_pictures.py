import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from solamen.core.frames import Frame
from solamen.face.pipeline import as_rgb

RNG = np.random.default_rng(5)
ODD = {
    "one pixel": np.zeros((1, 1, 3), np.uint8),
    "one row": np.zeros((1, 640, 3), np.uint8),
    "a sliver": np.zeros((4000, 17, 3), np.uint8),
    "empty": np.zeros((0, 0, 3), np.uint8),
    "no columns": np.zeros((480, 0, 3), np.uint8),
    "grey": RNG.integers(0, 255, (120, 160), np.uint8),
    "grey with a channel": RNG.integers(0, 255, (120, 160, 1), np.uint8),
    "grey with alpha": RNG.integers(0, 255, (120, 160, 2), np.uint8),
    "with alpha": RNG.integers(0, 255, (120, 160, 4), np.uint8),
    "seven channels": np.zeros((120, 160, 7), np.uint8),
    "four dimensions": np.zeros((2, 120, 160, 3), np.uint8),
    "black": np.zeros((480, 640, 3), np.uint8),
    "white": np.full((480, 640, 3), 255, np.uint8),
    "huge": np.full((5000, 7000, 3), 90, np.uint8),
    "floats": np.full((120, 160, 3), np.nan),
    "reversed": RNG.integers(0, 255, (120, 160, 3), np.uint8)[::-1, ::-1, ::-1],
    "noise": RNG.integers(0, 255, (240, 320, 3), np.uint8),
    "no picture": None,
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("way", ["process", "presence"])
def test_an_odd_picture_shows_no_face_and_says_why(pipeline, name, way):
    result = getattr(pipeline, way)(Frame(ODD[name], 1.0, 7, 0))
    assert not result.action_units.face_present
    assert result.action_units.quality_reason
    assert all(math.isnan(value) for value in result.action_units.intensity.values())
    assert math.isnan(result.action_units.index.value)
    assert result.pain.abstained
    assert result.pain.reason
    assert result.head is None
    assert result.points is None


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(st.integers(0, 80), st.integers(0, 80), st.integers(0, 5)), st.integers(0, 255))
def test_a_picture_of_any_shape_never_raises(pipeline, shape, value):
    result = pipeline.process(Frame(np.full(shape, value, np.uint8), 1.0, 0, 0))
    assert not result.action_units.face_present


def test_a_read_only_picture_is_taken(pipeline):
    image = np.full((100, 100, 3), 128, np.uint8)
    image.flags.writeable = False
    assert not pipeline.process(Frame(image, 1.0, 0, 0)).action_units.face_present


def test_grey_is_repeated_and_alpha_is_dropped():
    grey, _ = as_rgb(ODD["grey"], 1280)
    assert grey.shape == (120, 160, 3)
    assert np.array_equal(grey[:, :, 0], ODD["grey"])
    colour, _ = as_rgb(ODD["with alpha"], 1280)
    assert np.array_equal(colour, ODD["with alpha"][:, :, :3])


def test_a_large_picture_is_made_smaller():
    small, _ = as_rgb(ODD["huge"], 1280)
    assert max(small.shape[:2]) <= 1280
