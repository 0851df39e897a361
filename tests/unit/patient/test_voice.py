"""The virtual patient's voice: what it utters with how much pain, and what the sounds are like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.patient.voice import RATE_HZ, PatientVoice, Sound, Utterance, synthesise

KINDS = ("moan", "groan", "whimper", "cry", "gasp")


def pitch_hz(sound: Sound) -> float:
    """Of the loudest part, by autocorrelation, between 80 and 500 Hz."""
    middle = np.argmax(np.convolve(np.abs(sound), np.ones(1600), "same"))
    part = sound[max(0, middle - 800) : middle + 800].astype(np.float64)
    again = np.correlate(part, part, "full")[len(part) - 1 :]
    lags = slice(RATE_HZ // 500, RATE_HZ // 80)
    return RATE_HZ / (lags.start + int(np.argmax(again[lags])))


def uttered(pain: float, seed: int = 0, seconds: int = 60) -> tuple[list[str], Sound]:
    """What a patient in steady pain utters, and all of the sound."""
    voice = PatientVoice(seed)
    pieces, kinds = [], []
    for _ in range(seconds * 10):
        pieces.append(voice.sound(pain, 0.1))
        kinds += [voice.uttered] if voice.uttered else []
    return kinds, np.concatenate(pieces)


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_is_as_long_and_as_loud_as_it_is_told(kind: str) -> None:
    sound = synthesise(Utterance(kind, 0.8, 200.0, 0.4), np.random.default_rng(1))
    assert len(sound) == round(0.8 * RATE_HZ)
    assert np.abs(sound).max() == pytest.approx(0.4, abs=1e-4)
    assert abs(sound[0]) < 0.02 and abs(sound[-1]) < 0.02


@pytest.mark.parametrize("wanted", [130.0, 220.0, 320.0])
def test_a_moan_has_the_pitch_that_is_asked_for(wanted: float) -> None:
    found = pitch_hz(synthesise(Utterance("moan", 1.2, wanted, 0.4), np.random.default_rng(2)))
    assert 0.8 * wanted < found < 1.35 * wanted


def test_no_two_moans_are_the_same_and_a_seed_gives_the_same_again() -> None:
    made = [synthesise(Utterance("moan", 1.0, 200.0, 0.4), np.random.default_rng(seed)) for seed in (1, 2, 1)]
    assert not np.allclose(made[0], made[1], atol=0.05)
    assert np.array_equal(made[0], made[2])


def test_a_gasp_is_breath_without_a_pitch() -> None:
    def repeats(kind: str) -> float:
        sound = synthesise(Utterance(kind, 0.5, 200.0, 0.4), np.random.default_rng(3)).astype(np.float64)
        again = np.correlate(sound, sound, "full")[len(sound) - 1 :]
        return float(again[60:100].max() / again[0])

    assert repeats("gasp") < 0.3 < repeats("cry")


def test_who_feels_little_pain_is_silent() -> None:
    kinds, sound = uttered(2.0)
    assert kinds == []
    assert np.abs(sound).max() < 0.01


def test_more_pain_is_uttered_more_often_and_louder() -> None:
    few, quiet = uttered(3.5)
    many, loud = uttered(9.0)
    assert len(many) > len(few) > 0
    assert np.abs(loud).max() > 1.5 * np.abs(quiet).max()
    assert set(many) <= {"groan", "cry"}


def test_words_break_off_a_moan_and_are_not_talked_over() -> None:
    voice = PatientVoice(0)
    while not voice.uttered:
        voice.sound(9.0, 0.1)
    word = np.full(RATE_HZ, 0.5, np.float32)
    voice.say(word)
    said = np.concatenate([voice.sound(9.0, 0.1) for _ in range(10)])
    assert np.abs(said - word).max() < 0.01
    assert np.abs(np.concatenate([voice.sound(9.0, 0.1) for _ in range(5)])).max() < 0.01


def test_exclamations_are_uttered_in_strong_pain_where_there_are_any() -> None:
    voice = PatientVoice(0)
    voice.exclamations = [np.full(4000, 0.5, np.float32)]
    assert "ouch" not in [voice.uttered for _ in range(600) if voice.sound(4.0, 0.1) is not None]
    assert "ouch" in [voice.uttered for _ in range(600) if voice.sound(9.0, 0.1) is not None]


@settings(deadline=None, max_examples=20)
@given(st.floats(0.0, 10.0), st.lists(st.floats(0.0, 0.5), max_size=20), st.integers(0, 1000))
def test_whatever_is_asked_pieces_have_their_length_and_stay_within_full_scale(
    pain: float, lengths: list[float], seed: int
) -> None:
    voice = PatientVoice(seed)
    for length_s in lengths:
        piece = voice.sound(pain, length_s)
        assert piece.shape == (round(length_s * RATE_HZ),) and piece.dtype == np.float32
        assert np.isfinite(piece).all() and np.abs(piece).max(initial=0.0) <= 1.0
