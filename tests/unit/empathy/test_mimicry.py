import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.action_units import PAIN_UNITS, UNITS, ActionUnits
from solamen.core.clock import SteppedClock
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.empathy import Companion, EmpathySettings
from solamen.empathy.mimicry import Mimicry, pain_level

from .faces import FRAME_S, HEAD, Run, face, grimace

anything = st.floats(allow_nan=True, allow_infinity=True)
intensities = st.dictionaries(st.sampled_from(UNITS), anything | st.floats(0.0, 5.0))


def in_full(*units):
    return dict.fromkeys(units, 5.0)


@settings(deadline=None)
@given(intensities, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_gains_on_units_of_pain_are_at_most_two_fifths(intensity, factor, trust):
    units = ActionUnits(1.0, True, {**intensity, 12: 0.0}, {}, quality=1.0)
    target = Mimicry(EmpathySettings()).target(units, factor, trust)
    for unit in set(target) & set(PAIN_UNITS):
        assert 0.0 <= target[unit] <= 0.4 * min(max(intensity[unit], 0.0), 5.0) / 5.0


@settings(deadline=None)
@given(intensities, st.floats(0.0, 1.0))
def test_no_unit_is_ever_amplified(intensity, trust):
    units = ActionUnits(1.0, True, intensity, {}, quality=1.0)
    for unit, activation in Mimicry(EmpathySettings()).target(units, 1.0, trust).items():
        assert 0.0 <= activation <= min(max(intensity[unit], 0.0), 5.0) / 5.0


@settings(max_examples=40, deadline=None)
@given(st.lists(intensities, min_size=1, max_size=40))
def test_no_sequence_of_faces_puts_more_than_two_fifths_of_pain_on_the_robot(faces):
    clock = SteppedClock(10.0)
    companion = Companion(EmpathySettings(), clock)
    for intensity in faces:
        clock.advance(FRAME_S)
        shown = companion.see(ActionUnits(clock.now_s(), True, {**intensity, 12: 0.0}, {}, quality=1.0), HEAD)
        companion.tick()
        assert all(math.isfinite(value) and 0.0 <= value <= 1.0 for value in shown.activation.values())
        assert all(shown.activation.get(unit, 0.0) <= 0.4 for unit in PAIN_UNITS)


def test_a_gain_above_two_fifths_is_refused():
    with pytest.raises(ValueError, match="pain_gain"):
        EmpathySettings(pain_gain=0.5)


def test_a_grimace_is_answered_in_its_second_frame_at_the_latest():
    run = Run()
    run.see(2.0)
    shown = run.see(2 * FRAME_S, **grimace(4.0))
    assert shown[-1].activation.get(4, 0.0) > 0.05


def test_an_expression_answers_the_frame_that_it_was_given():
    clock = SteppedClock(10.0)
    units = face(9.96, au4=3.0)
    shown = Companion(EmpathySettings(), clock).see(units, HEAD)
    assert (shown.stamp_s, shown.answers_s, shown.answers_monotonic_ns) == (10.0, 9.96, 7)


def test_pain_is_mirrored_and_ends_within_two_seconds_though_it_lasts():
    run = Run(EmpathySettings(concern_brow_lower=0.0, calm_lids=0.0))
    run.see(2.0)
    shown = run.see(8.0, **grimace(4.0))
    mirrored = [max(expression.activation.get(unit, 0.0) for unit in PAIN_UNITS) for expression in shown]
    assert max(mirrored[: round(1.0 / FRAME_S)]) > 0.15
    assert max(mirrored[round(2.0 / FRAME_S) + 1 :]) == 0.0


def test_no_trace_of_mirrored_pain_is_left_after_two_seconds_however_slowly_the_face_relaxes():
    run = Run(EmpathySettings(concern_brow_lower=0.0, calm_lids=0.0, fall_s=1.0))
    run.see(2.0)
    shown = run.see(4.0, **grimace(4.0))[round(2.0 / FRAME_S) + 1 :]
    assert all(expression.activation.get(unit, 0.0) == 0.0 for expression in shown for unit in PAIN_UNITS)


def test_strong_pain_is_mirrored_by_a_smaller_share_than_mild_pain():
    shares = []
    for strength, pain in ((1.5, 3.0), (5.0, 10.0)):
        run = Run()
        run.see(2.0, pain=pain)
        shares.append(max(shown.activation[4] for shown in run.see(1.0, pain=pain, **grimace(strength))) / strength)
    assert shares[1] < 0.8 * shares[0]


def test_a_further_rise_is_an_onset_again():
    run = Run()
    run.see(2.0)
    run.see(6.0, **grimace(1.5))
    shown = run.see(1.0, **grimace(4.5))
    assert max(expression.activation.get(9, 0.0) for expression in shown) > 0.08


def test_a_jittering_face_in_lasting_pain_is_not_mirrored_again_and_again():
    run = Run()
    run.see(2.0)
    run.see(3.0, **grimace(3.0))
    for k in range(100):
        shown = run.see(FRAME_S, **grimace(3.0 + 0.2 * (-1) ** k))
        assert shown[-1].activation.get(9, 0.0) == 0.0


def test_a_face_fed_back_to_itself_dies_away():
    run = Run(EmpathySettings(concern_brow_lower=0.0, calm_lids=0.0, acknowledge_brows=0.0, concern_inner_brow=0.0))
    run.see(2.0)
    units = grimace(5.0)
    levels = []
    for _ in range(100):
        shown = run.see(FRAME_S, **units)[-1]
        units = {f"au{unit}": 5.0 * shown.activation.get(unit, 0.0) for unit in PAIN_UNITS}
        levels.append(max(units.values()))
    assert max(levels) <= 2.0 and levels[-1] == 0.0


def test_a_smile_is_mirrored_more_freely_than_pain():
    run = Run()
    run.see(2.0)
    shown = run.see(1.0, au12=4.0, au6=3.0)[-1]
    assert shown.activation[12] > 0.5 and shown.activation[6] > 0.35


def test_a_smile_is_mirrored_for_as_long_as_it_lasts():
    run = Run()
    run.see(2.0)
    assert run.see(10.0, au12=4.0, au6=3.0)[-1].activation[12] > 0.5


def test_a_smile_that_ends_fades_without_a_jump():
    run = Run()
    run.see(3.0, au12=4.0, au6=3.0)
    smiles = [shown.activation.get(6, 0.0) for shown in run.see(1.0)]
    assert smiles[0] > 0.2 and smiles[-1] < 0.01
    assert all(later <= before for before, later in itertools.pairwise(smiles))


def test_a_grin_is_no_sign_of_pain():
    assert pain_level(face(1.0, au12=4.0, au6=3.5, au7=2.0, au10=2.5), EmpathySettings()) < 1.0


def test_a_blink_is_not_mirrored_as_pain():
    run = Run()
    run.see(2.0)
    shown = run.see(0.3, au45=5.0, au7=2.0, au6=1.5) + run.see(1.0)
    assert all(expression.activation.get(unit, 0.0) == 0.0 for expression in shown for unit in PAIN_UNITS)
    assert "mirror" not in run.behaviors()


def test_pain_that_begins_with_a_blink_is_noticed():
    run = Run()
    run.see(2.0)
    shown = run.see(0.3, **grimace(4.0), au45=5.0)
    assert shown[-1].activation.get(4, 0.0) > 0.1


def test_blinks_during_lasting_pain_are_no_new_onsets():
    run = Run(EmpathySettings(concern_brow_lower=0.0, calm_lids=0.0))
    run.see(2.0)
    run.see(6.0, **grimace(3.0))
    for _ in range(5):
        shown = run.see(0.3, **grimace(3.0), au45=5.0) + run.see(1.0, **grimace(3.0))
        assert all(expression.activation.get(unit, 0.0) == 0.0 for expression in shown for unit in PAIN_UNITS)


def test_closed_eyes_that_last_are_mirrored_in_pain():
    run = Run()
    run.see(2.0)
    shown = run.see(1.0, **grimace(3.0), au43=5.0)
    assert max(expression.activation.get(43, 0.0) for expression in shown) > 0.1


def test_unknown_units_are_left_out():
    run = Run()
    run.see(2.0)
    shown = run.see(0.5, **{**grimace(4.0), "au9": math.nan, "au10": math.nan})
    assert 9 not in shown[-1].activation and shown[-1].activation[4] > 0.1


def test_a_unit_that_is_unseen_for_one_frame_does_not_flicker():
    run = Run()
    run.see(2.0)
    before = run.see(0.6, **grimace(4.0))[-1].activation[4]
    during = run.see(FRAME_S, **{**grimace(4.0), "au4": math.nan})[-1].activation[4]
    assert during == pytest.approx(before, abs=0.01)


def test_the_jitter_of_a_still_face_is_not_mirrored():
    run = Run(EmpathySettings(attend_brows=0.0))
    for k in range(100):
        shown = run.see(FRAME_S, **grimace(0.3 * (k % 2)), au1=0.35)
        assert shown[-1].activation == {}


def test_a_face_of_low_quality_is_mirrored_less():
    amplitudes = []
    for quality in (0.9, 0.2):
        run = Run()
        run.see(2.0, quality=quality)
        shown = run.see(1.0, quality=quality, **grimace(4.0))
        amplitudes.append(max(expression.activation.get(9, 0.0) for expression in shown))
    assert amplitudes[1] < 0.5 * amplitudes[0]


def test_a_stale_frame_is_not_mirrored():
    clock = SteppedClock(100.0)
    companion = Companion(EmpathySettings(), clock)
    for _ in range(20):
        clock.advance(FRAME_S)
        shown = companion.see(face(clock.now_s() - 5.0, **grimace(5.0)), HEAD)
    assert shown.activation == {}


def test_a_frame_out_of_order_is_not_mirrored():
    run = Run()
    run.see(2.0)
    shown = run.companion.see(face(run.clock.now_s() - 0.2, **grimace(5.0)), HEAD)
    assert shown.activation.get(4, 0.0) == 0.0


def test_the_shipped_settings_are_the_defaults():
    assert load(EmpathySettings, resource("config", "behavior.yaml")) == EmpathySettings()
