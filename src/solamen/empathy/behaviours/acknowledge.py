"""A nod that shows that the pain was noticed."""

from __future__ import annotations

import math

from py_trees.common import Status

from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice, Desk


class Acknowledge(EmpathicBehaviour):
    """Once per onset of pain (see `Noticing`). What is under way nods by itself and does not end for this."""

    def __init__(self, name: str, desk: Desk) -> None:
        super().__init__(name, desk)
        self._nod_s = -math.inf

    @property
    def dwell_s(self) -> float:
        """As long as the nod."""
        return self.settings.nod_s

    def wanted(self) -> bool:
        """An onset to be answered."""
        return self._desk.noticing.due()

    def update(self) -> Status:
        """Begins a nod where it is wanted, and ends with it."""
        if self.status != Status.RUNNING:
            if not self.wanted():
                return Status.FAILURE
            self._nod_s = self._desk.noticing.take()
        elif not self.running.within(self.dwell_s):
            return Status.FAILURE
        self._desk.choice = self.choose()
        return Status.RUNNING

    def choose(self) -> Choice:
        """Brows up, lips apart, two dips of the gaze."""
        pose = {1: self.settings.acknowledge_brows, 25: 0.5 * self.settings.acknowledge_brows}
        return Choice(self.name, "Pain seemed to begin, so I nod to show that I noticed.", pose=pose, nod_s=self._nod_s)
