"""Synthetic moans, groans, hums and noise to learn from: what is a voice's though voice activity hears none in it.

Harmonics of a gliding, trembling pitch pass resonances of the vocal tract (Fant 1960); roughness is a modulation of
amplitude at 25 to 90 Hz (Arnal et al. 2015) and of every second period. Hums are as harmonic and no voice's: their
pitch stands still, or they have no resonances of a mouth. This is another generator, with other numbers, than the
virtual patient's, who stays a test.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solamen.voice.spectrum import RATE_HZ, Sound

Numbers = NDArray[np.float64]

_LOWEST_HZ, _HIGHEST_HZ = 75.0, 620.0
_NYQUIST_HZ = 7600.0
_ALONE, _PAUSES_S = 0.5, (0.05, 0.65)
_HUMS = 0.55


def moan(rng: np.random.Generator) -> Sound:
    """One sound of a voice without words, at a peak of 1."""
    length_s = float(np.exp(rng.uniform(np.log(0.3), np.log(2.8))))
    at = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    pitch_hz = _pitch(at, length_s, rng)
    voiced = 0.0 if rng.random() < 0.12 else 1.0
    breath = float(rng.uniform(0.5, 2.0)) if not voiced else float(np.exp(rng.uniform(np.log(0.01), np.log(0.6))))
    begun, ended = _formants(rng), _formants(rng)
    turned = np.clip((at / length_s - rng.uniform(0.0, 0.5)) / rng.uniform(0.3, 0.8), 0.0, 1.0)
    tilt = float(rng.uniform(0.6, 2.2))
    sound = voiced * sum(
        (1.0 - share) * _harmonics(pitch_hz, shape, tilt, rng)
        for share, shape in ((turned, begun), (1.0 - turned, ended))
    )
    sound = sound / (np.std(sound) + 1e-9) * voiced + breath * _breath(len(at), begun, rng)
    return _at_peak(sound * _rough(at, pitch_hz, rng) * _swell(at, length_s, rng), 1.0)


def moans(rng: np.random.Generator) -> Sound:
    """One of them, or several in a row, alike in loudness."""
    count = 1 if rng.random() < _ALONE else int(rng.integers(2, 5))
    level = _level(rng)
    return in_turn([level * moan(rng) for _ in range(count)], rng.uniform(*_PAUSES_S, count))


def in_turn(sounds: Sequence[Sound], pauses_s: Numbers) -> Sound:
    """Sounds, each with a pause behind it, but for the last."""
    parts: list[Sound] = []
    for sound, pause_s in zip(sounds, pauses_s, strict=True):
        parts += [sound, np.zeros(round(pause_s * RATE_HZ), np.float32)]
    return np.concatenate(parts[:-1]).astype(np.float32)


def hum(rng: np.random.Generator) -> Sound:
    """One harmonic sound that is no voice's, at a peak of 0.02 to 0.7: a machine, a signal, a hum."""
    length_s = float(np.exp(rng.uniform(np.log(0.4), np.log(4.0))))
    at = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    hz = float(np.exp(rng.uniform(np.log(40.0), np.log(2500.0))))
    wander = 1.0 + (0.0 if rng.random() < 0.6 else 0.05) * np.cumsum(rng.normal(0.0, 1.0, len(at))) / RATE_HZ**0.5 / 8.0
    order = np.arange(1, max(2, min(40, int(_NYQUIST_HZ / hz) + 1)))
    weight = (
        order ** -rng.uniform(0.0, 2.0) * rng.uniform(0.2, 1.0, len(order)) * (order % int(rng.integers(1, 3)) == 0)
    )
    weight[0] = 1.0
    phase = 2.0 * np.pi * np.cumsum(hz * wander) / RATE_HZ
    sound = sum(w * np.sin(n * phase + rng.uniform(0.0, 6.3)) for n, w in zip(order, weight, strict=True))
    sound = sound / np.std(sound) + rng.uniform(0.0, 0.6) * rng.normal(0.0, 1.0, len(at))
    if rng.random() < 0.4:
        sound = sound * (np.sin(2.0 * np.pi * rng.uniform(0.7, 12.0) * at) > rng.uniform(-0.7, 0.7))
    return _at_peak(sound * np.minimum(1.0, np.minimum(at, length_s - at) / 0.02), _level(rng))


def rush(rng: np.random.Generator) -> Sound:
    """Noise of any colour, steady, swelling or in bursts, at a peak of 0.02 to 0.7: a fan, wind, water, a knock."""
    length_s = float(np.exp(rng.uniform(np.log(0.4), np.log(4.0))))
    at = np.arange(round(length_s * RATE_HZ)) / RATE_HZ
    hz = np.maximum(np.asarray(np.fft.rfftfreq(len(at), 1.0 / RATE_HZ), np.float64), 40.0)
    octaves = np.log2(hz / 1000.0)
    colour = -rng.uniform(-0.2, 1.2) * octaves - rng.uniform(0.0, 0.3) * np.square(octaves - rng.uniform(-3.0, 2.5))
    sound = np.fft.irfft(np.fft.rfft(rng.normal(0.0, 1.0, len(at))) * np.exp2(colour), len(at))
    swell = 1.0 + rng.uniform(0.0, 0.9) * np.sin(2.0 * np.pi * np.exp2(rng.uniform(-2.0, 3.5)) * at)
    kept = sound * swell * np.minimum(1.0, np.minimum(at, length_s - at) / np.exp2(rng.uniform(-9.0, -2.0)))
    return _at_peak(kept, _level(rng))


