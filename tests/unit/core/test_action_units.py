import math

from hypothesis import given
from hypothesis import strategies as st

from solamen.core.action_units import PAIN_UNITS, ActionUnits, pain_index

OPEN_FACE = {4: 0.0, 6: 0.0, 7: 0.0, 9: 0.0, 10: 0.0, 43: 0.0}


def test_a_neutral_face_has_a_pain_index_of_0():
    index = pain_index(OPEN_FACE)
    assert (index.value, index.lower, index.upper) == (0.0, 0.0, 0.0)


def test_the_index_is_the_sum_of_prkachin_and_solomon():
    index = pain_index({4: 3.0, 6: 2.0, 7: 4.0, 9: 1.0, 10: 2.5, 43: 5.0})
    assert index.value == 3.0 + 4.0 + 2.5 + 1.0


def test_the_strongest_face_reaches_16():
    assert pain_index(dict.fromkeys(PAIN_UNITS, 5.0)).value == 16.0


def test_a_half_closed_eye_does_not_count_as_closed():
    assert pain_index({**OPEN_FACE, 43: 2.4}).value == 0.0


def test_an_unseen_brow_leaves_the_index_unknown_between_its_bounds():
    index = pain_index({**OPEN_FACE, 4: math.nan, 7: 2.0})
    assert math.isnan(index.value)
    assert (index.lower, index.upper) == (2.0, 7.0)


def test_one_of_a_pair_at_its_most_needs_no_sight_of_the_other():
    assert pain_index({**OPEN_FACE, 6: 5.0, 7: math.nan}).value == 5.0


@given(st.dictionaries(st.sampled_from(PAIN_UNITS), st.floats(allow_nan=True, allow_infinity=True)))
def test_the_bounds_stay_in_order_and_in_range(intensity):
    index = pain_index(intensity)
    assert 0.0 <= index.lower <= index.upper <= 16.0
    assert math.isnan(index.value) or index.lower == index.value == index.upper


def test_a_unit_that_nobody_measured_is_unknown_and_not_0():
    units = ActionUnits(stamp_s=0.0, face_present=True, intensity={4: 1.0})
    assert math.isnan(units.get(12))
    assert not units.observable(12)
    assert units.observable(4)
