import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.face.overlay import draw

PICTURE = np.random.default_rng(1).integers(0, 255, (48, 64, 3), np.uint8)


def test_on_grey_nothing_of_the_picture_is_kept():
    drawn = draw(PICTURE, np.array([[10.0, 20.0]]), on_grey=True)
    assert np.array_equal(drawn, draw(255 - PICTURE, np.array([[10.0, 20.0]]), on_grey=True))
    assert len(np.unique(drawn.reshape(-1, 3), axis=0)) == 2


def test_a_point_is_drawn_where_it_stands():
    drawn = draw(PICTURE, np.array([[10.0, 20.0]]), on_grey=True)
    ys, xs = np.nonzero((drawn != drawn[0, 0]).any(axis=2))
    assert set(zip(xs.tolist(), ys.tolist(), strict=True)) == {(10, 20), (11, 20), (10, 21), (11, 21)}


def test_the_picture_itself_is_left_as_it_is():
    before = PICTURE.copy()
    drawn = draw(PICTURE, np.array([[10.0, 20.0]]), on_grey=False)
    assert np.array_equal(PICTURE, before)
    assert not np.array_equal(drawn, PICTURE)


@pytest.mark.parametrize("points", [None, np.zeros((0, 2)), np.full((3, 2), np.nan)])
def test_without_points_the_picture_stays(points):
    assert np.array_equal(draw(PICTURE, points, on_grey=False), PICTURE)


@given(st.lists(st.tuples(st.floats(), st.floats()), max_size=20), st.booleans())
def test_any_points_are_drawn_or_left_out(points, on_grey):
    assert draw(PICTURE, np.array(points).reshape(-1, 2), on_grey=on_grey).shape == PICTURE.shape
