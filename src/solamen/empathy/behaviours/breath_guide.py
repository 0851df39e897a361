"""A breath to follow: exact in its period, whatever the ticks; and how well it is followed."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np

from solamen.empathy.scene import BreathSample

_WINDOW_S, _STALE_S, _LEAST_BREATHS = 30.0, 2.0, 2
_LAGS_S = (0.0, 0.4, 0.8, 1.2)
"""People follow a little late; the best of these counts."""
_LEAST_SAMPLES, _LEAST_RANGE = 20, 0.05


class BreathGuide:
    """Raised cosines in and out, without a pause. Times are monotonic seconds.

    A change of rate takes effect with the next breath, and each breath begins where the last one ended, so that no
    late tick ever adds up to a period that is off.

    Attributes:
        breaths: how many were begun.
        breaths_per_min: of the breath under way.
    """

    def __init__(self, start_s: float, breaths_per_min: float, in_share: float) -> None:
        self._begun_s, self._in_share = start_s, in_share
        self.breaths_per_min, self.breaths = breaths_per_min, 1

    def at(self, now_s: float, next_rate: Callable[[], float]) -> float:
        """How full the breath is, 0 (out) to 1 (in); `next_rate` gives the rate of each breath that begins."""
        while now_s - self._begun_s >= self.period_s:
            self._begun_s += self.period_s
            self.breaths_per_min, self.breaths = next_rate(), self.breaths + 1
        return self.level(now_s)

    def level(self, time_s: float) -> float:
        """The level at a time within the breath under way, or as if that had gone on for ever."""
        phase = ((time_s - self._begun_s) / self.period_s) % 1.0
        if phase < self._in_share:
            return 0.5 - 0.5 * math.cos(math.pi * phase / self._in_share)
        return 0.5 + 0.5 * math.cos(math.pi * (phase - self._in_share) / (1.0 - self._in_share))

    def breathing_in(self, now_s: float) -> bool:
        """Whether the breath goes in at this time."""
        return ((now_s - self._begun_s) / self.period_s) % 1.0 < self._in_share

    @property
    def period_s(self) -> float:
        """Seconds of the breath under way."""
        return 60.0 / self.breaths_per_min


def breaths_per_min(samples: Sequence[BreathSample], now_s: float, window_s: float = _WINDOW_S) -> float:
    """The person's own rate over the last seconds; NaN where there are too few breaths, or none come in any more.

    Counts upward crossings of the middle, each armed by a fall well below it, so that a wobble is no breath.
    """
    recent = [item for item in samples if now_s - item.at_s <= window_s and math.isfinite(item.level)]
    if len(recent) < _LEAST_SAMPLES or now_s - recent[-1].at_s > _STALE_S:
        return math.nan
    levels = np.array([item.level for item in recent])
    low, high = np.percentile(levels, [5.0, 95.0])
    if high - low < _LEAST_RANGE:
        return math.nan
    begun_s, armed = [], False
    for item in recent:
        share = (item.level - low) / (high - low)
        if share < 0.35:
            armed = True
        elif armed and share >= 0.5:
            begun_s.append(item.at_s)
            armed = False
    if len(begun_s) <= _LEAST_BREATHS:
        return math.nan
    return 60.0 * (len(begun_s) - 1) / (begun_s[-1] - begun_s[0])


def adherence(samples: Sequence[BreathSample], led: Sequence[BreathSample], now_s: float, window_s: float) -> float:
    """0–1: how well the person's breath goes with the one that is led; NaN where it cannot be measured.

    Pearson's correlation over the last seconds, at the best of some lags, and 0 where it is negative.
    """
    recent = [item for item in samples if now_s - item.at_s <= window_s and math.isfinite(item.level)]
    if len(recent) < _LEAST_SAMPLES or now_s - recent[-1].at_s > _STALE_S or len(led) < _LEAST_SAMPLES:
        return math.nan
    own = np.array([item.level for item in recent])
    own_s = np.array([item.at_s for item in recent])
    led_s, led_level = np.array([item.at_s for item in led]), np.array([item.level for item in led])
    if np.std(own) < 0.2 * _LEAST_RANGE:
        return 0.0
    return max(0.0, *(_correlation(own, np.interp(own_s - lag_s, led_s, led_level)) for lag_s in _LAGS_S))


def _correlation(first: np.ndarray, second: np.ndarray) -> float:
    if np.std(second) < 1e-9:
        return 0.0
    return float(np.corrcoef(first, second)[0, 1])
