"""Call a human: what is said and shown while one is called. The duty itself stands in `empathy.calls`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from solamen.core.settings import setting
from solamen.core.states import Consent
from solamen.empathy.activity import Steps
from solamen.empathy.appeal import Appeal
from solamen.empathy.behaviours.worded import WordedActivity
from solamen.empathy.content import Words
from solamen.empathy.ear import HELP
from solamen.empathy.scene import Choice, Desk

_ASKED_S = 15.0
"""Whoever asked for someone so shortly before is told, even after a stop."""


@dataclass(frozen=True, kw_only=True)
class CallSettings(Appeal):
    """How a call is shown."""

    pain_from: float = setting(0.0, low=0.0, high=10.0, doc="called for whatever the pain")
    again_after_s: float = setting(0.0, low=0.0, high=86400.0, doc="each step of a call is told")
    glow: float = setting(0.9, low=0.0, high=1.0, doc="the light meanwhile; it never flashes")
    lean: float = setting(0.3, low=0.0, high=1.0, doc="how far it leans towards the person")
    stay_s: float = setting(1.0, low=0.0, high=30.0, doc="how long it stays so after the words")


class CallHuman(WordedActivity[CallSettings]):
    """Says that someone is called, that the call goes on, and that someone comes: each once for each step of a call.

    What is under way goes on meanwhile. After a stop, and on a robot that cannot speak, it is shown
    all the same; words that failed end it as failed, and the next step of the call is told anew.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    helps: ClassVar[bool] = False
    least_consent: ClassVar[Consent] = Consent.NONE
    needs_person: ClassVar[bool] = False

    def __init__(self, name: str, desk: Desk, own: CallSettings, words: Words) -> None:
        super().__init__(name, desk, own, words)
        self._told = ""

    def urgent(self) -> bool:
        """There is a step that was not told yet."""
        return self._step() not in ("", self._told)

    def hindrance(self) -> str:
        """Nothing: neither a stop nor a mode keeps the person from knowing that help is called."""
        return ""

    def barrier(self) -> str:
        """Why not now: there is no news of a call, or something goes on that need not end for it."""
        if not self._step():
            self._told = ""
        if not self.urgent():
            return "there is no news of a call"
        if self._desk.active in ("", self.name):
            return ""
        self._tell_meanwhile()
        return "it was told in the midst of what goes on"

    def _tell_meanwhile(self) -> None:
        """Tells it without ending what is under way: a hand that is held is not let go for this."""
        self._told = self._step()
        if self._may_speak():
            self.say(self._words_now())

    def _words_now(self) -> str:
        return self.text(self._step().partition(" ")[0])

    def course(self) -> Steps[bool]:
        """Tells the step, and the next one where it has come meanwhile."""
        outcomes = []
        while self.scene.call is not None and self.urgent():
            self._told = self._step()
            show = Choice(
                self.name, f"A human is called: {self.scene.call.reason}", glow=self.own.glow, lean=self.own.lean
            )
            outcomes.append((yield from self.speak(self._words_now(), show)) if self._may_speak() else "ended")
            yield from self.last(self.own.stay_s, show)
        return bool(outcomes) and "failed" not in outcomes

    def _may_speak(self) -> bool:
        """After a stop it is shown and not said, unless the person has just asked for someone."""
        asked = self._desk.ear.since(self.now_s - _ASKED_S, *HELP) is not None
        return "speech" in self._desk.robot.channels and (asked or not self.scene.quiet)

    def _step(self) -> str:
        """Which text is due, and for which step of the call; empty where there is no call."""
        call = self.scene.call
        if call is None:
            return ""
        if call.acknowledged:
            return "coming"
        return "calling" if call.age_s < self.settings.escalate_s else f"still_calling {call.level}"
