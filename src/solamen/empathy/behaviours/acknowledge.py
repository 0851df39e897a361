"""A nod that shows that the pain was noticed."""

from __future__ import annotations

import math
from dataclasses import dataclass

from py_trees.common import Status

from solamen.core.settings import Checked, setting
from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.content import Words
from solamen.empathy.scene import Choice, Desk
from solamen.empathy.timers import Elapsed


@dataclass(frozen=True, kw_only=True)
class AcknowledgeSettings(Checked):
    """What goes with the nod; when it comes stands in `EmpathySettings`."""

    speaks: bool = setting(True, doc="a short warm word with the nod, where the robot can speak")
    words_gap_s: float = setting(90.0, low=0.0, high=3600.0, doc="least time from one such word to the next")
    lean: float = setting(0.2, low=0.0, high=1.0, doc="how far it leans towards the person meanwhile")


class Acknowledge(EmpathicBehaviour):
    """Once per onset of pain (see `Noticing`). What is under way nods by itself and does not end for this."""

    def __init__(self, name: str, desk: Desk, own: AcknowledgeSettings, words: Words) -> None:
        super().__init__(name, desk)
        self._own, self._words = own, words
        self._spoke = Elapsed(desk.clock)
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
            self._speak()
        elif not self.running.within(self.dwell_s):
            return Status.FAILURE
        self._desk.choice = self.choose()
        return Status.RUNNING

    def choose(self) -> Choice:
        """Brows up, lips apart, two dips of the gaze."""
        pose = {1: self.settings.acknowledge_brows, 25: 0.5 * self.settings.acknowledge_brows}
        reason = "Pain seemed to begin, so I nod to show that I noticed."
        return Choice(self.name, reason, pose=pose, nod_s=self._nod_s, lean=self._own.lean)

    def _speak(self) -> None:
        """A short warm word, not with each nod, and never into the robot's own speech."""
        robot = self._desk.robot
        may = self._own.speaks and "speech" in robot.channels and not robot.speaking
        if may and not self._spoke.within(self._own.words_gap_s):
            self._spoke.start()
            self._desk.outbox.say(self._words.text(f"{self.name}.noticed"))
