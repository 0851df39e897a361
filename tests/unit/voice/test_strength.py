"""How strong a sound is moves the intensity of pain, and not whether it is pain."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.estimates import PAIN_THRESHOLD
from solamen.voice.pain import estimate
from solamen.voice.settings import VoiceSettings
from solamen.voice.steps import CHANNELS, LEVEL, PERIODIC, VOICED
from solamen.voice.strength import strength_of

MODEL = ("m", "1", "h")


def burst(level_db: float = -14.3, count: int = 13, periodic: float = 0.7) -> np.ndarray:
    steps = np.zeros((count, CHANNELS), np.float32)
    steps[:, LEVEL], steps[:, VOICED], steps[:, PERIODIC] = level_db / 20.0, 1.0, periodic
    return steps


def intensity(probability: float, strength: float, sure: float = 1.0) -> float:
    return estimate(1.0, probability, 1.0, VoiceSettings(), MODEL, sure=sure, strength=strength).intensity


def test_a_burst_in_the_middle_of_acted_pain_is_of_middle_strength() -> None:
    assert strength_of(burst()) == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("stronger", [burst(level_db=-6.0), burst(count=25), burst(periodic=0.5)])
def test_louder_longer_and_harsher_is_stronger(stronger: np.ndarray) -> None:
    assert strength_of(stronger) > strength_of(burst()) + 0.1


def test_a_breath_has_no_harshness_of_its_own() -> None:
    breath = burst()
    breath[:, VOICED] = breath[:, PERIODIC] = 0.0
    assert strength_of(breath) == pytest.approx(strength_of(burst()), abs=1e-3)


def test_a_strong_sound_of_pain_is_of_more_points_than_a_weak_one() -> None:
    assert intensity(0.9, 0.9) - intensity(0.9, 0.1) == pytest.approx(3.6)


def test_what_may_be_pain_is_moved_by_its_strength_as_far_as_the_threshold() -> None:
    assert intensity(0.4, 0.0) == pytest.approx(2.4)
    assert PAIN_THRESHOLD - 0.1 < intensity(0.4, 1.0) < PAIN_THRESHOLD
    assert intensity(0.6, 0.0) == pytest.approx(PAIN_THRESHOLD)


def test_the_strength_of_what_is_no_pain_or_no_voice_counts_for_little() -> None:
    assert abs(intensity(0.02, 1.0) - intensity(0.02, 0.0)) < 0.2
    assert intensity(0.9, 1.0, sure=0.0) == intensity(0.9, 0.0, sure=0.0)


@given(st.floats(0.0, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0))
def test_strength_never_decides_whether_it_is_pain(probability: float, strength: float, sure: float) -> None:
    middle = intensity(probability, 0.5, sure)
    assert (intensity(probability, strength, sure) >= PAIN_THRESHOLD) == (middle >= PAIN_THRESHOLD)
