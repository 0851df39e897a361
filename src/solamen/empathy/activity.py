"""What behaviours of several steps have in common: they say, gesture, ask, offer, await answers, can be refused."""

from __future__ import annotations

import abc
import math
from collections.abc import Callable, Generator
from dataclasses import replace
from typing import Any, ClassVar, Literal, TypeAlias, TypeVar

import py_trees
from py_trees.common import Status

from solamen.core.intents import GestureRequest
from solamen.core.states import Consent
from solamen.empathy.appeal import Appeal
from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.ear import NO, STOP, YES, Answer
from solamen.empathy.feedback import Outcome
from solamen.empathy.scene import Choice, Desk
from solamen.empathy.timers import Elapsed, seconds

T = TypeVar("T")
Steps: TypeAlias = Generator[Choice, None, T]
"""Yields one choice for each tick, and returns T in the end; use it by `x = yield from self.offer(…)`."""
Show: TypeAlias = "Choice | Callable[[], Choice]"
"""What to show meanwhile: a choice, or what makes one anew at each tick."""
End = Literal["succeeded", "refused", "preempted", "failed", "stopped"]
"""How an activity ended. Stopped: mode, locks, consent or absence ended it."""

_SLOWEST_S_PER_LETTER = 0.12
_SPEECH_SLACK_S = 3.0


class RobotFailed(Exception):  # noqa: N818 (told to people as it is)
    """A part of the robot did not do what was asked of it."""


class Refused(Exception):  # noqa: N818 (no error: an answer)
    """The person said no to what a course offered."""


