"""Judges calls for a human: from truth, what was given to the companion, and what came out of it; nothing else."""

from __future__ import annotations

import math

from solamen.session.simulation_step import Step

REQUESTS = frozenset({"help", "call"})
REQUEST_S, REPORT_S, STATE_S = 2.0, 10.0, 10.0
SEVERE, SEVERE_FOR_S = 7.0, 60.0
DIP_S = 2.0
"""A state that falls below for less, as where a few frames are lost, has stayed severe."""
ABSTAINED_S, UNANSWERED_S, ASKING_S = 30.0, 30.0, 15.0
"""A state that abstains for the first after an interval that reached 7 is to be asked about; the second without an
answer leads to a call; the third is granted for the asking itself: two sentences and a pause between."""
ESCALATE_S, MOST_LEVEL = 60.0, 3
COMING_S = 300.0
"""Whoever said that they are coming is not called again by the state alone for so long; by a word always."""
_GRACE_S = 0.25
"""A tick, and a step."""
_HEEDED = 0.3
_ANSWERS = frozenset({"yes", "no", "nod", "shake", "number"})


class Calls:
    """Counts of what went wrong with calls.

    Attributes:
        missed_request: no call within 2 s of a request.
        late_call: no call in time after a report or a state of 7 or more, or no next level after 60 s.
        missed_severe_abstention: nobody called where nothing could be seen after pain that may have been severe.
        made: calls for a human, each counted once.
    """

    def __init__(self) -> None:
        self.missed_request = self.late_call = self.missed_severe_abstention = 0
        self.made = 0
        self._called_s = self._coming_s = -math.inf
        self._due: list[tuple[float, str]] = []
        self._open: dict[str, tuple[float, int]] = {}
        self._severe_since_s, self._severe_s = math.nan, -math.inf
        self._blind = _Blind()

    def step(self, step: Step) -> None:
        """Takes one step."""
        now_s = step.time_s
        for cue in step.truth.cues:
            if cue.kind in REQUESTS and not cue.confidence < _HEEDED:
                self._need(now_s, REQUEST_S, "missed_request")
        reports = (*step.truth.reports, *(step.turn.reports if step.turn else ()))
        if any(report.normalised >= SEVERE for report in reports):
            self._need(now_s, REPORT_S, "late_call")
        # A call in this very step may answer what came up in it.
        self._take_calls(step)
        self._watch_state(step)
        if step.acknowledged:
            self._coming_s = now_s
        if self._blind.overdue(step) and not self._handled(now_s):
            self.missed_severe_abstention += 1
        for due_s, name in [item for item in self._due if now_s > item[0] + _GRACE_S]:
            setattr(self, name, getattr(self, name) + 1)
            self._due.remove((due_s, name))
        self._watch_levels(step)

    def _need(self, now_s: float, within_s: float, name: str) -> None:
        self._due.append((now_s + within_s, name))

    def _take_calls(self, step: Step) -> None:
        for call in step.turn.calls if step.turn else ():
            if call.acknowledged:
                self._open.pop(call.call_id, None)
                continue
            if call.call_id not in self._open:
                self.made += 1
            level = self._open.get(call.call_id, (0.0, 0))[1]
            if call.level > level:
                self._open[call.call_id] = (step.time_s, call.level)
            self._called_s = step.time_s
            self._due.clear()

    def _watch_state(self, step: Step) -> None:
        """Needs a call once for each stretch of a state at 7 or more."""
        state = step.state
        if state is None:
            return
        if step.time_s - self._severe_s > DIP_S:  # first: states come twice a second, and a dip may end between them
            self._severe_since_s = math.nan
        if state.pain_mean >= SEVERE:
            self._severe_s = step.time_s
        if step.time_s - self._severe_s > DIP_S:
            return
        if math.isnan(self._severe_since_s):
            self._severe_since_s = self._severe_s
        elif step.time_s - self._severe_since_s >= SEVERE_FOR_S:
            if not self._handled(step.time_s):
                self._need(step.time_s, STATE_S, "late_call")
            self._severe_since_s = math.inf

    def _handled(self, now_s: float) -> bool:
        """Whether a human is called at this moment, or is coming."""
        return bool(self._open) or now_s - max(self._coming_s, self._called_s) < COMING_S

    def _watch_levels(self, step: Step) -> None:
        """A call that nobody acknowledges goes to the next level."""
        if step.acknowledged:
            self._open.clear()
        for call_id, (since_s, level) in list(self._open.items()):
            if level < MOST_LEVEL and step.time_s - since_s > ESCALATE_S + _GRACE_S + 1.0:
                self.late_call += 1
                del self._open[call_id]


class _Blind:
    """One stretch of abstaining after pain that may have been severe."""

    def __init__(self) -> None:
        self._upper = math.nan
        self._since_s = self._answered_s = math.nan
        self._done = False

    def overdue(self, step: Step) -> bool:
        """Whether a call is overdue now; true once in each stretch."""
        state = step.state
        if state is not None and not state.abstained:
            self._upper, self._since_s, self._done = state.pain_upper, math.nan, False
        elif state is not None and math.isnan(self._since_s) and self._upper >= SEVERE:
            self._since_s = step.time_s
        if any(cue.kind in _ANSWERS for cue in step.truth.cues) or step.truth.reports:
            # Whoever answers is not silent; what they answer is judged as a request or a report.
            self._since_s = math.nan
        if math.isnan(self._since_s) or self._done:
            return False
        self._done = step.time_s - self._since_s > ABSTAINED_S + ASKING_S + UNANSWERED_S
        return self._done
