"""Praise: shows and says relief when signs of pain have become fewer. It never says that the pain is gone."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from solamen.core.settings import setting
from solamen.empathy.activity import Steps
from solamen.empathy.appeal import Appeal
from solamen.empathy.behaviours.worded import WordedActivity
from solamen.empathy.content import Words
from solamen.empathy.scene import Desk


@dataclass(frozen=True, kw_only=True)
class PraiseSettings(Appeal):
    """What counts as ease."""

    base: float = setting(1.2, low=-2.0, high=2.0, doc="utility by itself")
    pain_from: float = setting(0.0, low=0.0, high=10.0, doc="its own measure of ease counts")
    pain_to: float = setting(4.0, low=0.0, high=10.0, doc="not while it still hurts more than this")
    again_after_s: float = setting(240.0, low=0.0, high=86400.0, doc="least time from its end to its next beginning")
    high_points: float = setting(4.0, low=1.0, high=10.0, doc="pain must have been at least this")
    high_s: float = setting(8.0, low=0.0, high=600.0, doc="for so long")
    fallen_points: float = setting(2.0, low=0.5, high=10.0, doc="and have fallen by so much from its highest")
    fallen_s: float = setting(6.0, low=0.0, high=120.0, doc="for so long")
    memory_s: float = setting(300.0, low=10.0, high=3600.0, doc="what is longer ago is no longer spoken of")
    smile: float = setting(0.35, low=0.0, high=1.0, doc="AU12 meanwhile")


class Easing:
    """Watches whether pain was there for a while and has fallen for a while. Times are monotonic seconds."""

    def __init__(self, own: PraiseSettings) -> None:
        self._own = own
        self._high_since_s = self._low_since_s = math.inf
        self._peak, self._hard_s = math.nan, -math.inf

    def watch(self, pain: float, now_s: float) -> None:
        """Takes the pain of a tick; where it is not known, nothing is taken for ease."""
        own = self._own
        if math.isnan(pain):
            self._high_since_s = self._low_since_s = math.inf
            return
        self._high_since_s = min(self._high_since_s, now_s) if pain >= own.high_points else math.inf
        if now_s - self._high_since_s >= own.high_s:
            self._peak = max(pain, self._peak) if now_s - self._hard_s < own.memory_s else pain
            self._hard_s = now_s
        fallen = pain <= min(self._peak - own.fallen_points, own.pain_to)
        self._low_since_s = min(self._low_since_s, now_s) if fallen else math.inf

    def eased(self, now_s: float) -> bool:
        """Whether it has eased."""
        recent = now_s - self._hard_s < self._own.memory_s
        return recent and now_s - self._low_since_s >= self._own.fallen_s

    def take(self) -> None:
        """It was spoken of."""
        self._peak, self._hard_s = math.nan, -math.inf


class Praise(WordedActivity[PraiseSettings]):
    """Once where pain that lasted has fallen, and stays so. Succeeds where its words were said to the end."""

    helps: ClassVar[bool] = False

    def __init__(self, name: str, desk: Desk, own: PraiseSettings, words: Words) -> None:
        super().__init__(name, desk, own, words)
        self._easing = Easing(own)

    def barrier(self) -> str:
        """Why not now: nothing has eased. Called at each tick, and so watches."""
        self._easing.watch(self.scene.pain, self.now_s)
        if self.scene.scripted == self.name:
            return super().barrier()
        return super().barrier() if self._easing.eased(self.now_s) else "nothing has eased just now"

    def course(self) -> Steps[bool]:
        """Says it with a small smile."""
        self._easing.take()
        reason = "There are fewer signs of pain than before, so I show that I am glad."
        yield from self.tell("eased", self.show(reason, pose={12: self.own.smile}))
        return True
