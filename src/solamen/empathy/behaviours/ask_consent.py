"""Ask consent: asks the person in plain words what the robot may do. Only their own answer counts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from solamen.core.settings import setting
from solamen.core.states import Consent
from solamen.empathy.activity import End, Refused, RobotFailed, Steps, longest_s
from solamen.empathy.appeal import Appeal
from solamen.empathy.behaviours.worded import WordedActivity
from solamen.empathy.content import Words
from solamen.empathy.ear import YES, Answer
from solamen.empathy.scene import Choice, Desk

CONSENT = "consent"
"""The marker that tells the people room what was answered: `record: yes`."""


@dataclass(frozen=True, kw_only=True)
class AskConsentSettings(Appeal):
    """How the robot asks."""

    base: float = setting(2.5, low=-2.0, high=5.0, doc="utility by itself: it comes right after saying who it is")
    pain_from: float = setting(0.0, low=0.0, high=10.0, doc="asked whatever the pain, since a human wants it asked")
    again_after_s: float = setting(0.0, low=0.0, high=86400.0, doc="each time that a human wants it asked")
    clear_yes: float = setting(0.7, low=0.5, high=1.0, doc="confidence of a yes that needs no second question")
    lean: float = setting(0.15, low=0.0, high=1.0, doc="how far it leans towards the person")


class AskConsent(WordedActivity[AskConsentSettings]):
    """Where a human wants the person asked. Succeeds where they agreed.

    A yes must be clear; a no, a shake of the head and a stop are refusals, and no answer changes nothing. It asks
    whoever is there: with consent to nothing it may not know that somebody is.
    """

    helps: ClassVar[bool] = False
    least_consent: ClassVar[Consent] = Consent.NONE
    needs_person: ClassVar[bool] = False

    def __init__(self, name: str, desk: Desk, own: AskConsentSettings, words: Words) -> None:
        super().__init__(name, desk, own, words)
        self._level = ""
        self._said_s = 0.0

    def barrier(self) -> str:
        """Why not now: nobody wants it asked."""
        if self.scene.scripted != self.name and self._desk.consent_asked == Consent.NONE:
            return "nobody wants consent to be asked for"
        return super().barrier()

    def course(self) -> Steps[bool]:
        """Asks, makes sure of a yes, and passes the answer on before it thanks."""
        asked, self._desk.consent_asked = self._desk.consent_asked, Consent.NONE
        self._level = (asked or Consent.OBSERVE).name.lower()
        self._desk.asking = True
        answer = yield from self._asked(self._level, "again")
        if answer == "yes" and not self._clear():
            answer = yield from self._asked("sure", "again")
        self._desk.asking = False
        if answer == "no":
            raise Refused
        agreed = answer == "yes"
        self._pass_on("yes" if agreed else "unanswered")
        yield from self.tell("agreed" if agreed else "unanswered", self._face())
        return agreed

    def _asked(self, *keys: str) -> Steps[Answer]:
        """The answer to a question that is asked once again where there is none."""
        answer: Answer = "none"
        for key in keys:
            answer = yield from self._heard(self.text(key))
            if answer in ("yes", "no"):
                break
        return answer

    def _heard(self, words: str) -> Steps[Answer]:
        """A no counts at any time; a yes, only from the moment at which the question was said to its end.

        Who nods along while the robot speaks has not agreed to anything yet.
        """
        begun_s, ear = self.now_s, self._desk.ear
        utterance_id, robot = self.say(words), self._desk.robot

        def refused() -> bool:
            return ear.answer(begun_s) == "no"

        def over() -> bool:
            return refused() or robot.spoken(utterance_id) is not None

        yield from self.until(over, longest_s(words), self._face())
        if robot.spoken(utterance_id) == "failed":
            raise RobotFailed("the robot could not speak")
        said_s = self._said_s = self.now_s

        def settled() -> bool:
            return refused() or ear.answer(said_s) == "yes"

        yield from self.until(settled, self.settings.patience_s, self._face())
        return "no" if refused() else ear.answer(said_s)

    def leave(self, end: End) -> None:
        """A no and a stop are refusals; whatever else cut it short leaves it unanswered."""
        self._pass_on("no" if end == "refused" else "unanswered")

    def _pass_on(self, answer: str) -> None:
        """Tells the answer, once."""
        if self._level:
            self._desk.outbox.mark(CONSENT, f"{self._level}: {answer}")
        self._level = ""

    def _clear(self) -> bool:
        return self._desk.ear.surest(self._said_s, *YES) >= self.own.clear_yes

    def _face(self) -> Choice:
        reason = "Someone wants the person asked what I may do, so I ask."
        return self.show(reason, pose={1: 0.2, 2: 0.2}, lean=self.own.lean)
