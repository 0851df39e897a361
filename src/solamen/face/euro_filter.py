"""The one-euro filter (Casiez, Roussel & Vogel 2012): steady where nothing moves, quick where something does."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

# As the landmark model is published: cut-off at rest in Hz, growth of the cut-off with speed, cut-off of the speed.
_MIN_CUTOFF_HZ, _BETA, _SPEED_CUTOFF_HZ = 0.05, 80.0, 1.0


class OneEuroFilter:
    """Filters the landmarks of one face.

    Args:
        step_s: time from frame to frame.
    """

    def __init__(self, step_s: float) -> None:
        self._step_s = step_s
        self.reset()

    def reset(self) -> None:
        """Forgets the face."""
        self._raw: NDArray[np.float32] | None = None
        self._smooth: NDArray[np.float32] | None = None
        self._speed: NDArray[np.float32] | None = None

    def update(self, points: NDArray[np.float32]) -> NDArray[np.float32]:
        """The landmarks (n, 3) of one more frame, filtered; speeds are counted in sizes of the face."""
        if self._raw is None or self._smooth is None or self._speed is None:
            self._raw = self._smooth = points
            self._speed = np.zeros_like(points)
            return points
        size = max(float(np.ptp(points[:, :2], axis=0).mean()), 1e-6)
        speed = (points - self._raw) / np.float32(size * self._step_s)
        self._speed = self._speed + self._share(_SPEED_CUTOFF_HZ) * (speed - self._speed)
        share = self._share(_MIN_CUTOFF_HZ + _BETA * np.abs(self._speed))
        self._smooth = (self._smooth + share * (points - self._smooth)).astype(np.float32)
        self._raw = points
        return self._smooth

    def _share(self, cutoff_hz: float | NDArray[np.floating]) -> NDArray[np.float32]:
        """Weight of the new value in a first-order low pass."""
        return np.asarray(1.0 / (1.0 + 1.0 / (2.0 * math.pi * cutoff_hz * self._step_s)), np.float32)
