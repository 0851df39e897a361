"""The joint belief over pain and expressiveness, with what each modality gets wrong carried along.

A Rao-Blackwellised filter on a grid. For each pair of pain and expressiveness it holds a weight and, for each
modality, the means of two present errors: one that wanders slowly and so is not averaged away by a thousand frames, and
a ripple that lasts for tenths of a second, so that what comes often does not count more than it should. Both are
Ornstein-Uhlenbeck processes; their covariance is shared by all pairs. A modality may also have failed (stuck, biased,
noisy), which a two-state Markov chain for each of them follows: what has failed says nothing.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from solamen.core.censored import fit
from solamen.core.estimates import PAIN_MAX
from solamen.core.person import CONTROL, EVENT_S, EVENT_STEADY, LAG_S, OFFSET_STDDEV, PersonTraits, gain, unrest
from solamen.fusion.grid import EXPRESSIVENESS, PAIN, TICK_S, Density, Motion, expressiveness_prior, transition
from solamen.fusion.settings import FusionSettings

Numbers = NDArray[np.float64]

_FAILED_DENSITY = 1.0 / PAIN_MAX
_LEAST_VARIANCE = 0.25
_LEAST_SIZE = 0.5
"""Share of a slow error that a modality begins with where it reads little."""
_DOUBTED = 0.5
"""Probability of failure from which on nothing is expected of a modality."""
_OWED_MOST = 100
"""Ticks of motion that are made up for at most."""
_MOST_FAILED = 1.0 - 1e-3
_SAME, _STUCK_LEAST, _STUCK_S = 1e-3, 3, 2.0
"""Points, estimates and seconds: what reads the same for so long is stuck; in recordings none did for half of that."""
_USUAL_PAIN = 2.0
"""Points at which the spread of sensitivity is turned into points."""
_LONGEST_S = 10.0
"""A longer time without any estimate is moved over as if it were this long."""
_SETTLE_EVERY_S, _LEVEL_S = 0.5, 0.5
_TINY, _LOST = 1e-30, 1e-280
_ROOT = 1.0 / math.sqrt(2.0 * math.pi)


@dataclass
class Error:
    """What is believed of one modality's errors.

    Attributes:
        row: of the tables: its slow error, then its ripple, then, where it lags, the pain that it follows.
        gains: points that it shows for each point of pain, expressiveness × 1.
        shown: what it shows where it does not lag, expressiveness × pain.
        offset: points that it is known to read too high for this person.
        slow, both, ripple: covariance of its errors, points² and units of the ripple.
        usual: variance of the slow error in the long run, points².
        size: of the ripple in the long run, points.
        event: variance of an error that is new in each event, points².
        lag_s: with which it follows pain; 0: at once.
        failed: 0–1, probability that it has failed.
        stamp_s: of the newest estimate.
        level: its intensity, smoothed over half a second, points.
        last: its intensity in the newest estimate, points.
        held_s: since when it has read the same.
        alike: estimates since then.
        moved_s: when it last read something else than before.
    """

    row: int
    gains: Numbers
    shown: Numbers
    offset: float
    slow: float
    both: float
    ripple: float
    usual: float
    size: float
    event: float
    lag_s: float
    failed: float
    stamp_s: float
    level: float
    last: float
    held_s: float
    alike: int = 0
    moved_s: float = -math.inf


class JointBelief:
    """What is believed of pain at one time.

    Its tables are never changed in place, so that copies may share them.

    Attributes:
        time_s: of the belief; NaN before the first estimate.
        errors: per modality.
    """

    def __init__(self, settings: FusionSettings, traits: PersonTraits, motion: Motion) -> None:
        self._settings, self._traits, self._motion = settings, traits, motion
        self._expressive = expressiveness_prior(traits)[:, None]
        # Tables, expressiveness × pain: the weight; then for each modality the means of its errors times the weight.
        self._tables: Numbers = (self._expressive * motion.prior)[None]
        self._longest_s = max(_LONGEST_S, settings.abstain_after_s)
        self._settled_s = 0.0
        self._owed = 0
        self.time_s = math.nan
        self.errors: dict[str, Error] = {}

    def copy(self) -> JointBelief:
        """An independent copy."""
        other = object.__new__(JointBelief)
        other.__dict__.update(self.__dict__)
        other.errors = {name: _copied(error) for name, error in self.errors.items()}
        return other

    def pain(self, now_s: float) -> Density:
        """Belief over pain at a time, at or after that of the belief.

        Ahead of the newest estimate pain moves slower than from one to the next: motion is set so quick that a change
        is followed at once, and would else pull the mean down between two sounds of a voice, and up again at each.
        """
        marginal: Density = self._tables[0].sum(axis=0)
        ticks = self._slowed(self._ticks(now_s))
        return marginal @ transition(self._motion, ticks) if ticks else marginal

    def expressiveness(self) -> Density:
        """Belief over expressiveness."""
        return cast(Density, self._tables[0].sum(axis=1))

    def advance(self, to_s: float, modality: str = "") -> None:
        """Moves on to a later time; an earlier one changes nothing.

        Args:
            to_s: the time.
            modality: whose estimate comes then. One that has failed, or that answers late, tells nothing of a quick
                change: pain then moves slowly, as where nothing comes, and makes up for it at the next estimate that
                does tell.
        """
        if math.isnan(self.time_s):
            self.time_s = to_s
            return
        ticks = self._ticks(to_s)
        if not ticks:
            return
        seconds = ticks * TICK_S
        moves = ticks + self._owed if self._tells(modality) else self._slowed(ticks)
        self._owed = min(max(self._owed + ticks - moves, 0), _OWED_MOST)
        shape = self._tables.shape
        tables = (self._tables.reshape(-1, shape[2]) @ transition(self._motion, moves)).reshape(shape)
        tables *= np.array(self._kept(seconds))[:, None, None]
        for error in self.errors.values():
            if error.lag_s:
                tables[error.row + 2] += (1.0 - math.exp(-seconds / error.lag_s)) * PAIN * tables[0]
        self._tables = tables
        self._settle(seconds)
        # Rounding to ticks never adds up; a gap longer than the longest move is over at once.
        self.time_s = self.time_s + seconds if seconds < self._longest_s else to_s

    def _kept(self, seconds: float) -> list[float]:
        """What is left of each table as errors renew themselves; what failed may heal, and what works may fail."""
        settings, kept = self._settings, [1.0]
        ripple = math.exp(-seconds / settings.ripple_keeps_s)
        heals = 1.0 - math.exp(-seconds / settings.heals_after_s)
        for error in self.errors.values():  # in the order of their tables
            # What is wrong with a modality that is very unsure of itself is mostly constant: it wanders no faster.
            keeps_s = settings.error_keeps_s * max(1.0, error.usual / settings.wander_points**2)
            slow = math.exp(-seconds / keeps_s)
            kept += [slow, ripple, math.exp(-seconds / error.lag_s)] if error.lag_s else [slow, ripple]
            error.slow = error.usual + slow * slow * (error.slow - error.usual)
            error.both *= slow * ripple
            error.ripple = 1.0 + ripple * ripple * (error.ripple - 1.0)
            fails = seconds * (1.0 - error.failed) / settings.fails_once_in_s
            error.failed = min(max(error.failed + fails - error.failed * heals, 1e-6), _MOST_FAILED)
        return kept

    def _settle(self, seconds: float) -> None:
        """Brings expressiveness back to what the present levels say of it, as far as time has passed.

        Moves of pain cost nothing where nothing shows: over minutes any steady reading, however plain, would come to
        be that of a person who hides. So expressiveness is believed by what the modalities show beside one another
        now, and only for a while by how they moved.
        """
        self._settled_s += seconds
        if self._settled_s < _SETTLE_EVERY_S:
            return
        share = 1.0 - math.exp(-self._settled_s / self._settings.expressiveness_keeps_s)
        self._settled_s = 0.0
        present = self._tables[0].sum(axis=1)
        factor = ((self._by_levels() + _TINY) / (present + _TINY)) ** share
        factor[present < _LOST] = 0.0  # of what is lost in rounding, means would grow without end
        factor /= float(factor @ present)
        self._tables = self._tables * factor[:, None]

    def _by_levels(self) -> Density:
        """Expressiveness as the levels of the live modalities tell of it, without any past."""
        belief = self._expressive * self._motion.prior
        for error in self.errors.values():
            if self.time_s - error.stamp_s > self._settings.abstain_after_s:
                continue
            spread = error.usual + error.event + self._settings.jitter_floor**2
            gap = error.level - error.offset - error.shown
            works = (_ROOT / math.sqrt(spread)) * np.exp((-0.5 / spread) * gap * gap)
            belief = belief * ((1.0 - error.failed) * works + error.failed * _FAILED_DENSITY)
        told: Density = belief.sum(axis=1)
        told /= told.sum()
        return told

    def use(self, modality: str, intensity: float, stddev: float) -> None:
        """Weighs everything by one estimate of the present time.

        Args:
            modality: face, voice, body, biosignals or another.
            intensity: 0–10 points.
            stddev: points, quality taken into account.
        """
        error = self.errors.get(modality)
        if error is None:
            error = self.errors[modality] = self._begin(modality, intensity, stddev)
            since_s = math.inf
        else:
            since_s = self.time_s - error.stamp_s
            self._follow(error, modality, intensity, stddev)
            if self.stuck(modality):
                error.failed, error.stamp_s = _MOST_FAILED, self.time_s
                return
        tables, row = self._tables, error.row
        weight = tables[0]
        known = weight + _TINY
        shown = error.shown
        if error.lag_s:
            shown = np.minimum(error.gains * (tables[row + 2] / known), PAIN_MAX)
        # How much it ripples is told by what it reads, not by each level of pain: a steady reading proves no rest.
        load = error.size * unrest(modality, intensity)
        innovation = (intensity - error.offset) - shown - (tables[row] + load * tables[row + 1]) / known
        slow = error.slow + error.both * load
        ripple = error.both + error.ripple * load
        total = slow + load * ripple + error.event + self._settings.jitter_floor**2
        # What is told many times of one event counts once.
        share = min(1.0, max(since_s, TICK_S) / EVENT_S[modality]) if modality in EVENT_S else 1.0
        fits, innovation, falls = fit(intensity, innovation, total, share)
        works = (1.0 - error.failed) * fits
        likelihood = works + error.failed * _FAILED_DENSITY**share
        total /= share
        scale = 1.0 / float(np.vdot(weight, likelihood))
        working = weight * (works * scale)
        tables = tables * (likelihood * scale)
        push = working * innovation
        tables[row] += (slow / total) * push
        tables[row + 1] += (ripple / total) * push
        self._tables = tables
        works_now = float(working.sum())
        learned = works_now if falls is None else float(np.vdot(working, falls))
        self._learned(error, works_now, slow, ripple, learned / total)

    def _learned(self, error: Error, works: float, slow: float, ripple: float, share: float) -> None:
        """Covariance and failure after an estimate that is right with probability `works`."""
        error.slow -= share * slow * slow
        error.both -= share * slow * ripple
        error.ripple -= share * ripple * ripple
        error.failed = min(max(1.0 - works, 1e-6), _MOST_FAILED)
        error.stamp_s = self.time_s

    def _begin(self, modality: str, intensity: float, stddev: float) -> Error:
        sensitivity = math.exp(self._traits.log_sensitivity)
        gains = np.array([[gain(modality, float(each), sensitivity)] for each in EXPRESSIVENESS])
        offset = self._traits.offset(modality).mean
        lag_s = LAG_S.get(modality, 0.0)
        usual, size, event = self._usual(modality, stddev)
        row = len(self._tables)
        rows = [np.zeros_like(self._tables[0])] * 2 + ([self._tables[0] * PAIN] if lag_s else [])
        self._tables = np.concatenate([self._tables, np.stack(rows)])
        return Error(
            row=row,
            gains=gains,
            shown=np.minimum(gains * PAIN, PAIN_MAX),
            offset=offset,
            slow=usual * max(unrest(modality, intensity), _LEAST_SIZE) ** 2,
            both=0.0,
            ripple=1.0,
            usual=usual,
            size=size,
            event=event,
            lag_s=lag_s,
            failed=self._settings.heals_after_s / (self._settings.fails_once_in_s + self._settings.heals_after_s),
            stamp_s=self.time_s,
            level=intensity,
            last=intensity,
            held_s=self.time_s,
        )

    def _follow(self, error: Error, modality: str, intensity: float, stddev: float) -> None:
        """Its level follows what it reads, the spreads of its errors what it states."""
        error.level += (1.0 - math.exp(-(self.time_s - error.stamp_s) / _LEVEL_S)) * (intensity - error.level)
        if abs(intensity - error.last) < _SAME:
            error.alike += 1
        else:
            error.alike, error.last = 0, intensity
            error.held_s = error.moved_s = self.time_s
        usual, size, error.event = self._usual(modality, stddev)
        before = error.usual
        error.usual += 0.1 * (usual - error.usual)
        error.size += 0.1 * (size - error.size)
        if error.usual < before:
            self._shrink(error, math.sqrt(error.usual / before))

    def stuck(self, modality: str) -> bool:
        """Whether it reads the very same for long while others move; what is held at an end of the scale may do so."""
        error = self.errors.get(modality)
        if error is None or error.alike < _STUCK_LEAST or self.time_s - error.held_s < _STUCK_S:
            return False
        if not 0.0 < error.last < PAIN_MAX:
            return False
        return any(other.moved_s > error.held_s + _STUCK_S / 2.0 for other in self.errors.values())

    def _shrink(self, error: Error, by: float) -> None:
        """What a modality becomes surer of, such as a neutral face that it learns, it also comes to be right in."""
        tables = self._tables.copy()
        tables[error.row] *= by
        error.slow *= by * by
        error.both *= by
        self._tables = tables

    def _usual(self, modality: str, stddev: float) -> tuple[float, float, float]:
        """Variance of the slow error, size of the ripple, and variance of what is new in each event.

        The slow error has what is stated, what the link adds, and what is not known of the person.
        """
        settings, traits = self._settings, self._traits
        steady = min(stddev, EVENT_STEADY) if modality in EVENT_S else stddev
        ripple = min(settings.ripple_share * steady, settings.ripple_most)
        offset = traits.offset(modality).stddev
        stated = steady**2 - ripple**2 + offset**2 - OFFSET_STDDEV**2
        unwilled = (1.0 - CONTROL.get(modality, 1.0)) * _USUAL_PAIN * traits.log_sensitivity_stddev
        usual = max(stated, _LEAST_VARIANCE) + settings.link_stddev**2 + unwilled**2
        return float(usual), ripple, stddev**2 - steady**2

    def _tells(self, modality: str) -> bool:
        """Whether an estimate of it tells at once how pain has changed."""
        error = self.errors.get(modality)
        return error is None or (not error.lag_s and error.failed <= _DOUBTED)

    def _slowed(self, ticks: int) -> int:
        return round(self._settings.ahead_share * ticks)

    def _ticks(self, to_s: float) -> int:
        ahead_s = to_s - self.time_s  # NaN before the first estimate
        return round(min(ahead_s, self._longest_s) / TICK_S) if ahead_s > 0.0 else 0


def _copied(error: Error) -> Error:
    other = object.__new__(Error)
    other.__dict__.update(error.__dict__)
    return other
