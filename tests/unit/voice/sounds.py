"""Sounds made in code, 16 kHz mono."""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from solamen.voice.reader import VoiceReader
from solamen.voice.reading import VoiceReading
from solamen.voice.settings import VoiceSettings
from solamen.voice.spectrum import RATE_HZ, Sound


def silence(seconds: float) -> Sound:
    """Sound of a quiet room: white noise at -80 dB."""
    return noise(seconds, 1e-4)


def noise(seconds: float, spread: float = 0.05, seed: int = 0) -> Sound:
    return np.random.default_rng(seed).normal(0.0, spread, round(seconds * RATE_HZ)).astype(np.float32)


def voice(seconds: float, pitch_hz: float = 220.0, loud: float = 0.5, glide: float = 0.0) -> Sound:
    """A hummed vowel: twenty harmonics under two formants; `glide` octaves over its length."""
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    phase = 2.0 * math.pi * np.cumsum(pitch_hz * 2.0 ** (glide * t / seconds)) / RATE_HZ
    sound = np.zeros_like(t)
    for harmonic in range(1, 21):
        hz = harmonic * pitch_hz
        if hz < 0.45 * RATE_HZ:
            weight = sum(math.exp(-(((hz - formant) / width) ** 2)) for formant, width in ((700, 300), (1200, 400)))
            sound += (weight + 0.05) / harmonic**0.5 * np.sin(harmonic * phase)
    edge = np.minimum(1.0, np.minimum(t, t[::-1]) / 0.03)
    return (loud * edge * sound / np.abs(sound).max()).astype(np.float32)


def heard(
    sound: Sound, chunk: int = 1600, start_s: float = 10.0, reader: VoiceReader | None = None, robot: bool = False
) -> Iterator[VoiceReading]:
    """What a reader says, chunk by chunk."""
    reader = reader or VoiceReader(VoiceSettings())
    for start in range(0, len(sound), chunk):
        piece = sound[start : start + chunk]
        yield reader.hear(piece, start_s + (start + len(piece)) / RATE_HZ, robot)
