"""A voice judges pain against none: its odds are weighed, without what was usual where it learned."""

import math
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from solamen.core.estimates import PainEstimate
from solamen.core.person import Offset, PersonTraits
from solamen.core.states import Consent
from solamen.fusion import FusionFilter, FusionSettings
from solamen.fusion.odds import fit_odds


def sound(stamp_s, log_ratio, prior=0.2, intensity=3.5):
    """As the voice room says it; points and spread are those of a sound that tells little."""
    return PainEstimate(
        stamp_s, "voice", intensity, 3.6, prior=prior, log_likelihood_ratio=log_ratio, quality=0.9, abstained=False
    )


def read(stamp_s, intensity, modality="face"):
    return PainEstimate(stamp_s, modality, intensity, 1.5, quality=0.9, abstained=False)


def heard(log_ratio, *, face=math.nan, until_s=10.0, **of_sounds):
    """The state after sounds of one ratio, twice a second, beside a face where one is given."""
    fusion, rng = FusionFilter(FusionSettings(), Consent.OBSERVE), np.random.default_rng(0)
    for half in range(1, round(2 * until_s)):
        at_s = half / 2
        if not math.isnan(log_ratio):
            fusion.add(sound(at_s, log_ratio, **of_sounds))
        if math.isfinite(face):
            fusion.add(read(at_s, face + 0.3 * float(rng.normal())))
        state = fusion.state(at_s)
    return state


def test_even_odds_beside_a_face_change_nothing():
    alone, beside = heard(math.nan, face=6.0), heard(0.0, face=6.0)
    assert beside.pain_mean == pytest.approx(alone.pain_mean, abs=0.02)
    assert beside.pain_upper - beside.pain_lower == pytest.approx(alone.pain_upper - alone.pain_lower, abs=0.05)


def test_even_odds_alone_are_no_answer_and_sounds_of_pain_are():
    calm, pained = heard(0.0), heard(2.5)
    assert calm.abstained and "voice: too unsure" in calm.reason
    assert not pained.abstained and pained.pain_mean > 3.5
    assert pained.pain_upper - pained.pain_lower > 6.0  # how strong the pain is the odds do not tell


def test_odds_against_pain_alone_are_no_answer_as_whoever_is_in_pain_makes_other_sounds_too():
    assert heard(-1.5).abstained
    assert not heard(-1.5, face=1.0).abstained


@pytest.mark.parametrize("prior", [0.05, 0.5])
def test_what_was_usual_where_a_modality_learned_does_not_count(prior):
    assert heard(2.5, prior=prior).pain_mean == heard(2.5, prior=0.2).pain_mean
    assert heard(2.5, intensity=5.0).pain_mean == pytest.approx(heard(2.5).pain_mean, abs=0.1)


@pytest.mark.parametrize("log_ratio", [math.inf, -math.inf, math.nan])
def test_odds_that_are_no_number_are_counted_and_dropped(log_ratio):
    fusion = FusionFilter(FusionSettings(), Consent.OBSERVE)
    fusion.add(read(0.0, 6.0))
    fusion.add(sound(0.1, log_ratio))
    assert fusion.rejected == 1 and 3.0 < fusion.state(0.2).pain_mean < 7.0


@pytest.mark.parametrize("log_ratio", [900.0, -900.0])
def test_odds_beyond_all_measure_break_nothing(log_ratio):
    fusion = FusionFilter(FusionSettings(), Consent.OBSERVE)
    for tenth in range(60):
        fusion.add(sound(tenth / 10.0, log_ratio))
        fusion.add(read(tenth / 10.0, 5.0))
        state = fusion.state(tenth / 10.0)
    assert 0.0 <= state.pain_lower < state.pain_mean < state.pain_upper <= 10.0


