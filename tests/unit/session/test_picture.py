import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.intents import BehaviorStatus
from solamen.core.states import UserState
from solamen.session.lettering import width_px, wrapped, write
from solamen.session.picture import SideBySide

RED = np.full((480, 640, 3), (200, 30, 30), np.uint8)
BLUE = np.full((480, 640, 3), (30, 30, 200), np.uint8)


def strip(drawing: SideBySide, now_s: float = 100.0) -> np.ndarray:
    return drawing.picture(now_s, RED, BLUE)[360:].copy()


def known(stamp_s: float, mean: float, words: str = "no signs seen") -> UserState:
    return UserState(stamp_s, pain_mean=mean, pain_lower=mean - 1, pain_upper=mean + 1, abstained=False, words=words)


def teal(picture: np.ndarray) -> np.ndarray:
    """Rows and columns of the estimate's colour."""
    return np.argwhere((np.abs(picture.astype(int) - (86, 200, 184)) < 12).all(axis=2))


def test_the_person_stands_left_and_the_robot_right():
    drawing = SideBySide()
    picture = drawing.picture(0.0, RED, BLUE)
    assert picture.shape == (540, 960, 3)
    assert drawing.size == (960, 540)
    assert picture[180, 240].tolist() == [200, 30, 30]
    assert picture[180, 720].tolist() == [30, 30, 200]


def test_without_pictures_and_messages_there_is_still_something_to_see():
    picture = SideBySide().picture(0.0, None, None)
    assert picture.std() > 5.0


def test_a_wide_picture_is_cut_and_not_squeezed():
    wide = np.zeros((480, 1280, 3), np.uint8)
    wide[:, 480:800] = 255
    picture = SideBySide().picture(0.0, wide, None)
    assert picture[180, 240].tolist() == [255, 255, 255]
    # 320 of 640 pixels that are shown: half the width.
    assert int((picture[100, :480, 0] > 128).sum()) == pytest.approx(240, abs=4)


def test_a_zoom_shows_the_middle_of_the_person_alone():
    camera = np.zeros((480, 640, 3), np.uint8)
    camera[120:360, 160:480] = 255
    picture = SideBySide(person_zoom=2.0).picture(0.0, camera, camera)
    assert (picture[5:300, 5:475] == 255).all()
    assert picture[5, 485].tolist() == [0, 0, 0]


def test_a_higher_estimate_stands_higher_in_the_plot():
    tops = []
    for mean in (2.0, 8.0):
        drawing = SideBySide()
        for tick in range(100):
            drawing.add_state(known(90.0 + tick / 10, mean))
        plot = strip(drawing)[44:156, 290:690]
        tops.append(teal(plot)[:, 0].mean())
    assert tops[1] < tops[0] - 40


def test_where_it_abstains_the_line_is_broken():
    drawing = SideBySide()
    for tick in range(200):
        at_s = 80.0 + tick / 10
        drawing.add_state(UserState(at_s, abstained=True) if 88 < at_s < 92 else known(at_s, 5.0))
    columns = set(teal(strip(drawing)[44:156, 285:691])[:, 1].tolist())
    assert not columns & set(range(190, 225))
    assert {100, 300} <= columns


def test_an_abstained_estimate_shows_no_number_of_before():
    drawing, empty = SideBySide(), SideBySide()
    drawing.add_state(known(99.0, 7.3))
    for each in (drawing, empty):
        each.add_state(UserState(100.0, abstained=True, reason="the face is turned away"))
    assert (strip(drawing)[:, :245] == strip(empty)[:, :245]).all()


def test_what_is_older_than_the_plot_leaves_it():
    drawing = SideBySide()
    for tick in range(100):
        drawing.add_state(known(10.0 + tick / 10, 5.0))
    assert len(teal(strip(drawing, now_s=100.0)[44:156, 290:690])) == 0


def test_the_behaviour_changes_its_panel_alone():
    drawing = SideBySide()
    before = strip(drawing)
    drawing.add_behavior(BehaviorStatus(100.0, "calm", 2, "", "signs of pain have lasted for 3 s", 0.2, 100.0))
    changed = np.argwhere((strip(drawing) != before).any(axis=2))
    assert changed[:, 1].min() > 0.74 * 960


@given(st.floats(), st.floats(), st.floats(), st.text(max_size=60))
@settings(max_examples=40, deadline=None)
def test_no_number_or_word_breaks_the_picture(mean, stamp_s, pain, words):
    drawing = SideBySide(width_each=320, height=240)
    drawing.add_truth(stamp_s, pain)
    drawing.add_truth(stamp_s, 3.0)
    for _ in range(2):
        drawing.add_state(
            UserState(stamp_s, pain_mean=mean, pain_lower=mean, pain_upper=math.nan, abstained=False, words=words)
        )
    drawing.add_behavior(BehaviorStatus(0.0, words, 1, "", words, 0.0, 0.0))
    assert drawing.picture(100.0, None, None).shape == (420, 640, 3)


@given(st.text(max_size=200), st.integers(20, 300), st.integers(1, 4))
@settings(max_examples=60, deadline=None)
def test_wrapped_words_fit_their_place(words, width, lines):
    found = wrapped(words, 13, width, lines)
    assert len(found) <= lines
    assert all(width_px(line, 13) <= width or len(line) == 1 for line in found)


def test_words_beyond_the_edge_are_cut_off():
    picture = np.zeros((20, 30, 3), np.uint8)
    write(picture, "far too long for this", (-10, 15), 13, (255, 255, 255))
    write(picture, "outside", (100, 100), 13, (255, 255, 255))
    assert picture.max() > 100
