"""Farewell: a last word and a wave for someone who says goodbye."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from solamen.core.settings import setting
from solamen.core.states import Consent
from solamen.empathy.activity import Steps
from solamen.empathy.appeal import Appeal
from solamen.empathy.behaviours.worded import WordedActivity
from solamen.empathy.content import Words
from solamen.empathy.scene import Desk

GOODBYE = "goodbye"
"""The cue of someone who takes leave, spoken, or sent from the console at the end of a session."""


@dataclass(frozen=True, kw_only=True)
class FarewellSettings(Appeal):
    """How the robot takes leave."""

    base: float = setting(2.0, low=-2.0, high=5.0, doc="utility by itself")
    pain_from: float = setting(0.0, low=0.0, high=10.0, doc="called for whatever the pain")
    again_after_s: float = setting(20.0, low=0.0, high=86400.0, doc="least time from one to the next")
    smile: float = setting(0.25, low=0.0, high=1.0, doc="AU12 meanwhile")
    wave_size: float = setting(0.7, low=0.1, high=1.0, doc="size of the wave, where the robot can wave")


class Farewell(WordedActivity[FarewellSettings]):
    """Where someone says goodbye. Succeeds where its words were said."""

    helps: ClassVar[bool] = False
    least_consent: ClassVar[Consent] = Consent.NONE

    def __init__(self, name: str, desk: Desk, own: FarewellSettings, words: Words) -> None:
        super().__init__(name, desk, own, words)
        self._answered_s = self.now_s

    def urgent(self) -> bool:
        """Someone takes leave."""
        return self._desk.ear.since(self._answered_s, GOODBYE) is not None

    def barrier(self) -> str:
        """Why not now: nobody takes leave."""
        if self.scene.scripted == self.name:
            return self.hindrance()
        return super().barrier() if self.urgent() else "nobody takes leave"

    def course(self) -> Steps[bool]:
        """Waves, where it can, and says goodbye."""
        self._answered_s = self.now_s
        if "wave" in self._desk.robot.gesture_names:
            self.gesture("wave", self.own.wave_size)
        yield from self.tell("goodbye", self.show("Someone takes leave, so I say goodbye.", pose={12: self.own.smile}))
        return True
