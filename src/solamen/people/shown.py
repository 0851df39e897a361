"""What a person shows through whole sessions teaches how they show pain, beside their own word.

Expressiveness and sensitivity stand on a grid of cells, and do not change. In each cell a filter follows pain, which
keeps its level for a while and then jumps to another, and for each modality its offset and an error that wanders. The
better a cell foretells what comes, the likelier it is: expressiveness is told by what a face shows beside what the body
does by itself, and by how strongly anything ever shows. All is followed by its first two moments, exactly as pain moves
and by assumed densities as something is read (Minka 2001), so that little is learned from little.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from solamen.core.censored import fit
from solamen.core.estimates import PAIN_MAX
from solamen.core.person import (
    EVENT_S,
    EVENT_STEADY,
    LAG_S,
    OFFSET_STDDEV,
    Level,
    Moment,
    Offset,
    PersonTraits,
    ReportPair,
    gain,
    unrests,
)
from solamen.people.expressiveness import PROXY_STDDEV, REPORT_STDDEV

Numbers = NDArray[np.float64]

_LOG_EXPRESSIVENESS: Numbers = np.linspace(math.log(0.06), math.log(3.2), 20)
_LOG_SENSITIVITY: Numbers = np.linspace(-0.6, 0.6, 5)
_PAIN: Numbers = np.linspace(0.0, PAIN_MAX, 21)
_REST_SHARE, _DECAY_POINTS = 0.45, 10.0
"""Pain of anybody at any time, as in fusion."""
_JUMP_HZ = 0.06
_WANDERS_S = 20.0
_WANDERS = 0.6
"""Share of a modality's stated spread that wanders; the stated one is wide on purpose."""
_RIPPLES, _RIPPLES_MOST = 0.6, 0.6
_NEW_STDDEV = 0.45
"""Points that are new in each level, however steady."""
_MOVED = 3.0
"""What a level moved by since a second ago, squared, makes it less sure by so many times that."""
_ASTRAY, _ASTRAY_DENSITY = 0.03, 1.0 / PAIN_MAX
_LEAST_VARIANCE = 0.25
_LOW = 0.07
"""How much too low the logarithm of expressiveness comes out, on generated persons who are not judged."""
_DOUBT_S = 60.0
"""All is drawn to the population as if a usual person had been watched for so long, too."""
_UNSURE, _UNSURE_OFFSET = (0.2, 0.1), 0.2
"""As no model is quite right: added to the spreads of expressiveness and sensitivity (of their logarithms), and of the
offsets, points."""
_HIDES = 0.02
"""Whoever was watched for minutes is seldom taken for another than they showed to be."""
_ROUNDED = 1.0 / math.sqrt(12.0)
_LEAST_SPREAD = {0: 1e-4, 1: 1e-4, 5: 0.0}
"""Of the variance of offset, wander and followed pain, which are in these rows."""
_TINY = 1e-300
_LEAST_WEIGHT = 1e-120
"""Of a cell and pain, so that numbers stay such that can be reckoned with."""


@dataclass(frozen=True)
class Session:
    """What one person showed without a long break, about once a second, and what they said of it."""

    moments: Sequence[Moment]
    reports: Sequence[ReportPair] = ()


@dataclass
class _Errors:
    """Where one modality's tables are.

    Attributes:
        row: the first: offset, wander, offset², offset · wander, wander²; where it answers slowly, the pain that it
            follows, and its square.
        lags: whether it answers slowly.
        level: of the newest moment; NaN before the first.
    """

    row: int
    lags: bool
    level: float = math.nan

    @property
    def rows(self) -> int:
        """How many there are."""
        return 7 if self.lags else 5


