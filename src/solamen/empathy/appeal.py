"""How much a behaviour is called for by a scene: a utility in plain terms, each with its own weight."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solamen.core.estimates import PAIN_MAX
from solamen.core.settings import Checked, setting
from solamen.core.states import Company
from solamen.empathy.scene import Scene


@dataclass(frozen=True, kw_only=True)
class Appeal(Checked):
    """When an activity is called for. Its own settings build on this class, so that one file in config holds both.

    The weights are judgements, to be read and changed by people, not results.
    """

    base: float = setting(0.5, low=-2.0, high=2.0, doc="utility by itself")
    by_pain: float = setting(0.0, low=-2.0, high=2.0, doc="added at pain 10 of 10, in proportion below")
    by_rise: float = setting(0.0, low=-2.0, high=2.0, doc="added where pain rises by 1 point a minute or more")
    by_arousal: float = setting(0.0, low=-2.0, high=2.0, doc="added at full arousal, in proportion below")
    alone: float = setting(0.0, low=-2.0, high=2.0, doc="added where the person is alone")
    trusted: float = setting(0.0, low=-2.0, high=2.0, doc="added where someone trusted is there")
    stranger: float = setting(0.0, low=-2.0, high=2.0, doc="added where a stranger is there")
    pain_from: float = setting(4.0, low=0.0, high=10.0, doc="called for from this pain on; at 0 also where unknown")
    pain_to: float = setting(10.0, low=0.0, high=10.0, doc="called for up to this pain")
    again_after_s: float = setting(300.0, low=0.0, high=86400.0, doc="least time from its end to its next beginning")
    refused_s: float = setting(600.0, low=10.0, high=86400.0, doc="not offered again for so long after a refusal")

    def barrier(self, scene: Scene) -> str:
        """Why the pain does not call for it, in words; empty where it does."""
        if math.isnan(scene.pain):
            return "pain is not known" if self.pain_from > 0.0 else ""
        if scene.pain < self.pain_from:
            return f"pain is below {self.pain_from:.0f}"
        return f"pain is above {self.pain_to:.0f}" if scene.pain > self.pain_to else ""

    def utility(self, scene: Scene) -> float:
        """The sum of all terms that are known."""
        return self.base + math.fsum(value for _, value in self.terms(scene))

    def terms(self, scene: Scene) -> list[tuple[str, float]]:
        """What adds to the utility or takes from it: words and value; terms of 0 are left out."""
        rise = min(max(scene.trend_per_min, 0.0), 1.0) if math.isfinite(scene.trend_per_min) else 0.0
        arousal = min(max(scene.arousal, 0.0), 1.0) if math.isfinite(scene.arousal) else 0.0
        pain = scene.pain / PAIN_MAX if math.isfinite(scene.pain) else 0.0
        company = {
            Company.ALONE: ("being alone", self.alone),
            Company.TRUSTED: ("trusted company", self.trusted),
            Company.STRANGER: ("a stranger's company", self.stranger),
        }.get(scene.company, ("company", 0.0))
        terms = [
            (f"pain {scene.pain:.0f}", self.by_pain * pain),
            ("rising pain", self.by_rise * rise),
            ("arousal", self.by_arousal * arousal),
            company,
        ]
        return [(words, value) for words, value in terms if value != 0.0]
