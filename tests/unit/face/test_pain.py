import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.action_units import UNITS, ActionUnits, pain_index
from solamen.core.errors import OutsideError
from solamen.face.cues import CUES
from solamen.face.pain import PainFromFace, log_likelihood_ratio
from solamen.face.pain_model import WEIGHTS, PainModel
from solamen.face.pain_terms import RuleTerms, settings_hash, without_grin
from solamen.face.settings import FaceSettings
from solamen.learning.card import digest

from .faces import PAIN, SHUT, Watcher, acting, person

FULL = {4: 3.0, 6: 2.0, 7: 3.0, 9: 2.5, 10: 1.0, 12: 0.0, 43: 0.0}


def units(intensity, stamp_s=1.0, quality=1.0):
    return ActionUnits(stamp_s, True, intensity, {}, pain_index(intensity), quality)


def steady(intensity, quality=1.0, spread=0.0, terms=None):
    """The estimate after long enough with the same units."""
    pain = PainFromFace(FaceSettings(), terms)
    for _ in range(100):
        estimate = pain.update(units(intensity, quality=quality), spread, 0.05)
    return estimate


def by_rule(intensity):
    """What the rule says, which is known in closed form."""
    return steady(intensity, terms=RuleTerms(FaceSettings()))


def after_calm(intensity, seconds):
    """The estimates of the frames of one face after a calm one, 20 a second."""
    pain = PainFromFace(FaceSettings())
    for _ in range(60):
        pain.update(units(dict.fromkeys(UNITS, 0.0)), 0.0, 0.05)
    return [
        pain.update(units({**dict.fromkeys(UNITS, 0.0), **intensity}), 0.0, 0.05) for _ in range(round(20 * seconds))
    ]


def test_the_terms_are_those_of_the_pain_index():
    assert without_grin({**FULL, 43: 5.0}) == (3.0, 3.0, 2.5, 1.0)


def test_a_grin_takes_out_part_of_orbit_and_levator_while_the_brow_is_calm():
    calm_brow = {**FULL, 4: 0.0, 12: 5.0}
    assert without_grin(calm_brow) == pytest.approx((0.0, 3.0 * 0.2, 2.5 * 0.2, 0.0))
    assert without_grin({**FULL, 12: 5.0}) == pytest.approx((3.0, 3.0, 2.5, 0.0))


def test_contributions_sum_to_the_intensity():
    for estimate in (steady(FULL), by_rule(FULL)):
        assert math.fsum(e.contribution for e in estimate.evidence) == pytest.approx(estimate.intensity)
    assert by_rule(FULL).intensity == pytest.approx(10.0 * (1.0 - math.exp(-8.5 / 4.5)), rel=1e-6)


def test_contributions_sum_to_the_intensity_at_the_top_of_the_scale():
    estimate = by_rule({4: 5.0, 6: 5.0, 7: 5.0, 9: 5.0, 10: 5.0, 12: 0.0, 43: 5.0})
    assert 9.5 < estimate.intensity < 10.0
    assert math.fsum(e.contribution for e in estimate.evidence) == pytest.approx(estimate.intensity)


def test_a_step_is_followed_with_the_time_constant():
    values = FaceSettings(smoothing_s=0.3, settle_s=0.0)
    pain = PainFromFace(values, RuleTerms(values))
    pain.update(units(dict.fromkeys(FULL, 0.0)), 0.0, 0.0)
    rise = [pain.update(units(FULL), 0.0, 0.05).intensity for _ in range(20)]
    assert rise == sorted(rise)
    index = (1.0 - math.exp(-1.0)) * 8.5
    assert rise[5] == pytest.approx(10.0 * (1.0 - math.exp(-index / 4.5)), rel=1e-6)


def test_a_face_that_was_only_just_found_gives_no_pain_yet():
    pain = PainFromFace(FaceSettings(settle_s=0.2))
    seen = [pain.update(units(FULL), 0.0, dt_s) for dt_s in (0.0, 0.05, 0.05, 0.05, 0.05)]
    assert [estimate.abstained for estimate in seen] == [True, True, True, True, False]
    assert seen[0].reason == "the face was only just found"