class _Moments:
    """Of what one modality gets wrong: its tables as they stand, to be told of by a level."""

    def __init__(self, own: Numbers) -> None:
        self._own = own
        self._offset, self._wander = self.variance(0, 2), self.variance(1, 4)
        self._both = own[3] - own[0] * own[1]

    def variance(self, mean: int, square: int = 6) -> Numbers:
        """By the rows of a mean and of its square."""
        spread: Numbers = np.maximum(self._own[square] - self._own[mean] ** 2, _LEAST_SPREAD[mean])
        return spread

    def covary(self, load: Numbers) -> list[Numbers]:
        """Of offset and wander with what is read, where the wander adds `load` points."""
        return [self._offset + load * self._both, self._both + load * self._wander]

    def after(self, to: Sequence[Numbers], pull: Numbers, falls: Numbers) -> list[Numbers]:
        """The tables after a level, which covaries with offset, wander and, where there is one, the pain followed.

        Args:
            to: by how much.
            pull: surprise over its variance, per point.
            falls: share of the variance that is learned, over it, per square point.
        """
        own = self._own
        a, b, *followed = (own[row] + each * pull for row, each in zip((0, 1, 5), to, strict=False))
        told = [
            a,
            b,
            self._offset - to[0] * to[0] * falls + a * a,
            self._both - to[0] * to[1] * falls + a * b,
            self._wander - to[1] * to[1] * falls + b * b,
        ]
        for pain in followed:
            told += [pain, self.variance(5) - to[2] * to[2] * falls + pain * pain]
        return told


