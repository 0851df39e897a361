"""A nod that shows that the pain was noticed."""

from __future__ import annotations

import math

from py_trees.common import Status

from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice, Desk
from solamen.empathy.timers import Elapsed, seconds

_FOR_S = 2.0
"""An onset that was not acknowledged by then no longer is."""


class Acknowledge(EmpathicBehaviour):
    """Once per onset of pain, when it has lasted long enough to be no accident, and not too often."""

    def __init__(self, name: str, desk: Desk) -> None:
        super().__init__(name, desk)
        self._acknowledged = 0
        self._last = Elapsed(desk.clock)
        self._nod_s = -math.inf

    @property
    def dwell_s(self) -> float:
        """As long as the nod."""
        return self.settings.nod_s

    def wanted(self) -> bool:
        """An onset that is new, lasts, and is strong enough; by the face or by the state."""
        scene, settings = self.scene, self.settings
        new = scene.onsets > self._acknowledged and settings.acknowledge_after_s <= scene.onset_age_s < _FOR_S
        strong = scene.peak_level >= settings.acknowledge_level or scene.pain >= settings.hurting_points
        still = scene.hurt_age_s < settings.acknowledge_after_s
        return new and strong and still and not self._last.within(settings.acknowledge_gap_s)

    def update(self) -> Status:
        """Begins a nod where it is wanted, and ends with it."""
        if not self._desk.permits(self.name):
            return Status.FAILURE
        if self.status != Status.RUNNING:
            if not self.wanted():
                return Status.FAILURE
            self._begin()
        elif not self.running.within(self.dwell_s):
            return Status.FAILURE
        self._desk.choice = self.choose()
        return Status.RUNNING

    def choose(self) -> Choice:
        """Brows up, lips apart, two dips of the gaze."""
        pose = {1: self.settings.acknowledge_brows, 25: 0.5 * self.settings.acknowledge_brows}
        return Choice(self.name, "Pain seemed to begin, so I nod to show that I noticed.", pose=pose, nod_s=self._nod_s)

    def _begin(self) -> None:
        self._acknowledged = self.scene.onsets
        self._last.start()
        self._nod_s = seconds(self._desk.clock)