def lifeless(rng: np.random.Generator) -> Sound:
    """A hum or a rush."""
    return hum(rng) if rng.random() < _HUMS else rush(rng)


def _pitch(at: Numbers, length_s: float, rng: np.random.Generator) -> Numbers:
    """Hz: four knots, tremor and drift."""
    middle = float(np.exp(rng.uniform(np.log(_LOWEST_HZ), np.log(_HIGHEST_HZ))))
    knots = middle * 2.0 ** rng.normal(0.0, 0.18, 4)
    slow = np.interp(at, np.linspace(0.0, length_s, 4), knots)
    tremor = 1.0 + rng.uniform(0.0, 0.05) * np.sin(2.0 * np.pi * rng.uniform(3.0, 9.0) * at + rng.uniform(0.0, 6.3))
    few = np.arange(0.0, length_s + 0.01, 0.005)
    drift = np.interp(
        at, few, np.convolve(rng.normal(0.0, rng.uniform(0.002, 0.03), len(few)), np.ones(3) / 3.0, "same")
    )
    return np.asarray(slow * tremor * (1.0 + drift))


def _formants(rng: np.random.Generator) -> tuple[tuple[float, float], ...]:
    """Frequencies and bandwidths, Hz, of any vowel of any size of mouth; through the nose at times."""
    size = rng.uniform(0.85, 1.3)
    nasal = rng.random() < 0.25
    first = rng.uniform(220.0, 320.0) if nasal else rng.uniform(330.0, 900.0)
    second = max(first + 250.0, rng.uniform(750.0, 2100.0))
    rest = (rng.uniform(2300.0, 3000.0), rng.uniform(3200.0, 3900.0), rng.uniform(4200.0, 5200.0))
    return tuple(
        (float(size * hz), float(rng.uniform(60.0, 130.0) * (1.0 + n))) for n, hz in enumerate((first, second, *rest))
    )


def _gain(hz: Numbers, formants: tuple[tuple[float, float], ...]) -> Numbers:
    """Of a cascade of resonances at some frequencies."""
    found = np.ones_like(hz)
    for centre, width in formants:
        found = found * centre**2 / np.sqrt((centre**2 - hz**2) ** 2 + (hz * width) ** 2)
    return found


def _harmonics(
    pitch_hz: Numbers, formants: tuple[tuple[float, float], ...], tilt: float, rng: np.random.Generator
) -> Numbers:
    """Harmonics whose strength follows the resonances as they glide through them."""
    phase = 2.0 * np.pi * np.cumsum(pitch_hz) / RATE_HZ
    sound = np.zeros_like(phase)
    lowest = float(pitch_hz.min())
    for number in range(1, min(60, int(_NYQUIST_HZ / lowest)) + 1):
        hz = number * pitch_hz
        sound += (hz < _NYQUIST_HZ) * number**-tilt * _gain(hz, formants) * np.sin(number * phase + 0.3 * rng.normal())
    return sound


def _breath(count: int, formants: tuple[tuple[float, float], ...], rng: np.random.Generator) -> Numbers:
    hz = np.asarray(np.fft.rfftfreq(count, 1.0 / RATE_HZ), np.float64)
    spectrum = np.fft.rfft(rng.normal(0.0, 1.0, count)) * _gain(hz, formants) ** 0.7
    sound = np.fft.irfft(spectrum, count)
    return np.asarray(sound / (np.std(sound) + 1e-9))


def _rough(at: Numbers, pitch_hz: Numbers, rng: np.random.Generator) -> Numbers:
    """Amplitude that is rough in half of the sounds."""
    kind = rng.random()
    if kind < 0.5:
        return np.ones_like(at)
    if kind < 0.75:
        return np.asarray(1.0 + rng.uniform(0.2, 0.9) * np.sin(2.0 * np.pi * rng.uniform(25.0, 90.0) * at))
    return np.asarray(1.0 + rng.uniform(0.1, 0.6) * np.sin(np.pi * np.cumsum(pitch_hz) / RATE_HZ))


def _swell(at: Numbers, length_s: float, rng: np.random.Generator) -> Numbers:
    rise_s, fall_s = rng.uniform(0.01, 0.25), rng.uniform(0.05, 0.6) * length_s
    envelope: Numbers = np.minimum(1.0, at / rise_s) * np.minimum(1.0, (length_s - at) / fall_s)
    pulses = int(rng.integers(1, 5)) if rng.random() < 0.25 else 1
    if pulses > 1:
        envelope *= np.sqrt(np.abs(np.sin(np.pi * pulses * at / length_s)))
    return envelope


def _level(rng: np.random.Generator) -> float:
    """A peak, of full scale."""
    return float(np.exp(rng.uniform(np.log(0.02), np.log(0.7))))


def _at_peak(sound: Numbers, peak: float) -> Sound:
    return np.asarray(peak * sound / (np.abs(sound).max() + 1e-9), np.float32)
