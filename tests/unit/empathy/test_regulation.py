import itertools
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.empathy import EmpathySettings
from solamen.empathy.regulation import Regulation

FRAME_S = 0.05


def factors(pain, seconds=3.0, level=6.0):
    regulation = Regulation(EmpathySettings())
    found = []
    for k in range(round(seconds / FRAME_S)):
        regulation.observe(level, 10.0 + k * FRAME_S, FRAME_S)
        found.append(regulation.factor(10.0 + k * FRAME_S, pain))
    return found


def test_the_factor_is_whole_at_first_and_fades_without_a_jump():
    found = factors(0.0)
    assert found[: round(1.0 / FRAME_S)] == [1.0] * round(1.0 / FRAME_S)
    assert all(0.0 <= before - later < 0.15 for before, later in itertools.pairwise(found))
    assert found[round(1.7 / FRAME_S) + 1 :] == [0.0] * (len(found) - round(1.7 / FRAME_S) - 1)


def test_the_factor_falls_with_pain():
    assert factors(0.0)[0] > factors(5.0)[0] > factors(10.0)[0] > 0.0


def test_the_level_of_the_face_stands_in_for_a_state_that_is_not_known():
    assert factors(math.nan, level=16.0)[0] == factors(10.0)[0]


@settings(deadline=None)
@given(st.lists(st.floats(0.0, 16.0), min_size=1, max_size=200), st.floats(0.0, 10.0))
def test_in_any_course_no_onset_is_mirrored_for_more_than_two_seconds(levels, pain):
    regulation = Regulation(EmpathySettings())
    lasted_s = 0.0
    for k, level in enumerate(levels):
        regulation.observe(level, k * FRAME_S, FRAME_S)
        factor = regulation.factor(k * FRAME_S, pain)
        lasted_s = lasted_s + FRAME_S if factor > 0.0 else 0.0
        assert 0.0 <= factor <= 1.0 and lasted_s <= 2.0


def test_a_face_in_pain_from_the_first_frame_has_an_onset():
    assert factors(5.0)[0] > 0.0


def test_the_folds_of_a_new_face_are_no_onset():
    regulation = Regulation(EmpathySettings())
    for k in range(40):
        regulation.observe(2.5, 10.0 + k * FRAME_S, FRAME_S)
    assert regulation.onsets == 0
    regulation.observe(4.0, 12.0, FRAME_S)
    assert regulation.onsets == 1


def test_pain_that_wanes_and_waxes_has_a_second_onset():
    regulation = Regulation(EmpathySettings())
    for k in range(240):
        regulation.observe(6.0 if k < 100 or k > 140 else 1.0, k * FRAME_S, FRAME_S)
    assert regulation.onsets == 2


def test_a_level_that_is_no_number_is_left_out():
    regulation = Regulation(EmpathySettings())
    regulation.observe(math.nan, 1.0, FRAME_S)
    assert regulation.onsets == 0 and regulation.level == 0.0
