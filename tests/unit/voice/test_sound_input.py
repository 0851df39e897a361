"""Sound of any rate and number of channels becomes one stream, and what is wrong with it is told."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.voice.sound_input import LONGEST_S, SoundInput
from solamen.voice.spectrum import RATE_HZ, Sound
from tests.unit.voice.sounds import voice


def tone(rate_hz: int, seconds: float = 1.0, hz: float = 440.0) -> Sound:
    return (0.5 * np.sin(2.0 * math.pi * hz * np.arange(round(rate_hz * seconds)) / rate_hz)).astype(np.float32)


def hz_of(sound: Sound) -> float:
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound))))
    return float(np.argmax(spectrum)) * RATE_HZ / len(sound)


def test_sound_at_16_khz_is_passed_on_as_it_is() -> None:
    sound = voice(0.3)
    assert np.array_equal(SoundInput().take(sound, RATE_HZ, 1, 0.0), sound)


@pytest.mark.parametrize("rate_hz", [8_000, 44_100, 48_000, 96_000])
def test_other_rates_keep_the_pitch_and_the_length(rate_hz: int) -> None:
    sound, stream = tone(rate_hz), SoundInput()
    step = rate_hz // 20
    made = np.concatenate(
        [stream.take(sound[at : at + step], rate_hz, 1, at / rate_hz) for at in range(0, rate_hz, step)]
    )
    assert len(made) == pytest.approx(RATE_HZ, rel=0.05)
    assert hz_of(made[1000:]) == pytest.approx(440.0, abs=3.0)
    assert stream.gaps == 0 and stream.notes == []


def test_channels_are_averaged() -> None:
    left, right = np.full(100, 0.2, np.float32), np.full(100, 0.6, np.float32)
    made = SoundInput().take(np.stack([left, right], axis=1).ravel(), RATE_HZ, 2, 0.0)
    assert np.allclose(made, 0.4)


def test_a_channel_that_gives_nothing_is_left_out_and_told_once() -> None:
    stream, sound = SoundInput(), tone(RATE_HZ, 0.1)
    for number in range(3):
        both = np.stack([sound, np.zeros_like(sound)], axis=1).ravel()
        assert np.allclose(stream.take(both, RATE_HZ, 2, 0.1 * number), sound)
    assert stream.notes == ["1 of 2 channels of the microphone give nothing"]


def test_another_microphone_is_told_and_begins_anew() -> None:
    stream = SoundInput()
    stream.take(tone(48_000, 0.1), 48_000, 1, 0.0, "old")
    stream.take(tone(RATE_HZ, 0.1), RATE_HZ, 1, 9.0, "new")
    assert stream.notes == ["the microphone was swapped: old at 48000 Hz before, now new at 16000 Hz"]
    assert stream.gaps == 0


def test_a_dropout_is_counted() -> None:
    stream = SoundInput()
    for start_s in (0.0, 0.1, 0.2, 1.5, 1.6):
        stream.take(tone(RATE_HZ, 0.1), RATE_HZ, 1, start_s)
    assert stream.gaps == 1


def test_a_broken_sample_is_not_smeared_over_what_follows() -> None:
    stream, sound = SoundInput(), tone(48_000, 0.2)
    sound[10] = np.nan
    first = stream.take(sound, 48_000, 1, 0.0)
    later = stream.take(tone(48_000, 0.2), 48_000, 1, 0.2)
    assert np.isnan(first).sum() == 1
    assert np.isfinite(later).all()


@pytest.mark.parametrize(
    ("count", "rate_hz", "channels", "start_s", "told"),
    [
        (100, 3, 1, 0.0, "3 samples a second"),
        (100, 10**6, 1, 0.0, "1000000 samples a second"),
        (101, RATE_HZ, 2, 0.0, "101 samples for 2 channels"),
        (100, RATE_HZ, 0, 0.0, "0 channels"),
        (100, RATE_HZ, 1, math.nan, "starts at nan s"),
        (round((LONGEST_S + 1) * RATE_HZ), RATE_HZ, 1, 0.0, "give at most 30 s"),
    ],
)
def test_what_is_malformed_is_refused_in_one_sentence(
    count: int, rate_hz: int, channels: int, start_s: float, told: str
) -> None:
    with pytest.raises(ValueError, match=told):
        SoundInput().take(np.zeros(count, np.float32), rate_hz, channels, start_s)


VALUES = st.sampled_from([0.0, 1.0, -1.0, 0.3, 7.0, math.nan, math.inf, -math.inf])
PIECES = st.tuples(
    st.integers(0, 3000),
    st.sampled_from([4_000, 8_000, 16_000, 44_100, 48_000, 384_000]),
    st.integers(1, 3),
    VALUES,
    st.floats(-1.0, 5.0),
)


@settings(deadline=None, max_examples=60)
@given(st.lists(PIECES, max_size=8))
def test_whatever_comes_no_exception_and_no_infinity_that_was_not_given(
    pieces: list[tuple[int, int, int, float, float]],
) -> None:
    stream, start_s, loudest = SoundInput(), 0.0, 1.0
    for count, rate_hz, channels, value, jump_s in pieces:
        samples = np.full(count * channels, value, np.float32)
        start_s += jump_s
        made = stream.take(samples, rate_hz, channels, start_s)
        assert made.ndim == 1 and made.dtype == np.float32
        if math.isfinite(value):
            loudest = max(loudest, abs(value))  # a resampler gives the end of a piece with the next one
            assert np.isfinite(made).all() and np.abs(made).max(initial=0.0) <= 1.5 * loudest