@dataclass
class ShownBelief:
    """What is believed of a person's traits, second by second.

    Attributes:
        start: where to start from.
        log_evidence: logarithm of how likely all was that came.
        errors: that were expected of the reports less what was said, points.
    """

    start: PersonTraits
    log_evidence: float = 0.0
    errors: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        expressive, sensitive = np.meshgrid(_LOG_EXPRESSIVENESS, _LOG_SENSITIVITY, indexing="ij")
        self._expressive, self._sensitive = expressive.ravel(), sensitive.ravel()
        self._weight: Numbers = _prior(self.start).ravel()[:, None] * _USUAL_PAIN
        # First and second moments of what each modality gets wrong, in each cell and pain: rows × cells × pain.
        self._tables: Numbers = np.empty((0, *self._weight.shape))
        self._errors: dict[str, _Errors] = {}
        self._time_s = math.nan
        self._moments = 0

    def after(self, sessions: Sequence[Session]) -> ShownBelief:
        """What is believed after some more sessions; this belief stays as it is."""
        other = copy.copy(self)
        other.errors = list(self.errors)
        other._weight, other._tables = self._weight.copy(), self._tables.copy()
        other._errors = {name: replace(error) for name, error in self._errors.items()}
        for session in sessions:
            other.live(session)
        return other

    def live(self, session: Session) -> None:
        """Takes in a session: the traits stay, pain and all that wanders begin anew."""
        self._begin()
        waiting = sorted(session.reports, key=lambda pair: pair.stamp_s)
        for moment in session.moments:
            self._moments += 1
            self._advance(moment.stamp_s)
            for level in moment.levels:
                self._see(level)
            while waiting and waiting[0].stamp_s <= moment.stamp_s:
                self._hear(waiting.pop(0))

    def traits(self) -> PersonTraits:
        """The traits, as moments of the belief."""
        weight = self._weight.sum(axis=-1)
        expressive, spread = _mean_and_spread(weight, self._expressive)
        sensitive, unsure = _mean_and_spread(weight, self._sensitive)
        trust = self._moments / (self._moments + _DOUBT_S)
        start = self.start
        return PersonTraits(
            start.log_expressiveness + trust * (expressive + _LOW - start.log_expressiveness),
            math.hypot(spread, _UNSURE[0]),
            start.log_sensitivity + trust * (sensitive - start.log_sensitivity),
            math.hypot(unsure, _UNSURE[1]),
            tuple(self._offset(modality, trust) for modality in sorted(self._errors)),
            _HIDES,
            start.n_reports + len(self.errors),
        )

    def _offset(self, modality: str, trust: float) -> Offset:
        row, known = self._errors[modality].row, self.start.offset(modality)
        mean, square = (float(np.vdot(self._tables[each], self._weight)) for each in (row, row + 2))
        spread = math.hypot(math.sqrt(max(square - mean * mean, 1e-3)), _UNSURE_OFFSET)
        return Offset(modality, known.mean + trust * (mean - known.mean), min(spread, OFFSET_STDDEV))

    def _begin(self) -> None:
        self._time_s = math.nan
        cells = self._weight.sum(axis=-1, keepdims=True)
        known = (self._tables * self._weight).sum(axis=-1, keepdims=True) / cells
        self._weight = cells * _USUAL_PAIN
        for each in self._errors.values():
            each.level = math.nan
            _fresh(self._tables, each, known[each.row], known[each.row + 2])

    def _advance(self, to_s: float) -> None:
        """Pain keeps its level or jumps; errors wander; what lags follows."""
        seconds = max(to_s - self._time_s, 0.0) if math.isfinite(self._time_s) else 0.0
        self._time_s = to_s
        if not seconds:
            return
        keep, wander = math.exp(-seconds * _JUMP_HZ), math.exp(-seconds / _WANDERS_S)
        tables, weight = self._tables, self._weight
        for modality, each in self._errors.items():
            own = tables[each.row :]
            own[1] *= wander
            own[3] *= wander
            own[4] *= wander**2
            own[4] += 1.0 - wander**2
            if each.lags:
                old = math.exp(-seconds / LAG_S[modality])
                new = (1.0 - old) * _PAIN
                own[6] *= old**2
                own[6] += (2.0 * old * new) * own[5] + new**2
                own[5] *= old
                own[5] += new
        self._weight = np.maximum(_jumped(weight, keep), _LEAST_WEIGHT)
        tables *= weight
        jumps = tables.sum(axis=-1, keepdims=True) * ((1.0 - keep) * _USUAL_PAIN)
        tables *= keep
        tables += jumps
        tables /= self._weight

    def _hear(self, pair: ReportPair) -> None:
        """A report tells of pain alone; what it tells of the traits follows from what was shown around it."""
        pain = self._weight.sum(axis=0)
        self.errors.append(float(pain @ _PAIN / pain.sum()) - pair.reported)
        spread = math.hypot(PROXY_STDDEV if pair.by_proxy else REPORT_STDDEV, _ROUNDED)
        self._weigh(np.exp(-0.5 * ((_PAIN - pair.reported) / spread) ** 2)[None] + 1e-6)

    def _see(self, level: Level) -> None:
        """One level; the very same as before tells nothing new."""
        error = self._errors.get(level.modality)
        if error is None:
            error = self._errors[level.modality] = self._new(level.modality)
        if level.shown == error.level:
            return
        moved = 0.0 if math.isnan(error.level) else level.shown - error.level
        error.level = level.shown
        own = self._tables[error.row : error.row + error.rows]
        moments = _Moments(own)
        gains, shown, unrest = _shown(level.modality)
        if error.lags:
            shown = np.minimum(gains * own[5], PAIN_MAX)
            unrest = unrests(level.modality, shown)
        load, new = _sizes(level, unrest)
        to = moments.covary(load)
        total = to[0] + load * to[1] + new + _MOVED * moved**2
        if error.lags:
            follows = np.where(shown < PAIN_MAX, gains, 0.0)
            to.append(follows * moments.variance(5))
            total += follows * to[2]
        likely, surprise, falls = fit(level.shown, level.shown - shown - own[0] - load * own[1], total)
        works = (1.0 - _ASTRAY) * likely
        likelihood = works + _ASTRAY * _ASTRAY_DENSITY
        after = moments.after(to, surprise / total, (1.0 if falls is None else falls) / total)
        for table, told in zip(own, after, strict=True):
            table += (works / likelihood) * (told - table)
        self._weigh(likelihood)

    def _weigh(self, likelihood: Numbers) -> None:
        """All by a likelihood: the moments are of each cell and pain, and stay as they are."""
        weight = self._weight * likelihood
        scale = max(float(weight.sum()), _TINY)
        self.log_evidence += math.log(scale)
        self._weight = np.maximum(weight / scale, _LEAST_WEIGHT)

    def _new(self, modality: str) -> _Errors:
        known = self.start.offset(modality)
        error = _Errors(len(self._tables), modality in LAG_S)
        more = np.empty((error.rows, *self._weight.shape))
        self._tables = np.concatenate([self._tables, more])
        _fresh(self._tables, error, known.mean, known.mean**2 + known.stddev**2)
        return error


