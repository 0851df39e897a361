"""Paced breathing: a slow breath to follow, by chest, light, posture and voice."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solamen.core.settings import setting
from solamen.empathy.activity import Steps
from solamen.empathy.behaviours.breath_guide import BreathGuide, adherence, breaths_per_min
from solamen.empathy.behaviours.worded import HelpingActivity, HelpSettings
from solamen.empathy.scene import BreathSample, Choice

_LED_KEPT = 1200
_UNFOLLOWED = 0.33
"""Share of the step down where the breath is not followed: it slows all the same, but waits for the person."""


@dataclass(frozen=True, kw_only=True)
class BreathingSettings(HelpSettings):
    """How breathing is led."""

    base: float = setting(0.6, low=-2.0, high=2.0, doc="utility by itself")
    by_arousal: float = setting(0.6, low=-2.0, high=2.0, doc="added at full arousal, in proportion below")
    by_pain: float = setting(0.2, low=-2.0, high=2.0, doc="added at pain 10 of 10, in proportion below")
    again_after_s: float = setting(600.0, low=0.0, high=86400.0, doc="least time from its end to its next beginning")
    breaths_per_min: float = setting(6.0, low=4.0, high=12.0, doc="where it leads to")
    in_share: float = setting(0.4, low=0.2, high=0.6, doc="of a breath that goes in: 4 s of 10 s")
    duration_s: float = setting(150.0, low=10.0, high=1800.0, doc="how long it leads")
    fastest_per_min: float = setting(20.0, low=8.0, high=40.0, doc="a faster own rate is not led")
    start_per_min: float = setting(10.0, low=4.0, high=20.0, doc="where it begins if the own rate is not known")
    down_share: float = setting(0.12, low=0.01, high=0.5, doc="of the rate, less with each breath")
    follow_s: float = setting(15.0, low=0.0, high=120.0, doc="how long it goes with the person's own rate first")
    spoken_breaths: int = setting(3, low=0, high=20, doc="in and out are said for so many breaths, then now and then")
    spoken_from_s: float = setting(5.0, low=2.0, high=15.0, doc="a faster breath is only shown: words would hurry it")
    spoken_every: int = setting(5, low=1, high=50, doc="then with every so many breaths")
    window_s: float = setting(20.0, low=5.0, high=60.0, doc="over which adherence is measured")
    follows: float = setting(0.3, low=0.0, high=1.0, doc="adherence from which it is followed; below, it slows less")
    success_adherence: float = setting(0.4, low=0.0, high=1.0, doc="mean adherence that counts as success, where known")
    glow_low: float = setting(0.25, low=0.0, high=1.0, doc="the light at the end of a breath out")
    glow_high: float = setting(0.8, low=0.0, high=1.0, doc="the light at the end of a breath in")
    lean: float = setting(0.15, low=0.0, high=1.0, doc="how far it leans with each breath")
    arms: float = setting(0.6, low=0.0, high=1.0, doc="size of the arms' gesture with each slow breath; 0: none")


class PacedBreathing(HelpingActivity[BreathingSettings]):
    """Offered, or begun at once where a human asks for it, which the person may refuse at any time.

    Goes with the person's own rate first, where respiration is known, and then leads down, breath by breath, and
    less where it is not followed. Succeeds where it was led to its end and, where respiration is known, followed well.
    """

    def urgent(self) -> bool:
        """A human asked for it."""
        return self._desk.guide is not None

    def barrier(self) -> str:
        """Why not now. A human's request needs no pain, but it gives way to what the person refused."""
        if self._desk.guide is None:
            return super().barrier()
        why = self.hindrance() or self._desk.refusals.why_not(self.name)
        if why:
            # A request that cannot be met now must not come true by surprise later.
            self._desk.guide = None
            self._desk.outbox.mark("guide", f"not begun: {why}")
        return why

    def course(self) -> Steps[bool]:
        """Offers or announces it, and leads."""
        self._led: list[BreathSample] = []
        self._spoken = 0
        self._followed: list[float] = []
        self._target, self._length_s = self.own.breaths_per_min, self.own.duration_s
        still = self.show("Slow breathing together may ease distress, so I offer it.")
        if self._taken():
            yield from self.tell("asked", still)
        else:
            yield from self.offered(still)
        yield from self.tell("begin", still)
        done = yield from self._lead()
        mean = sum(self._followed) / len(self._followed) if self._followed else math.nan
        self.measure_ease(adherence=mean, breaths_per_min=self._guide.breaths_per_min)
        yield from self.tell("end" if done else "worse", still)
        return done and not mean < self.own.success_adherence

    def _taken(self) -> bool:
        """Takes a human's request, where there is one."""
        guide, self._desk.guide = self._desk.guide, None
        if guide is not None:
            self._target, self._length_s = guide.breaths_per_min, guide.duration_s
        return guide is not None

    def _lead(self) -> Steps[bool]:
        """Leads until the time is over, to the end of a breath; False where pain gets clearly worse."""
        self._begun_s = self.now_s
        self._guide = BreathGuide(self._begun_s, self._first_rate(), self.own.in_share)
        said, heard_own_way = (0, True), False
        breath = 0
        while self.now_s - self._begun_s < self._length_s or self._guide.breaths == breath:
            breath = self._guide.breaths
            if self.worse():
                return False
            if self._taken():
                self._begun_s = self.now_s
            choice = self._breathe()
            now = (self._guide.breaths, self._guide.breathing_in(self.now_s))
            if now != said:
                said, heard_own_way = now, self._voice(*now, heard_own_way)
            yield choice
        return True

    def _breathe(self) -> Choice:
        """The breath at this moment."""
        level = self._guide.at(self.now_s, self._next_rate)
        self._led.append(BreathSample(level, self.now_s))
        del self._led[:-_LED_KEPT]
        own = self.own
        return self.show(
            f"I lead slow breathing at {self._guide.breaths_per_min:.0f} breaths a minute.",
            pose={43: self.settings.calm_lids},
            breath=level,
            glow=own.glow_low + level * (own.glow_high - own.glow_low),
            lean=own.lean * level,
        )

    def _voice(self, breath: int, going_in: bool, heard_own_way: bool) -> bool:
        """Says in and out for the first breaths, then now and then; once that any rhythm is fine, where it is one."""
        if going_in and breath > 1:
            self._measure_following()
            lost = len(self._followed) >= 3 and max(self._followed[-3:]) < self.own.follows
            if lost and not heard_own_way:
                self.say(self.text("own_way"))
                return True
        if going_in and self.own.arms > 0.0 and "breathe_arms" in self._desk.robot.gesture_names:
            self._arms()
        if self._guide.period_s >= self.own.spoken_from_s:
            self._spoken += going_in
            if self._spoken <= self.own.spoken_breaths or self._spoken % self.own.spoken_every == 0:
                self.say(self.text("in" if going_in else "out"), rate=0.9)
        return heard_own_way

    def _arms(self) -> None:
        """The gesture lasts 10 s at speed 1 and may only be slowed down."""
        speed = 10.0 / self._guide.period_s
        if 0.1 <= speed <= 1.001:
            self.gesture("breathe_arms", self.own.arms, min(speed, 1.0))

    def _measure_following(self) -> None:
        followed = adherence(self._desk.breathing, self._led, self.now_s, self.own.window_s)
        if math.isfinite(followed):
            self._followed.append(followed)

    def _first_rate(self) -> float:
        """The person's own rate, where it is known, and never below the one that it leads to."""
        own_rate = breaths_per_min(self._desk.breathing, self.now_s)
        rate = own_rate if math.isfinite(own_rate) else self.own.start_per_min
        return max(min(rate, self.own.fastest_per_min), self._target)

    def _next_rate(self) -> float:
        """The rate of the next breath: a little slower, where it is followed or where that is not known."""
        rate = self._guide.breaths_per_min
        known = math.isfinite(breaths_per_min(self._desk.breathing, self.now_s))
        first = known and self.now_s - self._begun_s < self.own.follow_s
        followed = adherence(self._desk.breathing, self._led, self.now_s, self.own.window_s)
        if first:
            return max(rate, self._target)
        down = self.own.down_share * (_UNFOLLOWED if followed < self.own.follows else 1.0)
        return max(rate * (1.0 - down), self._target)
