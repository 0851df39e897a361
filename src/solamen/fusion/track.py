"""One modality's belief over what is expressed, followed through time.

The error of a modality has two parts. Jitter is new in each estimate, and the filter here takes it away. The rest (a
wrong neutral, a person's way of showing) stays the same from frame to frame: a thousand frames do not average it away,
so it is kept apart and widens the state in the end.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from solamen.core.estimates import PainEstimate
from solamen.fusion.settings import FusionSettings
from solamen.fusion.severity import EXPRESSED, Density

_TICKS_PER_S = 100


class ModalityTrack:
    """What one modality shows; moves by random walk with jumps between estimates.

    Attributes:
        belief: over `EXPRESSED`, sums to 1.
        stamp_s: capture time of the newest estimate used; NaN before the first.
        persistent_stddev: points of error that does not average away.
        quality: 0–1, of the newest estimate.
        note: why the newest estimate could not be used, in words; empty where it could.
    """

    def __init__(self, settings: FusionSettings) -> None:
        self._settings = settings
        self.belief: Density = np.full(len(EXPRESSED), 1.0 / len(EXPRESSED))
        self.stamp_s = math.nan
        self.persistent_stddev = math.nan
        self.quality = math.nan
        self.note = ""

    def use(self, estimate: PainEstimate) -> None:
        """Takes in an estimate of finite intensity, stddev, quality and stamp; it may be older than the newest."""
        settings = self._settings
        stddev = estimate.stddev * (1.0 + settings.quality_widening * (1.0 - estimate.quality))
        jitter = max(settings.jitter_share * stddev, settings.jitter_floor)
        behind_s = self.stamp_s - estimate.stamp_s  # NaN before the first
        if behind_s > 0.0:
            # A late one still tells something of now, less by the drift since then.
            self._weigh(estimate.intensity, math.hypot(jitter, settings.drift_per_sqrt_s * math.sqrt(behind_s)))
            return
        if not math.isnan(behind_s):
            self._move(-behind_s)
        self._weigh(estimate.intensity, jitter)
        self.stamp_s, self.quality, self.note = estimate.stamp_s, estimate.quality, ""
        self.persistent_stddev = stddev * math.sqrt(1.0 - settings.jitter_share**2)

    def spread(self, age_s: float) -> float:
        """Points of stddev between what is believed to be shown and what would be reported, at an age of the track."""
        settings = self._settings
        stale = settings.staleness_per_s * max(0.0, age_s - settings.hold_s)
        return math.sqrt(self.persistent_stddev**2 + settings.expressiveness_stddev**2 + stale**2)

    def _move(self, seconds: float) -> None:
        ticks = round(min(seconds, self._settings.abstain_after_s) * _TICKS_PER_S)
        self.belief = _transition(ticks, self._settings.drift_per_sqrt_s, self._settings.jump_rate_hz) @ self.belief

    def _weigh(self, intensity: float, stddev: float) -> None:
        weighed = self.belief * (np.exp(-0.5 * ((EXPRESSED - intensity) / stddev) ** 2) + 1e-9)
        self.belief = weighed / weighed.sum()


@lru_cache(maxsize=256)
def _transition(ticks: int, drift_per_sqrt_s: float, jump_rate_hz: float) -> NDArray[np.float64]:
    """To × from: probability of each level after a time, by a random walk with jumps to any level."""
    seconds = ticks / _TICKS_PER_S
    width = max(drift_per_sqrt_s * math.sqrt(seconds), 1e-3)
    walk = np.exp(-0.5 * ((EXPRESSED[:, None] - EXPRESSED[None, :]) / width) ** 2)
    walk /= walk.sum(axis=0, keepdims=True)
    stay = math.exp(-jump_rate_hz * seconds)
    moved: NDArray[np.float64] = stay * walk + (1.0 - stay) / len(EXPRESSED)
    return moved
