"""The person's own word: it counts in full at once, whatever the sensors say, and by half after its half-life."""

from __future__ import annotations

import math

import numpy as np

from solamen.core.estimates import PAIN_MAX
from solamen.core.states import SelfReport
from solamen.fusion.grid import Density, report_likelihood
from solamen.fusion.settings import FusionSettings

SCALE_MAX = {"NRS": 10.0, "VAS": 100.0, "FPS-R": 10.0}
"""Top of each scale: numeric rating, visual analogue (mm), faces pain scale revised (Hicks et al. 2001)."""
_STEP = {"NRS": 1.0, "VAS": 0.1, "FPS-R": 2.0}
"""Points of 0–10 between two answers of a scale."""

_OTHER, _SAME = 0.6, 0.9
"""Overlap (Bhattacharyya 1943) of what the sensors tell now with what they told at the report, 0–1: up to the first,
pain has changed, from the second on it has not."""
_STANDS = 0.5
"""Weight of the person's own word, 0–1, from which on it outranks a caregiver's: up to its half-life, and not where the
sensors see that pain has changed since."""
_RECENT_S = 2.0
"""What the sensors told so shortly before a report is what they told of it."""
_WRONG, _RIGHT = 0.01, 0.05
"""Likelihood of what was said by what the sensors told (1 where they are sure of it), up to which they were wrong, and
from which on they were right."""


def normalised(scale: str, value: float) -> float:
    """A value on its scale as 0–10 points.

    Raises:
        ValueError: there is no such scale, or the value is not on it.
    """
    if scale not in SCALE_MAX:
        raise ValueError(f"there is no scale {scale!r}; use {', '.join(SCALE_MAX)}")
    if not (math.isfinite(value) and 0.0 <= value <= SCALE_MAX[scale]):
        raise ValueError(f"{value!r} is not on the scale {scale}, which goes from 0 to {SCALE_MAX[scale]:g}")
    return PAIN_MAX * value / SCALE_MAX[scale]


class LastWord:
    """The last self-report and how much it still counts.

    It fades by its half-life, and sooner where the sensors see that pain is no longer what it was when it was told: who
    said 0 and grimaces a minute later has not said 0 of that. Its spread grows with the time since, as pain moves on,
    where the sensors agreed with it; sensors that were wrong when it was said cannot tell better soon after.
    """

    def __init__(self, settings: FusionSettings) -> None:
        self._settings = settings
        self._report: SelfReport | None = None
        self._sensed: Density | None = None
        self._newest, self._newest_s = np.empty(0), -math.inf
        self._holds, self._agreed = 1.0, 1.0

    @property
    def report(self) -> SelfReport | None:
        """The last one; None where there is none."""
        return self._report

    @report.setter
    def report(self, report: SelfReport | None) -> None:
        self._report, self._sensed, self._holds = report, None, 1.0

    def weight(self, now_s: float) -> float:
        """0–1, halved with each half-life since the report, less where pain has changed; 0 where there is none."""
        if self._report is None:
            return 0.0
        age_s = max(0.0, now_s - self._report.stamp_s)
        return float(self._holds * 0.5 ** (age_s / self._settings.report_half_life_s))

    def outranks(self, report: SelfReport) -> bool:
        """Whether the person's own word still counts by half or more, so that a caregiver's does not replace it."""
        own = self._report is not None and not self._report.by_proxy
        return own and report.by_proxy and self.weight(report.stamp_s) >= _STANDS

    def enough(self, now_s: float) -> bool:
        """Whether it is worth telling, and can stand alone."""
        return self.weight(now_s) >= self._settings.report_least_weight

    def pooled(self, belief: Density, now_s: float) -> Density:
        """The belief with the word in it.

        Pooled by addition, so that the word fades as it should; where the two differ, the spread tells so.
        """
        before, before_s = self._newest, self._newest_s
        self._newest, self._newest_s = belief, now_s
        if self._report is None:
            return belief
        if self._sensed is None:
            # Pain may have moved between the word and now; what the sensors told until then was of the same.
            recent = 0.0 <= self._report.stamp_s - before_s <= _RECENT_S
            self._sensed = before if recent else belief
            likely = float(self._sensed @ report_likelihood(self._report.normalised, self._stddev(self._report)))
            self._agreed = min(max((likely - _WRONG) / (_RIGHT - _WRONG), 0.0), 1.0)
        alike = float(np.sqrt(self._sensed * belief).sum())
        self._holds = min(max((alike - _OTHER) / (_SAME - _OTHER), 0.0), 1.0)
        weight = self.weight(now_s)
        drift = self._settings.report_drift * math.sqrt(max(0.0, now_s - self._report.stamp_s) * self._agreed)
        said = belief * report_likelihood(self._report.normalised, math.hypot(self._stddev(self._report), drift))
        pooled: Density = weight * said / said.sum() + (1.0 - weight) * belief
        return pooled

    def _stddev(self, report: SelfReport) -> float:
        own = self._settings.proxy_stddev if report.by_proxy else self._settings.report_stddev
        return math.hypot(own, _STEP.get(report.scale, 1.0) / math.sqrt(12.0))
