"""Still: the control condition of studies."""

from __future__ import annotations

from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice


class Still(EmpathicBehaviour):
    """As long as the mode is still: nothing is shown, said or offered; a human is called as ever."""

    @property
    def dwell_s(self) -> float:
        """None: the mode alone counts."""
        return 0.0

    def wanted(self) -> bool:
        """The mode asks for it."""
        return self.scene.mode == "still"

    def choose(self) -> Choice:
        """A face at rest that looks straight ahead."""
        return Choice(self.name, "The mode is still, so I show nothing.", look="straight")