def test_a_missing_term_makes_pspi_unknown_with_bounds_and_the_estimate_partial():
    watcher = Watcher()
    seen = acting(person(), (PAIN, 1.0))
    seen[CUES.index("eye_blink")] = np.nan
    estimate = watcher.see(seen)[-1]
    index = pain_index(watcher.units)
    assert math.isnan(watcher.units[43])
    assert math.isnan(index.value)
    assert index.upper == pytest.approx(index.lower + 1.0)
    assert estimate.partial
    assert estimate.reason == "not seen: eye closure"
    assert not estimate.abstained


def test_an_unseen_term_widens_the_estimate_and_is_not_taken_as_absent():
    hidden = {**FULL, 9: math.nan, 10: math.nan}
    known, partial = steady(FULL), steady(hidden)
    assert partial.stddev > 1.05 * known.stddev
    assert by_rule(hidden).intensity == pytest.approx(10.0 * (1.0 - math.exp(-9.0 / 4.5)), rel=1e-6)
    assert partial.intensity > 5.0
    assert math.isnan(partial.evidence[2].value)


def test_it_abstains_where_no_unit_of_pain_is_seen():
    estimate = steady(dict.fromkeys(UNITS, math.nan))
    assert estimate.abstained
    assert math.isnan(estimate.intensity)
    assert math.isnan(estimate.stddev)
    assert estimate.reason == "the units of pain cannot be seen"


def test_no_signs_are_weak_evidence_and_strong_signs_are_strong():
    assert steady(dict.fromkeys(FULL, 0.0)).log_likelihood_ratio == pytest.approx(-1.2)
    assert 0.05 < steady(dict.fromkeys(FULL, 0.0)).probability < 0.2
    assert steady({**FULL, 4: 5.0, 9: 5.0}).log_likelihood_ratio == pytest.approx(4.0)


def test_at_the_threshold_the_estimate_says_nothing_beyond_the_prior():
    assert log_likelihood_ratio(4.0, 1.0) == 0.0


def test_a_poor_picture_and_an_uncertain_neutral_widen_the_estimate():
    best = steady(FULL).stddev
    assert steady(FULL, quality=0.3).stddev > 1.1 * best
    assert steady(FULL, spread=2.0).stddev > 1.2 * best


def test_the_rule_names_the_settings_that_it_runs_with():
    assert by_rule(FULL).model == ("face-rules", "1", settings_hash(FaceSettings()))
    assert settings_hash(FaceSettings()) != settings_hash(FaceSettings(smoothing_s=0.4))


def test_the_model_names_its_weights():
    assert steady(FULL).model == ("face-pain", "9", digest(WEIGHTS))
    assert WEIGHTS.stat().st_size < 1_000_000


def test_a_sneeze_is_not_pain():
    drawn_breath = after_calm({1: 2.0, 25: 3.0, 26: 3.0, 7: 1.0}, 0.8)
    burst = {4: 3.5, 6: 3.5, 7: 4.0, 9: 4.0, 10: 2.5, 45: 5.0}
    pain = PainFromFace(FaceSettings())
    seen = [({}, 3.0), ({1: 2.0, 25: 3.0, 26: 3.0, 7: 1.0}, 0.8), (burst, 0.35), ({}, 1.0)]
    rest = dict.fromkeys(UNITS, 0.0)
    intensities = [
        pain.update(units({**rest, **shown}), 0.0, 0.05).intensity
        for shown, seconds in seen
        for _ in range(round(20 * seconds))
    ]
    assert np.nanmax(intensities) < 4.0
    assert max(e.intensity for e in drawn_breath) < 1.0


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("disgust", {4: 1.0, 9: 3.5, 10: 4.0, 15: 1.5, 17: 2.0}),
        ("smile", {6: 3.0, 7: 1.0, 12: 4.5, 25: 2.0}),
        ("effort", {4: 3.0, 7: 2.5, 17: 3.0}),
        ("yawn", {4: 1.5, 6: 1.0, 7: 2.0, 25: 4.0, 26: 5.0, 43: 5.0}),
        ("sleep", {43: 5.0}),
    ],
)
def test_a_decoy_is_not_pain(name, shown):
    assert max(estimate.intensity for estimate in after_calm(shown, 3.0)) < 4.0, name


