"""What a person shows through whole sessions teaches how they show pain, beside their own word.

Expressiveness and sensitivity stand on a grid of cells, and do not change. In each cell a filter follows pain, which
keeps its level for a while and then jumps to another, and for each modality its offset and an error that wanders. The
better a cell foretells what comes, the likelier it is: expressiveness is told by what a face shows beside what the body
does by itself, and by how strongly anything ever shows. All is followed by its first two moments, exactly as pain moves
and by assumed densities as something is read (Minka 2001), so that little is learned from little.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
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
_TINY = 1e-300


@dataclass(frozen=True)
class Session:
    """What one person showed without a long break, about once a second, and what they said of it."""

    moments: Sequence[Moment]
    reports: Sequence[ReportPair] = ()


@dataclass
class _Errors:
    """Of one modality, times the weight of each cell and pain: first and second moments of offset and wander.

    Attributes:
        tables: offset, wander, offset², offset · wander, wander².
        lagged: where it answers slowly, the pain that it follows, and its square.
        level: of the newest moment; NaN before the first.
    """

    tables: Numbers
    lagged: Numbers | None
    level: float = math.nan


@dataclass(frozen=True)
class _Now:
    """Of one modality, in each cell and pain: means and covariance of offset and wander; followed pain and variance."""

    offset: Numbers
    wander: Numbers
    covariance: tuple[Numbers, Numbers, Numbers]
    pain: Numbers
    spread: Numbers


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
        self._errors: dict[str, _Errors] = {}
        self._time_s = math.nan
        self._moments = 0

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
        tables, known = self._errors[modality].tables, self.start.offset(modality)
        mean, square = float(tables[0].sum()), float(tables[2].sum())
        spread = math.hypot(math.sqrt(max(square - mean * mean, 1e-3)), _UNSURE_OFFSET)
        return Offset(modality, known.mean + trust * (mean - known.mean), min(spread, OFFSET_STDDEV))

    def _begin(self) -> None:
        self._time_s = math.nan
        weight = self._weight = self._weight.sum(axis=-1, keepdims=True) * _USUAL_PAIN
        for each in self._errors.values():
            first, _, square, _, _ = each.tables.sum(axis=-1, keepdims=True) * _USUAL_PAIN
            each.tables = np.stack([first, 0.0 * weight, square, 0.0 * weight, weight])
            each.lagged = None if each.lagged is None else np.stack([weight * _PAIN, weight * _PAIN**2])
            each.level = math.nan

    def _advance(self, to_s: float) -> None:
        """Pain keeps its level or jumps; errors wander; what lags follows."""
        seconds = max(to_s - self._time_s, 0.0) if math.isfinite(self._time_s) else 0.0
        self._time_s = to_s
        if not seconds:
            return
        keep, wander = math.exp(-seconds * _JUMP_HZ), math.exp(-seconds / _WANDERS_S)
        for modality, each in self._errors.items():
            moved = each.tables * np.array([1.0, wander, 1.0, wander, wander**2])[:, None, None]
            moved[4] += (1.0 - wander**2) * self._weight
            each.tables = _jumped(moved, keep)
            if each.lagged is not None:
                old = math.exp(-seconds / LAG_S[modality])
                followed, square = each.lagged
                new = (1.0 - old) * _PAIN
                square = old**2 * square + 2.0 * old * new * followed + new**2 * self._weight
                each.lagged = _jumped(np.stack([old * followed + new * self._weight, square]), keep)
        self._weight = _jumped(self._weight, keep)

    def _hear(self, pair: ReportPair) -> None:
        """A report tells of pain alone; what it tells of the traits follows from what was shown around it."""
        pain = self._weight.sum(axis=0)
        self.errors.append(float(pain @ _PAIN / pain.sum()) - pair.reported)
        spread = math.hypot(PROXY_STDDEV if pair.by_proxy else REPORT_STDDEV, _ROUNDED)
        likelihood = np.exp(-0.5 * ((_PAIN - pair.reported) / spread) ** 2) + 1e-6
        self._weigh(likelihood[None], "")

    def _see(self, level: Level) -> None:
        """One level; the very same as before tells nothing new."""
        error = self._errors.get(level.modality)
        if error is None:
            error = self._errors[level.modality] = self._new(level.modality)
        if level.shown == error.level:
            return
        moved = 0.0 if math.isnan(error.level) else level.shown - error.level
        error.level = level.shown
        now = self._now(error)
        gains = _gains(level.modality)
        shown = gains * now.pain
        load, new = _sizes(level, np.minimum(shown, PAIN_MAX))
        follows = np.where(shown < PAIN_MAX, gains, 0.0)
        offset, both, wander = now.covariance
        total = offset + 2.0 * load * both + load**2 * wander + follows**2 * now.spread + new + _MOVED * moved**2
        surprise = level.shown - np.minimum(shown, PAIN_MAX) - now.offset - load * now.wander
        likely, surprise, falls = fit(level.shown, surprise, total)
        works, astray = (1.0 - _ASTRAY) * likely, _ASTRAY * _ASTRAY_DENSITY
        pull = (offset + load * both) / total, (both + load * wander) / total, follows * now.spread / total
        after = _moved_by(now, pull, surprise, total * (1.0 if falls is None else falls))
        scale = self._weigh(works + astray, level.modality)
        kept = self._weight / (works + astray)  # the weight before, scaled
        error.tables = kept * works * after[:5] + astray / scale * error.tables
        if error.lagged is not None:
            error.lagged = kept * works * after[5:] + astray / scale * error.lagged

    def _weigh(self, likelihood: Numbers, but: str) -> float:
        """All but one modality's tables by a likelihood; gives how likely it was."""
        scale = max(float((self._weight * likelihood).sum()), _TINY)
        self.log_evidence += math.log(scale)
        factor = likelihood / scale
        self._weight = self._weight * factor
        for modality, each in self._errors.items():
            if modality != but:
                each.tables = each.tables * factor
                each.lagged = None if each.lagged is None else each.lagged * factor
        return scale

    def _new(self, modality: str) -> _Errors:
        known, weight = self.start.offset(modality), self._weight
        square = known.mean**2 + known.stddev**2
        tables = np.stack([known.mean * weight, 0.0 * weight, square * weight, 0.0 * weight, weight])
        return _Errors(tables, np.stack([weight * _PAIN, weight * _PAIN**2]) if modality in LAG_S else None)

    def _now(self, error: _Errors) -> _Now:
        known = self._weight + _TINY
        offset, wander, square, both, size = error.tables / known
        covariance = (
            np.maximum(square - offset**2, 1e-4),
            both - offset * wander,
            np.maximum(size - wander**2, 1e-4),
        )
        if error.lagged is None:
            return _Now(offset, wander, covariance, _PAIN[None], np.zeros((1, 1)))
        pain, followed = error.lagged / known
        return _Now(offset, wander, covariance, pain, np.maximum(followed - pain**2, 0.0))


