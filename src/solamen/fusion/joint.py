"""The joint belief over pain and expressiveness, with what each modality gets wrong carried along.

A Rao-Blackwellised filter on a grid. For each pair of pain and expressiveness it holds a weight and, for each
modality, the means of two present errors: one that wanders slowly and so is not averaged away by a thousand frames, and
a ripple that lasts for tenths of a second, so that what comes often does not count more than it should. Both are
Ornstein-Uhlenbeck processes; their covariance is shared by all pairs. A modality may also have failed (stuck, noisy),
which a two-state Markov chain for each of them follows: what has failed says nothing. And one that answers often and at
once may have come to read too high or too low for good: for each pair the weight of that is held beside the other, with
errors of its own, so that what is wrong by always the same still tells how pain changes. Given pain and expressiveness,
whether one modality is biased is taken to be independent of the others.
"""

from __future__ import annotations

import math
from typing import cast

import numpy as np
from numpy.typing import NDArray

from solamen.core.censored import fit
from solamen.core.estimates import PAIN_MAX
from solamen.core.person import EVENT_S, LAG_S, PersonTraits, gain, unrest
from solamen.fusion.error import MAY_BE_BIASED, MOST_FAILED, TABLES, Error, Spread, offset_of, usual_errors
from solamen.fusion.grid import EXPRESSIVENESS, PAIN, TICK_S, Density, Motion, expressiveness_prior, transition
from solamen.fusion.odds import failed_odds, fit_odds
from solamen.fusion.settings import FusionSettings

Numbers = NDArray[np.float64]

_FAILED_DENSITY = 1.0 / PAIN_MAX
_LEAST_SIZE = 0.5
"""Share of a slow error that a modality begins with where it reads little."""
_DOUBTED = 0.5
"""Probability of failure from which on nothing is expected of a modality."""
_SHAPE = len(EXPRESSIVENESS), len(PAIN)
_PAIN: Numbers = np.tile(PAIN, len(EXPRESSIVENESS))
_WITNESSES = 2
"""Other modalities that must be there for a bias to be thought of."""
_OWED_MOST = 100
"""Ticks of motion that are made up for at most."""
_STUCK_LEAST, _STUCK_S = 3, 2.0
"""Estimates and seconds: what reads the same for so long is stuck; in recordings none did for half of that."""
_LONGEST_S = 10.0
"""A longer time without any estimate is moved over as if it were this long."""
_SETTLE_EVERY_S = 0.5
_TINY, _LOST = 1e-30, 1e-280
_ROOT = 1.0 / math.sqrt(2.0 * math.pi)


