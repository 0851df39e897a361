"""Effort: a joint that pushes harder than it may, for longer than a moment, gives way."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from solamen.robot.safety.checks import is_finite
from solamen.robot.safety.limits import JointLimit
from solamen.robot.safety.plan import Vector
from solamen.robot.safety.settings import SafetySettings


class EffortWatch:
    """Knows which joints push too hard, and how far they may be sent until they have rested.

    What is not measured is not known: the limit of the robot's own servos then stands alone.

    Args:
        limits: one per joint; those without a greatest effort, such as lights, are not watched.
        settings: the margin, and how long is too long.
    """

    def __init__(self, limits: Sequence[JointLimit], settings: SafetySettings) -> None:
        share = 1.0 - settings.effort_margin_share
        self._most = {limit.name: share * limit.max_effort for limit in limits if math.isfinite(limit.max_effort)}
        self._index = {limit.name: index for index, limit in enumerate(limits)}
        self._dwell_s, self._rest_s = settings.effort_dwell_s, settings.effort_rest_s
        self._since_s: dict[str, float] = {}
        self._resting: dict[str, tuple[float, float, float]] = {}
        self.count = 0

    def feel(self, efforts: Mapping[str, float], positions: Mapping[str, float], now_s: float) -> dict[str, float]:
        """Takes in what the joints push with; which must give way now, and where they are.

        Args:
            efforts: joint name to Nm or N, positive where it pushes towards greater positions.
            positions: joint name to where it is.
            now_s: the clock.
        """
        yielding = {}
        for name, most in self._most.items():
            effort = efforts.get(name, math.nan)
            if not is_finite(effort) or abs(float(effort)) <= most or name not in positions:
                self._since_s.pop(name, None)
                continue
            since_s = self._since_s.setdefault(name, now_s)
            if not 0.0 <= now_s - since_s < self._dwell_s:
                self._since_s[name] = now_s
                self._resting[name] = (positions[name], math.copysign(1.0, float(effort)), now_s)
                yielding[name] = positions[name]
                self.count += 1
        return yielding

    def bound(self, wanted: Vector, now_s: float) -> tuple[Vector, list[str]]:
        """Where joints that gave way may be sent: back, but not further into what they pushed against; and which."""
        held = []
        for name, (place, sign, since_s) in list(self._resting.items()):
            if not 0.0 <= now_s - since_s < self._rest_s:
                del self._resting[name]
            elif sign * (wanted[self._index[name]] - place) > 0.0:
                held.append(name)
        if not held:
            return wanted, []
        bounded = np.array(wanted)
        for name in held:
            bounded[self._index[name]] = self._resting[name][0]
        return bounded, held
