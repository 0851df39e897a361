"""Pitch and harmonicity of short pieces of sound, from the autocorrelation (Boersma 1993)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

from solamen.voice.spectrum import RATE_HZ, Sound

FRAME = 1024
"""Samples (64 ms): three periods of the lowest pitch."""

LOWEST_HZ, HIGHEST_HZ = 60.0, 1000.0
VOICED_FROM = 0.45
"""Share of periodic energy from which on a frame has a pitch (Boersma's voicing threshold)."""

_SIZE = 2 * FRAME
_LAGS = np.arange(int(RATE_HZ / HIGHEST_HZ), int(RATE_HZ / LOWEST_HZ) + 1)
# A lag of twice the period fits as well; each octave down costs so much (Boersma 1993).
_OCTAVE_COST = 0.03


def _correlation(frames: NDArray[np.float32]) -> NDArray[np.float32]:
    spectrum = scipy.fft.rfft(frames, _SIZE, axis=1)
    found: NDArray[np.float32] = scipy.fft.irfft(np.square(np.abs(spectrum)), _SIZE, axis=1)[:, : _LAGS[-1] + 2]
    return found


_WINDOW = (0.5 - 0.5 * np.cos(2.0 * np.pi * (np.arange(FRAME) + 0.5) / FRAME)).astype(np.float32)
_OF_WINDOW = _correlation(_WINDOW[None])[0]
_OF_WINDOW = _OF_WINDOW / _OF_WINDOW[0]


@dataclass(frozen=True)
class Pitches:
    """Pitch of n frames.

    Attributes:
        hz: (n,) fundamental, 60–1000; NaN where the frame has none.
        periodic: (n,) share of energy that repeats with the best period, 0–1.
    """

    hz: Sound
    periodic: Sound

    @property
    def harmonicity_db(self) -> Sound:
        """(n,) harmonics-to-noise ratio, -30 to 30 dB (Boersma 1993)."""
        share = np.clip(self.periodic, 1e-3, 1.0 - 1e-3)
        return np.asarray(10.0 * np.log10(share / (1.0 - share)), np.float32)


def pitches(frames: Sound) -> Pitches:
    """Pitch and harmonicity.

    Args:
        frames: (n, 1024) samples, finite.
    """
    centred = frames - frames.mean(axis=1, keepdims=True)
    raw = _correlation(centred * _WINDOW)
    power = raw[:, :1]
    repeated = raw / np.maximum(power, 1e-9) / np.maximum(_OF_WINDOW, 1e-3)
    at = repeated[:, _LAGS]
    peak = (at >= repeated[:, _LAGS - 1]) & (at >= repeated[:, _LAGS + 1])
    worth = np.where(peak, at - _OCTAVE_COST * np.log2(_LAGS / _LAGS[0]), -1.0)
    best = np.argmax(worth, axis=1)
    rows = np.arange(len(frames))
    lag, height = _between(repeated, rows, _LAGS[best])
    height = np.where((power[:, 0] > 1e-6) & peak[rows, best], np.clip(height, 0.0, 1.0), 0.0)
    hz = np.where(height >= VOICED_FROM, RATE_HZ / lag, np.nan)
    return Pitches(hz.astype(np.float32), height.astype(np.float32))


def _between(
    curve: NDArray[np.float32], rows: NDArray[np.int64], lag: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Place and height of a peak between samples, by a parabola through three."""
    left, middle, right = (curve[rows, lag + step].astype(np.float64) for step in (-1, 0, 1))
    bend = left - 2.0 * middle + right
    shift = np.where(np.abs(bend) > 1e-9, 0.5 * (left - right) / np.where(np.abs(bend) > 1e-9, bend, 1.0), 0.0)
    shift = np.clip(shift, -0.5, 0.5)
    return lag.astype(np.float64) + shift, middle - 0.25 * (left - right) * shift
