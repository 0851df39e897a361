"""Judges refusals, offers and steadiness: from truth, what was given to the companion, and what came out of it."""

from __future__ import annotations

import math

from solamen.core.estimates import PAIN_THRESHOLD
from solamen.session.simulation_step import Rules, Step

RESPECT_S = 1.0
OFFER_S = 20.0
LASTING_S = 5.0
"""Pain of at least 4 for so long is a case; what is shorter is over before an offer is spoken."""
CHANGES, CHANGES_S = 10, 10.0
_GRACE_S = 0.25
_HEEDED = 0.3
_NO, _STOP = frozenset({"no", "shake"}), "stop"
_MOVED = 1.0
"""Points of the pain index, 0–16, within a second, that count as something that happens."""
_CALL = "call"
"""While a human is called, nothing else is offered."""
_CAUSE_S = 1.2
"""A change of behaviour has a reason if something happened so shortly before."""


class Refusals:
    """Counts refusals that were not respected: within 1 s, and for the set time."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.ignored = 0
        self.given = 0
        self._until: dict[str, tuple[float, float]] = {}
        self._behavior = ""

    def step(self, step: Step) -> None:
        """Takes one step."""
        for cue in step.truth.cues:
            if not cue.confidence < _HEEDED:
                self._take(cue.kind, step.time_s)
        if step.turn is None:
            return
        behavior = step.turn.status.behavior
        offered = {value for name, value in step.turn.markers if name == "offer"}
        for name, (from_s, until_s) in list(self._until.items()):
            still = behavior == name and step.time_s > from_s + _GRACE_S
            if (still or (name in offered and step.time_s > from_s - RESPECT_S)) and step.time_s < until_s - _GRACE_S:
                self.ignored += 1
                del self._until[name]
        self._behavior = behavior

    def stands(self, name: str, now_s: float) -> bool:
        """Whether a refusal of this activity stands."""
        return now_s < self._until.get(name, (0.0, -math.inf))[1]

    def _take(self, kind: str, now_s: float) -> None:
        rule = self._rules.activities.get(self._behavior)
        if kind in _NO and rule is not None and rule.helps:
            self.given += 1
            self._refuse(rule.name, now_s, rule.refused_s)
        if kind == _STOP:
            self.given += 1
            for other in self._rules.activities.values():
                if other.helps:
                    self._refuse(other.name, now_s, self._rules.stop_s)

    def _refuse(self, name: str, now_s: float, for_s: float) -> None:
        before = self._until.get(name, (now_s + RESPECT_S, -math.inf))
        self._until[name] = (before[0], max(before[1], now_s + for_s))


class Offers:
    """How often an offer came in time, of the cases in which one was allowed.

    Attributes:
        told: cases by the state that the companion was given.
        felt: cases by the pain that was felt, seen or not.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.told = Cases()
        self.felt = Cases()
        self._not_before: dict[str, float] = {}
        self._free_s = -math.inf
        self._pain = math.nan
        self._helped = self._calling = False

    def step(self, step: Step, refused: Refusals) -> None:
        """Takes one step, after `Refusals` has."""
        now_s = step.time_s
        turn = step.turn
        behavior = turn.status.behavior if turn else ""
        rule = self._rules.activities.get(behavior)
        for name, value in turn.markers if turn else ():
            self._note(name, value.split(":")[0], now_s)
        if step.state is not None:
            self._pain = step.state.pain_mean
        if turn is not None:
            self._helped = (rule is not None and rule.helps) or any(name == "offer" for name, _ in turn.markers)
            self._calling = behavior == _CALL
        allowed = not (step.truth.hidden or self._calling or now_s < self._free_s) and self._any_free(now_s, refused)
        self.told.step(now_s, self._pain >= PAIN_THRESHOLD, self._helped, allowed)
        self.felt.step(now_s, step.truth.felt.pain >= PAIN_THRESHOLD, self._helped, allowed)

    def _note(self, marker: str, activity: str, now_s: float) -> None:
        """Keeps until when an activity is not to be offered; an offer that got no answer counts as refused."""
        rule = self._rules.activities.get(activity)
        if rule is None or marker not in ("ended", "refused"):
            return
        rest_s = rule.again_after_s if marker == "ended" else rule.refused_s
        self._not_before[activity] = max(self._not_before.get(activity, -math.inf), now_s + rest_s)
        if rule.helps:
            self._free_s = now_s + self._rules.offer_gap_s

    def _any_free(self, now_s: float, refused: Refusals) -> bool:
        """Whether anything that helps may be offered at this pain."""
        pain = self._pain if math.isfinite(self._pain) else PAIN_THRESHOLD
        return any(
            rule.helps
            and rule.pain_from <= pain <= rule.pain_to
            and now_s >= self._not_before.get(rule.name, -math.inf)
            and not refused.stands(rule.name, now_s)
            for rule in self._rules.activities.values()
        )


