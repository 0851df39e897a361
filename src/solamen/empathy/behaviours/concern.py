"""Concern: what mirrored pain is blended into."""

from __future__ import annotations

from py_trees.common import Status

from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice, Desk


class Concern(EmpathicBehaviour):
    """For some seconds after the mirroring of an onset, and once: what has passed into calm does not come back."""

    def __init__(self, name: str, desk: Desk) -> None:
        super().__init__(name, desk)
        self._over_for = 0

    def wanted(self) -> bool:
        """After the mirroring, while pain shows or has just gone."""
        after, settings = self.scene.onset_age_s - self.settings.concern_after_s, self.settings
        shows = 0.0 <= after < settings.concern_s and self.scene.hurt_age_s < settings.dwell_s
        return shows and self.scene.onsets != self._over_for

    def update(self) -> Status:
        """Remembers the onset for which it has ended by itself."""
        lasted = self.status == Status.RUNNING
        status = super().update()
        if lasted and status == Status.FAILURE:
            self._over_for = self.scene.onsets
        return status

    def choose(self) -> Choice:
        """Inner brows up, and a trace of a frown and of falling lip corners."""
        settings = self.settings
        pose = {1: settings.concern_inner_brow, 4: settings.concern_brow_lower, 15: settings.concern_lip_corner}
        if self.scene.eased:
            return Choice(self.name, "There were signs of pain just now, so I show concern.", pose=pose)
        reason = f"Signs of pain go on{self.scene.about_pain()}, so I show concern and stop mirroring."
        return Choice(self.name, reason, pose=pose)
