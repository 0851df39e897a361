"""The grids of fusion, how pain moves on them, and what a belief over pain says.

Pain is what the person would report, 0–10. People without pain report exactly 0, so that 0 has a mass of its own.
"""

from __future__ import annotations

import math
from bisect import bisect
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from solamen.core.estimates import PAIN_MAX, PAIN_THRESHOLD
from solamen.core.person import PersonTraits
from solamen.fusion.interval import EVEN, Tails

Density = NDArray[np.float64]
"""Probability of each point of a grid; sums to 1."""

STEP = 0.5
PAIN: Density = np.arange(0.0, PAIN_MAX + STEP / 2, STEP)
"""Levels of pain, 0–10 points."""
EXPRESSIVENESS: Density = np.array([0.05, 0.2, 0.4, 0.6, 0.8, 1.0, 1.25, 1.6, 2.1])
"""Points shown for each point that would be reported."""
TICK_S = 0.01
"""Times are told apart by this much."""

_UPPER_EDGES: Density = np.minimum(PAIN + STEP / 2, PAIN_MAX)
_EDGES: list[float] = _UPPER_EDGES.tolist()
_SQUARES: Density = PAIN**2
_HIDES_BELOW = 0.65
_BALANCED_AFTER = 200
_TINY = 1e-12
_ROOT_2 = math.sqrt(2.0)


@lru_cache(maxsize=16)
def resting_prior(rest_share: float, decay_points: float) -> Density:
    """Pain of anybody at any time: a share at 0, the rest falling off exponentially above it. Not to be written to."""
    above = np.where(PAIN > 0.0, np.exp(-PAIN / decay_points), 0.0)
    prior: Density = (1.0 - rest_share) * above / above.sum()
    prior[0] = rest_share
    prior.setflags(write=False)
    return prior


def expressiveness_prior(traits: PersonTraits) -> Density:
    """Over `EXPRESSIVENESS`: log-normal as the traits have it, and a share who hide most of it."""
    edges = np.sqrt(EXPRESSIVENESS[:-1] * EXPRESSIVENESS[1:])
    below = _below((np.log(edges) - traits.log_expressiveness) / traits.log_expressiveness_stddev)
    usual = np.diff(below, prepend=0.0, append=1.0)
    hides = np.where(EXPRESSIVENESS < _HIDES_BELOW, 1.0, 0.0)
    prior: Density = (1.0 - traits.hiding_share) * usual + traits.hiding_share * hides / hides.sum() + _TINY
    prior /= prior.sum()
    return prior


@dataclass(frozen=True)
class Motion:
    """How pain moves: `move_hz` times a second by about `move_points`, `jump_hz` times to any level of the prior."""

    move_hz: float
    move_points: float
    jump_hz: float
    rest_share: float
    decay_points: float

    @property
    def prior(self) -> Density:
        """The belief that this comes to when nothing is seen."""
        return resting_prior(self.rest_share, self.decay_points)


@lru_cache(maxsize=1024)
def transition(motion: Motion, ticks: int) -> NDArray[np.float64]:
    """From × to: probability of each level after some ticks (a Markov chain in continuous time)."""
    rates, left, right = _modes(motion)
    moved: NDArray[np.float64] = np.clip((left * np.exp(rates * ticks * TICK_S)) @ right, 0.0, None)
    moved /= moved.sum(axis=1, keepdims=True)
    return moved


@lru_cache(maxsize=16)
def _modes(motion: Motion) -> tuple[Density, NDArray[np.float64], NDArray[np.float64]]:
    """Eigenvalues of the chain and its modes; the chain is reversible, so that they are real."""
    prior = motion.prior
    apart = np.abs(PAIN[:, None] - PAIN[None, :])
    # Levels that are near, and among them those that are usual, are gone to more often: who eases mostly comes to rest.
    # Scaled so that each level is left as often as any other: else a steady reading would speak for some of them.
    near = np.exp(-apart / motion.move_points)
    scale = np.sqrt(prior)
    for _ in range(_BALANCED_AFTER):
        scale = np.sqrt(scale * prior / (near @ scale))
    moves = scale[:, None] * near * scale[None, :] / prior[:, None]
    rates = motion.move_hz * moves + motion.jump_hz * prior[None, :]
    np.fill_diagonal(rates, 0.0)
    np.fill_diagonal(rates, -rates.sum(axis=1))
    root = np.sqrt(prior)
    values, vectors = np.linalg.eigh(root[:, None] * rates / root[None, :])
    return values, vectors / root[:, None], vectors.T * root[None, :]


def _below(scores: Density) -> Density:
    """The standard normal distribution."""
    return np.array([0.5 * math.erfc(-score / _ROOT_2) for score in scores])


def divergence(belief: Density, other: Density) -> float:
    """Of a belief from another one, in nats (Kullback & Leibler 1951)."""
    return float(belief @ np.log((belief + _TINY) / (other + _TINY)))


def report_likelihood(value: float, stddev: float) -> Density:
    """Likelihood of each level of pain, given a self-report of `value` points."""
    likelihood: Density = np.exp(-0.5 * ((PAIN - value) / stddev) ** 2) + _TINY
    return likelihood


def normal(mean: float, stddev: float) -> Density:
    """A normal distribution held within 0–10; what lies beyond an end counts as at it."""
    inner = _below((_UPPER_EDGES[:-1] - mean) / stddev)
    return np.diff(inner, prepend=0.0, append=1.0)


def _quantile(cumulated: Sequence[float], share: float) -> float:
    """Points below which a share of the belief lies; within the mass at 0 it is 0 itself."""
    return 0.0 if share <= cumulated[0] else _between(share, cumulated, _EDGES)


def _between(value: float, values: Sequence[float], other: Sequence[float]) -> float:
    """What is told on the other scale, evenly between its points. Of so few, numpy's takes five times longer."""
    at = bisect(values, value)
    if at == 0 or at == len(values):
        return other[max(at - 1, 0)]
    part = (value - values[at - 1]) / (values[at] - values[at - 1])
    return other[at - 1] + part * (other[at] - other[at - 1])


def share_under(belief: Density, points: float) -> float:
    """Share of a belief that lies at or under some points."""
    return _between(points, _EDGES, np.cumsum(belief).tolist())


def median_of(belief: Density) -> float:
    """Points."""
    return _quantile(np.cumsum(belief).tolist(), 0.5)


@dataclass(frozen=True)
class Reading:
    """What a belief over pain says, in points; probability 0–1 of at least 4."""

    mean: float
    median: float
    stddev: float
    lower: float
    upper: float
    probability: float


def mean_of(belief: Density) -> float:
    """Points."""
    return float(belief @ PAIN)


def read(belief: Density, tails: Tails = EVEN) -> Reading:
    """Mean, median, stddev, interval and probability of pain.

    Args:
        belief: over `PAIN`, sums to 1.
        tails: what the interval leaves out at its ends.
    """
    mean = mean_of(belief)
    stddev = max(math.sqrt(max(float(belief @ _SQUARES) - mean * mean, 0.0)), STEP / 4)
    cumulated = np.cumsum(belief).tolist()
    under = _between(PAIN_THRESHOLD, _EDGES, cumulated)
    below, above = tails.at(stddev)
    lower, median, upper = (_quantile(cumulated, share) for share in (below, 0.5, 1.0 - above))
    return Reading(
        mean=mean,
        median=median,
        stddev=stddev,
        lower=min(lower, mean),
        upper=max(upper, mean),
        probability=min(max(1.0 - under, 0.0), 1.0),
    )
