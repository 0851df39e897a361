"""A tune as sound: soft tones that swell and fade, without a mouth that moves."""

from __future__ import annotations

import math

import numpy as np

from solamen.core.tunes import Note, parse_tune
from solamen.robot.speech_sound import Samples, Sound, sound_of

_RATE_HZ = 16000
_LOUD, _RISE_S, _RING_S = 0.25, 0.06, 0.9
_OVERTONES = ((1.0, 1.0), (2.0, 0.25), (3.0, 0.08))
"""Multiples of the tone and their shares: near to a hum."""


def tune_sound(text: str) -> Sound:
    """The sound of a tune (see `core.tunes`).

    Raises:
        ValueError: it is no tune.
    """
    notes = parse_tune(text)
    count = round(sum(note.length_s for note in notes) * _RATE_HZ)
    mixed = np.zeros(count + round(_RING_S * _RATE_HZ), np.float32)
    start = 0.0
    for note in notes:
        if note.hertz > 0.0:
            samples = _tone(note)
            first = round(start * _RATE_HZ)
            mixed[first : first + len(samples)] += samples[: len(mixed) - first]
        start += note.length_s
    sound = sound_of(np.clip(mixed, -1.0, 1.0), _RATE_HZ)
    return Sound(sound.samples, sound.rate_hz, sound.loudness, mouth=False)


def _tone(note: Note) -> Samples:
    """One tone, that rings on a little into the next; it begins and ends at rest, so that nothing clicks."""
    length_s = note.length_s + _RING_S
    time_s = np.arange(round(length_s * _RATE_HZ)) / _RATE_HZ
    rise = np.clip(time_s / _RISE_S, 0.0, 1.0)
    fall = np.clip((length_s - time_s) / length_s, 0.0, 1.0) ** 2
    total = sum(share for _, share in _OVERTONES)
    wave = sum(share * np.sin(2.0 * math.pi * multiple * note.hertz * time_s) for multiple, share in _OVERTONES)
    return np.asarray(_LOUD * rise * fall * wave / total, np.float32)
