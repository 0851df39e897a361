"""What all behaviours have in common: they last at least their dwell, and write their choice while they run."""

from __future__ import annotations

import abc

import py_trees
from py_trees.common import Status

from solamen.empathy.scene import Choice, Desk, Scene
from solamen.empathy.settings import EmpathySettings
from solamen.empathy.timers import Elapsed


class EmpathicBehaviour(py_trees.behaviour.Behaviour):
    """Runs while it is wanted and for its dwell at least; fails where it is not, so that the selector goes on.

    Use it for a behaviour that is told by one sentence of when (`wanted`) and one of what (`choose`).
    """

    def __init__(self, name: str, desk: Desk) -> None:
        super().__init__(name)
        self._desk = desk
        self.running = Elapsed(desk.clock)

    @property
    def scene(self) -> Scene:
        """What is known at this tick."""
        return self._desk.scene

    @property
    def settings(self) -> EmpathySettings:
        """The settings of the room."""
        return self._desk.settings

    @property
    def dwell_s(self) -> float:
        """Least time that it lasts unless something above it takes over."""
        return self.settings.dwell_s

    @abc.abstractmethod
    def wanted(self) -> bool:
        """Whether the scene asks for it."""

    @abc.abstractmethod
    def choose(self) -> Choice:
        """What the robot does, and why."""

    def initialise(self) -> None:
        """Starts its time."""
        self.running.start()

    def update(self) -> Status:
        """Reads the scene and writes the choice; what mode or locks do not permit fails at once."""
        if not self._desk.permits(self.name):
            return Status.FAILURE
        lasting = self.status == Status.RUNNING and self.running.within(self.dwell_s)
        if not lasting and not (self.wanted() or self.scene.scripted == self.name):
            return Status.FAILURE
        self._desk.choice = self.choose()
        return Status.RUNNING
