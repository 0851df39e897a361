"""The virtual patient's voice: what it utters with how much pain, and what the sounds are like."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.patient.glottis import rough_stretches
from solamen.patient.voice import RATE_HZ, PatientVoice, Sound, Utterance, room_noise, synthesise

KINDS = ("moan", "groan", "whimper", "cry", "gasp")


def pitch_hz(sound: Sound) -> float:
    """Of the loudest part, by autocorrelation, between 80 and 500 Hz."""
    middle = np.argmax(np.convolve(np.abs(sound), np.ones(1600), "same"))
    part = sound[max(0, middle - 800) : middle + 800].astype(np.float64)
    again = np.correlate(part, part, "full")[len(part) - 1 :]
    lags = slice(RATE_HZ // 500, RATE_HZ // 80)
    return RATE_HZ / (lags.start + int(np.argmax(again[lags])))


def repeats(sound: Sound) -> float:
    """How like itself a sound is one period later, 0–1, in the mean over pieces of a twentieth of a second."""
    found = []
    for start in range(800, len(sound) - 1600, 800):
        part = sound[start : start + 800].astype(np.float64)
        again = np.correlate(part, part, "full")[len(part) - 1 :]
        found.append(again[40:200].max() / again[0])
    return float(np.mean(found))


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
    found = pitch_hz(synthesise(Utterance("moan", 1.2, wanted, 0.4, strain=0.0), np.random.default_rng(2)))
    assert 0.8 * wanted < found < 1.35 * wanted


def test_strain_makes_a_groan_brighter_harsher_and_less_even() -> None:
    def measured(strain: float) -> np.ndarray:
        found = []
        for seed in range(6):
            groan = synthesise(Utterance("groan", 1.2, 200.0, 0.4, strain), np.random.default_rng(seed))
            hz, power = np.fft.rfftfreq(len(groan), 1.0 / RATE_HZ), np.abs(np.fft.rfft(groan)) ** 2
            pitches = [pitch_hz(groan[start : start + 1600]) for start in range(1600, len(groan) - 4800, 800)]
            found.append([np.average(hz, weights=power), 1.0 - repeats(groan), np.std(np.log2(pitches))])
        return np.mean(found, axis=0)

    assert (measured(0.9) > 1.2 * measured(0.1)).all()


def test_a_rough_sound_is_rough_in_about_the_share_that_is_asked_for() -> None:
    rng = np.random.default_rng(0)
    shares = [np.mean([rough_stretches(4000, share, rng).mean() for _ in range(50)]) for share in (0.0, 0.3, 0.9)]
    assert shares[0] == 0.0
    assert 0.1 < shares[1] < 0.35 < shares[2] < 0.9


def test_the_room_is_heard_on_without_a_step_and_has_more_low_sound_than_high() -> None:
    room = room_noise(np.random.default_rng(0))
    assert np.std(room) == pytest.approx(6e-4, rel=1e-3)
    assert abs(room[0] - room[-1]) < 4.0 * np.std(np.diff(room))
    power, hz = np.abs(np.fft.rfft(room)) ** 2, np.fft.rfftfreq(len(room), 1.0 / RATE_HZ)
    assert power[hz < 500.0].sum() > 5.0 * power[hz > 500.0].sum()


def test_no_two_moans_are_the_same_and_a_seed_gives_the_same_again() -> None:
    made = [synthesise(Utterance("moan", 1.0, 200.0, 0.4), np.random.default_rng(seed)) for seed in (1, 2, 1)]
    assert not np.allclose(made[0], made[1], atol=0.05)
    assert np.array_equal(made[0], made[2])


def test_a_gasp_is_breath_without_a_pitch() -> None:
    def made(kind: str) -> Sound:
        return synthesise(Utterance(kind, 0.5, 200.0, 0.4, strain=0.0), np.random.default_rng(3))

    assert repeats(made("gasp")) < 0.3 < repeats(made("cry"))


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
