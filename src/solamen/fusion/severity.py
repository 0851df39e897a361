"""The grids of fusion: what is shown (expressed) and what would be reported (severity), and how one tells of the other.

Severity runs past both ends of the scale, and a report is severity held within 0–10 (a censored variable; Tobin 1958):
people without pain report exactly 0, however uncertain we are. So a spread below 0 does not push the mean up.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from solamen.core.estimates import PAIN_MAX, PAIN_THRESHOLD

Density = NDArray[np.float64]
"""Probability per cell of a grid."""

STEP = 0.25
EXPRESSED: Density = np.arange(0.0, PAIN_MAX + STEP / 2, STEP)
"""Levels of expressed pain, 0–10 points."""
SEVERITY: Density = np.arange(-6.0, PAIN_MAX + 6.0 + STEP / 2, STEP)
"""Levels of severity; below 0 and above 10 it is reported as 0 and 10."""
REPORTED: Density = np.clip(SEVERITY, 0.0, PAIN_MAX)

_TINY = 1e-12
_WIDTHS_PER_POINT = 20
_STDDEV_MAX = 20.0
"""Points; a wider one tells nothing less."""


def severity_likelihood(expressed: Density, stddev: float, hiding_share: float) -> Density:
    """Likelihood of each severity, given a belief over what is expressed.

    Most show about what they feel, give or take `stddev` points; a share shows less than they feel, by any amount, so
    that little expression is weak evidence of little pain while much expression is strong evidence of much.

    Args:
        expressed: belief over `EXPRESSED`, sums to 1.
        stddev: points, > 0.
        hiding_share: 0–1.
    """
    width = round(min(stddev, _STDDEV_MAX) * _WIDTHS_PER_POINT)
    return _link(max(1, width), hiding_share) @ expressed + _TINY


@lru_cache(maxsize=256)
def _link(width: int, hiding_share: float) -> NDArray[np.float64]:
    """Severity × expressed: probability per point of showing so much at such a severity."""
    stddev = width / _WIDTHS_PER_POINT
    gap = SEVERITY[:, None] - EXPRESSED[None, :]
    near = np.exp(-0.5 * (gap / stddev) ** 2) / (stddev * math.sqrt(2.0 * math.pi))
    hidden = ((gap > 0.0) & (SEVERITY[:, None] <= PAIN_MAX)) / PAIN_MAX
    link: NDArray[np.float64] = (1.0 - hiding_share) * near + hiding_share * hidden
    return link


def report_likelihood(value: float, stddev: float) -> Density:
    """Likelihood of each severity, given a self-report of `value` points."""
    likelihood: Density = np.exp(-0.5 * ((SEVERITY - value) / stddev) ** 2) + _TINY
    return likelihood


@dataclass(frozen=True)
class Reading:
    """What a belief over severity says of the expected report, in points; probability 0–1 of at least 4."""

    mean: float
    median: float
    stddev: float
    lower: float
    upper: float
    probability: float


def read(belief: Density) -> Reading:
    """Mean, median, stddev, 90 % interval and probability of pain from a belief over `SEVERITY` that sums to 1."""
    mean = float(belief @ REPORTED)
    variance = float(belief @ (REPORTED - mean) ** 2)
    # The cumulated mass stands at the upper edge of each cell.
    cumulated = np.cumsum(belief)
    lower, median, upper = np.clip(np.interp((0.05, 0.5, 0.95), cumulated, SEVERITY + STEP / 2), 0.0, PAIN_MAX)
    below = float(np.interp(PAIN_THRESHOLD, SEVERITY + STEP / 2, cumulated))
    return Reading(
        mean=mean,
        median=float(median),
        stddev=max(math.sqrt(variance), STEP / 2),
        lower=min(float(lower), mean),
        upper=max(float(upper), mean),
        probability=min(max(1.0 - below, 0.0), 1.0),
    )