@pytest.mark.parametrize("log_ratio", [0.0, -0.85])
def test_a_sound_that_tells_nothing_of_pain_is_not_taken_for_pain_that_is_shown(log_ratio):
    fusion = FusionFilter(FusionSettings(), Consent.OBSERVE)
    for quarter in range(1, 80):
        at_s = quarter / 4.0
        fusion.add(read(at_s, 0.2 + 0.01 * (quarter % 3)))
        fusion.add(read(at_s, 5.0 + 0.01 * (quarter % 3), "biosignals"))
        fusion.add(sound(at_s, log_ratio, intensity=4.0))
        state = fusion.state(at_s)
    assert state.abstained and "little of it in face" in state.reason and "voice" not in state.reason


def test_what_was_learned_of_a_voice_that_reads_points_does_not_shift_odds():
    def told(offset):
        fusion = FusionFilter(FusionSettings(), Consent.OBSERVE)
        fusion.traits = PersonTraits(offsets=(Offset("voice", offset, 0.3),))
        fusion.add(sound(0.0, 2.5))
        return fusion.state(0.1).pain_mean

    assert told(2.0) == told(0.0)


def test_an_answer_does_not_come_and_go_between_two_sounds():
    fusion, rng, answered = FusionFilter(FusionSettings(), Consent.OBSERVE), np.random.default_rng(1), []
    for quarter in range(1, 241):
        at_s = quarter / 4.0
        if quarter % 4 == 0:
            fusion.add(sound(at_s, float(rng.uniform(1.0, 2.5) if rng.random() < 0.7 else rng.uniform(-1.5, 0.0))))
        answered.append(not fusion.state(at_s).abstained)
    assert sum(answered) > 120
    assert sum(one != other for one, other in pairwise(answered)) <= 8


@pytest.mark.parametrize(("log_ratio", "pulls"), [(-1.5, -1.0), (2.5, 1.0)])
def test_the_mean_is_told_to_be_lowered_by_odds_against_pain_and_raised_by_odds_for_it(log_ratio, pulls):
    state = heard(log_ratio, face=4.5)
    assert pulls * sum(each.contribution for each in state.contributions if "voice" in each.cue) > 0.0


def test_a_sound_without_pain_lowers_what_an_unsure_face_tells():
    assert heard(-1.5, face=4.5).pain_mean < heard(math.nan, face=4.5).pain_mean - 0.05


def test_a_poor_recording_counts_less():
    def told(quality):
        fusion = FusionFilter(FusionSettings(), Consent.OBSERVE)
        fusion.add(replace(sound(0.0, 2.5), quality=quality))
        fusion.add(read(0.0, 3.0))
        return fusion.state(0.1).pain_mean

    assert told(1.0) > told(0.1) + 0.05


def test_nothing_is_learned_of_a_person_from_points_that_follow_from_odds():
    state = heard(2.5, face=6.0)
    levels = {each.modality: each.level for each in state.weights}
    assert math.isnan(levels["voice"]) and levels["face"] == pytest.approx(6.0, abs=0.5)
    assert sum(each.weight for each in state.weights) == pytest.approx(1.0)


@pytest.mark.parametrize("log_ratio", [-1.5, 0.7, 3.0])
def test_moments_are_those_of_the_normal_distribution_weighed_by_the_odds(log_ratio):
    mean, variance, edge = 4.6, 2.0, 1.21
    shown = np.linspace(-8.0, 18.0, 20001)
    fits, _, _ = fit_odds(log_ratio, shown, edge)  # of each level shown, with the edge alone
    weight = np.exp(-0.5 * (shown - mean) ** 2 / variance) * fits
    weight /= weight.sum()
    found = float(weight @ shown)
    spread = float(weight @ (shown - found) ** 2)

    total = variance + edge
    _, innovation, falls = fit_odds(log_ratio, np.array([mean]), total)
    assert mean + variance / total * innovation[0] == pytest.approx(found, abs=2e-3)
    assert variance - variance**2 / total * falls[0] == pytest.approx(spread, abs=5e-3)
