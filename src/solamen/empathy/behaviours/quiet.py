"""Quiet company: what is left when the person said stop."""

from __future__ import annotations

from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice


class Quiet(EmpathicBehaviour):
    """After a stop, for the set time: nothing is offered, said or mirrored; a human is still called where needed."""

    @property
    def dwell_s(self) -> float:
        """None: the time of a stop is kept elsewhere."""
        return 0.0

    def wanted(self) -> bool:
        """The person said stop not long ago."""
        return self.scene.quiet

    def choose(self) -> Choice:
        """Lids that rest a little; the gaze stays."""
        return Choice(
            self.name, "The person said stop, so I only keep quiet company.", pose={43: self.settings.calm_lids}
        )
