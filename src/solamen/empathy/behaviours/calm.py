"""Calm: what concern ends in, for as long as the pain lasts and a little longer."""

from __future__ import annotations

from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import EASED_S, Choice


class Calm(EmpathicBehaviour):
    """While there are signs of pain, or were until just now, and nothing is mirrored."""

    def wanted(self) -> bool:
        """Signs of pain, now or a short while ago unless a smile has followed, and no onset being mirrored."""
        settings, scene = self.settings, self.scene
        lasting_s = EASED_S if scene.smiling else settings.calm_after_s
        return scene.onset_age_s >= settings.concern_after_s and scene.hurt_age_s < lasting_s

    def choose(self) -> Choice:
        """Lids that rest a little; a trace of concern while it hurts, and a slight smile only when it has eased."""
        settings, scene = self.settings, self.scene
        if scene.eased:
            pose = {43: settings.calm_lids, 12: settings.calm_smile}
            return Choice(self.name, "The signs of pain have eased, so I stay calm a little longer.", pose=pose)
        trace = settings.calm_concern_share
        pose = {
            43: settings.calm_lids,
            1: trace * settings.concern_inner_brow,
            15: trace * settings.concern_lip_corner,
        }
        return Choice(self.name, f"Signs of pain go on{scene.about_pain()}, so I stay near and calm.", pose=pose)
