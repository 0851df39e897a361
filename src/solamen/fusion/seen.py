"""What was last seen of one modality."""

from __future__ import annotations

import math

from solamen.core.estimates import PAIN_MAX, PainEstimate
from solamen.core.person import EVENT_S
from solamen.fusion.settings import FusionSettings

_SMOOTH_S, _SLOW_S = 0.5, 10.0
_LITTLE = 1.0
"""Points below which odds do not speak for pain."""
_SUREST = 10.0
"""The log-likelihood ratio of one estimate is held to this, either way."""


class Seen:
    """The newest usable estimate of a modality, and its level.

    Attributes:
        stamp_s: capture time of the newest estimate used; NaN before the first.
        level: 0–10 points, smoothed over half a second; of what judges pain of at least 4 points against less, what its
            odds speak for: 0 where they are even or against.
        slow: the same over ten seconds.
        stddev: points, quality taken into account.
        estimate: the newest one used; None before the first.
        note: why the newest estimate could not be used, in words; empty where it could.
    """

    def __init__(self, settings: FusionSettings) -> None:
        self._settings = settings
        self.stamp_s = self.level = self.slow = self.stddev = math.nan
        self.estimate: PainEstimate | None = None
        self.note, self._note_s = "", -math.inf

    @property
    def reads(self) -> tuple[float, float]:
        """Level and stddev where it reads points; NaN where it judges, and its points follow from the odds."""
        return (math.nan, math.nan) if self._judges else (self.level, self.stddev)

    @property
    def silent(self) -> bool:
        """Whether it judges, and its odds have hardly spoken for pain in the last ten seconds."""
        return self._judges and self.slow < _LITTLE

    @property
    def _judges(self) -> bool:
        return self.estimate is not None and judges(self.estimate)

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
        points = _points(estimate, self._settings)
        self.level = points if fresh else _follow(self.level, points, since_s / _SMOOTH_S)
        self.slow = _follow(self.slow, points, since_s / _SLOW_S) if math.isfinite(self.slow) else points
        self.stddev = widened(estimate, self._settings)
        self.stamp_s, self.estimate = estimate.stamp_s, estimate
        if estimate.stamp_s > self._note_s:
            self.note = ""


def widened(estimate: PainEstimate, settings: FusionSettings) -> float:
    """Points of stddev of an estimate, more where quality is low."""
    return estimate.stddev * (1.0 + settings.quality_widening * (1.0 - estimate.quality))


def judges(estimate: PainEstimate) -> bool:
    """Whether it judges pain of at least 4 points against less; its points then follow from that and from its prior."""
    return estimate.modality in EVENT_S and math.isfinite(estimate.prior)


def told(estimate: PainEstimate, settings: FusionSettings) -> float:
    """The log-likelihood ratio of what judges, less at low quality; NaN of what reads points."""
    if not judges(estimate):
        return math.nan
    ratio = min(max(estimate.log_likelihood_ratio, -_SUREST), _SUREST)
    return ratio / (1.0 + settings.quality_widening * (1.0 - estimate.quality))


def _points(estimate: PainEstimate, settings: FusionSettings) -> float:
    ratio = told(estimate, settings)
    return estimate.intensity if math.isnan(ratio) else PAIN_MAX * max(math.tanh(0.5 * ratio), 0.0)


def _follow(value: float, new: float, times: float) -> float:
    """A low-pass, after so many time constants."""
    return value + (1.0 - math.exp(-times)) * (new - value)