class Cases:
    """Stretches of pain, each a case once it has lasted while an offer was allowed.

    Attributes:
        cases: how many.
        offered: of these, with an offer in time.
    """

    def __init__(self) -> None:
        self.cases = self.offered = 0
        self._lasted_s = self._before_s = 0.0
        self._open_s = math.nan
        self._spent = False

    def step(self, now_s: float, hurts: bool, helped: bool, allowed: bool) -> None:
        """Takes one step: whether it hurts, something is offered or under way, and something may be offered."""
        dt_s, self._before_s = now_s - self._before_s, now_s
        if not hurts:
            self._lasted_s, self._spent = 0.0, False
        elif helped or not allowed:
            # What is being helped, or may not be, is no case; time counts anew when that is over.
            self._lasted_s = 0.0
        elif not self._spent and math.isnan(self._open_s):
            self._lasted_s += dt_s
            if self._lasted_s >= LASTING_S:
                self._open_s, self._spent = now_s - self._lasted_s, True
                self.cases += 1
        if not math.isnan(self._open_s):
            self._settle(now_s, hurts, helped, allowed)

    def _settle(self, now_s: float, hurts: bool, helped: bool, allowed: bool) -> None:
        if helped:
            self.offered += 1
        elif not allowed or (not hurts and now_s - self._open_s < OFFER_S):
            # It ended, or could no more be offered, before the time was up.
            self.cases -= 1
        elif now_s - self._open_s <= OFFER_S:
            return
        self._open_s = math.nan


class Steadiness:
    """Counts behaviours that go and come back for no reason, and too many changes.

    A behaviour may be cut short by one that matters more; what may not be is that the one before comes back at once.
    """

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self.flaps = 0
        self._behavior, self._before, self._since_s = "", "", -math.inf
        self._cause_s = -math.inf
        self._changes: list[float] = []
        self._last: Step | None = None
        self._shown: list[float] = []
        self._given: list[float] = []

    def step(self, step: Step) -> None:
        """Takes one step."""
        if self._eventful(step):
            self._cause_s = step.time_s
        self._last = step
        if step.turn is None or step.turn.status.behavior == self._behavior:
            return
        behavior, lasted_s = step.turn.status.behavior, step.time_s - self._since_s
        short = lasted_s < self._rules.dwell_s - _GRACE_S
        if short and behavior == self._before and step.time_s - self._cause_s > _CAUSE_S:
            self.flaps += 1
        self._changes = [at_s for at_s in self._changes if step.time_s - at_s < CHANGES_S] + [step.time_s]
        if len(self._changes) > CHANGES:
            self.flaps += 1
            self._changes.clear()
        self._before, self._behavior, self._since_s = self._behavior, behavior, step.time_s

    def _eventful(self, step: Step) -> bool:
        """Whether something happened in this step that a behaviour may answer."""
        self._shown = [*self._shown[-9:], step.truth.index]
        if step.units is not None:
            self._given = [*self._given[-9:], step.units.index.lower]
        last = self._last
        if last is None or step.truth.cues or step.truth.reports or step.robot_news or step.acknowledged:
            return True
        if (step.units is None) != (last.units is None) or step.truth.hidden != last.truth.hidden:
            return True
        # What the reader gave counts as well: the companion knows nothing else.
        moved = any(max(seen) - min(seen) >= _MOVED for seen in (self._shown, self._given) if seen)
        called = step.turn is not None and bool(step.turn.calls)
        return moved or called or step.truth.company != last.truth.company