class Activity(EmpathicBehaviour):
    """A behaviour with a course of several steps.

    `course` is a generator that yields what to show at each tick, and returns whether it succeeded. It is dropped at
    once where the person refuses, a more important behaviour takes over, or mode, locks or consent no longer permit it;
    `leave` then tidies up. It is never resumed in its midst. An error in the course ends it as failed, and it is not
    tried again for a while.

    Attributes:
        needs: channels that the robot must have (see `RobotFeedback`).
        gestures: gestures that the robot must have.
        least_consent: what the person must have agreed to.
        needs_person: it ends when the person is gone for long.
        helps: it is meant to ease pain, so it waits until pain has lasted a little, and until the last one is past.
        appeal: when it is called for.
    """

    needs: ClassVar[frozenset[str]] = frozenset()
    gestures: ClassVar[frozenset[str]] = frozenset()
    least_consent: ClassVar[Consent] = Consent.OBSERVE
    needs_person: ClassVar[bool] = True
    helps: ClassVar[bool] = True

    def __init__(self, name: str, desk: Desk, appeal: Appeal) -> None:
        super().__init__(name, desk)
        self.appeal = appeal
        self._course: Steps[bool] | None = None
        self._ended = Elapsed(desk.clock)
        self._nod_s = -math.inf
        self._pain_before = math.nan

    @abc.abstractmethod
    def course(self) -> Steps[bool]:
        """Its steps, from the offer to the end; returns whether it succeeded."""

    def leave(self, end: End) -> None:
        """Tidies up after the course: a last word, a hand that is withdrawn. Silence and stillness came before."""

    def urgent(self) -> bool:
        """Whether it must begin now and end what is under way."""
        return False

    def barrier(self) -> str:
        """Why it may not begin now, in words; empty where it may. Build on this for what else it needs."""
        if self.scene.scripted == self.name:
            return self.hindrance() or self._desk.refusals.why_not(self.name)
        left = self.appeal.again_after_s - self._ended.s()
        return (
            self.hindrance()
            or self._desk.refusals.why_not(self.name)
            or (f"it was done not long ago, so not for another {max(left / 60.0, 1.0):.0f} min" if left > 0.0 else "")
            or self.appeal.barrier(self.scene)
        )

    def hindrance(self) -> str:
        """Why it may neither begin nor go on, in words; empty where it may."""
        desk, scene = self._desk, self.scene
        if not desk.permits(self.name):
            return f"the mode {scene.mode} or a lock does not permit it"
        if scene.quiet:
            return "the person said stop"
        if (scene.consent or Consent.NONE) < self.least_consent:  # consent that was never told is none
            return "there is no consent to it"
        missing = sorted(self.needs - desk.robot.channels) + sorted(self.gestures - desk.robot.gesture_names)
        if missing:
            return f"the robot has no {missing[0].replace('_', ' ')}"
        gone = self.needs_person and scene.present_age_s >= self.settings.gone_s
        return "nobody is there" if gone else ""

    def utility(self) -> tuple[float, str]:
        """How much it is called for, and why in words."""
        terms = self.appeal.terms(self.scene)
        words = ", ".join(f"{name} {value:+.1f}" for name, value in terms)
        return self.appeal.utility(self.scene), words or "by itself"

    # What the tree calls.

    def wanted(self) -> bool:
        """Whether it may begin."""
        return not self.barrier()

    def choose(self) -> Choice:
        """Not used: the course yields the choices."""
        return self._desk.choice

    def initialise(self) -> None:
        """Begins the course anew, where it may begin."""
        super().initialise()
        if not self.wanted():
            return
        self._course = self.course()
        self._pain_before = self.scene.pain
        self._desk.active, self._desk.asking = self.name, False

    def update(self) -> Status:
        """Goes one step on."""
        if self.hindrance() or self._course is None:
            self._finish("stopped")
            return Status.FAILURE
        try:
            self._desk.choice = self._nodding(next(self._course))
        except StopIteration as stop:
            self._finish("succeeded" if stop.value else "failed")
            return Status.SUCCESS if stop.value else Status.FAILURE
        except Refused:
            self.refuse()
            return Status.FAILURE
        except Exception as error:
            self._break(error)
            return Status.FAILURE
        return Status.RUNNING

    def terminate(self, new_status: Status) -> None:
        """Ends the course where something else takes over."""
        if new_status == Status.INVALID and self._course is not None:
            self._finish("preempted")

    def refuse(self) -> None:
        """The person does not want it."""
        self._desk.refusals.refuse(self.name, self.appeal.refused_s)
        self._desk.outbox.mark("refused", self.name)
        self._finish("refused")

    @property
    def under_way(self) -> bool:
        """The course has begun and not ended."""
        return self._course is not None

    # What a course is made of.

    def show(self, reason: str, **fields: Any) -> Choice:
        """A choice of this behaviour; fields are those of `Choice`."""
        return Choice(self.name, reason, **fields)

    def say(self, text: str, *, rate: float = 1.0, interruptible: bool = True) -> str:
        """Begins to say something; gives the id of the utterance."""
        return self._desk.outbox.say(text, rate=rate, interruptible=interruptible, owner=self.name)

    def gesture(self, name: str, amplitude: float = 1.0, speed: float = 1.0) -> None:
        """Begins a gesture."""
        self._desk.robot.begin_gesture(name)
        self._desk.outbox.gesture(GestureRequest(name, amplitude, speed), self.name)

    def last(self, duration_s: float, show: Show) -> Steps[None]:
        """Shows something for a while."""
        timer = self._timer()
        while timer.within(duration_s):
            yield _shown(show)

    def until(self, condition: Callable[[], bool], within_s: float, show: Show) -> Steps[bool]:
        """Shows something until a condition holds; returns whether it did in time."""
        timer = self._timer()
        while not condition():
            if not timer.within(within_s):
                return False
            yield _shown(show)
        return True

    def speak(self, text: str, show: Show, rate: float = 1.0) -> Steps[Outcome]:
        """Says something and waits until it is said; returns how it ended."""
        utterance_id = self.say(text, rate=rate)
        yield from self.until(lambda: self._desk.robot.spoken(utterance_id) is not None, longest_s(text, rate), show)
        return self._desk.robot.spoken(utterance_id) or "failed"

    def play(
        self, name: str, show: Show, within_s: float, amplitude: float = 1.0, speed: float = 1.0
    ) -> Steps[Outcome]:
        """Plays a gesture and waits until it is over; returns how it ended."""
        self.gesture(name, amplitude, speed)
        yield from self.until(lambda: self._desk.robot.played(name) is not None, within_s, show)
        return self._desk.robot.played(name) or "failed"

    def offer(self, text: str, again: str, show: Show) -> Steps[bool]:
        """Offers this activity: yes or a nod accepts; unclear or no answer: asks once again, then takes it as a no.

        Returns True; where it is a no, the course ends here as refused.
        """
        self._desk.outbox.mark("offer", self.name)
        for words in (text, again):
            begun_s = seconds(self._desk.clock)
            if (yield from self._answered(words, begun_s, YES | NO | STOP, show)) == "yes":
                self._desk.outbox.mark("accepted", self.name)
                return True
        raise Refused

    def ask(self, text: str, again: str, show: Show) -> Steps[Answer]:
        """Asks a question of yes or no, once again where the answer is unclear or none. A no is no refusal."""
        answer: Answer = "none"
        self._desk.asking = True
        for words in (text, again):
            answer = yield from self._answered(words, seconds(self._desk.clock), YES | NO, show)
            if answer in ("yes", "no"):
                break
        self._desk.asking = False
        return answer

    def ask_number(self, text: str, again: str, show: Show) -> Steps[float]:
        """Asks for a number 0–10, once again where none comes; NaN where there is still none. A no is no refusal."""
        self._desk.asking = True
        number = math.nan
        for words in (text, again):
            begun_s = seconds(self._desk.clock)
            yield from self._answered(words, begun_s, frozenset({"number"}), show)
            number = self._desk.ear.number(begun_s)
            if math.isfinite(number):
                break
        self._desk.asking = False
        return number

    def _answered(self, words: str, begun_s: float, kinds: frozenset[str], show: Show) -> Steps[Answer]:
        """Says words and waits for an answer, which may come before they are all said."""
        utterance_id = self.say(words)
        ear, robot = self._desk.ear, self._desk.robot

        def settled() -> bool:
            if kinds == {"number"}:
                return math.isfinite(ear.number(begun_s))
            return ear.answer(begun_s) in ("yes", "no")

        said = yield from self.until(
            lambda: settled() or robot.spoken(utterance_id) is not None, longest_s(words), show
        )
        if robot.spoken(utterance_id) == "failed":
            raise RobotFailed("the robot could not speak")  # what nobody heard was not refused either
        if not (said and settled()):
            yield from self.until(settled, self.settings.patience_s, show)
        return ear.answer(begun_s)

    def _nodding(self, choice: Choice) -> Choice:
        """The choice with a nod where an onset of pain is to be answered: what is under way does not end for it."""
        if self._desk.noticing.due():
            self._nod_s = self._desk.noticing.take()
        return choice if choice.nod_s >= self._nod_s else replace(choice, nod_s=self._nod_s)

    def _timer(self) -> Elapsed:
        timer = Elapsed(self._desk.clock)
        timer.start()
        return timer

    def _break(self, error: Exception) -> None:
        why = f"it failed ({type(error).__name__}: {error})"
        self._desk.refusals.refuse(self.name, self.settings.broken_s, why)
        self._finish("failed")

    def _finish(self, end: End) -> None:
        """Closes the course, falls silent and still where it was cut short, and lets the activity tidy up."""
        course, self._course = self._course, None
        if course is None:
            return
        course.close()
        self._ended.start()
        if self.helps:
            self._desk.helped.start()
            if end == "succeeded" and self.scene.learning:
                self._desk.learned.learn(self.name, self._pain_before, self.scene.pain)
                if math.isfinite(self._pain_before - self.scene.pain):
                    self._desk.outbox.mark("helped", f"{self.name}: {self._pain_before:.2f} {self.scene.pain:.2f}")
        self._desk.active, self._desk.asking = "", False
        self._desk.outbox.mark("ended", f"{self.name}: {end}")
        if end in ("refused", "preempted", "stopped"):
            self._desk.outbox.hush(self.name)
        self.leave(end)


def longest_s(words: str, rate: float = 1.0) -> float:
    """Seconds after which words that were not said count as not said."""
    return _SPEECH_SLACK_S + _SLOWEST_S_PER_LETTER * len(words) / rate


def _shown(show: Show) -> Choice:
    return show() if callable(show) else show


def activities(root: py_trees.behaviour.Behaviour) -> list[Activity]:
    """All activities of a tree, in its order."""
    return [node for node in root.iterate() if isinstance(node, Activity)]
