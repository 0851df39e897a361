"""What a person's own word teaches about how they show pain: a hierarchical model that shrinks to the population.

What modality m shows is `gain(m, expressiveness, sensitivity) · pain + offset_m + noise` (see `core.person`), held
within 0–10: a face that shows 10 may stand for any pain from there on. Expressiveness and sensitivity stand on a grid
with the population as prior; the offsets are Gaussian given these, and what was felt at a report is not known better
than what was said. The posterior is followed from report to report by assumed densities (Minka 2001), so that with few
reports little is learned and with none nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solamen.core.censored import fit
from solamen.core.estimates import PAIN_MAX
from solamen.core.person import CONTROL, Level, Offset, PersonTraits, ReportPair, unrests

Numbers = NDArray[np.float64]

REPORT_STDDEV, PROXY_STDDEV = 0.6, 1.5
"""Points between what is said and what is meant, of the person and of a caregiver."""
LINK_STDDEV = 0.4
"""Points by which what one modality shows differs from time to time at the same pain."""
_LOG_EXPRESSIVENESS: Numbers = np.linspace(math.log(0.05), math.log(4.0), 44)
_LOG_SENSITIVITY: Numbers = np.linspace(-0.75, 0.75, 13)
_PAIN: Numbers = np.linspace(0.0, PAIN_MAX, 21)
_REST_SHARE = 0.45
"""How often a person who says about 0 feels none at all, as in fusion."""
_ROUNDED = 1.0 / math.sqrt(12.0)
_LEAST_VARIANCE = 0.25
_ASTRAY, _ASTRAY_DENSITY = 0.05, 1.0 / PAIN_MAX
"""How often a level has nothing to do with pain, and how likely each level then is."""
_SPOILT = 1e-12
_HIDES_FROM = 0.5
_HIDES_PRIOR, _SHOWS_PRIOR = 0.5, 4.5
"""Imagined moments of hiding and of showing, as seen in the population."""


def fit_traits(pairs: Sequence[ReportPair], population: PersonTraits | None = None) -> PersonTraits:
    """The traits of a person, from all their pairs of report and levels; the same pairs always give the same traits.

    Args:
        pairs: in any order; those without a level tell nothing of how pain is shown.
        population: where to start from and shrink to; anybody where it is None.
    """
    start = population if population is not None else PersonTraits()
    told = sorted((pair for pair in pairs if pair.levels), key=lambda pair: (pair.stamp_s, pair.reported))
    if not told:
        return start
    belief = TraitsBelief(start)
    for pair in told:
        belief.learn(pair)
    return belief.traits()


class TraitsBelief:
    """What is believed of a person's traits, report by report.

    Attributes:
        log_weight: of each cell, expressiveness × sensitivity; not normalised.
        offsets: per modality, mean and variance in each cell, points and points².
        reports: that were learned from.
    """

    def __init__(self, start: PersonTraits) -> None:
        self._start = start
        self._usual, self._hides = _priors(start)
        self.log_weight: Numbers = np.log(self._usual + self._hides)
        self.offsets: dict[str, tuple[Numbers, Numbers]] = {}
        self.reports = 0

    def learn(self, pair: ReportPair) -> None:
        """Takes in one report and what was shown at that time."""
        felt = _felt(pair)
        joint: Numbers = np.log(felt)[None, None] + np.zeros((*self.log_weight.shape, 1))
        told = {level.modality: self._told(level) for level in pair.levels}
        for likelihood, _, _, _ in told.values():
            joint = joint + np.log(likelihood)
        most = joint.max(axis=-1, keepdims=True)
        felt_then = np.exp(joint - most)
        total = felt_then.sum(axis=-1, keepdims=True)
        felt_then = felt_then / total
        self.log_weight = self.log_weight + (most + np.log(total))[..., 0]
        for modality, (_, mean, variance, fits) in told.items():
            self.offsets[modality] = self._blended(modality, mean, variance, felt_then * fits)
        self.reports += 1

    def foretells(self, pair: ReportPair) -> float:
        """Logarithm of how likely the levels of a report are; nothing is learned from it."""
        other = object.__new__(TraitsBelief)
        other.__dict__.update(self.__dict__)
        other.offsets = dict(self.offsets)
        other.learn(pair)
        return _log_sum(other.log_weight) - _log_sum(self.log_weight)

    def _told(self, level: Level) -> tuple[Numbers, Numbers, Numbers, Numbers]:
        """Of one level, for each cell and pain: likelihood, offset mean and variance after it, how likely it fits."""
        mean, variance = self._offset(level.modality)
        shown = np.minimum(_gains(level.modality)[..., None] * _PAIN, PAIN_MAX)
        noise = max(level.stddev**2 - self._start.offset(level.modality).stddev ** 2, _LEAST_VARIANCE)
        total = noise * unrests(level.modality, shown) ** 2 + LINK_STDDEV**2 + variance[..., None]
        likely, surprise, falls = fit(level.shown, level.shown - shown - mean[..., None], total)
        likelihood = (1.0 - _ASTRAY) * likely + _ASTRAY * _ASTRAY_DENSITY
        share = variance[..., None] / total
        after = mean[..., None] + share * surprise
        left = variance[..., None] * (1.0 - share * (1.0 if falls is None else falls))
        return likelihood, after, left, (1.0 - _ASTRAY) * likely / likelihood

    def _blended(self, modality: str, mean: Numbers, variance: Numbers, weight: Numbers) -> tuple[Numbers, Numbers]:
        """Offset of each cell: that after the report where the level fits, that before it where it went astray."""
        before, spread = self._offset(modality)
        rest = 1.0 - weight.sum(axis=-1)
        centre = (weight * mean).sum(axis=-1) + rest * before
        square = (weight * (variance + mean**2)).sum(axis=-1) + rest * (spread + before**2)
        return centre, np.maximum(square - centre**2, 1e-6)

    def _offset(self, modality: str) -> tuple[Numbers, Numbers]:
        known = self._start.offset(modality)
        cells = np.ones_like(self.log_weight)
        return self.offsets.get(modality, (known.mean * cells, known.stddev**2 * cells))

    def weight(self) -> Numbers:
        """Probability of each cell."""
        weight: Numbers = np.exp(self.log_weight - self.log_weight.max())
        weight /= weight.sum()
        return weight

    def traits(self) -> PersonTraits:
        """The traits, as moments of the belief."""
        weight = self.weight()
        hides = weight * self._hides / (self._usual + self._hides)
        hiding = float(hides.sum())
        usual = weight if hiding > _HIDES_FROM else weight - hides
        now_and_then = _HIDES_PRIOR / (_HIDES_PRIOR + _SHOWS_PRIOR + self.reports)
        return PersonTraits(
            *_moments(usual.sum(axis=1), _LOG_EXPRESSIVENESS),
            *_moments(weight.sum(axis=0), _LOG_SENSITIVITY),
            tuple(_offset_of(modality, weight, *each) for modality, each in sorted(self.offsets.items())),
            now_and_then if hiding > _HIDES_FROM else max(hiding, now_and_then),
            self._start.n_reports + self.reports,
        )


def _felt(pair: ReportPair) -> Numbers:
    """Probability of each level of pain, given what was said; none at all is more usual than next to none."""
    spread = math.hypot(PROXY_STDDEV if pair.by_proxy else REPORT_STDDEV, _ROUNDED)
    prior = np.where(_PAIN > 0.0, (1.0 - _REST_SHARE) / (len(_PAIN) - 1), _REST_SHARE)
    felt: Numbers = prior * (np.exp(-0.5 * ((pair.reported - _PAIN) / spread) ** 2) + _SPOILT)
    felt /= felt.sum()
    return felt


def _gains(modality: str) -> Numbers:
    """See `core.person.gain`; expressiveness × sensitivity."""
    control = CONTROL.get(modality, 1.0)
    gains: Numbers = control * np.exp(_LOG_EXPRESSIVENESS)[:, None] + (1.0 - control) * np.exp(-_LOG_SENSITIVITY)[None]
    return gains


def _priors(start: PersonTraits) -> tuple[Numbers, Numbers]:
    """Over the grid: those who show as is usual, and a share who show little, however little."""
    usual = np.exp(-0.5 * ((_LOG_EXPRESSIVENESS - start.log_expressiveness) / start.log_expressiveness_stddev) ** 2)
    little = np.where(start.log_expressiveness - 0.5 > _LOG_EXPRESSIVENESS, np.exp(_LOG_EXPRESSIVENESS), 0.0)
    sensitive = np.exp(-0.5 * ((_LOG_SENSITIVITY - start.log_sensitivity) / start.log_sensitivity_stddev) ** 2)
    sensitive /= sensitive.sum()
    usual = (1.0 - start.hiding_share) * usual / usual.sum() + _SPOILT
    little = start.hiding_share * little / max(float(little.sum()), _SPOILT)
    return usual[:, None] * sensitive, little[:, None] * sensitive


def _log_sum(values: Numbers) -> float:
    most = float(values.max())
    return most + math.log(float(np.exp(values - most).sum()))


def _moments(weight: Numbers, values: Numbers) -> tuple[float, float]:
    weight = weight / weight.sum()
    mean = float(weight @ values)
    return mean, max(math.sqrt(float(weight @ (values - mean) ** 2)), 0.03)


def _offset_of(modality: str, weight: Numbers, mean: Numbers, variance: Numbers) -> Offset:
    centre = float((weight * mean).sum())
    return Offset(modality, centre, math.sqrt(float((weight * (variance + (mean - centre) ** 2)).sum())))