def _fresh(tables: Numbers, error: _Errors, offset: float | Numbers, square: float | Numbers) -> None:
    """Of one modality, as a session begins: its offset stays, what wanders is not known, and what lags has settled."""
    own = tables[error.row :]
    own[0], own[1], own[2], own[3], own[4] = offset, 0.0, square, 0.0, 1.0
    if error.lags:
        own[5], own[6] = _PAIN, _PAIN**2


@lru_cache
def _shown(modality: str) -> tuple[Numbers, Numbers, Numbers]:
    """In each cell: points shown for each that would be reported; what is shown of each pain, and how restlessly."""
    cells = product(np.exp(_LOG_EXPRESSIVENESS), np.exp(_LOG_SENSITIVITY))
    gains = np.array([[gain(modality, float(shows), float(feels))] for shows, feels in cells])
    shown = np.minimum(gains * _PAIN, PAIN_MAX)
    return gains, shown, unrests(modality, shown)


def _sizes(level: Level, unrest: Numbers) -> tuple[Numbers, Numbers]:
    """Size of what wanders, points, and variance of what is new, where what is shown is so restless."""
    steady = min(level.stddev, EVENT_STEADY) if level.modality in EVENT_S else level.stddev
    ripple = min(_RIPPLES * steady, _RIPPLES_MOST)
    wanders = _WANDERS * math.sqrt(max(steady**2 - OFFSET_STDDEV**2 - ripple**2, _LEAST_VARIANCE))
    new = (ripple * unrest) ** 2 + _NEW_STDDEV**2 + level.stddev**2 - steady**2
    return wanders * unrest, new


def _jumped(tables: Numbers, keep: float) -> Numbers:
    """After pain kept its level with a probability, and else jumped to any of those that are usual."""
    moved: Numbers = keep * tables + (1.0 - keep) * tables.sum(axis=-1, keepdims=True) * _USUAL_PAIN
    return moved


def _usual_pain() -> Numbers:
    above = np.where(_PAIN > 0.0, np.exp(-_PAIN / _DECAY_POINTS), 0.0)
    usual: Numbers = (1.0 - _REST_SHARE) * above / above.sum()
    usual[0] = _REST_SHARE
    return usual


_USUAL_PAIN = _usual_pain()


def _prior(start: PersonTraits) -> Numbers:
    """Expressiveness × sensitivity: those who show as is usual, and a share who show little, however little."""
    usual = np.exp(-0.5 * ((_LOG_EXPRESSIVENESS - start.log_expressiveness) / start.log_expressiveness_stddev) ** 2)
    little = np.where(start.log_expressiveness - 0.5 > _LOG_EXPRESSIVENESS, np.exp(_LOG_EXPRESSIVENESS), 0.0)
    sensitive = np.exp(-0.5 * ((_LOG_SENSITIVITY - start.log_sensitivity) / start.log_sensitivity_stddev) ** 2)
    expressive = (1.0 - start.hiding_share) * usual / max(float(usual.sum()), _TINY) + 1e-12
    expressive = expressive + start.hiding_share * little / max(float(little.sum()), _TINY)
    prior: Numbers = (expressive / expressive.sum())[:, None] * (sensitive / sensitive.sum())
    return prior


def _mean_and_spread(weight: Numbers, values: Numbers) -> tuple[float, float]:
    weight = weight / weight.sum()
    mean = float(weight @ values)
    return mean, max(math.sqrt(float(weight @ (values - mean) ** 2)), 0.05)
