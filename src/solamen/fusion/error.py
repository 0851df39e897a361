"""What is believed of one modality's errors, and how that changes by itself."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.core.person import CONTROL, EVENT_S, EVENT_STEADY, OFFSET_STDDEV, Offset, PersonTraits
from solamen.fusion.odds import EDGE
from solamen.fusion.settings import FusionSettings

Numbers = NDArray[np.float64]

MAY_BE_BIASED = ("face", "body")
"""Modalities of which a lasting bias is told from pain: those that answer often and at once."""
TABLES = 6
"""Of a modality that may be biased: weight, slow error and ripple, each while it is sound and while it is biased."""
MOST_FAILED = 1.0 - 1e-3
_LEAST_FAILED = 1e-6
_SAME = 1e-3
_LEVEL_S = 0.5
_FOLLOWS = 0.1
"""Share by which the spreads of the errors follow what an estimate states."""
_LEAST_VARIANCE = 0.25
_USUAL_PAIN = 2.0
"""Points at which the spread of sensitivity is turned into points."""


def offset_of(modality: str, log_ratio: float, traits: PersonTraits) -> Offset:
    """What a modality is known to read too high for a person; of one that judges none is learned."""
    return traits.offset(modality) if math.isnan(log_ratio) else Offset(modality, 0.0, OFFSET_STDDEV)


def usual_errors(
    modality: str, stddev: float, log_ratio: float, settings: FusionSettings, traits: PersonTraits
) -> tuple[float, float, float]:
    """Variance of the slow error, size of the ripple, and variance of what is new in each event; points.

    The slow error has what is stated, what the link adds, and what is not known of the person. What is new in odds is
    where less becomes more.
    """
    steady = min(stddev, EVENT_STEADY) if modality in EVENT_S else stddev
    ripple = min(settings.ripple_share * steady, settings.ripple_most)
    offset = offset_of(modality, log_ratio, traits).stddev
    stated = steady**2 - ripple**2 + offset**2 - OFFSET_STDDEV**2
    unwilled = (1.0 - CONTROL.get(modality, 1.0)) * _USUAL_PAIN * traits.log_sensitivity_stddev
    usual = max(stated, _LEAST_VARIANCE) + settings.link_stddev**2 + unwilled**2
    return float(usual), ripple, stddev**2 - steady**2 if math.isnan(log_ratio) else EDGE**2


@dataclass(slots=True)
class Spread:
    """Covariance of the slow error and the ripple of a modality that is sound, or that is biased.

    Attributes:
        slow: variance of the slow error, and of the bias where there is one, points².
        both: covariance of that with the ripple, points.
        ripple: variance of the ripple, in units of its size.
    """

    slow: float
    both: float = 0.0
    ripple: float = 1.0

    def copy(self) -> Spread:
        """An independent copy."""
        return Spread(self.slow, self.both, self.ripple)

    def passes(self, slow: float, usual: float, ripple: float) -> None:
        """Both errors renew themselves: `slow` and `ripple` are left of them, `usual` is the slow one's variance."""
        self.slow = usual + slow * slow * (self.slow - usual)
        self.both *= slow * ripple
        self.ripple = 1.0 + ripple * ripple * (self.ripple - 1.0)

    def ahead(self, load: float) -> tuple[float, float]:
        """Covariance of either error with what is read, where the ripple adds `load` points."""
        return self.slow + self.both * load, self.both + self.ripple * load

    def learned(self, slow: float, ripple: float, share: float) -> Spread:
        """After an estimate; `slow` and `ripple` as of `ahead`, `share` of what was learned per square point."""
        return Spread(
            self.slow - share * slow * slow, self.both - share * slow * ripple, self.ripple - share * ripple * ripple
        )

    def mixed(self, other: Spread, share: float) -> Spread:
        """Of a mixture with a share of another."""
        return Spread(
            self.slow + share * (other.slow - self.slow),
            self.both + share * (other.both - self.both),
            self.ripple + share * (other.ripple - self.ripple),
        )


