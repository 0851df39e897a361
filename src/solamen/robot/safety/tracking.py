"""Whether the joints are where the plan has them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from solamen.robot.safety.limits import JointLimit
from solamen.robot.safety.plan import Vector
from solamen.robot.safety.settings import SafetySettings


class Tracking:
    """Finds joints that something else has moved, and remembers from where a plan must begin anew.

    Args:
        limits: one per joint.
        settings: how far is too far, and for how long.
    """

    def __init__(self, limits: Sequence[JointLimit], settings: SafetySettings) -> None:
        self._index = {limit.name: index for index, limit in enumerate(limits)}
        tolerance = settings.tracking_tolerance_share
        self._tolerance = [tolerance * (limit.upper - limit.lower) for limit in limits]
        self._patience_s = settings.tracking_patience_s
        self._stray_since_s: dict[str, float] = {}
        self._anew: dict[int, float] = {}

    def watch(self, seen: Mapping[str, float], planned: Vector, now_s: float) -> None:
        """A joint that stays far from the plan was moved by something else: plan on from where it is."""
        for name, value in seen.items():
            index = self._index[name]
            if abs(value - planned[index]) <= self._tolerance[index]:
                self._stray_since_s.pop(name, None)
            elif not 0.0 <= now_s - self._stray_since_s.setdefault(name, now_s) < self._patience_s:
                del self._stray_since_s[name]
                self._anew[index] = value

    def begin_anew(self, places: Mapping[str, float]) -> None:
        """The next plan begins with these joints there, at rest."""
        self._anew |= {self._index[name]: value for name, value in places.items()}

    @property
    def waits(self) -> bool:
        """Whether a plan must begin elsewhere than the last one left the joints."""
        return bool(self._anew)

    def state(self, planned: tuple[Vector, Vector]) -> tuple[Vector, Vector]:
        """The planned position and velocity, but joints that something else moved taken from where they are."""
        position, velocity = (np.array(values) for values in planned)
        for index, value in self._anew.items():
            position[index], velocity[index] = value, 0.0
        self._anew.clear()
        return position, velocity
