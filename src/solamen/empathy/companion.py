"""The companion: answers each frame at once (system I), and decides what that should lead to (system II)."""

from __future__ import annotations

import math
from dataclasses import replace

import py_trees

from solamen.core.action_units import ActionUnits
from solamen.core.clock import Clock
from solamen.core.cues import Cue
from solamen.core.intents import BehaviorStatus, Expression, Point
from solamen.core.states import Company, Consent, SelfReport, UserState
from solamen.empathy.feedback import RobotFeedback
from solamen.empathy.follower import Follower
from solamen.empathy.gaze import Gaze
from solamen.empathy.heeding import Heeding
from solamen.empathy.mimicry import Mimicry
from solamen.empathy.perception import Perception
from solamen.empathy.scene import BreathRequest, BreathSample, Choice, Desk
from solamen.empathy.settings import EmpathySettings
from solamen.empathy.timers import SteadyClock, seconds
from solamen.empathy.tree import grow, path_to_tip
from solamen.empathy.turn import Turn

_MIRRORED = 0.02
_STEP_MAX_S = 0.2
_BREATHS_KEPT = 1200
_FAST_BLEND_S, _SLOW_BLEND_S = 0.06, 0.3


class Companion:
    """What the robot shows in answer to a person, and why.

    Stamps come from the clock's wall time, durations from its monotonic time, so that a step of the wall time ends
    nothing early. A step back clears what was cached.

    Attributes:
        tree: root of the behaviour tree.
    """

    def __init__(self, settings: EmpathySettings, clock: Clock) -> None:
        self._settings, self._clock = settings, SteadyClock(clock)
        self._desk = Desk(settings, self._clock)
        self.tree: py_trees.behaviour.Behaviour = grow(self._desk)
        self._heeding = Heeding(self._desk, self.tree)
        self._perception = Perception(settings)
        self._mimicry = Mimicry(settings)
        self._pose = Follower(settings.pose_s, settings.pose_s)
        self._gaze = Gaze(settings)
        self._now_s = -math.inf
        self._moved_s = math.nan
        self._since = (self._desk.choice.behavior, clock.now_s())

    def see(self, units: ActionUnits, head_in_base: Point | None) -> Expression:
        """Answers a frame at once.

        Args:
            units: the action units of the frame; any may be NaN.
            head_in_base: the head, metres in `base_link`, where it is known.
        """
        now_s = self._mind_the_clock()
        monotonic_s, dt_s = self._step()
        seen = self._perception.see(units, now_s, monotonic_s, dt_s)
        if seen is not None and seen.face_present:
            self._gaze.see(head_in_base)
        regulation = self._perception.regulation
        factor = regulation.factor(monotonic_s, self._perception.pain(monotonic_s))
        if regulation.over(monotonic_s):
            self._mimicry.end_pain()
        readable = seen is not None and seen.face_present and self._perception.consent != Consent.NONE
        mirrored = self._mimicry.mirror(seen if readable else None, dt_s, factor, self._perception.trust(monotonic_s))
        return self._expression(now_s, monotonic_s, dt_s, mirrored, units)

    def know(self, state: UserState) -> None:
        """Caches the person's state."""
        self._mind_the_clock()
        self._perception.know(state, seconds(self._clock))

    def hear(self, cue: Cue) -> None:
        """Caches something that the person did: nod, shake, yes, no, stop, help, call, number, reach and so on."""
        self._mind_the_clock()
        self._desk.ear.hear(cue, seconds(self._clock))

    def report(self, report: SelfReport) -> None:
        """Caches what the person said of their pain; one that is no number is left out."""
        self._perception.report(report, seconds(self._clock))

    def surroundings(self, company: Company, place: str = "", procedure: str = "") -> None:
        """Caches where and with whom the person is, as told by a human."""
        self._perception.surroundings(company, place, procedure)

    def breathing(self, level: float, stamp_s: float) -> None:
        """Caches a sample of the person's breathing.

        Args:
            level: 0 (out) to 1 (in), scaled by itself; no number is left out.
            stamp_s: capture time, seconds.
        """
        age_s = self._clock.now_s() - stamp_s
        if not (math.isfinite(level) and abs(age_s) <= self._settings.frame_stale_s):
            return
        samples = self._desk.breathing
        samples.append(BreathSample(level, seconds(self._clock) - age_s))
        del samples[:-_BREATHS_KEPT]

    def robot(self, feedback: RobotFeedback) -> None:
        """Caches what the robot tells of itself."""
        self._desk.robot.take(feedback)

    def guide_breathing(self, breaths_per_min: float, duration_s: float) -> str:
        """Asks to lead the person's breathing; gives back what is wrong with that, or an empty string."""
        if not 4.0 <= breaths_per_min <= 12.0:
            return f"breaths_per_min is {breaths_per_min:g}, but must be a number from 4 to 12"
        if not 10.0 <= duration_s <= 3600.0:
            return f"duration_s is {duration_s:g}, but must be a number from 10 to 3600"
        self._desk.guide = BreathRequest(breaths_per_min, duration_s)
        return ""

    def tick(self) -> Turn:
        """Heeds what was refused, ticks the tree, and gathers what is asked of the world."""
        now_s = self._mind_the_clock()
        monotonic_s = seconds(self._clock)
        self._heeding.heed()
        self._decide(monotonic_s)
        choice = self._desk.choice
        if choice.behavior != self._since[0]:
            self._since = (choice.behavior, now_s)
        expression = None
        if self._perception.message_age_s(monotonic_s) >= self._settings.frame_timeout_s:
            _, dt_s = self._step()
            self._mimicry.end_pain()
            expression = self._expression(now_s, monotonic_s, dt_s, self._mimicry.mirror(None, dt_s, 0.0, 0.0), None)
        utterances, gestures, reports, markers = self._desk.outbox.empty()
        status = self._status(now_s, monotonic_s, choice)
        return Turn(expression, status, utterances, gestures, (), markers, reports)

    def _decide(self, monotonic_s: float) -> None:
        """Lets the tree choose; an error in a behaviour ends in rest, not in silence."""
        self._desk.scene = replace(self._perception.scene(monotonic_s), quiet=self._desk.refusals.quiet)
        try:
            self.tree.tick_once()
        except Exception as error:
            self.tree.stop(py_trees.common.Status.INVALID)
            problem = f"{type(error).__name__}: {error}"
            self._desk.choice = Choice("rest", f"A behaviour failed ({problem}), so I rest.", look="face")

    def _expression(
        self, now_s: float, monotonic_s: float, dt_s: float, mirrored: dict[int, float], units: ActionUnits | None
    ) -> Expression:
        choice = self._desk.choice
        pose = self._pose.follow(choice.pose, dt_s)
        activation = {unit: max(mirrored.get(unit, 0.0), pose.get(unit, 0.0)) for unit in sorted({*mirrored, *pose})}
        nodding = monotonic_s - choice.nod_s < self._settings.nod_s
        mirroring = max(mirrored.values(), default=0.0) > _MIRRORED and not nodding
        return Expression(
            stamp_s=now_s,
            activation=activation,
            gaze_target=self._look(choice, monotonic_s, dt_s),
            blend_s=_FAST_BLEND_S if units is not None else _SLOW_BLEND_S,
            cause="mirror" if mirroring else choice.behavior,
            answers_s=units.stamp_s if units is not None else math.nan,
            answers_monotonic_ns=units.monotonic_ns if units is not None else 0,
            breath=choice.breath,
            glow=choice.glow,
            lean=choice.lean,
        )

    def _look(self, choice: Choice, monotonic_s: float, dt_s: float) -> Point:
        """At a face that is seen, whatever the tree says; else where the tree says."""
        lost_s = self._perception.face_age_s(monotonic_s)
        look = "face" if lost_s < self._settings.face_memory_s else choice.look
        return self._gaze.look(look, dt_s, lost_s - self._settings.face_memory_s, monotonic_s - choice.nod_s)

    def _status(self, now_s: float, monotonic_s: float, choice: Choice) -> BehaviorStatus:
        pain = self._perception.pain(monotonic_s)
        factor = self._perception.regulation.factor(monotonic_s, pain) * self._perception.trust(monotonic_s)
        return BehaviorStatus(
            stamp_s=now_s,
            behavior=choice.behavior,
            system=choice.system,
            tree_path=path_to_tip(self.tree),
            reason=choice.reason,
            mirror_gain=self._settings.pain_gain * factor,
            since_s=self._since[1],
            answers_s=self._perception.stamp_s,
            options=self._desk.options,
        )

    def _step(self) -> tuple[float, float]:
        """The monotonic time, and the seconds since something was shown last."""
        monotonic_s = seconds(self._clock)
        dt_s = monotonic_s - self._moved_s if math.isfinite(self._moved_s) else 0.05
        self._moved_s = monotonic_s
        return monotonic_s, min(max(dt_s, 0.0), _STEP_MAX_S)

    def _mind_the_clock(self) -> float:
        """The wall time; a step back of it clears what bears a stamp."""
        now_s = self._clock.now_s()
        if now_s < self._now_s - self._settings.clock_jump_s:
            self._perception.forget()
            self._gaze.forget()
            self._desk.ear.forget()
            self._desk.breathing.clear()
        self._now_s = now_s
        return now_s
