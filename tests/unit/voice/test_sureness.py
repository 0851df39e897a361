"""What may be another sound than a voice's counts for less."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.estimates import PAIN_THRESHOLD
from solamen.voice.activity import sureness, talk_share
from solamen.voice.evaluate_figures import CRY, around, belly_pain
from solamen.voice.evaluate_stream import Judged
from solamen.voice.pain import estimate
from solamen.voice.prosody import Change
from solamen.voice.settings import VoiceSettings

SETTINGS = VoiceSettings()
MODEL = ("voice-pain", "1", "0")
CHANCE = st.floats(0.0, 1.0)
ODDS = st.floats(-100.0, 100.0)


def test_a_sound_counts_half_at_the_odds_that_the_settings_name() -> None:
    chosen = VoiceSettings(voice_log_odds=1.5, talk_log_odds=-0.5)
    assert sureness(1.5, chosen) == pytest.approx(0.5) == talk_share(-0.5, chosen)
    assert sureness(6.0, chosen) > 0.95 and sureness(-6.0, chosen) < 0.05


@given(ODDS, st.floats(0.0, 50.0))
def test_more_of_a_voice_never_counts_for_less(odds: float, more: float) -> None:
    assert 0.0 <= sureness(odds, SETTINGS) <= sureness(odds + more, SETTINGS) <= 1.0
    assert 0.0 <= talk_share(odds, SETTINGS) <= talk_share(odds + more, SETTINGS) <= 1.0


def test_talk_is_never_called_pain_whatever_it_sounds_like_and_says_nothing() -> None:
    told = estimate(1.0, 0.99, 1.0, SETTINGS, MODEL, sure=1.0, talk=1.0)
    assert told.intensity < PAIN_THRESHOLD
    assert told.log_likelihood_ratio == pytest.approx(0.0)
    assert told.probability == pytest.approx(SETTINGS.prior)


def test_how_somebody_talks_still_counts_while_they_talk() -> None:
    strained = Change(strain=2.0, points=0.6)
    calm = estimate(1.0, 0.5, 1.0, SETTINGS, MODEL, sure=1.0, talk=1.0)
    told = estimate(1.0, 0.5, 1.0, SETTINGS, MODEL, strained, sure=1.0, talk=1.0)
    assert told.intensity == pytest.approx(calm.intensity + 0.6)
    assert told.log_likelihood_ratio > calm.log_likelihood_ratio


def test_what_is_surely_another_sound_is_never_called_pain_and_says_nothing() -> None:
    told = estimate(1.0, 0.99, 1.0, SETTINGS, MODEL, sure=0.0)
    assert told.intensity < PAIN_THRESHOLD
    assert told.log_likelihood_ratio == pytest.approx(0.0)
    assert told.probability == pytest.approx(SETTINGS.prior)


@given(CHANCE, CHANCE, CHANCE, CHANCE)
def test_no_value_leaves_its_range_and_the_reasons_add_up(
    chance: float, quality: float, sure: float, talk: float
) -> None:
    told = estimate(1.0, chance, quality, SETTINGS, MODEL, sure=sure, talk=talk)
    assert 0.0 <= told.intensity <= 10.0 and told.stddev >= 2.0 and 0.0 < told.probability < 1.0
    assert 1.0 + math.fsum(reason.contribution for reason in told.evidence) == pytest.approx(told.intensity)


def judged(category: str, alarms: int = 0, cry: float = 0.0, pain: bool = False, speaker: str = "a") -> Judged:
    at = dict.fromkeys(("0.3", "1.0", "end"), 0.5)
    return Judged(pain, speaker, category, at, False, False, alarms, (), cry, unasked=cry)


def test_false_pain_is_counted_in_sounds_without_voices_alone() -> None:
    found = around([judged("Rain", 2), judged("Dog bark", 1), judged(CRY, 7, 0.9), judged("Person sneeze", 5)])
    assert found["minutes_without_voices"] == pytest.approx(10.0 / 60.0)
    assert found["false_pain_per_10_min"] == pytest.approx(180.0)
    assert found["false_pain"] == {"Rain": 2, "Dog bark": 1}
    assert found["cry_auc"] == 1.0 and found["cries"] == 1


def test_belly_pain_is_judged_against_other_cries_over_recorders() -> None:
    sounds = [judged("belly_pain", cry=0.8, pain=True, speaker="a"), judged("hungry", cry=0.3, speaker="b")]
    found = belly_pain([*sounds, judged("tired", cry=0.9, speaker="c")])
    assert found["auc"] == 0.5
    assert (found["cries"], found["recorders"], found["other_cries"]) == (1, 1, 2)
    assert len(found["auc_interval"]) == 2
