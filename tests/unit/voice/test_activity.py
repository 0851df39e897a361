"""The noise floor, and the bursts that rise from it."""

from __future__ import annotations

import numpy as np
import pytest

from solamen.voice.activity import Activity, VoiceActivity
from solamen.voice.settings import VoiceSettings
from tests.unit.voice.sounds import silence, voice


def levels(seconds: float, level_db: float, seed: int = 0) -> np.ndarray:
    """Of steady noise, which sways by a decibel."""
    return np.random.default_rng(seed).normal(level_db, 1.0, round(100 * seconds)).astype(np.float32)


def after(*parts: tuple[float, float], speech: float = 0.0) -> Activity:
    """What is followed after so many seconds of such levels."""
    activity = Activity(VoiceSettings())
    for number, (seconds, level_db) in enumerate(parts):
        activity.push(levels(seconds, level_db, number), speech)
    return activity


def test_the_noise_of_the_room_is_learned_in_half_a_second() -> None:
    assert after((0.7, -40.0)).floor_db == pytest.approx(-41.0, abs=3.0)


def test_a_fan_that_starts_is_no_longer_heard_as_a_burst_after_four_seconds() -> None:
    fan = ((2.0, -70.0), (1.0, -35.0))
    assert after(*fan).burst is not None
    later = after(*fan, (3.0, -35.0))
    assert later.burst is None and later.floor_db == pytest.approx(-37.0, abs=3.0)


def test_speech_that_goes_on_is_not_taken_for_noise() -> None:
    spoken = after((2.0, -70.0), (8.0, -30.0), speech=1.0)
    assert spoken.burst is not None and spoken.floor_db < -60.0


def test_breaths_between_groans_keep_the_floor_down() -> None:
    groans = [part for _ in range(4) for part in ((2.0, -25.0), (0.3, -68.0))]
    assert after((2.0, -70.0), *groans).floor_db < -60.0


def test_voice_activity_begins_anew() -> None:
    activity, sound = VoiceActivity(), voice(0.5)
    first = activity.push(sound)
    activity.push(silence(0.5))
    activity.reset()
    assert activity.push(sound) == first
