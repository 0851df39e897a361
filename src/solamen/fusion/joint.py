"""The joint belief over pain and expressiveness, with what each modality gets wrong carried along.

A Rao-Blackwellised filter on a grid. For each pair of pain and expressiveness it holds a weight and, for each
modality, the mean of its present error, which drifts slowly (an Ornstein-Uhlenbeck process) and so is not averaged
away by a thousand frames; the variance of that error is shared by all pairs. A modality may also have failed (stuck,
biased, noisy), which a two-state Markov chain for each of them follows: what has failed says nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from solamen.core.estimates import PAIN_MAX
from solamen.core.person import CONTROL, LAG_S, OFFSET_STDDEV, PersonTraits, gain
from solamen.fusion.grid import EXPRESSIVENESS, PAIN, TICK_S, Density, Motion, expressiveness_prior, transition
from solamen.fusion.settings import FusionSettings

Numbers = NDArray[np.float64]

_FAILED_DENSITY = 1.0 / PAIN_MAX
_LEAST_VARIANCE = 0.25
_USUAL_PAIN = 4.0
"""Points at which the spread of sensitivity is turned into points."""
_LONGEST_S = 10.0
"""A longer time without any estimate is moved over as if it were this long."""
_TINY = 1e-30


@dataclass
class Error:
    """What is believed of one modality's errors.

    Attributes:
        gains: points that it shows for each point of pain, by expressiveness.
        lagged: the pain that it follows, expressiveness × pain, times the weight; None where it follows at once.
        offset: points that it is known to read too high for this person.
        mean: of its slow error, given pain and expressiveness, times their weight; points.
        variance: of its slow error, points².
        usual: variance that the slow error has in the long run.
        failed: 0–1, probability that it has failed.
        stamp_s: of the newest estimate.
    """

    gains: Numbers
    lagged: Numbers | None
    offset: float
    mean: Numbers
    variance: float
    usual: float
    failed: float
    stamp_s: float


class JointBelief:
    """What is believed of pain at one time.

    Attributes:
        time_s: of the belief; NaN before the first estimate.
        errors: per modality.
    """

    def __init__(self, settings: FusionSettings, traits: PersonTraits, motion: Motion) -> None:
        self._settings, self._traits, self._motion = settings, traits, motion
        self._expressive = expressiveness_prior(traits)
        self._weight: Numbers = self._expressive[:, None] * motion.prior[None, :]
        self._longest_s = max(_LONGEST_S, settings.abstain_after_s)
        self.time_s = math.nan
        self.errors: dict[str, Error] = {}

    def copy(self) -> JointBelief:
        """An independent copy; the tables that never change are shared."""
        other = object.__new__(JointBelief)
        other.__dict__.update(self.__dict__)
        other.errors = {name: Error(**vars(error)) for name, error in self.errors.items()}
        return other

    def pain(self, now_s: float) -> Density:
        """Belief over pain at a time, at or after that of the belief."""
        marginal: Density = self._weight.sum(axis=0)
        ticks = self._ticks(now_s)
        return marginal @ transition(self._motion, ticks) if ticks else marginal

    def expressiveness(self) -> Density:
        """Belief over expressiveness."""
        return cast(Density, self._weight.sum(axis=1))

    def advance(self, to_s: float) -> None:
        """Moves on to a later time; an earlier one changes nothing."""
        if math.isnan(self.time_s):
            self.time_s = to_s
            return
        ticks = self._ticks(to_s)
        if not ticks:
            return
        moved = transition(self._motion, ticks)
        seconds = ticks * TICK_S
        stay = math.exp(-seconds / self._settings.expressiveness_keeps_s)
        self._weight = self._mixed(self._weight @ moved, stay)
        keep = math.exp(-seconds / self._settings.error_keeps_s)
        for name, error in self.errors.items():
            error.mean = (keep * stay) * (error.mean @ moved)
            if error.lagged is not None:
                follow = math.exp(-seconds / LAG_S[name])
                error.lagged = self._mixed(error.lagged @ moved, stay) * follow + (1.0 - follow) * self._weight * PAIN
            error.variance = keep * keep * error.variance + (1.0 - keep * keep) * error.usual
            fails = seconds * (1.0 - error.failed) / self._settings.fails_once_in_s
            heals = error.failed * (1.0 - math.exp(-seconds / self._settings.heals_after_s))
            error.failed = min(max(error.failed + fails - heals, 1e-6), 1.0 - 1e-3)
        # Rounding to ticks never adds up; a gap longer than the longest move is over at once.
        self.time_s = self.time_s + seconds if seconds < self._longest_s else to_s

    def _mixed(self, table: Numbers, stay: float) -> Numbers:
        """Some of each level of pain goes back to the expressiveness that was expected at first."""
        mixed: Numbers = stay * table + (1.0 - stay) * self._expressive[:, None] * table.sum(axis=0)
        return mixed

    def use(self, modality: str, intensity: float, stddev: float) -> None:
        """Weighs everything by one estimate of the present time.

        Args:
            modality: face, voice, body, biosignals or another.
            intensity: 0–10 points.
            stddev: points, quality taken into account.
        """
        error = self.errors.get(modality)
        jitter = self._jitter(stddev, error)
        if error is None:
            error = self.errors[modality] = self._begin(modality, stddev)
        else:
            error.usual += 0.1 * (self._usual(modality, stddev) - error.usual)
        weight = self._weight
        mean = error.mean / (weight + _TINY)
        pain = PAIN if error.lagged is None else error.lagged / (weight + _TINY)
        innovation = intensity - np.minimum(error.gains * pain, PAIN_MAX) - error.offset - mean
        total = error.variance + jitter
        works = (1.0 - error.failed) * np.exp(-0.5 / total * innovation * innovation) / math.sqrt(2.0 * math.pi * total)
        likelihood = works + error.failed * _FAILED_DENSITY
        share = works / likelihood
        weight = weight * likelihood
        scale = 1.0 / weight.sum()
        weight *= scale
        follow = error.variance / total
        error.mean = weight * (mean + follow * share * innovation)
        change = likelihood * scale
        for name, other in self.errors.items():
            if name != modality:
                other.mean = other.mean * change
            if other.lagged is not None:
                other.lagged = other.lagged * change
        working = float((weight * share).sum())
        error.variance *= 1.0 - follow * working
        error.failed = min(max(1.0 - working, 1e-6), 1.0 - 1e-3)
        error.stamp_s = self.time_s
        self._weight = weight

    def _begin(self, modality: str, stddev: float) -> Error:
        usual = self._usual(modality, stddev)
        sensitivity = math.exp(self._traits.log_sensitivity)
        gains = np.array([[gain(modality, float(each), sensitivity)] for each in EXPRESSIVENESS])
        lagged = self._weight * PAIN if LAG_S.get(modality) else None
        offset = self._traits.offset(modality).mean
        failed = self._settings.heals_after_s / (self._settings.fails_once_in_s + self._settings.heals_after_s)
        return Error(gains, lagged, offset, np.zeros_like(self._weight), usual, usual, failed, self.time_s)

    def _usual(self, modality: str, stddev: float) -> float:
        """Variance of the slow error: what the modality states, what the link adds, what is not known of the person."""
        settings, traits = self._settings, self._traits
        offset = traits.offset(modality).stddev
        stated = stddev**2 * (1.0 - settings.jitter_share**2) + offset**2 - OFFSET_STDDEV**2
        unwilled = (1.0 - CONTROL.get(modality, 1.0)) * _USUAL_PAIN * traits.log_sensitivity_stddev
        return float(max(stated, _LEAST_VARIANCE) + settings.link_stddev**2 + unwilled**2)

    def _jitter(self, stddev: float, error: Error | None) -> float:
        """Variance of the quick error; what comes more often than it renews itself counts for less."""
        settings = self._settings
        own = max(settings.jitter_share * stddev, settings.jitter_floor) ** 2
        since_s = self.time_s - error.stamp_s if error is not None else math.inf
        return own * max(1.0, settings.jitter_keeps_s / max(since_s, TICK_S))

    def _ticks(self, to_s: float) -> int:
        ahead_s = to_s - self.time_s  # NaN before the first estimate
        return round(min(ahead_s, self._longest_s) / TICK_S) if ahead_s > 0.0 else 0
