"""Mirror: what system I does is left to show, and told."""

from __future__ import annotations

from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice


class Mirror(EmpathicBehaviour):
    """At the onset of pain, and for smiles. The mirroring itself is system I's and does not wait for this."""

    @property
    def dwell_s(self) -> float:
        """Short: an onset is soon acknowledged."""
        return min(self.settings.dwell_s, self.settings.acknowledge_after_s)

    def wanted(self) -> bool:
        """An onset of pain that has just been, or a smile."""
        return self._onset() or self.scene.smiling

    def choose(self) -> Choice:
        """No pose of its own."""
        if self._onset():
            # At first the face is ahead of the state, which then has no number worth telling.
            told = self.scene.pain >= self.settings.hurting_points
            seemed = (
                f"Pain seemed to rise to about {self.scene.pain:.0f} of 10" if told else "The face shows signs of pain"
            )
            return Choice(self.name, f"{seemed}, so I mirror a little.", system=1)
        return Choice(self.name, "The person smiles, so I smile back.", system=1)

    def _onset(self) -> bool:
        return self.scene.onset_age_s < self.settings.mirror_end_s