@pytest.mark.parametrize(
    "shown",
    [
        {4: 3.0, 6: 2.5, 7: 3.0, 9: 2.0, 10: 1.5},
        {4: 3.5, 6: 3.0, 7: 3.5, 9: 2.5, 10: 2.0, 20: 2.0, 25: 2.0, 43: 5.0},
        {4: 2.5, 6: 2.0, 7: 2.5, 9: 1.5, 10: 1.0, 12: 1.0, 25: 2.5, 26: 2.0},
    ],
)
def test_pain_that_lasts_is_pain_whatever_else_the_mouth_does(shown):
    assert all(estimate.intensity > 4.0 for estimate in after_calm(shown, 3.0)[20:])


@settings(deadline=None, max_examples=25)
@given(st.floats(8.0, 30.0))
def test_the_frame_rate_hardly_changes_the_estimate(rate_hz):
    pain = PainFromFace(FaceSettings())
    shown = {**dict.fromkeys(UNITS, 0.0), **FULL}
    for _ in range(round(4.0 * rate_hz)):
        estimate = pain.update(units(shown), 0.0, 1.0 / rate_hz)
    assert estimate.intensity == pytest.approx(steady(shown).intensity, abs=0.3)


@settings(deadline=None)
@given(
    st.lists(
        st.dictionaries(st.sampled_from(UNITS), st.one_of(st.floats(0.0, 5.0), st.just(math.nan))),
        min_size=1,
        max_size=20,
    ),
    st.floats(0.0, 1.0),
    st.floats(0.0, 5.0),
)
def test_any_units_give_an_estimate_in_range_or_none(frames, quality, spread):
    pain = PainFromFace(FaceSettings())
    for intensity in frames:
        estimate = pain.update(units(intensity, quality=quality), spread, 0.05)
        check_estimate(estimate)
        assert estimate.modality == "face"


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.0, 10.0), st.floats(0.0, 0.5))
def test_any_cues_give_units_and_pain_in_range(seed, scale, unknown):
    rng = np.random.default_rng(seed)
    watcher = Watcher()
    for _ in range(5):
        cues = np.where(rng.random(len(CUES)) < unknown, np.nan, rng.normal(0.0, scale, len(CUES)))
        for estimate in watcher.see(cues):
            check_estimate(estimate)
        assert set(watcher.units) == set(UNITS)
        assert all(math.isnan(v) or 0.0 <= v <= 5.0 for v in watcher.units.values())


def check_estimate(estimate):
    if estimate.abstained:
        assert math.isnan(estimate.intensity)
        assert estimate.reason
        return
    assert 0.0 <= estimate.intensity <= 10.0
    assert 0.0 < estimate.stddev < 20.0
    assert 0.0 <= estimate.probability <= 1.0
    assert math.fsum(e.contribution for e in estimate.evidence) == pytest.approx(estimate.intensity, abs=1e-9)


def test_shut_eyes_add_one_point_of_the_index_and_no_more():
    watcher = Watcher()
    watcher.see(person(), 20.0)
    asleep = watcher.see(acting(person(), (SHUT, 1.0)), 5.0)[-1]
    closure = next(e for e in asleep.evidence if e.cue == "eye closure")
    assert closure.value == 1.0
    assert closure.contribution <= 10.0 * (1.0 - math.exp(-1.0 / 4.5)) + 1e-9
    assert asleep.intensity < 3.5


def test_missing_weights_are_one_sentence(tmp_path):
    with pytest.raises(OutsideError, match=r"the pain model cannot be used .* Install Solamen anew"):
        PainModel(tmp_path / "none.onnx")
