import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.action_units import UNITS, ActionUnits, pain_index
from solamen.face.cues import CUES
from solamen.face.pain import PainFromFace, log_likelihood_ratio, pain_terms, settings_hash
from solamen.face.settings import FaceSettings

from .faces import PAIN, SHUT, Watcher, acting, person

FULL = {4: 3.0, 6: 2.0, 7: 3.0, 9: 2.5, 10: 1.0, 12: 0.0, 43: 0.0}


def units(intensity, stamp_s=1.0, quality=1.0):
    return ActionUnits(stamp_s, True, intensity, {}, pain_index(intensity), quality)


def steady(intensity, quality=1.0, spread=0.0):
    """The estimate after long enough with the same units."""
    pain = PainFromFace(FaceSettings())
    for _ in range(100):
        estimate = pain.update(units(intensity, quality=quality), spread, 0.05)
    return estimate


def test_the_terms_are_those_of_the_pain_index():
    assert pain_terms({**FULL, 43: 5.0}) == (3.0, 3.0, 2.5, 1.0)


def test_a_grin_takes_out_part_of_orbit_and_levator_while_the_brow_is_calm():
    calm_brow = {**FULL, 4: 0.0, 12: 5.0}
    assert pain_terms(calm_brow) == pytest.approx((0.0, 3.0 * 0.2, 2.5 * 0.2, 0.0))
    assert pain_terms({**FULL, 12: 5.0}) == pytest.approx((3.0, 3.0, 2.5, 0.0))


def test_contributions_sum_to_the_intensity():
    estimate = steady(FULL)
    assert math.fsum(e.contribution for e in estimate.evidence) == pytest.approx(estimate.intensity)
    assert estimate.intensity == pytest.approx(10.0 * (1.0 - math.exp(-8.5 / 4.5)), rel=1e-6)


def test_contributions_sum_to_the_intensity_at_the_top_of_the_scale():
    estimate = steady({4: 5.0, 6: 5.0, 7: 5.0, 9: 5.0, 10: 5.0, 12: 0.0, 43: 5.0})
    assert 9.5 < estimate.intensity < 10.0
    assert math.fsum(e.contribution for e in estimate.evidence) == pytest.approx(estimate.intensity)


def test_a_step_is_followed_with_the_time_constant():
    pain = PainFromFace(FaceSettings(smoothing_s=0.3, settle_s=0.0))
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
    assert partial.stddev > known.stddev + 0.2
    assert partial.intensity == pytest.approx(10.0 * (1.0 - math.exp(-9.0 / 4.5)), rel=1e-6)
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
    assert steady(FULL, quality=0.3).stddev > best + 0.3
    assert steady(FULL, spread=2.0).stddev > best + 0.5


def test_the_model_names_the_settings_that_it_runs_with():
    name, version, digest = steady(FULL).model
    assert (name, version) == ("face-rules", "1")
    assert digest == settings_hash(FaceSettings())
    assert digest != settings_hash(FaceSettings(smoothing_s=0.4))


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
