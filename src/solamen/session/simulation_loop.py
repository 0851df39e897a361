"""The library loop without ROS: patient, face, fusion, companion and robot in one process on a stepped clock."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

import numpy as np

from solamen.core.action_units import ActionUnits
from solamen.core.clock import SteppedClock
from solamen.core.intents import Expression, HumanCall
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.core.states import Consent, SelfReport, UserState
from solamen.empathy import Companion, EmpathySettings
from solamen.empathy.activity import activities
from solamen.empathy.turn import Turn
from solamen.face.settings import FaceSettings
from solamen.fusion.filter import FusionFilter
from solamen.fusion.settings import FusionSettings
from solamen.patient.response import Around
from solamen.patient.response_happenings import AROUND, SEEN
from solamen.patient.scenario import Scenario
from solamen.session.simulation_judge import shown_pain
from solamen.session.simulation_readings import STEP_S, FaceReading, PainReading
from solamen.session.simulation_robot import SPEECH_S_PER_LETTER, SPEECH_START_S, StandIn
from solamen.session.simulation_step import ActivityRule, Rules, Step
from solamen.session.simulation_world import World

S = TypeVar("S")

START_S = 1_700_000_000.0
TICK_EVERY, PAIN_EVERY = 2, 5
"""Steps from one tick of the tree to the next, and from one estimate of pain to the next."""
ROBOT_DELAY_STEPS = 2
HEAD = (1.0, 0.0, 0.5)
_HUMAN_STREAM = 10
_COMES_MEDIAN_S, _COMES_SPREAD = 30.0, 0.7
_WORDS_S = 6.0
_TAKES_HAND_S = 1.5
_ABOUT_NUMBER, _ABOUT_CALL = ("ask",), ("call",)
_DISTRACTING = ("distract",)


Made = Callable[[EmpathySettings, SteppedClock, int], Companion]
"""What makes a companion, from settings, clock and seed; a test may make a bad one."""


def companion(settings: EmpathySettings, clock: SteppedClock, seed: int) -> Companion:
    """The companion as it ships."""
    return Companion(settings, clock, seed)


class Human:
    """Somebody who is called, and says after a while that they are coming; sometimes only after the next level."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng((seed, _HUMAN_STREAM))
        self._comes: dict[str, float] = {}

    def called(self, calls: tuple[HumanCall, ...], now_s: float) -> None:
        """Takes calls; times are seconds of any one clock."""
        for call in calls:
            if not call.acknowledged and call.call_id not in self._comes:
                delay_s = _COMES_MEDIAN_S * math.exp(_COMES_SPREAD * float(self._rng.normal()))
                self._comes[call.call_id] = now_s + delay_s

    def acknowledges(self, now_s: float) -> list[str]:
        """The calls that are acknowledged now."""
        due = [call_id for call_id, at_s in self._comes.items() if at_s <= now_s]
        for call_id in due:
            self._comes[call_id] = math.inf
        return due


