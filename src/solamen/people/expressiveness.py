"""What a person's own word teaches about how they show pain: a hierarchical model that shrinks to the population.

What modality m shows is `gain(m, expressiveness, sensitivity) · reported + offset_m + noise` (see `core.person`).
Expressiveness and sensitivity stand on a grid with the population as prior; the offsets are Gaussian given these and
are integrated out, so that with few reports little is learned and with none nothing.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solamen.core.person import CONTROL, Level, Offset, PersonTraits, ReportPair, gain

Numbers = NDArray[np.float64]

REPORT_STDDEV, PROXY_STDDEV = 0.6, 1.5
"""Points between what is said and what is meant, of the person and of a caregiver."""
LINK_STDDEV = 0.8
"""Points by which what one modality shows differs from time to time at the same pain."""
_LOG_EXPRESSIVENESS: Numbers = np.linspace(math.log(0.05), math.log(3.0), 42)
_LOG_SENSITIVITY: Numbers = np.linspace(-0.75, 0.75, 13)
_HIDES_PRIOR, _SHOWS_PRIOR = 0.5, 4.5
"""Imagined moments of hiding and of showing, as seen in the population."""
_HIDES_BELOW = -2.5
"""Standard deviations below what the traits foretell."""


def fit_traits(pairs: Sequence[ReportPair], population: PersonTraits | None = None) -> PersonTraits:
    """The traits of a person, from all their pairs of report and levels; the same pairs always give the same traits.

    Args:
        pairs: in any order; those without a level tell nothing of how pain is shown.
        population: where to start from and shrink to; anybody where it is None.
    """
    start = population if population is not None else PersonTraits()
    pairs = [pair for pair in pairs if pair.levels]
    if not pairs:
        return start
    modalities = sorted({level.modality for pair in pairs for level in pair.levels})
    belief = _prior(start)
    sums = {modality: _Residuals(modality, pairs, start.offset(modality)) for modality in modalities}
    for residuals in sums.values():
        belief = belief + residuals.log_likelihood
    weight = np.exp(belief - belief.max())
    weight /= weight.sum()
    expressive = _moments(weight.sum(axis=1), _LOG_EXPRESSIVENESS)
    sensitive = _moments(weight.sum(axis=0), _LOG_SENSITIVITY)
    learned = PersonTraits(
        *expressive,
        *sensitive,
        tuple(sums[modality].offset(weight) for modality in modalities),
        start.hiding_share,
        start.n_reports + len(pairs),
    )
    return PersonTraits(**{**vars(learned), "hiding_share": _hiding_share(pairs, learned)})


class _Residuals:
    """What one modality showed beyond its gain times what was reported, for every cell of the grid."""

    def __init__(self, modality: str, pairs: Sequence[ReportPair], prior: Offset) -> None:
        self._modality, self._prior = modality, prior
        seen = [(pair, level) for pair in pairs for level in pair.levels if level.modality == modality]
        gains = _gains(modality)[..., None]
        shown = np.array([level.shown for _, level in seen])
        reported = np.array([pair.reported for pair, _ in seen])
        own = np.array([_own_variance(level, prior) for _, level in seen])
        said = np.array([PROXY_STDDEV if pair.by_proxy else REPORT_STDDEV for pair, _ in seen])
        precision = 1.0 / (own + (gains * said) ** 2)
        residual = shown - gains * reported - prior.mean
        # Marginal likelihood of n residuals that share one Gaussian offset, by its sufficient sums.
        spread = prior.stddev**2
        self._total = precision.sum(axis=-1)
        self._pull = (precision * residual).sum(axis=-1)
        inner = (precision * residual**2).sum(axis=-1) - spread * self._pull**2 / (1.0 + spread * self._total)
        self.log_likelihood: Numbers = 0.5 * (np.log(precision).sum(axis=-1) - np.log1p(spread * self._total) - inner)

    def offset(self, weight: Numbers) -> Offset:
        """The offset, over the whole grid."""
        spread = max(self._prior.stddev, 1e-3) ** 2
        variance = 1.0 / (1.0 / spread + self._total)
        mean = variance * self._pull
        centre = float((weight * mean).sum())
        stddev = math.sqrt(float((weight * (variance + (mean - centre) ** 2)).sum()))
        return Offset(self._modality, self._prior.mean + centre, stddev)


def _own_variance(level: Level, prior: Offset) -> float:
    """Of a level, without the part that its offset stands for."""
    return float(max(level.stddev**2 - prior.stddev**2, 0.25) + LINK_STDDEV**2)


def _gains(modality: str) -> Numbers:
    """See `core.person.gain`; expressiveness × sensitivity."""
    control = CONTROL.get(modality, 1.0)
    gains: Numbers = control * np.exp(_LOG_EXPRESSIVENESS)[:, None] + (1.0 - control) * np.exp(-_LOG_SENSITIVITY)[None]
    return gains


def _prior(start: PersonTraits) -> Numbers:
    """Logarithm, over the grid: as usual, but for a share who show little, however little."""
    usual = np.exp(-0.5 * ((_LOG_EXPRESSIVENESS - start.log_expressiveness) / start.log_expressiveness_stddev) ** 2)
    little = np.where(start.log_expressiveness > _LOG_EXPRESSIVENESS, np.exp(_LOG_EXPRESSIVENESS), 0.0)
    mixed = (1.0 - start.hiding_share) * usual / usual.sum() + start.hiding_share * little / max(little.sum(), 1e-9)
    sensitive = -0.5 * ((_LOG_SENSITIVITY - start.log_sensitivity) / start.log_sensitivity_stddev) ** 2
    prior: Numbers = np.log(mixed + 1e-12)[:, None] + sensitive[None]
    return prior


def _moments(weight: Numbers, values: Numbers) -> tuple[float, float]:
    mean = float(weight @ values)
    return mean, max(math.sqrt(float(weight @ (values - mean) ** 2)), 0.03)


def _hiding_share(pairs: Sequence[ReportPair], traits: PersonTraits) -> float:
    """How often this person shows much less than their own traits foretell (mean of a beta distribution)."""
    hidden = sum(int(_hides(pair, traits)) for pair in pairs)
    return (_HIDES_PRIOR + hidden) / (_HIDES_PRIOR + _SHOWS_PRIOR + len(pairs))


def _hides(pair: ReportPair, traits: PersonTraits) -> bool:
    governed = [level for level in pair.levels if CONTROL.get(level.modality, 1.0) > 0.5]
    if not governed:
        return False
    expressiveness, sensitivity = math.exp(traits.log_expressiveness), math.exp(traits.log_sensitivity)
    scores = []
    for level in governed:
        offset = traits.offset(level.modality)
        foretold = gain(level.modality, expressiveness, sensitivity) * pair.reported + offset.mean
        scores.append((level.shown - min(foretold, 10.0)) / math.sqrt(_own_variance(level, offset)))
    return bool(max(scores) < _HIDES_BELOW)
