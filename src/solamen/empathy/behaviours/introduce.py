"""Introduce: the first words say that it is a robot, and so does the answer to whoever asks."""

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
from solamen.empathy.timers import Elapsed

WHO = "who"
"""The cue of someone who asks who or what the robot is."""


@dataclass(frozen=True, kw_only=True)
class IntroduceSettings(Appeal):
    """When the robot says who it is."""

    base: float = setting(3.0, low=-2.0, high=5.0, doc="utility by itself: nothing else is said before it")
    pain_from: float = setting(0.0, low=0.0, high=10.0, doc="called for whatever the pain")
    again_after_s: float = setting(0.0, low=0.0, high=86400.0, doc="it has times of its own")
    new_after_s: float = setting(1800.0, low=10.0, high=86400.0, doc="who was away for so long is greeted anew")
    smile: float = setting(0.25, low=0.0, high=1.0, doc="AU12 meanwhile")


class Introduce(WordedActivity[IntroduceSettings]):
    """Once for whoever comes, and at once for whoever asks. Succeeds where its words were said to the end."""

    helps: ClassVar[bool] = False
    least_consent: ClassVar[Consent] = Consent.NONE

    def __init__(self, name: str, desk: Desk, own: IntroduceSettings, words: Words) -> None:
        super().__init__(name, desk, own, words)
        self._seen = Elapsed(desk.clock)
        self._greeted = False
        self._answered_s = self.now_s

    def urgent(self) -> bool:
        """Someone asks what it is."""
        return self._desk.ear.since(self._answered_s, WHO) is not None

    def barrier(self) -> str:
        """Why not now: everyone who is there was greeted, and nobody asks."""
        here = self.scene.present_age_s < 1.0
        if here:
            # Whoever comes back after a long time may be someone else.
            self._greeted = self._greeted and self._seen.within(self.own.new_after_s)
            self._seen.start()
        if self.urgent() or self.scene.scripted == self.name:
            return self.hindrance()
        if not here:
            return "nobody is there"
        return "I have said who I am" if self._greeted else super().barrier()

    def course(self) -> Steps[bool]:
        """Says who it is, with a slight smile."""
        key = "who" if self.urgent() else "hello"
        # What is begun counts as said: a greeting that someone talks over is not begun again and again.
        self._greeted, self._answered_s = True, self.now_s
        show = self.show("I say that I am a robot.", pose={12: self.own.smile})
        yield from self.tell(key, show)
        return True
