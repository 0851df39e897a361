"""How fast the state rises or falls."""

from __future__ import annotations

import math
from collections import deque
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

_SAMPLE_S = 0.5


class Trend:
    """Robust slope over the last seconds: the median of the slopes between all pairs (Sen 1968).

    Attributes:
        per_min: points per minute; NaN until enough time is covered.
    """

    def __init__(self, window_s: float, least_s: float) -> None:
        self._window_s, self._least_s = window_s, least_s
        self._samples: deque[tuple[float, float]] = deque()
        self.per_min = math.nan

    def add(self, stamp_s: float, mean: float) -> None:
        """Takes a mean in points; more than one in half a second are left out."""
        if self._samples and stamp_s - self._samples[-1][0] < _SAMPLE_S:
            return
        self._samples.append((stamp_s, mean))
        while stamp_s - self._samples[0][0] > self._window_s:
            self._samples.popleft()
        self.per_min = self._slope_per_min()

    def clear(self) -> None:
        """Forgets everything."""
        self._samples.clear()
        self.per_min = math.nan

    def _slope_per_min(self) -> float:
        if self._samples[-1][0] - self._samples[0][0] < self._least_s:
            return math.nan
        times, means = np.array(self._samples).T
        first, second = _pairs(len(times))
        return float(np.median((means[second] - means[first]) / (times[second] - times[first]))) * 60.0


@lru_cache(maxsize=128)
def _pairs(count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Places of the earlier and of the later of all pairs of so many samples."""
    first, second = np.triu_indices(count, 1)
    return first, second
