"""What was last seen of one modality."""

from __future__ import annotations

import math

from solamen.core.estimates import PainEstimate
from solamen.fusion.settings import FusionSettings

_SMOOTH_S = 0.5


class Seen:
    """The newest usable estimate of a modality, and its level.

    Attributes:
        stamp_s: capture time of the newest estimate used; NaN before the first.
        level: 0–10 points, smoothed over half a second.
        stddev: points, quality taken into account.
        estimate: the newest one used; None before the first.
        note: why the newest estimate could not be used, in words; empty where it could.
    """

    def __init__(self, settings: FusionSettings) -> None:
        self._settings = settings
        self.stamp_s = self.level = self.stddev = math.nan
        self.estimate: PainEstimate | None = None
        self.note, self._note_s = "", -math.inf

    def unused(self, stamp_s: float, why: str) -> None:
        """Tells of an estimate that could not be used."""
        if stamp_s >= self._note_s:
            self.note, self._note_s = why, stamp_s

    def use(self, estimate: PainEstimate) -> None:
        """Takes in an estimate of finite intensity, stddev, quality and stamp; one older than the newest is left."""
        since_s = estimate.stamp_s - self.stamp_s  # NaN before the first
        if since_s < 0.0:
            return
        fresh = math.isnan(since_s) or since_s > self._settings.abstain_after_s
        share = 1.0 if fresh else 1.0 - math.exp(-since_s / _SMOOTH_S)
        self.level = estimate.intensity if fresh else self.level + share * (estimate.intensity - self.level)
        self.stddev = widened(estimate, self._settings)
        self.stamp_s, self.estimate = estimate.stamp_s, estimate
        if estimate.stamp_s > self._note_s:
            self.note = ""


def widened(estimate: PainEstimate, settings: FusionSettings) -> float:
    """Points of stddev of an estimate, more where quality is low."""
    return estimate.stddev * (1.0 + settings.quality_widening * (1.0 - estimate.quality))
