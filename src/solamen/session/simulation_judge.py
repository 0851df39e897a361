"""The judge of a simulated session. It stands outside the companion: it sees truth, what was given, what came out."""

from __future__ import annotations

import math
from collections import Counter, deque
from dataclasses import dataclass, field

from solamen.core.action_units import MAX_INTENSITY
from solamen.core.intents import Expression
from solamen.session.simulation_judge_calls import Calls
from solamen.session.simulation_judge_care import Offers, Refusals, Steadiness
from solamen.session.simulation_step import Rules, Step

VIOLATIONS = (
    "runaway",
    "refusal_ignored",
    "late_call",
    "missed_request",
    "missed_severe_abstention",
    "false_call",
    "flapping",
)
SLACK = 1.0
"""Points of 16 that the robot's own poses (a brow of concern) and the errors of a reader may add."""
RECENT_S, LONGEST_S = 1.0, 3.0
"""Mirrored pain is held against the face of the last second; with what is felt of it, it ends after 2 s per onset."""
AMPLITUDE = 0.1
CONCERN_BROW = 0.15
"""AU4 of the robot's own concern, which is not shown while it mirrors."""
ONSET_LOW, ONSET_HIGH, ONSET_FELT = 0.6, 3.0, 2.0
"""An onset: the index leaves the first, reaches the second, and the third is felt."""
_ONSET_LATEST_S, _AFTER_PEAK_S = 12.0, 1.5


@dataclass
class Verdict:
    """What a session, or many, came to.

    Attributes:
        seconds: simulated.
        decoy_seconds: of these, in scenarios of decoys alone.
        violations: name to count.
        onsets, mirrored: onsets of pain that could be seen, and those that were mirrored.
        cases, offered: see `Offers.told`.
        felt_cases, felt_offered: see `Offers.felt`.
        refusals, calls: how many there were.
        behaviors: name to how often it began.
        pain, distress: sums over time, point seconds.
        painful_seconds: over which these sums are taken.
    """

    seconds: float = 0.0
    decoy_seconds: float = 0.0
    violations: Counter[str] = field(default_factory=Counter)
    onsets: int = 0
    mirrored: int = 0
    cases: int = 0
    offered: int = 0
    felt_cases: int = 0
    felt_offered: int = 0
    refusals: int = 0
    calls: int = 0
    behaviors: Counter[str] = field(default_factory=Counter)
    pain: float = 0.0
    distress: float = 0.0
    painful_seconds: float = 0.0

    def add(self, other: Verdict) -> None:
        """Adds another to this one."""
        for name, value in vars(other).items():
            mine = getattr(self, name)
            if isinstance(mine, Counter):
                mine.update(value)
            else:
                setattr(self, name, mine + value)


class Judge:
    """Watches one session, step by step."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._calls = Calls()
        self._refusals = Refusals(rules)
        self._offers = Offers(rules)
        self._steadiness = Steadiness(rules)
        self._runaway = Runaway()
        self._onsets = Onsets(rules.stop_s)
        self._verdict = Verdict()
        self._before_s = 0.0
        self._behavior = ""

    def step(self, step: Step) -> None:
        """Takes one step."""
        self._calls.step(step)
        self._refusals.step(step)
        self._steadiness.step(step)
        self._runaway.step(step)
        if self._rules.mode == "companion":
            self._offers.step(step, self._refusals)
        if self._rules.mode != "still":
            self._onsets.step(step)
        self._sum_up(step)

    def verdict(self) -> Verdict:
        """What the session came to."""
        verdict, calls, offers = self._verdict, self._calls, self._offers
        verdict.violations = Counter(
            runaway=self._runaway.count,
            refusal_ignored=self._refusals.ignored,
            late_call=calls.late_call,
            missed_request=calls.missed_request,
            missed_severe_abstention=calls.missed_severe_abstention,
            false_call=calls.made if self._rules.decoys else 0,
            flapping=self._steadiness.flaps,
        )
        verdict.onsets, verdict.mirrored = self._onsets.onsets, self._onsets.mirrored
        verdict.cases, verdict.offered = offers.told.cases, offers.told.offered
        verdict.felt_cases, verdict.felt_offered = offers.felt.cases, offers.felt.offered
        verdict.refusals, verdict.calls = self._refusals.given, calls.made
        return verdict

    def _sum_up(self, step: Step) -> None:
        verdict = self._verdict
        dt_s, self._before_s = step.time_s - self._before_s, step.time_s
        verdict.seconds += dt_s
        if self._rules.decoys:
            verdict.decoy_seconds += dt_s
        else:
            verdict.painful_seconds += dt_s
            verdict.pain += dt_s * step.truth.felt.pain
            verdict.distress += dt_s * step.truth.felt.distress
        if step.turn is not None and step.turn.status.behavior != self._behavior:
            self._behavior = step.turn.status.behavior
            verdict.behaviors[self._behavior] += 1


def shown_index(expression: Expression) -> float:
    """0–16: the pain index of the robot's face; AU6 with a smile is the smile's."""
    a = expression.activation
    cheek = a.get(6, 0.0) if a.get(12, 0.0) < AMPLITUDE else 0.0
    closed = 1.0 if a.get(43, 0.0) >= 0.5 else 0.0
    parts = a.get(4, 0.0) + max(cheek, a.get(7, 0.0)) + max(a.get(9, 0.0), a.get(10, 0.0))
    return MAX_INTENSITY * parts + closed


def shown_pain(expression: Expression) -> float:
    """0–1: the strongest unit of pain on the robot's face, without what its own concern and calm show."""
    a = expression.activation
    own = 0.0 if expression.cause == "mirror" else CONCERN_BROW
    cheek = a.get(6, 0.0) if a.get(12, 0.0) < AMPLITUDE else 0.0
    return max(a.get(4, 0.0) - own, cheek, a.get(7, 0.0), a.get(9, 0.0), a.get(10, 0.0))


