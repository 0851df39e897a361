"""Shared concern: says once that it looks hard, with a worried face that is damped by what the person bears."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from solamen.core.estimates import PAIN_MAX
from solamen.core.settings import setting
from solamen.empathy.activity import Steps
from solamen.empathy.appeal import Appeal
from solamen.empathy.behaviours.worded import WordedActivity
from solamen.empathy.scene import Choice


@dataclass(frozen=True, kw_only=True)
class SharedConcernSettings(Appeal):
    """When concern is said, and how strongly it is shown."""

    base: float = setting(1.0, low=-2.0, high=2.0, doc="utility by itself")
    by_pain: float = setting(0.5, low=-2.0, high=2.0, doc="added at pain 10 of 10, in proportion below")
    alone: float = setting(0.2, low=-2.0, high=2.0, doc="added where the person is alone")
    trusted: float = setting(-0.3, low=-2.0, high=2.0, doc="added where someone trusted is there, who says it better")
    pain_from: float = setting(4.0, low=0.0, high=10.0, doc="called for from this pain on")
    again_after_s: float = setting(180.0, low=0.0, high=86400.0, doc="least time from its end to its next beginning")
    after_s: float = setting(1.5, low=0.0, high=15.0, doc="pain must have lasted so long")
    onset_clear_s: float = setting(2.5, low=0.0, high=10.0, doc="the nod and the mirroring of an onset come first")
    damping: float = setting(0.5, low=0.0, high=1.0, doc="share of the worried face that is lost at pain 10 of 10")
    lean: float = setting(0.4, low=0.0, high=1.0, doc="how far it leans towards the person")
    stay_s: float = setting(1.5, low=0.0, high=30.0, doc="how long it stays so after the words")


class SharedConcern(WordedActivity[SharedConcernSettings]):
    """Where pain has begun to last. It asks nothing, so it needs no yes; a no or a stop ends it as ever.

    Succeeds where its words were said to the end.
    """

    helps: ClassVar[bool] = False

    def barrier(self) -> str:
        """Why not now: pain has just begun, or an onset is still being answered."""
        barrier = super().barrier()
        if barrier or self.scene.scripted == self.name:
            return barrier
        if self.scene.aching_s < self.own.after_s:
            return "pain has not lasted yet"
        return "I still answer the onset" if self.scene.onset_age_s < self.own.onset_clear_s else ""

    def course(self) -> Steps[bool]:
        """Leans in, says it, and stays a moment."""
        yield from self.tell("hard", self._worried)
        yield from self.last(self.own.stay_s, self._worried)
        return True

    def _worried(self) -> Choice:
        """Inner brows up, lip corners down a little; less of it the more the person has to bear."""
        pain = self.scene.pain if math.isfinite(self.scene.pain) else PAIN_MAX
        share = 1.0 - self.own.damping * pain / PAIN_MAX
        pose = {1: share * self.settings.concern_inner_brow, 15: share * self.settings.concern_lip_corner}
        reason = f"Signs of pain go on{self.scene.about_pain()}, so I say that it looks hard."
        return self.show(reason, pose=pose, lean=self.own.lean)
