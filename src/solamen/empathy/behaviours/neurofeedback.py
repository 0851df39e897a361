"""Neurofeedback: a signal of the body shown as light and posture, in blocks, with a sham condition and a report."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solamen.core.settings import setting
from solamen.core.states import Consent
from solamen.empathy.activity import Steps
from solamen.empathy.behaviours.breath_guide import breaths_per_min
from solamen.empathy.behaviours.worded import HelpingActivity, HelpSettings
from solamen.empathy.content import Words
from solamen.empathy.scene import Choice, Desk

MEASURES = ("breathing", "arousal")


@dataclass(frozen=True, kw_only=True)
class NeurofeedbackSettings(HelpSettings):
    """What is shown, and in which blocks."""

    base: float = setting(0.1, low=-2.0, high=2.0, doc="utility by itself: an exercise, not a first help")
    by_arousal: float = setting(0.3, low=-2.0, high=2.0, doc="added at full arousal, in proportion below")
    pain_to: float = setting(6.0, low=0.0, high=10.0, doc="not while it hurts more than this")
    again_after_s: float = setting(1800.0, low=0.0, high=86400.0, doc="least time from its end to its next beginning")
    measure: str = setting("breathing", choices=MEASURES, doc="breathing: slower is calmer; arousal: lower is calmer")
    baseline_s: float = setting(30.0, low=10.0, high=300.0, doc="watched first, without feedback")
    blocks: int = setting(3, low=1, high=20, doc="how many rounds of feedback")
    block_s: float = setting(60.0, low=10.0, high=600.0, doc="length of a round")
    rest_s: float = setting(15.0, low=0.0, high=300.0, doc="rest between rounds")
    full_share: float = setting(0.4, low=0.05, high=0.9, doc="calmer than the baseline by this share is full light")
    smooth_s: float = setting(3.0, low=0.1, high=30.0, doc="time constant of the light")
    lost_s: float = setting(10.0, low=1.0, high=60.0, doc="without a signal for so long, it ends")
    success_share: float = setting(0.1, low=0.0, high=1.0, doc="last round above the first by this counts as success")
    glow_low: float = setting(0.2, low=0.0, high=1.0, doc="the light at a score of 0")
    glow_high: float = setting(0.9, low=0.0, high=1.0, doc="the light at a score of 1")
    lean: float = setting(0.3, low=0.0, high=1.0, doc="the lean at a score of 0; upright at 1")


class Neurofeedback(HelpingActivity[NeurofeedbackSettings]):
    """An exercise that is offered while a signal is there. Ends kindly where the signal is lost.

    In sham mode the light follows slow waves that know nothing of the person; words and blocks are the same, the score
    of the person is recorded all the same, and each record says sham. Succeeds where all rounds were done; whether
    the last was better than the first is told apart, in the record.
    """

    least_consent = Consent.OBSERVE

    def __init__(self, name: str, desk: Desk, own: NeurofeedbackSettings, words: Words) -> None:
        super().__init__(name, desk, own, words)
        self._shown = 0.5

    def barrier(self) -> str:
        """Why not now: there is no signal, or nothing to show it with."""
        if "glow" not in self._desk.robot.channels:
            return "the robot has no light to show a signal with"
        return super().barrier() or (
            "" if math.isfinite(self._signal()) else f"there is no signal of {self.own.measure}"
        )

    def course(self) -> Steps[bool]:
        """Offers it, watches, does the rounds, and reports."""
        self._seen_s = self._shown_s = self.now_s
        self._shown, self._sham = 0.5, self.scene.sham
        still = self.show("An exercise with a signal of the body may be worth a try, so I offer it.")
        yield from self.offered(still)
        yield from self.tell("baseline", still)
        baseline = yield from self._watch(self.own.baseline_s, None, [])
        means: list[float] = []
        while len(means) < self.own.blocks and math.isfinite(baseline):
            yield from self.tell("block", still, number=len(means) + 1)
            scores: list[float] = []
            if math.isnan((yield from self._watch(self.own.block_s, baseline, scores))):
                break
            means.append(sum(scores) / len(scores) if scores else math.nan)
            self._record(len(means), means[-1])
            if len(means) < self.own.blocks:
                yield from self.tell("rest", still)
                yield from self.last(self.own.rest_s, still)
        return (yield from self._report(means, baseline))

    def _watch(self, length_s: float, baseline: float | None, scores: list[float]) -> Steps[float]:
        """Watches for a time, with feedback where there is a baseline; the signal's mean, NaN where it was lost."""
        begun_s, values = self.now_s, []
        while self.now_s - begun_s < length_s:
            value = self._signal()
            if math.isfinite(value):
                self._seen_s = self.now_s
                values.append(value)
                if baseline is not None:
                    scores.append(self._score(value, baseline))
            elif self.now_s - self._seen_s >= self.own.lost_s:
                return math.nan
            if self.worse():
                return math.nan
            yield self._feedback(scores[-1] if scores else 0.5) if baseline is not None else self._plain()
        return sum(values) / len(values) if values else math.nan

    def _signal(self) -> float:
        """Breaths a minute, or arousal 0–1; NaN where it is not known."""
        if self.own.measure == "arousal":
            return self.scene.arousal
        return breaths_per_min(self._desk.breathing, self.now_s)

    def _score(self, value: float, baseline: float) -> float:
        """0–1: how much calmer than the baseline; 0.5 is the baseline itself."""
        calmer = (baseline - value) / max(baseline * self.own.full_share, 1e-6)
        return min(max(0.5 + 0.5 * calmer, 0.0), 1.0)

    def _feedback(self, score: float) -> Choice:
        """Light and posture for a score; in sham mode for slow waves instead."""
        dt_s, self._shown_s = self.now_s - self._shown_s, self.now_s
        target = self._sham_wave() if self._sham else score
        self._shown += (target - self._shown) * min(dt_s / self.own.smooth_s, 1.0)
        glow = self.own.glow_low + self._shown * (self.own.glow_high - self.own.glow_low)
        lean = self.own.lean * (1.0 - self._shown)
        return self.show("My light shows a signal of the body, as agreed.", glow=glow, lean=lean)

    def _sham_wave(self) -> float:
        """Two slow waves of unrelated length, 0–1, that drift about as a real score does."""
        time_s = self.now_s - self.running_since_s
        return 0.5 + 0.3 * math.sin(time_s / 7.3) + 0.2 * math.sin(time_s / 19.1 + 1.0)

    @property
    def running_since_s(self) -> float:
        """Monotonic time of its beginning, seconds."""
        return self.now_s - self.running.s()

    def _plain(self) -> Choice:
        return self.show("I watch a signal of the body for a moment, as agreed.")

    def _record(self, block: int, mean: float) -> None:
        condition = "sham" if self._sham else "real"
        self._desk.outbox.mark(
            "neurofeedback", f"round {block}, {self.own.measure}, {condition}: mean score {mean:.3f}"
        )

    def _report(self, means: list[float], baseline: float) -> Steps[bool]:
        """The record of all rounds, and a last word that claims nothing."""
        done = len(means) == self.own.blocks
        gain = means[-1] - means[0] if len(means) > 1 else math.nan
        self.measure_ease(baseline=baseline, rounds=float(len(means)), gain=gain, sham=float(self._sham))
        if math.isfinite(gain) and not self._sham:
            self._desk.outbox.mark("learned" if gain >= self.own.success_share else "not_learned", self.name)
        key = "end" if done or self.worse() else "lost"
        yield from self.tell(key, self._plain())
        return done
