"""Attend: looks at the person, with an open face."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solamen.core.settings import Checked, setting
from solamen.core.states import Consent
from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice, Desk
from solamen.empathy.timers import seconds

_LITTLE_TRUST = 0.5


@dataclass(frozen=True, kw_only=True)
class AttendSettings(Checked):
    """A little life; breath, blinks and the small movements of the eyes are the robot's own."""

    lean: float = setting(0.12, low=0.0, high=1.0, doc="how far it leans towards the person")
    sway: float = setting(0.05, low=0.0, high=0.3, doc="how far the lean comes and goes")
    sway_s: float = setting(13.0, low=2.0, high=120.0, doc="once there and back")


class Attend(EmpathicBehaviour):
    """While someone is there and nothing more is asked for."""

    def __init__(self, name: str, desk: Desk, own: AttendSettings) -> None:
        super().__init__(name, desk)
        self._own = own

    def wanted(self) -> bool:
        """A face was seen just now, or presence alone is known and someone is there."""
        by_face = self.scene.face_age_s < self.settings.face_memory_s
        return by_face or (self.scene.consent == Consent.NONE and self.scene.present)

    def choose(self) -> Choice:
        """Brows a little up, gaze at the face."""
        brows = self.settings.attend_brows
        lean = self._own.lean + self._own.sway * math.sin(2.0 * math.pi * seconds(self._desk.clock) / self._own.sway_s)
        return Choice(self.name, self._reason(), pose={1: brows, 2: brows}, lean=min(max(lean, 0.0), 1.0))

    def _reason(self) -> str:
        if self.scene.consent == Consent.NONE:
            return "There is no consent to more than presence, so I only keep company."
        if self.scene.trust < _LITTLE_TRUST:
            return "The face cannot be read well, so I look more and mirror less."
        seen = self.scene.words
        return f"{seen[0].upper()}{seen[1:]}, so I attend to the person." if seen else "I attend to the person."
