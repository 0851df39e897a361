"""How a virtual patient answers: yes, no, nods, numbers, stop, silence, each after a time of its own."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np

from solamen.core.cues import Cue
from solamen.core.estimates import PAIN_MAX
from solamen.patient.response_temper import Temper

Question = Literal["offer", "number", "call"]
"""An offer of something; how much it hurts, 0–10; or whether a human shall be fetched."""

_STREAM = 8
_SEEKS_HELP_FROM = 7.0
"""Points of pain from which a human is wanted, whatever the temper."""


class Answers:
    """Answers the questions of the robot; cues come out when they are due. Times are seconds of any one clock."""

    def __init__(self, temper: Temper, seed: int) -> None:
        self._temper = temper
        self._rng = np.random.default_rng((seed, _STREAM))
        self._due: list[tuple[float, Cue]] = []

    def ask(self, question: Question, pain: float, now_s: float) -> None:
        """Takes a question that was just asked; the patient may answer it later, or never."""
        temper, rng = self._temper, self._rng
        share = temper.number_share if question == "number" else temper.answer_share
        answers, latency_s = rng.random() < share, self._latency_s()
        cue = self._number(pain) if question == "number" else self._yes_or_no(question, pain)
        if answers:
            self._due = [(now_s + latency_s, cue)]

    def doing(self, now_s: float, dt_s: float) -> None:
        """Tells that an activity goes on: it may be stopped."""
        if self._happens(self._temper.stop_per_min, dt_s):
            self._due.append((now_s, self._cue("stop" if self._speaks() else "shake")))

    def idle(self, now_s: float, dt_s: float) -> None:
        """Tells that time passes: heads move without a meaning."""
        if self._happens(self._temper.stray_per_min, dt_s):
            kind = "nod" if self._rng.random() < 0.7 else "shake"
            self._due.append((now_s, self._cue(kind, low=True)))

    def due(self, now_s: float) -> list[Cue]:
        """The cues that are due now, stamped with the time."""
        out = [cue for at_s, cue in self._due if at_s <= now_s]
        self._due = [(at_s, cue) for at_s, cue in self._due if at_s > now_s]
        return [Cue(now_s, cue.kind, cue.value, "", now_s, cue.duration_s, cue.confidence, cue.source) for cue in out]

    def lets_go(self, dt_s: float) -> bool:
        """Whether a hand that is held is let go within this time."""
        return bool(self._rng.random() < dt_s / self._temper.holds_s)

    def _yes_or_no(self, question: Question, pain: float) -> Cue:
        wanted = question == "call" and pain >= _SEEKS_HELP_FROM
        yes = self._rng.random() < (0.95 if wanted else self._temper.yes_share)
        spoken = self._speaks()
        return self._cue(("yes" if spoken else "nod") if yes else ("no" if spoken else "shake"))

    def _number(self, pain: float) -> Cue:
        step = self._temper.report_step
        said = pain + self._temper.report_error * float(self._rng.normal())
        value = min(max(step * round(said / step), 0.0), PAIN_MAX)
        return self._cue("number", value)

    def _cue(self, kind: str, value: float = math.nan, *, low: bool = False) -> Cue:
        mean = 0.35 if low else self._temper.confidence
        confidence = float(np.clip(self._rng.normal(mean, 0.1), 0.1 if low else 0.35, 1.0))
        source = "face" if kind in ("nod", "shake") else "voice"
        return Cue(0.0, kind, value, duration_s=0.6, confidence=confidence, source=source)

    def _latency_s(self) -> float:
        return self._temper.latency_s * math.exp(self._temper.latency_spread * float(self._rng.normal()))

    def _speaks(self) -> bool:
        return bool(self._rng.random() < self._temper.speaks_share)

    def _happens(self, per_min: float, dt_s: float) -> bool:
        return bool(self._rng.random() < per_min * dt_s / 60.0)
