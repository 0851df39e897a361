"""The Bayesian fusion over time: late estimates go where they belong, and what comes anew is faded in."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Collection
from dataclasses import dataclass

from solamen.core.estimates import PainEstimate
from solamen.core.person import PersonTraits
from solamen.fusion.grid import TICK_S, Density, Motion, divergence, mean_of
from solamen.fusion.joint import JointBelief
from solamen.fusion.seen import told, widened
from solamen.fusion.settings import FusionSettings

_MINDED_S = 4.0
"""For so long after it comes, a modality is kept from moving the mean at once."""
_ALIKE = 1e-6


class Timeline:
    """A joint belief with the estimates of the last seconds, so that a late one is weighed in at its own time."""

    def __init__(self, settings: FusionSettings, belief: JointBelief) -> None:
        self._settings = settings
        self.belief = belief
        # Each with the belief before it; of those of one time, the first alone has it.
        self._steps: deque[tuple[PainEstimate, JointBelief | None]] = deque()

    def copy(self) -> Timeline:
        """An independent copy."""
        other = Timeline(self._settings, self.belief.copy())
        other._steps = deque((estimate, before) for estimate, before in self._steps)
        return other

    def use(self, estimate: PainEstimate) -> None:
        """Weighs an estimate in; where later ones were before it, they are weighed in again after it.

        One that is within `thin_s` of another of the same modality tells little that is new, and is left.
        """
        if self._near(estimate):
            return
        again = []
        while self._steps and self._steps[-1][0].stamp_s > estimate.stamp_s:
            later, before = self._steps.pop()
            if before is not None:
                self.belief = before.copy()  # what was kept may be shared with a copy of this timeline
            again.append(later)
        for each in (estimate, *reversed(again)):
            alike = bool(self._steps) and self._steps[-1][0].stamp_s == each.stamp_s
            self._steps.append((each, None if alike else self.belief.copy()))
            self.belief.advance(each.stamp_s, each.modality)
            self.belief.use(each.modality, each.intensity, widened(each, self._settings), told(each, self._settings))
        while self._steps and self._steps[-1][0].stamp_s - self._steps[0][0].stamp_s > self._settings.late_s:
            self._steps.popleft()

    def _near(self, estimate: PainEstimate) -> bool:
        for other, _ in reversed(self._steps):
            apart_s = estimate.stamp_s - other.stamp_s
            if apart_s > self._settings.thin_s:
                return False
            if other.modality == estimate.modality and abs(apart_s) < self._settings.thin_s - TICK_S:
                return True
        return False


@dataclass
class Fade:
    """What would be believed without a modality that has just come, and how far it has been let in.

    Attributes:
        timeline: without it.
        without: it, and what came after it.
        came_s: when it came.
        told_s: when the last answer was given.
        moved: points by which it has moved the answer.
        over: whether it counts in full from now on.
    """

    timeline: Timeline
    without: set[str]
    came_s: float
    told_s: float
    moved: float = 0.0
    over: bool = False


class BayesFusion:
    """Fuses by a joint belief over pain and expressiveness; see `JointBelief`.

    A modality that comes while an answer stands is let in only so fast that it moves the mean by a little a second:
    until then the answer is a mixture of the beliefs with and without it, so that it is never stepped, and what the
    others see passes at once.
    """

    def __init__(self, settings: FusionSettings, traits: PersonTraits, motion: Motion) -> None:
        self._settings = settings
        self._made = settings, traits, motion
        self._fades: list[Fade] = []
        self._told_s = math.inf
        self.clear()

    def clear(self) -> None:
        """Forgets everything."""
        self._all = Timeline(self._settings, JointBelief(*self._made))
        self._fades.clear()

    @property
    def belief(self) -> JointBelief:
        """With all modalities."""
        return self._all.belief

    def late(self, stamp_s: float) -> bool:
        """Whether an estimate of that time comes too late."""
        return self._all.belief.time_s - stamp_s > self._settings.late_s

    def comes(self, modality: str, stamp_s: float) -> None:
        """Tells that a modality comes, anew or again, while an answer stands."""
        for fade in self._fades:
            fade.without.add(modality)
        self._fades.append(Fade(self._all.copy(), {modality}, stamp_s, self._told_s))

    def use(self, estimate: PainEstimate) -> None:
        """Weighs an estimate in."""
        self._all.use(estimate)
        for fade in self._fades:
            if estimate.modality not in fade.without:
                fade.timeline.use(estimate)

    def pain(self, now_s: float, live: Collection[str]) -> Density:
        """Belief over pain at a time."""
        belief = self._all.belief.pain(now_s)
        for fade in reversed(self._fades):
            without = fade.timeline.belief.pain(now_s)
            share = self._let_in(fade, mean_of(belief) - mean_of(without), now_s)
            belief = share * belief + (1.0 - share) * without
        self._fades = [fade for fade in self._fades if not fade.over]
        self._told_s = now_s
        return belief

    def _let_in(self, fade: Fade, apart: float, now_s: float) -> float:
        """How far a modality is let in, 0–1: so far that it moves the mean by no more than may be in the time.

        What comes together shares that. It is minded for some seconds even where it agrees at first, since a body that
        answers slowly tells later what it thinks.
        """
        allowed = self._settings.entry_points_per_s * max(now_s - fade.told_s, 0.0) / len(self._fades)
        fade.told_s = max(now_s, fade.told_s)
        fade.moved += min(max(apart - fade.moved, -allowed), allowed)
        share = min(max(fade.moved / apart, 0.0), 1.0) if abs(apart) > _ALIKE else 1.0
        fade.over = share >= 1.0 and now_s - fade.came_s >= _MINDED_S
        return share

    def told(self, now_s: float, live: Collection[str]) -> float:
        """Nats by which what is believed of a time differs from what is known of anybody (Kullback-Leibler).

        Where only odds are live, such as those of a voice, what speaks against pain does not count: whoever is in pain
        makes other sounds, too.
        """
        belief, usual = self._all.belief.pain(now_s), self._made[2].prior
        errors = self._all.belief.errors
        odds_alone = all(modality in errors and errors[modality].judges for modality in live)
        return 0.0 if odds_alone and mean_of(belief) < mean_of(usual) else divergence(belief, usual)

    def precision(self, modality: str) -> float:
        """How much a modality says, per square point; 0 where nothing was heard of it."""
        error = self._all.belief.errors.get(modality)
        return (1.0 - self._all.belief.doubt(modality)) * error.precision if error is not None else 0.0

    def stuck(self, modality: str) -> bool:
        """Whether it reads the very same for long while others move."""
        return self._all.belief.stuck(modality)

    def doubt(self, modality: str) -> str:
        """What speaks against a modality, in words; empty where nothing does."""
        return "does not fit the others" if self._all.belief.doubt(modality) > 0.5 else ""