class Runaway:
    """Counts mirrored pain that is more than the person's, or that does not end."""

    def __init__(self) -> None:
        self.count = 0
        self._recent: deque[tuple[float, float]] = deque()
        self._above_since_s = self._shown_since_s = math.nan

    def step(self, step: Step) -> None:
        """Takes one step."""
        self._recent.append((step.time_s, step.truth.index))
        while self._recent[0][0] < step.time_s - RECENT_S:
            self._recent.popleft()
        shown = shown_index(step.expression)
        self._above_since_s = self._watch(
            shown > max(index for _, index in self._recent) + SLACK, self._above_since_s, step.time_s, 0.0
        )
        self._shown_since_s = self._watch(shown > SLACK, self._shown_since_s, step.time_s, LONGEST_S)

    def _watch(self, bad: bool, since_s: float, now_s: float, allowed_s: float) -> float:
        """Counts once where something bad lasts longer than allowed; gives back since when it lasts."""
        if not bad:
            return math.nan
        if math.isnan(since_s):
            since_s = now_s
        if now_s - since_s >= allowed_s and math.isfinite(since_s):
            self.count += 1
            return math.inf
        return since_s


class Onsets:
    """Counts onsets of pain that could be seen, and those that the robot's face answered.

    After a stop nothing is owed for the set time, as the person wants to be left in peace.

    Attributes:
        onsets, mirrored: how many.
    """

    def __init__(self, stop_s: float) -> None:
        self._stop_s, self._peace_s = stop_s, -math.inf
        self.onsets = self.mirrored = 0
        self._low = False
        self._start_s = self._peak_s = math.nan
        self._peak = self._felt = self._answer = 0.0
        self._seen = True

    def step(self, step: Step) -> None:
        """Takes one step."""
        index = step.truth.index
        if any(cue.kind == "stop" for cue in step.truth.cues):
            self._peace_s = step.time_s + self._stop_s
        if math.isnan(self._start_s):
            if index > ONSET_LOW and self._low:
                self._start_s, self._seen = step.time_s, True
                self._peak = self._felt = self._answer = 0.0
            self._low = index <= ONSET_LOW
        if math.isnan(self._start_s):
            return
        if index > self._peak + 0.05:
            self._peak, self._peak_s = index, step.time_s
        self._felt = max(self._felt, step.truth.felt.pain)
        self._seen &= _readable(step) and step.time_s >= self._peace_s
        self._answer = max(self._answer, shown_pain(step.expression))
        if step.time_s - self._peak_s >= _AFTER_PEAK_S or step.time_s - self._start_s >= _ONSET_LATEST_S:
            self._close()

    def _close(self) -> None:
        if self._seen and self._peak >= ONSET_HIGH and self._felt >= ONSET_FELT:
            self.onsets += 1
            self.mirrored += self._answer >= AMPLITUDE
        self._start_s = math.nan


def _readable(step: Step) -> bool:
    """Whether the face can be read for pain: nothing hides it, and it does not smile."""
    return not step.truth.hidden and step.truth.intensity.get(12, 0.0) < 1.0
