import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.face.boxes import Box
from solamen.face.overlay import draw, paint_over

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


def test_of_a_painted_face_nothing_is_kept():
    boxes = [Box(5.0, 5.0, 20.0, 25.0), Box(-10.0, 30.0, 4.0, 90.0)]
    painted = paint_over(PICTURE, boxes)
    assert np.array_equal(painted[5:25, 5:20], paint_over(255 - PICTURE, boxes)[5:25, 5:20])
    assert len(np.unique(painted[30:, :4].reshape(-1, 3), axis=0)) == 1
    assert np.array_equal(painted[:, 25:], PICTURE[:, 25:])


def test_a_face_that_nobody_confirmed_is_painted_over_with_its_surroundings():
    painted = paint_over(PICTURE, [], np.array([[20.0, 20.0], [30.0, 30.0]]))
    assert len(np.unique(painted[17:33, 17:33].reshape(-1, 3), axis=0)) == 1


@given(st.lists(st.tuples(st.floats(), st.floats(), st.floats(), st.floats()), max_size=5))
def test_any_boxes_are_painted_or_left_out(boxes):
    assert paint_over(PICTURE, [Box(*box) for box in boxes]).shape == PICTURE.shape
