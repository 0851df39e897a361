"""What helped this person before: one small Bayesian estimate for each activity, and choices drawn from it."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping

_PRIOR_SD = 1.0
"""Points: before anything is known, an activity may be followed by a point more or less of pain."""
_NOISE_SD = 2.0
"""Points: how much pain comes and goes by itself over some minutes, whatever is done."""
_MOST = 3.0
"""Points: one course cannot speak for more than this."""


class WhatHelped:
    """Thompson sampling over activities (Thompson 1933), with Gaussian beliefs of known noise.

    The reward is the fall of pain, in points, from the beginning of a course to its end, less the mean fall over all
    courses, as pain falls by itself too. It is a hint for the choice among what is allowed, and no proof that anything
    helped.
    """

    def __init__(self, seed: int) -> None:
        self._rng = random.Random(seed)
        self._count: dict[str, int] = {}
        self._sum: dict[str, float] = {}

    def learn(self, activity: str, before: float, after: float) -> None:
        """Takes pain 0–10 before and after a course; where either is no number, nothing is learned."""
        fall = before - after
        if math.isfinite(fall):
            self._count[activity] = self._count.get(activity, 0) + 1
            self._sum[activity] = self._sum.get(activity, 0.0) + min(max(fall, -_MOST), _MOST)

    def recall(self, courses: Mapping[str, tuple[int, float]]) -> None:
        """Takes what was learned in earlier sessions: activity to its courses and the points that pain fell in sum."""
        self.forget()
        for activity, (count, total) in courses.items():
            if count > 0 and abs(total) <= _MOST * count:
                self._count[activity], self._sum[activity] = count, total

    def forget(self) -> None:
        """Nothing is known any more; for consent that is withdrawn."""
        self._count.clear()
        self._sum.clear()

    def belief(self, activity: str) -> tuple[float, float]:
        """Mean and standard deviation, in points more than usual, of the fall of pain that follows an activity."""
        count = self._count.get(activity, 0)
        precision = 1.0 / _PRIOR_SD**2 + count / _NOISE_SD**2
        surplus = self._sum.get(activity, 0.0) - count * self._usual()
        return surplus / _NOISE_SD**2 / precision, math.sqrt(1.0 / precision)

    def draw(self, activity: str) -> float:
        """A value drawn from the belief, in points."""
        return self._rng.gauss(*self.belief(activity))

    def _usual(self) -> float:
        """The mean fall over all courses."""
        total = sum(self._count.values())
        return math.fsum(self._sum.values()) / total if total else 0.0