class Loop:
    """One session: a scenario, a seed, a mode.

    Attributes:
        clock: the only clock of the session; its wall time may be stepped from outside.
        companion: the object under test.
        rules: what the judge holds it to.
    """

    def __init__(self, scenario: Scenario, seed: int, mode: str = "companion", made: Made = companion) -> None:
        """Takes what to live through, a seed of at least 0, the mode, and what makes the companion."""
        self.clock = SteppedClock(START_S)
        settings = _read(EmpathySettings, "behavior")
        self.companion = made(settings, self.clock, seed)
        self.rules = rules_of(self.companion, settings, scenario, mode)
        if mode != "companion":
            problem = self.companion.set_mode(mode)
            if problem:
                raise ValueError(f"the mode {mode} was refused: {problem}")
        self.companion.console(1)
        self._world = World(scenario, seed)
        self._face = FaceReading(seed)
        self._pain = PainReading(_read(FaceSettings, "face"), PAIN_EVERY)
        self._fusion = FusionFilter(_read(FusionSettings, "fusion"), Consent.RECORD)
        self._robot = StandIn(ROBOT_DELAY_STEPS)
        self._human = Human(seed)
        self._expression = Expression(START_S)
        self._steps = 0
        self._wall_ahead_s = START_S
        self._asked = ""
        self._accepted_s = -math.inf
        self._behavior = ""
        self._number_wanted = False

    def run(self, length_s: float) -> Iterator[Step]:
        """The steps of a length of time."""
        for _ in range(round(length_s / STEP_S)):
            yield self.step()

    def step(self) -> Step:
        """One step of 0.1 s: the patient first, then what is told to the companion, then what it does."""
        self.clock.advance(STEP_S)
        self._steps += 1
        time_s, now_s = self._steps * STEP_S, self.clock.now_s()
        truth = self._world.step(time_s, now_s, self._around(time_s), STEP_S)
        if any(cue.source == "voice" for cue in truth.cues):
            self._robot.interrupt()
        news = self._robot.step(time_s)
        self.companion.robot(news)
        for cue in truth.cues:
            self.companion.hear(cue)
        units = self._face.read(truth.intensity, truth.hidden, now_s, self.clock.monotonic_ns())
        state = self._estimate(units, truth.reports, time_s, now_s)
        for report in truth.reports:
            self.companion.report(report)
        if state is not None:
            self.companion.know(state)
        if self._steps % TICK_EVERY == 0:
            self.companion.breathing(truth.felt.breath, now_s)
        self.companion.surroundings(truth.company, "", truth.procedure)
        self._fusion.surroundings(truth.company, truth.procedure)
        if units is not None:
            self._expression = self.companion.see(units, HEAD if units.face_present else None)
        acknowledged = False
        for call_id in self._human.acknowledges(time_s):
            acknowledged |= self.companion.acknowledge_call(call_id, "nurse") == ""
        turn = self._tick(time_s, truth.felt.pain) if self._steps % TICK_EVERY == 0 else None
        self._robot.show(self._expression)
        over = bool(news.utterances or news.gestures)
        return Step(time_s, truth, units, state, self._expression, turn, over, acknowledged)

    def _around(self, time_s: float) -> Around:
        """What the robot does to the patient."""
        robot, helping = self._robot, set()
        shown = robot.shown
        if math.isfinite(shown.breath):
            helping.add("breathing")
        if robot.holding:
            helping.add("touch")
        if any(word in self._behavior for word in _DISTRACTING):
            helping.add("distraction")
        if time_s - robot.spoke_s < _WORDS_S:
            helping.add("words")
        if self._behavior in self.rules.activities:
            self._world.answers.doing(time_s, STEP_S)
        self._hand(time_s)
        return Around(frozenset(helping), max(shown_pain(shown), 0.0), shown.breath)

    def _hand(self, time_s: float) -> None:
        """A hand that is held out is taken by whoever said yes, and let go after a while."""
        robot = self._robot
        if robot.holding:
            robot.holding = not self._world.answers.lets_go(STEP_S)
            robot.hand_offered = robot.holding
        elif robot.hand_offered and time_s - self._accepted_s > _TAKES_HAND_S:
            robot.holding = math.isfinite(self._accepted_s)

    def _estimate(
        self, units: ActionUnits | None, reports: tuple[SelfReport, ...], time_s: float, now_s: float
    ) -> UserState | None:
        """The state, where one is due. Fusion lives on the time of the session, so that no step of the wall ends it."""
        estimate = self._pain.read(units)
        if units is not None:
            self._fusion.presence(units.face_present, time_s)
        for report in reports:
            self._fusion.report(replace(report, stamp_s=time_s))
        if estimate is not None:
            self._fusion.add(replace(estimate, stamp_s=time_s))
        # After a step of the wall time, which clears what bears a stamp, the state is told anew, as the node does.
        stepped = abs(now_s - time_s - self._wall_ahead_s) > STEP_S
        self._wall_ahead_s = now_s - time_s
        if estimate is None and not reports and not stepped and self._steps % PAIN_EVERY:
            return None
        state = self._fusion.state(time_s)
        last = state.last_self_report
        shifted = replace(last, stamp_s=last.stamp_s + now_s - time_s) if last is not None else None
        return replace(
            state, stamp_s=state.stamp_s + now_s - time_s, company=self._world.company, last_self_report=shifted
        )

    def _tick(self, time_s: float, pain: float) -> Turn:
        turn = self.companion.tick()
        if turn.expression is not None:
            self._expression = turn.expression
        self._behavior = turn.status.behavior
        self._robot.say(turn.utterances, time_s)
        self._robot.play(turn.gestures, time_s)
        self._human.called(turn.calls, time_s)
        for report in turn.reports:
            self._fusion.report(replace(report, stamp_s=time_s))
        self._be_asked(turn, time_s, pain)
        return turn

    def _be_asked(self, turn: Turn, time_s: float, pain: float) -> None:
        """The patient understands what is asked of them from what the robot does, not from its words."""
        answers = self._world.answers
        for name, value in turn.markers:
            if name == "offer":
                self._asked = value
            elif name == "accepted":
                self._accepted_s, self._asked = time_s, ""
            elif name in ("refused", "ended"):
                self._asked = ""
                self._accepted_s = -math.inf
        question = next((utterance for utterance in turn.utterances if "?" in utterance.text), None)
        if question is None:
            return
        # People answer what they have heard to its end.
        heard_s = time_s + SPEECH_START_S + SPEECH_S_PER_LETTER * len(question.text) / question.rate
        if self._asked:
            answers.ask("offer", pain, heard_s)
        elif self._behavior in _ABOUT_NUMBER:
            answers.ask("number", pain, heard_s)
        elif self._behavior in _ABOUT_CALL:
            answers.ask("call", pain, heard_s)


@functools.cache
def _read(kind: type[S], concern: str) -> S:
    """Settings as they stand in config/ when they are first asked for: one run has one set of them."""
    return load(kind, resource("config", f"{concern}.yaml"))


def rules_of(companion: Companion, settings: EmpathySettings, scenario: Scenario, mode: str) -> Rules:
    """What the settings promise, for the judge."""
    rules = {
        activity.name: ActivityRule(
            activity.name,
            activity.helps,
            activity.appeal.refused_s,
            activity.appeal.again_after_s,
            activity.appeal.pain_from,
            activity.appeal.pain_to,
        )
        for activity in activities(companion.tree)
    }
    return Rules(rules, settings.stop_s, settings.offer_gap_s, settings.dwell_s, mode, only_decoys(scenario))


def only_decoys(scenario: Scenario) -> bool:
    """Whether nothing in a scenario calls for a human."""
    harmless = {*SEEN, *AROUND, "yes", "no", "nod", "shake", "stop"} - {"away", "dark"}
    return not scenario.pain and scenario.baseline == 0.0 and all(item.what in harmless for item in scenario.happenings)
