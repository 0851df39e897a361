"""What the glottis of the virtual patient gives: pulses that strain makes rougher, harder and more uneven, and breath.

Simulated pain that is stronger is louder, longer, higher, more varied in pitch and rougher, and holds more nonlinear
phenomena (Raine, Pisanski, Simner & Reby 2019): subharmonics, beating amplitude and irregular pulses (Fitch, Neubauer &
Herzel 2002), which come in stretches.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

RATE_HZ = 16_000
Numbers = NDArray[np.float64]

# Pulses vary in time and in loudness so much without strain, and with all of it.
_JITTER, _SHIMMER_DB = (0.012, 0.02), (0.6, 1.5)
# The glottis opens and closes for so much of a period; the harder it is pressed, the quicker it closes.
_OPENING, _CLOSING = (0.42, 0.36), (0.16, 0.08)
# In a stretch of roughness every second pulse lacks so much, the amplitude beats so deep and so fast, and pulses are
# so much more uneven.
_SUBHARMONIC, _BEAT, _BEAT_HZ, _UNEVEN = 0.35, 0.5, (30.0, 75.0), 1.5
_STRETCHES = 3


def glottis(pitch_hz: Numbers, strain: float, breath: float, rough: float, rng: np.random.Generator) -> Numbers:
    """Pulses and breath, (n,) at 16 kHz, of about an rms of 1.

    Args:
        pitch_hz: (n,) of each sample.
        strain: 0–1.
        breath: amplitude of the noise beside the pulses; infinite for breath alone.
        rough: 0–1, share of the sound in which the pulses are rough.
        rng: for all that is random.
    """
    noise = np.diff(rng.normal(0.0, 1.0, len(pitch_hz)), prepend=0.0)
    if math.isinf(breath):
        return noise
    harsh = rough_stretches(len(pitch_hz), rough, rng)
    flow = _flow(pitch_hz, strain, harsh, rng)
    pulses = np.diff(flow, prepend=0.0)
    beat = 1.0 + _BEAT * harsh * np.sin(2.0 * math.pi * rng.uniform(*_BEAT_HZ) * np.arange(len(flow)) / RATE_HZ)
    voiced = beat * pulses / (np.sqrt(np.mean(pulses**2)) + 1e-9)
    return np.asarray(voiced + breath * noise * (0.4 + 0.6 * flow))


def rough_stretches(count: int, share: float, rng: np.random.Generator) -> Numbers:
    """(n,) 0–1, where the sound is rough: some stretches that fade in and out, and hold about the share of it."""
    at = np.linspace(0.0, 1.0, count)
    found = np.zeros(count)
    for _ in range(_STRETCHES):
        middle, half = rng.uniform(0.1, 0.9), share / _STRETCHES * rng.uniform(0.3, 0.9)
        found = np.maximum(found, np.clip((half - np.abs(at - middle)) / 0.03 + 0.5, 0.0, 1.0))
    return found if share > 0.0 else np.zeros(count)


def _flow(pitch_hz: Numbers, strain: float, harsh: Numbers, rng: np.random.Generator) -> Numbers:
    """Flow through the glottis, 0–1, with jitter and shimmer from pulse to pulse."""
    cycles = np.cumsum(pitch_hz) / RATE_HZ
    count = int(cycles[-1]) + 2
    here = np.interp(np.arange(count), cycles, harsh)
    uneven = _between(_JITTER, strain) * (1.0 + _UNEVEN * here)
    late = np.cumsum(rng.normal(0.0, 1.0, count) * uneven)
    loud = 10.0 ** (rng.normal(0.0, _between(_SHIMMER_DB, strain), count) / 20.0)
    loud[::2] *= 1.0 - _SUBHARMONIC * here[::2]
    cycles = np.maximum(0.0, cycles + np.interp(cycles, np.arange(count), late - late.mean()))
    opening, closing = _between(_OPENING, strain), _between(_CLOSING, strain)
    phase = cycles % 1.0
    flow = np.where(
        phase < opening,
        0.5 * (1.0 - np.cos(math.pi * phase / opening)),
        np.where(phase < opening + closing, np.cos(0.5 * math.pi * (phase - opening) / closing), 0.0),
    )
    return np.asarray(flow * loud[np.minimum(cycles.astype(int), count - 1)])


def _between(ends: tuple[float, float], share: float) -> float:
    return ends[0] + (ends[1] - ends[0]) * share
