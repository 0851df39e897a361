"""Values that follow their targets without jumping: what keeps jitter of the estimates off the robot's face."""

from __future__ import annotations

import math
from collections.abc import Mapping

_NOTHING = 0.004


class Follower:
    """First-order following of each action unit, quicker up than down; a target is approached from the first step on.

    Args:
        rise_s, fall_s: time constants.
        hold_s: a unit without a target stays for this long, then falls to 0.
    """

    def __init__(self, rise_s: float, fall_s: float, hold_s: float = 0.0) -> None:
        self._rise_s, self._fall_s, self._hold_s = rise_s, fall_s, hold_s
        self._value: dict[int, float] = {}
        self._unseen_s: dict[int, float] = {}

    def follow(self, target: Mapping[int, float], dt_s: float) -> dict[int, float]:
        """Activations 0–1 after a step of `dt_s` towards the targets; units at rest are left out."""
        for unit in {*self._value, *target}:
            self._unseen_s[unit] = 0.0 if unit in target else self._unseen_s.get(unit, 0.0) + dt_s
            if unit in target or self._unseen_s[unit] > self._hold_s:
                self._step(unit, target.get(unit, 0.0), dt_s)
        self._value = {unit: value for unit, value in self._value.items() if value > _NOTHING or target.get(unit)}
        return {unit: value for unit, value in self._value.items() if value > _NOTHING}

    def clear(self) -> None:
        """All units are at rest at once."""
        self._value.clear()
        self._unseen_s.clear()

    def _step(self, unit: int, target: float, dt_s: float) -> None:
        value = self._value.get(unit, 0.0)
        constant_s = self._rise_s if target > value else self._fall_s
        share = 1.0 - math.exp(-dt_s / constant_s) if constant_s > 0.0 else 1.0
        self._value[unit] = value + share * (target - value)