class JointBelief:
    """What is believed of pain at one time.

    Copies share its tables and its errors, which are changed in place only where they are known to be its own.

    Attributes:
        time_s: of the belief; NaN before the first estimate.
        errors: per modality.
    """

    def __init__(self, settings: FusionSettings, traits: PersonTraits, motion: Motion) -> None:
        self._settings, self._traits, self._motion = settings, traits, motion
        self._expressive = expressiveness_prior(traits)[:, None]
        # Tables over expressiveness × pain, flat: weight; then of each modality the means of its errors times that.
        # Where it may be biased: the weight of its being sound, and of its being biased, and the means times these.
        self._tables: Numbers = (self._expressive * motion.prior).reshape(1, -1)
        self._own = True
        self._longest_s = max(_LONGEST_S, settings.abstain_after_s)
        self._settled_s = 0.0
        self._owed = 0
        self.time_s = math.nan
        self.errors: dict[str, Error] = {}

    def copy(self) -> JointBelief:
        """An independent copy."""
        self._own = False
        other = object.__new__(JointBelief)
        other.__dict__.update(self.__dict__)
        other.errors = dict(self.errors)
        return other

    def pain(self, now_s: float) -> Density:
        """Belief over pain at a time, at or after that of the belief.

        Ahead of the newest estimate pain moves slower than from one to the next: motion is set so quick that a change
        is followed at once, and would else pull the mean down between two sounds of a voice, and up again at each.
        """
        marginal: Density = self._weight().sum(axis=0)
        ticks = self._slowed(self._ticks(now_s))
        return marginal @ transition(self._motion, ticks) if ticks else marginal

    def expressiveness(self) -> Density:
        """Belief over expressiveness."""
        return cast(Density, self._weight().sum(axis=1))

    def _weight(self) -> Numbers:
        """Of each pair, expressiveness × pain."""
        weight: Numbers = self._tables[0].reshape(_SHAPE)
        return weight

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
        seconds = ticks * TICK_S
        moves = ticks + self._owed if self._tells(modality) else self._slowed(ticks)
        if not ticks and not moves:
            return
        self._owed = min(max(self._owed + ticks - moves, 0), _OWED_MOST)
        shape = self._tables.shape
        tables = (self._tables.reshape(-1, _SHAPE[1]) @ transition(self._motion, moves)).reshape(shape)
        kept = [1.0]
        self.errors = {name: error.copy() for name, error in self.errors.items()}
        for error in self.errors.values():  # in the order of their tables
            kept += error.passes(seconds, self._settings)
        tables *= np.array(kept)[:, None]
        for error in self.errors.values():
            if error.biased is not None:  # what is no longer biased is sound
                tables[error.row] += math.expm1(seconds / self._settings.bias_keeps_s) * tables[error.row + 1]
            if error.lag_s:
                tables[error.lag_row] += (1.0 - math.exp(-seconds / error.lag_s)) * _PAIN * tables[0]
        self._tables, self._own = tables, True
        self._settle(seconds)
        # Rounding to ticks never adds up; a gap longer than the longest move is over at once.
        self.time_s = self.time_s + seconds if seconds < self._longest_s else to_s

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
        present = self.expressiveness()
        factor = ((self._by_levels() + _TINY) / (present + _TINY)) ** share
        factor[present < _LOST] = 0.0  # of what is lost in rounding, means would grow without end
        factor /= float(factor @ present)
        tables = self._to_change()
        tables *= np.repeat(factor, _SHAPE[1])

    def _by_levels(self) -> Density:
        """Expressiveness as the levels of the live modalities tell of it, without any past."""
        belief = self._expressive * self._motion.prior
        for error in self.errors.values():
            if self.time_s - error.stamp_s > self._settings.abstain_after_s:
                continue
            spread = error.usual + self._noise(error)
            foretold = (error.offset + error.shown).reshape(_SHAPE)
            if not error.judges:
                gap = error.level - foretold
                works, broken = (_ROOT / math.sqrt(spread)) * np.exp((-0.5 / spread) * gap * gap), _FAILED_DENSITY
            else:
                works, broken = fit_odds(error.log_ratio, foretold, spread)[0], failed_odds(error.log_ratio)
            doubt = self._doubted(error)
            belief = belief * ((1.0 - doubt) * works + doubt * broken)
        told: Density = belief.sum(axis=1)
        told /= told.sum()
        return told

    def use(self, modality: str, intensity: float, stddev: float, log_ratio: float = math.nan) -> None:
        """Weighs everything by one estimate of the present time.

        Args:
            modality: face, voice, body, biosignals or another.
            intensity: 0–10 points.
            stddev: points, quality taken into account.
            log_ratio: what it tells where it judges pain of at least 4 points against less, and its points follow from
                that; NaN where it reads points.
        """
        error = self.errors.get(modality)
        if error is None:
            error = self.errors[modality] = self._begin(modality, intensity, stddev, log_ratio)
            since_s = math.inf
        else:
            since_s = self.time_s - error.stamp_s
            error = self.errors[modality] = error.copy()
            self._follow(error, modality, intensity, stddev, log_ratio)
            if self.stuck(modality):
                error.failed, error.stamp_s = MOST_FAILED, self.time_s
                return
        # What is told many times of one event counts once.
        share = min(1.0, max(since_s, TICK_S) / EVENT_S[modality]) if modality in EVENT_S else 1.0
        # How much it ripples is told by what it reads, not by each level of pain: a steady reading proves no rest.
        load = error.size * (1.0 if error.judges else unrest(modality, intensity))
        begins = -math.expm1(-self._minded(error, since_s) / self._settings.bias_once_in_s)
        if error.biased is not None and (begins or self._tables[error.row + 1].any()):
            self._weigh_bias(error, error.biased, intensity, load, begins)
        else:
            self._weigh(error, intensity, load, share, log_ratio)
        error.stamp_s = self.time_s

    def _weigh(self, error: Error, intensity: float, load: float, share: float, log_ratio: float) -> None:
        """Weighs everything by an estimate of a modality that is not biased, for all that can be told."""
        tables, slow_row, ripple_row = self._tables, error.slow_row, error.ripple_row
        weight = tables[0]
        known = weight + _TINY
        shown = error.shown
        if error.lag_s:
            shown = np.minimum(error.gains * (tables[error.lag_row] / known), PAIN_MAX)
        foretold = error.offset + shown + (tables[slow_row] + load * tables[ripple_row]) / known
        slow, ripple = error.sound.ahead(load)
        total = slow + load * ripple + self._noise(error)
        falls: Numbers | None
        if math.isnan(log_ratio):
            fits, innovation, falls = fit(intensity, intensity - foretold, total, share)
            works, broken = (1.0 - error.failed) * fits, error.failed * _FAILED_DENSITY**share
            total /= share
        else:
            fits, innovation, falls = fit_odds(share * log_ratio, foretold, total)
            works, broken = (1.0 - error.failed) * fits, error.failed * failed_odds(share * log_ratio)
        likelihood = works + broken
        scale = 1.0 / float(np.vdot(weight, likelihood))
        working = weight * (works * scale)
        push = working * innovation
        tables = self._to_change()
        tables *= likelihood * scale
        tables[slow_row] += (slow / total) * push
        tables[ripple_row] += (ripple / total) * push
        works_now = float(working.sum())
        learned = works_now if falls is None else float(np.vdot(working, falls))
        error.sound = error.sound.learned(slow, ripple, learned / total)
        error.fail(1.0 - works_now)

    def _weigh_bias(self, error: Error, biased: Spread, intensity: float, load: float, begins: float) -> None:
        """Likewise where it may be sound, biased, or biased from this estimate on: three states, in this order.

        That it is biased from this estimate on has the probability `begins`.
        """
        settings, tables, at, sound = self._settings, self._tables, error.row, error.sound
        before = tables[at : at + TABLES].reshape(3, 2, -1)
        weights = before[0]
        spreads = sound, biased, Spread(sound.slow + settings.bias_points**2, sound.both, sound.ripple)
        noise = self._noise(error)
        ahead = [each.ahead(load) for each in spreads]
        totals = [slow + load * ripple + noise for slow, ripple in ahead]
        wrong = before[1] + load * before[2]
        wrong /= weights + _TINY
        innovation = np.empty((3, tables.shape[1]))
        np.subtract((intensity - error.offset) - error.shown, wrong, out=innovation[:2])
        innovation[2] = innovation[0]
        variance, share = np.array((totals, (1.0 - begins, 1.0, begins)))[:, :, None]
        fits, innovation, falls = fit(intensity, innovation, variance)
        if falls is not None:  # held at an end: any bias towards it foretells that, so that it speaks for none
            np.minimum(fits[1:], fits[0].max(), out=fits[1:])
        works = ((1.0 - error.failed) * share) * fits
        broken = (error.failed * _FAILED_DENSITY) * share
        likelihood = works + broken
        (sound_mass, _, anew_mass), (_, biased_mass, _) = (weights @ likelihood.T).tolist()
        masses = sound_mass, biased_mass, anew_mass
        scale = 1.0 / (sound_mass + biased_mass + anew_mass)
        sound_had, biased_had = weights.sum(axis=1).tolist()
        had = sound_had, biased_had, sound_had
        working = [mass - each * part for mass, each, part in zip(masses, broken[:, 0].tolist(), had, strict=True)]
        works[:2] *= weights
        works[2] *= weights[0]
        push = (works * innovation) * (scale / variance)
        gained = np.array(ahead).T[:, :, None] * push
        likelihood *= scale
        own = before * likelihood[:2]
        own[:, 1] += before[:, 0] * likelihood[2]
        own[1:] += gained[:, :2]
        own[1:, 1] += gained[:, 2]
        weight = own[0, 0] + own[0, 1]
        tables = self._to_change()
        tables *= weight / (tables[0] + _TINY)
        tables[0] = weight
        tables[at : at + TABLES] = own.reshape(TABLES, -1)

        learned = working if falls is None else (works * falls).sum(axis=1).tolist()
        after_it = [
            spread.learned(*both, part / (total * max(mass, _LOST)))
            for spread, both, total, part, mass in zip(spreads, ahead, totals, learned, masses, strict=True)
        ]
        error.sound = after_it[0]
        error.biased = after_it[1].mixed(after_it[2], anew_mass / max(biased_mass + anew_mass, _LOST))
        error.fail(1.0 - scale * sum(working))

    def _minded(self, error: Error, since_s: float) -> float:
        """Seconds within which a bias may have begun; 0 where too few others are there to tell it from pain.

        Of two alone, either may be the one that is wrong.
        """
        oldest_s = self.time_s - self._settings.abstain_after_s
        there = [each for each in self.errors.values() if each is not error and each.stamp_s >= oldest_s]
        return min(since_s, self._longest_s) if len(there) >= _WITNESSES else 0.0

    def _begin(self, modality: str, intensity: float, stddev: float, log_ratio: float) -> Error:
        sensitivity = math.exp(self._traits.log_sensitivity)
        gains = np.repeat([gain(modality, float(each), sensitivity) for each in EXPRESSIVENESS], len(PAIN))
        offset = offset_of(modality, log_ratio, self._traits).mean
        lag_s = LAG_S.get(modality, 0.0)
        usual, size, event = usual_errors(modality, stddev, log_ratio, self._settings, self._traits)
        unrests = unrest(modality, intensity) if math.isnan(log_ratio) else 1.0
        slow = usual * max(unrests, _LEAST_SIZE) ** 2
        own = Error(
            row=len(self._tables),
            gains=gains,
            shown=np.minimum(gains * _PAIN, PAIN_MAX),
            offset=offset,
            sound=Spread(slow),
            biased=Spread(slow + self._settings.bias_points**2) if modality in MAY_BE_BIASED else None,
            usual=usual,
            size=size,
            event=event,
            lag_s=lag_s,
            failed=self._settings.heals_after_s / (self._settings.fails_once_in_s + self._settings.heals_after_s),
            stamp_s=self.time_s,
            level=intensity,
            log_ratio=log_ratio,
            last=intensity,
            held_s=self.time_s,
        )
        rows = np.zeros((own.rows, self._tables.shape[1]))
        if own.biased is not None:
            rows[0] = self._tables[0]
        if lag_s:
            rows[-1] = self._tables[0] * _PAIN
        self._tables, self._own = np.concatenate([self._tables, rows]), True
        return own

    def _follow(self, error: Error, modality: str, intensity: float, stddev: float, log_ratio: float) -> None:
        """The spreads of its errors follow what it states."""
        before = error.usual
        error.follow(
            intensity, log_ratio, self.time_s, usual_errors(modality, stddev, log_ratio, self._settings, self._traits)
        )
        if error.usual < before:
            self._shrink(error, math.sqrt(error.usual / before))

    def _to_change(self) -> Numbers:
        """Its tables, no longer shared with a copy."""
        if not self._own:
            self._tables, self._own = self._tables.copy(), True
        return self._tables

    def doubt(self, modality: str) -> float:
        """Probability that a modality's level says nothing of pain: it has failed, or is biased; 0 before the first."""
        error = self.errors.get(modality)
        return self._doubted(error) if error is not None else 0.0

    def _doubted(self, error: Error) -> float:
        biased = float(self._tables[error.row + 1].sum()) if error.biased is not None else 0.0
        return 1.0 - (1.0 - error.failed) * (1.0 - biased)

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
        tables = self._to_change()
        tables[error.slow_row] *= by
        error.sound.slow *= by * by
        error.sound.both *= by

    def _noise(self, error: Error) -> float:
        """Variance of what is new in each estimate, points²; of odds, of the edge between less and more."""
        return error.event if error.judges else error.event + self._settings.jitter_floor**2

    def _tells(self, modality: str) -> bool:
        """Whether an estimate of it tells at once how pain has changed."""
        error = self.errors.get(modality)
        return error is None or (not error.lag_s and error.failed <= _DOUBTED)

    def _slowed(self, ticks: int) -> int:
        return round(self._settings.ahead_share * ticks)

    def _ticks(self, to_s: float) -> int:
        ahead_s = to_s - self.time_s  # NaN before the first estimate
        return round(min(ahead_s, self._longest_s) / TICK_S) if ahead_s > 0.0 else 0