@lru_cache
def _gains(modality: str) -> Numbers:
    """Points shown for each point that would be reported, in each cell."""
    cells = product(np.exp(_LOG_EXPRESSIVENESS), np.exp(_LOG_SENSITIVITY))
    gains = np.array([[gain(modality, float(shows), float(feels))] for shows, feels in cells])
    gains.setflags(write=False)
    return gains


def _moved_by(now: _Now, pull: tuple[Numbers, Numbers, Numbers], surprise: Numbers, told: Numbers) -> Numbers:
    """First and second moments after a level: offset, wander, offset², offset · wander, wander², pain, pain²."""
    offset, both, wander = now.covariance
    to_offset, to_wander, to_pain = pull
    a, b, c = now.offset + to_offset * surprise, now.wander + to_wander * surprise, now.pain + to_pain * surprise
    moments = (
        a,
        b,
        offset - to_offset**2 * told + a * a,
        both - to_offset * to_wander * told + a * b,
        wander - to_wander**2 * told + b * b,
        c,
        now.spread - to_pain**2 * told + c * c,
    )
    return np.stack(moments)


def _sizes(level: Level, shown: Numbers) -> tuple[Numbers, Numbers]:
    """Size of what wanders, points, and variance of what is new, where so much is shown."""
    steady = min(level.stddev, EVENT_STEADY) if level.modality in EVENT_S else level.stddev
    ripple = min(_RIPPLES * steady, _RIPPLES_MOST)
    unrest = unrests(level.modality, shown)
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