@dataclass
class Error:
    """What is believed of one modality's errors.

    Attributes:
        row: first of its tables: slow error and ripple; where it may be biased instead `TABLES`; last, where it lags,
            the pain that it follows.
        gains: points that it shows for each point of pain, expressiveness × pain, flat as the tables are.
        shown: what it shows where it does not lag, likewise.
        offset: points that it is known to read too high for this person.
        sound: spread of its errors while it is not biased.
        biased: while it is; None where that is not told from pain.
        usual: variance of the slow error in the long run, points².
        size: of the ripple in the long run, points.
        event: variance of an error that is new in each event, points².
        lag_s: with which it follows pain; 0: at once.
        failed: 0–1, probability that it has failed.
        stamp_s: of the newest estimate.
        level: its intensity, smoothed over half a second, points.
        log_ratio: likewise, of what it tells where it judges instead of reading points; else NaN.
        last: its intensity in the newest estimate, points.
        held_s: since when it has read the same.
        alike: estimates since then.
        moved_s: when it last read something else than before.
    """

    row: int
    gains: Numbers
    shown: Numbers
    offset: float
    sound: Spread
    biased: Spread | None
    usual: float
    size: float
    event: float
    lag_s: float
    failed: float
    stamp_s: float
    level: float
    log_ratio: float
    last: float
    held_s: float
    alike: int = 0
    moved_s: float = -math.inf

    @property
    def rows(self) -> int:
        """How many tables are its own."""
        return (2 if self.biased is None else TABLES) + (1 if self.lag_s else 0)

    @property
    def lag_row(self) -> int:
        """Of the table of the pain that it follows, where it lags."""
        return self.row + self.rows - 1

    @property
    def slow_row(self) -> int:
        """Of the table of its slow error while it is sound."""
        return self.row if self.biased is None else self.row + 2

    @property
    def ripple_row(self) -> int:
        """Likewise of its ripple."""
        return self.row + 1 if self.biased is None else self.row + 4

    @property
    def judges(self) -> bool:
        """Whether it judges pain of at least 4 points against less, instead of reading points."""
        return math.isfinite(self.log_ratio)

    @property
    def precision(self) -> float:
        """How much it says, per square point; odds by how steeply they fall, which even ones do not."""
        told = math.tanh(0.25 * self.log_ratio) ** 2 if self.judges else 1.0
        return told / (self.usual + self.event)

    def copy(self) -> Error:
        """An independent copy."""
        other = object.__new__(Error)
        other.__dict__.update(self.__dict__)
        other.sound = self.sound.copy()
        other.biased = None if self.biased is None else self.biased.copy()
        return other

    def passes(self, seconds: float, settings: FusionSettings) -> list[float]:
        """Time goes by; gives what is left of each of its tables.

        Errors renew themselves, what has failed or is biased may heal, and what works may fail.
        """
        ripple = math.exp(-seconds / settings.ripple_keeps_s)
        # What is wrong with a modality that is very unsure of itself is mostly constant: it wanders no faster.
        keeps_s = settings.error_keeps_s * max(1.0, self.usual / settings.wander_points**2)
        slow = math.exp(-seconds / keeps_s)
        self.sound.passes(slow, self.usual, ripple)
        kept = [slow, ripple]
        if self.biased is not None:
            stays = math.exp(-seconds / settings.bias_keeps_s)
            self.biased.passes(stays, self.usual + settings.bias_points**2, ripple)
            kept = [1.0, stays, slow, stays * stays, ripple, stays * ripple]
        if self.lag_s:
            kept.append(math.exp(-seconds / self.lag_s))
        fails = seconds * (1.0 - self.failed) / settings.fails_once_in_s
        heals = self.failed * (1.0 - math.exp(-seconds / settings.heals_after_s))
        self.fail(self.failed + fails - heals)
        return kept

    def fail(self, failed: float) -> None:
        """Has failed with some probability; that is held where it can change again."""
        self.failed = min(max(failed, _LEAST_FAILED), MOST_FAILED)

    def follow(self, intensity: float, log_ratio: float, now_s: float, spreads: tuple[float, float, float]) -> None:
        """Its level follows what it reads, the spreads of its errors (`usual`, `size`, `event`) what it states."""
        share = 1.0 - math.exp(-(now_s - self.stamp_s) / _LEVEL_S)
        self.level += share * (intensity - self.level)
        self.log_ratio = self.log_ratio + share * (log_ratio - self.log_ratio) if self.judges else log_ratio
        if abs(intensity - self.last) < _SAME:
            self.alike += 1
        else:
            self.alike, self.last = 0, intensity
            self.held_s = self.moved_s = now_s
        usual, size, self.event = spreads
        self.usual += _FOLLOWS * (usual - self.usual)
        self.size += _FOLLOWS * (size - self.size)
