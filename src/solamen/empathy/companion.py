"""The companion: answers each frame at once (system I), and decides what that should lead to (system II)."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import py_trees

from solamen.core.action_units import ActionUnits
from solamen.core.clock import Clock
from solamen.core.cues import Cue
from solamen.core.intents import BehaviorStatus, Expression, HumanCall, Point
from solamen.core.states import Company, Consent, SelfReport, UserState
from solamen.empathy.arbiter import Arbiter
from solamen.empathy.calls import HumanCalls
from solamen.empathy.feedback import RobotFeedback
from solamen.empathy.heeding import Heeding
from solamen.empathy.modes import DECEIVING, Modes
from solamen.empathy.perception import Perception
from solamen.empathy.scene import BreathRequest, BreathSample, Choice, Desk, Scene
from solamen.empathy.settings import EmpathySettings
from solamen.empathy.timers import SteadyClock, seconds
from solamen.empathy.tree import grow, path_to_tip
from solamen.empathy.tree_words import as_text
from solamen.empathy.turn import Turn

_BREATHS_KEPT = 1200


class Companion:
    """What the robot shows, says and asks in answer to a person, and why; and when it calls a human.

    Inputs are cached as they come; `see` answers a frame at once, and `tick`, ten times a second or so, does the rest.
    Stamps come from the clock's wall time, durations from its monotonic time, so that a step of the wall time ends
    nothing early. A step back clears what was cached.

    Args:
        seed: of all that is drawn at random; the same seed and the same inputs give the same outputs.

    Attributes:
        tree: root of the behaviour tree.
    """

    def __init__(self, settings: EmpathySettings, clock: Clock, seed: int = 0) -> None:
        self._settings, self._clock = settings, SteadyClock(clock)
        self._desk = Desk(settings, self._clock, seed=seed)
        self.tree: py_trees.behaviour.Behaviour = grow(self._desk)
        self._modes = Modes(settings, self._clock, leaves(self.tree))
        self._desk.permits = self._modes.permits
        self._heeding = Heeding(self._desk, self.tree)
        self._calls = HumanCalls(settings, self._clock)
        self._perception = Perception(settings)
        self._arbiter = Arbiter(self._desk, self._clock, self._perception, self._modes)
        self._now_s, self._jumps = -math.inf, 0
        self._since = (self._desk.choice.behavior, clock.now_s())

    # What comes in.

    def see(self, units: ActionUnits, head_in_base: Point | None) -> Expression:
        """Answers a frame at once.

        Args:
            units: the action units of the frame; any may be NaN.
            head_in_base: the head, metres in `base_link`, where it is known.
        """
        return self._arbiter.answer(units, head_in_base, self._mind_the_clock())

    def know(self, state: UserState) -> None:
        """Caches the person's state."""
        self._calls.know(state)
        if state.consent == Consent.NONE:
            self._desk.learned.forget()
            self._desk.breathing.clear()
            if self._perception.consent != Consent.NONE:  # it was taken back just now
                self._desk.ear.forget()
                self._calls.forget()
                self._arbiter.rest()
        self._mind_the_clock()
        self._perception.know(state, seconds(self._clock))

    def hear(self, cue: Cue) -> None:
        """Caches something that the person did: nod, shake, yes, no, stop, help, call, number, reach and so on."""
        self._calls.hear(cue)
        self._mind_the_clock()
        self._desk.ear.hear(cue, seconds(self._clock))

    def report(self, report: SelfReport) -> None:
        """Caches what the person said of their pain; one that is no number from 0 to 10 is left out."""
        self._calls.report(report)
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
        age_s = self._mind_the_clock() - stamp_s
        if not (math.isfinite(level) and abs(age_s) <= self._settings.frame_stale_s):
            return
        samples = self._desk.breathing
        samples.append(BreathSample(level, seconds(self._clock) - age_s))
        del samples[:-_BREATHS_KEPT]

    def remember(self, courses: Mapping[str, tuple[int, float]]) -> None:
        """Takes what helped this person in earlier sessions; used only with consent to learn."""
        self._desk.learned.recall(courses)

    def robot(self, feedback: RobotFeedback) -> None:
        """Caches what the robot tells of itself."""
        self._desk.robot.take(feedback)

    # What humans ask of it. Each gives back what was wrong with that in words, or an empty string.

    def set_mode(self, mode: str, delay_s: float = 0.0, study_id: str = "", experimenter: str = "") -> str:
        """Switches the mode (see `Modes`); leaves a marker with a stamp, and one for the debriefing where it is due."""
        before = self._modes.mode
        problem = self._modes.set(mode, delay_s, study_id, experimenter)
        if not problem:
            self._arbiter.still()
            detail = f"{mode} after {before}, at {self._clock.now_s():.3f} s, by {experimenter or 'a caregiver'}"
            self._desk.outbox.mark("mode", detail + (f", study {study_id}" if study_id else ""))
            if mode in DECEIVING:
                self._desk.outbox.mark("debriefing", f"study {study_id}: tell the person what {mode} mode was")
        return problem

    def set_locks(self, forbidden: Sequence[str], locked: str) -> str:
        """Forbids behaviours or locks one."""
        problem = self._modes.lock(forbidden, locked)
        if not problem:
            self._desk.outbox.mark("locks", f"forbidden: {', '.join(forbidden) or 'none'}; locked: {locked or 'none'}")
        return problem

    def acknowledge_call(self, call_id: str, by: str) -> str:
        """Says that someone is coming; `by` is a role, never a name."""
        problem = self._calls.acknowledge(call_id)
        if not problem:
            self._desk.outbox.mark("acknowledged", f"{call_id} by {by or 'someone'}")
        return problem

    def guide_breathing(self, breaths_per_min: float, duration_s: float) -> str:
        """Asks to lead the person's breathing."""
        if not 4.0 <= breaths_per_min <= 12.0:
            return f"breaths_per_min is {breaths_per_min:g}, but must be a number from 4 to 12"
        if not 10.0 <= duration_s <= 3600.0:
            return f"duration_s is {duration_s:g}, but must be a number from 10 to 3600"
        if self._desk.refusals.quiet:
            return self._desk.refusals.why_not("paced_breathing")
        self._desk.guide = BreathRequest(breaths_per_min, duration_s)
        return ""

    def ask_consent(self, level: Consent) -> None:
        """Asks the person for this consent when nothing else goes on; NONE: not any more. A marker tells the answer."""
        why = self._desk.refusals.why_not("ask_consent")
        if not why and not self._modes.permits("ask_consent"):
            why = f"the mode {self._modes.mode} or a lock does not permit it"
        if why and level != Consent.NONE:
            self._desk.outbox.mark("consent", f"{level.name.lower()}: not asked, {why}")
        self._desk.consent_asked = Consent.NONE if why else level

    def console(self, receivers: int) -> None:
        """Caches how many receivers of calls are connected."""
        self._calls.receivers = receivers

    def as_dict(self) -> dict[str, Any]:
        """What a respawned companion must know, as plain values: mode and locks, what was refused, an open call."""
        return {
            "modes": self._modes.as_dict(),
            "refusals": self._desk.refusals.as_dict(),
            "calls": self._calls.as_dict(),
        }

    def resume(self, values: dict[str, Any]) -> None:
        """Goes on where a process that died left off, on the same machine."""
        self._calls.resume(values["calls"])
        self._desk.refusals.resume(values["refusals"])
        self._modes.resume(values["modes"])

    def problems(self) -> tuple[str, ...]:
        """What is wrong with the companion itself, for the diagnostics; calls that reach nobody are a red state."""
        return tuple(filter(None, [self._calls.problem]))

    def tree_text(self) -> str:
        """The tree as text, with an arrow at what is done at this moment."""
        return as_text(self.tree)

    # What goes out.

    def tick(self) -> Turn:
        """Calls whom it must, heeds what was refused, ticks the tree, and gathers what is asked of the world."""
        calls = self._calls.tick()  # first, and apart from all that follows: nothing may hold it up
        try:
            return self._turn(calls)
        except Exception as error:
            reason = f"Something failed ({_problem(error)}), so I rest; I still call for help."
            now_s = self._clock.now_s()
            mode = self._modes.mode
            return Turn(None, BehaviorStatus(now_s, "rest", 2, "", reason, 0.0, now_s, mode), calls=calls)

    def _turn(self, calls: tuple[HumanCall, ...]) -> Turn:
        now_s = self._mind_the_clock()
        self._desk.scene = self._scene()
        self._heeding.heed()
        self._desk.scene = replace(self._desk.scene, quiet=self._desk.refusals.quiet)
        self._decide()
        choice = self._desk.choice
        if choice.behavior != self._since[0]:
            self._since = (choice.behavior, now_s)
        expression = self._arbiter.unanswered(now_s)
        utterances, gestures, reports, markers = self._desk.outbox.empty()
        for report in reports:
            self.report(report)
        return Turn(expression, self._status(now_s, choice), utterances, gestures, calls, markers, reports)

    def _scene(self) -> Scene:
        return replace(
            self._perception.scene(seconds(self._clock)),
            mode=self._modes.mode,
            scripted=self._modes.scripted,
            sham=self._modes.mode == "sham",
            quiet=self._desk.refusals.quiet,
            must_ask=self._calls.must_ask,
            call=self._calls.open(),
        )

    def _decide(self) -> None:
        """Lets the tree choose; an error in a behaviour ends in rest, not in silence."""
        try:
            self.tree.tick_once()
        except Exception as error:
            self.tree.stop(py_trees.common.Status.INVALID)
            self._desk.choice = Choice("rest", f"A behaviour failed ({_problem(error)}), so I rest.", look="face")

    def _status(self, now_s: float, choice: Choice) -> BehaviorStatus:
        return BehaviorStatus(
            stamp_s=now_s,
            behavior=choice.behavior,
            system=choice.system,
            tree_path=path_to_tip(self.tree),
            reason=choice.reason,
            mirror_gain=self._arbiter.gain(),
            since_s=self._since[1],
            mode=self._modes.mode,
            answers_s=self._perception.stamp_s,
            options=self._desk.options,
        )

    def _mind_the_clock(self) -> float:
        """The wall time; a step back of it, or of the monotonic time, clears what bears a stamp or is on its way."""
        now_s = self._clock.now_s()
        self._clock.monotonic_ns()
        if now_s < self._now_s - self._settings.clock_jump_s or self._clock.jumps > self._jumps:
            self._perception.forget()
            self._arbiter.forget()
            self._desk.ear.forget()
            self._desk.breathing.clear()
        self._now_s, self._jumps = now_s, self._clock.jumps
        return now_s


def leaves(tree: py_trees.behaviour.Behaviour) -> frozenset[str]:
    """Names of the behaviours of a tree, without what only orders them."""
    return frozenset(node.name for node in tree.iterate() if not node.children)


def _problem(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
