"""Attend: looks at the person, with an open face."""

from __future__ import annotations

from solamen.core.states import Consent
from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice

_LITTLE_TRUST = 0.5


class Attend(EmpathicBehaviour):
    """While someone is there and nothing more is asked for."""

    def wanted(self) -> bool:
        """A face was seen just now, or presence alone is known and someone is there."""
        by_face = self.scene.face_age_s < self.settings.face_memory_s
        return by_face or (self.scene.consent == Consent.NONE and self.scene.present)

    def choose(self) -> Choice:
        """Brows a little up, gaze at the face."""
        brows = self.settings.attend_brows
        return Choice(self.name, self._reason(), pose={1: brows, 2: brows})

    def _reason(self) -> str:
        if self.scene.consent == Consent.NONE:
            return "There is no consent to more than presence, so I only keep company."
        if self.scene.trust < _LITTLE_TRUST:
            return "The face cannot be read well, so I look more and mirror less."
        seen = self.scene.words
        return f"{seen[0].upper()}{seen[1:]}, so I attend to the person." if seen else "I attend to the person."
