"""Rest: what the robot does when there is no one to see, or nothing comes in."""

from __future__ import annotations

from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice


class Wait(EmpathicBehaviour):
    """The first of all: without fresh frames nothing may be done that rests on them."""

    def wanted(self) -> bool:
        """No fresh frame for a while."""
        return self.scene.frame_age_s >= self.settings.blind_after_s

    def choose(self) -> Choice:
        """A still face."""
        age_s = self.scene.frame_age_s
        since = f"for {age_s:.0f} s" if age_s < 1e6 else "yet"
        reason = f"No fresh picture has come {since}, so I rest."
        return Choice("rest", reason, look="face" if age_s < self.settings.search_s else "ahead")


class Rest(EmpathicBehaviour):
    """The last of all: looks around gently for a face that was lost, then rests."""

    @property
    def dwell_s(self) -> float:
        """None: whoever comes is attended to at once."""
        return 0.0

    def wanted(self) -> bool:
        """Always."""
        return True

    def choose(self) -> Choice:
        """The gaze wanders for a while, then stands."""
        if self.scene.face_age_s < self.settings.search_s:
            return Choice(self.name, "The face is out of sight, so I look around.", look="around")
        return Choice(self.name, "Nobody is seen, so I rest.", look="ahead")
