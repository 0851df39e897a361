"""Concern: what mirrored pain is blended into."""

from __future__ import annotations

from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice


class Concern(EmpathicBehaviour):
    """For some seconds after the mirroring of an onset."""

    def wanted(self) -> bool:
        """After the mirroring, while pain shows or has just gone."""
        after, settings = self.scene.onset_age_s - self.settings.concern_after_s, self.settings
        return 0.0 <= after < settings.concern_s and self.scene.hurt_age_s < settings.dwell_s

    def choose(self) -> Choice:
        """Inner brows up, and a trace of a frown and of falling lip corners."""
        settings = self.settings
        pose = {1: settings.concern_inner_brow, 4: settings.concern_brow_lower, 15: settings.concern_lip_corner}
        if self.scene.eased:
            return Choice(self.name, "There were signs of pain just now, so I show concern.", pose=pose)
        reason = f"Signs of pain go on{self.scene.about_pain()}, so I show concern and stop mirroring."
        return Choice(self.name, reason, pose=pose)
