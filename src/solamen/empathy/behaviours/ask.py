"""Ask: how strong the pain is, 0–10, by voice, by the console, or by nods and shakes of the head."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from solamen.core.estimates import PAIN_MAX
from solamen.core.settings import setting
from solamen.core.states import SelfReport
from solamen.empathy.activity import Refused, RobotFailed, Steps, longest_s
from solamen.empathy.appeal import Appeal
from solamen.empathy.behaviours.worded import WordedActivity
from solamen.empathy.ear import Answer

_NUMBER = frozenset({"number"})
_EITHER = frozenset({"yes", "no"})


@dataclass(frozen=True, kw_only=True)
class AskSettings(Appeal):
    """When the person is asked, and how."""

    base: float = setting(0.4, low=-2.0, high=2.0, doc="utility by itself")
    by_pain: float = setting(0.4, low=-2.0, high=2.0, doc="added at pain 10 of 10, in proportion below")
    by_rise: float = setting(0.4, low=-2.0, high=2.0, doc="added where pain rises by 1 point a minute or more")
    trusted: float = setting(-0.2, low=-2.0, high=2.0, doc="added where someone trusted is there, who may ask")
    pain_from: float = setting(0.0, low=0.0, high=10.0, doc="also where pain is not known: that is what asking is for")
    again_after_s: float = setting(300.0, low=0.0, high=86400.0, doc="least time from its end to its next beginning")
    told_s: float = setting(600.0, low=10.0, high=86400.0, doc="a number that the person told is good for so long")
    worth_points: float = setting(3.0, low=0.0, high=10.0, doc="not asked where the state is sure to be below")
    lasting_s: float = setting(25.0, low=0.0, high=600.0, doc="pain must have lasted so long, so that help comes first")
    by_head: bool = setting(True, doc="where no number comes, ask by nods and shakes")
    lean: float = setting(0.2, low=0.0, high=1.0, doc="how far it leans towards the person")


class Ask(WordedActivity[AskSettings]):
    """Where the number is worth knowing and was not told lately, and at once where the person must be asked.

    A number on the console or in words ends it; where none comes it asks by yes and no, four questions at most.
    A no to the first question, and a stop at any time, ends it. Succeeds where there is a number.
    """

    helps: ClassVar[bool] = False

    def urgent(self) -> bool:
        """It was severe, and now cannot be read: ask, or a human is called."""
        return self.scene.must_ask

    def barrier(self) -> str:
        """Why not now: it was told lately, or nothing calls for it."""
        if self.scene.scripted == self.name:
            return super().barrier()
        if self.urgent():
            return self.hindrance() or self._desk.refusals.why_not(self.name)
        barrier = super().barrier()
        if barrier:
            return barrier
        if self.scene.report_age_s < self.own.told_s:
            return "the person told it not long ago"
        if not self.scene.pain >= self.own.worth_points:
            return "nothing calls for a number"
        return "" if self.scene.aching_s >= self.own.lasting_s else "pain has not lasted for long"

    def course(self) -> Steps[bool]:
        """Asks for a number, then by yes and no, and passes on what came."""
        self._begun_s = self.now_s
        self._desk.asking = True
        self._face = self.show("I ask how strong the pain is, from 0 to 10.", pose={1: 0.2, 2: 0.2}, lean=self.own.lean)
        number = yield from self._by_number()
        source = "voice"
        if math.isnan(number) and not self._reported() and self.own.by_head:
            number, source = (yield from self._by_head()), "face"
        self._desk.asking = False
        if self._reported():
            number = self.scene.report  # by the console; it is known to all already
        elif math.isfinite(number):
            now_s = self._desk.clock.now_s()
            self._desk.outbox.report(SelfReport(now_s, "NRS", number, number, source=source))
        self.measure(number=number)
        return (yield from self._thank(number))

    def _by_number(self) -> Steps[float]:
        """Asks for a number, twice at most; a no is taken as one."""
        for key in ("number", "again"):
            begun_s = self.now_s
            yield from self._heard(self.text(key), _NUMBER)
            number = self._desk.ear.number(begun_s)
            if math.isfinite(number) or self._reported():
                return number
            if self._desk.ear.answer(begun_s) == "no":
                raise Refused
        return math.nan

    def _by_head(self) -> Steps[float]:
        """Halves the range with each answer. Where one is missing nothing is guessed: NaN."""
        low, high, key = 0, int(PAIN_MAX), "by_head"
        while low < high:
            middle = (low + high) // 2
            answer, number = yield from self._more_than(middle, key)
            if math.isfinite(number) or self._reported():
                return number
            if answer not in ("yes", "no"):
                return math.nan
            low, high, key = (middle + 1, high, "more") if answer == "yes" else (low, middle, "more")
        return float(low)

    def _more_than(self, middle: int, key: str) -> Steps[tuple[Answer, float]]:
        """The answer to one question, asked once again where it is unclear; a number will do as well."""
        answer: Answer = "none"
        for words in (key, "more_again"):
            begun_s = self.now_s
            yield from self._heard(self.text(words, number=middle), _EITHER)
            answer, number = self._desk.ear.answer(begun_s), self._desk.ear.number(begun_s)
            if answer in ("yes", "no") or math.isfinite(number) or self._reported():
                return answer, number
        return answer, math.nan

    def _heard(self, words: str, kinds: frozenset[str]) -> Steps[None]:
        """Says words and waits for what answers them: any of these, a number, a no, or a report on the console."""
        begun_s, utterance_id = self.now_s, self.say(words)
        ear, robot = self._desk.ear, self._desk.robot

        def settled() -> bool:
            answer = ear.answer(begun_s)
            return math.isfinite(ear.number(begun_s)) or self._reported() or answer == "no" or answer in kinds

        yield from self.until(lambda: settled() or robot.spoken(utterance_id) is not None, longest_s(words), self._face)
        if robot.spoken(utterance_id) == "failed":
            raise RobotFailed("the robot could not speak")
        if not settled():
            yield from self.until(settled, self.settings.patience_s, self._face)

    def _reported(self) -> bool:
        """The person told it by the console since this began."""
        return math.isfinite(self.scene.report) and self.scene.report_age_s < self.now_s - self._begun_s

    def _thank(self, number: float) -> Steps[bool]:
        if math.isnan(number):
            yield from self.tell("unanswered", self._face)
            return False
        key = "thanks_high" if number >= self.settings.severe_points else "thanks"
        yield from self.tell(key, self._face, number=f"{number:g}")
        return True
