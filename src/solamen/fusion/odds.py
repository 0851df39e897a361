"""What odds tell of pain: a likelihood ratio, without the prior of the modality that gives it.

Some modalities do not read points but judge pain of at least 4 points against less, as a voice is judged by its sounds.
Their points follow from the odds, and lie near what was usual where they learned: a sound that tells nothing reads as
some pain. So the odds are weighed themselves; even ones tell nothing.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from solamen.core.censored import below
from solamen.core.estimates import PAIN_THRESHOLD

Numbers = NDArray[np.float64]

EDGE = 1.1
"""Points within which less than pain becomes pain: so are the voice room's sounds of 1 and of 7 points told apart, each
with a spread of 2."""
_ROOT = 1.0 / math.sqrt(2.0 * math.pi)


def fit_odds(log_ratio: float, foretold: Numbers, variance: float) -> tuple[Numbers, Numbers, Numbers]:
    """How well a ratio fits what was foretold to be shown, and what it tells of the errors behind that.

    Args:
        log_ratio: natural logarithm, pain of at least 4 points shown against less.
        foretold: points that were foretold to be shown.
        variance: with which they were, points²; the edge between less and more is part of it.

    Returns:
        As of `core.censored.fit`: the likelihood, of less shown being 1; the innovation to be learned from, points; the
        share by which the variance falls, below 0 where it rises.
    """
    spread = math.sqrt(variance)
    scores = (foretold - PAIN_THRESHOLD) / spread
    more = math.expm1(log_ratio)
    likelihood: Numbers = 1.0 + more * below(scores)
    ratio = (more * _ROOT) * np.exp(-0.5 * scores * scores) / likelihood
    return likelihood, spread * ratio, ratio * (ratio + scores)


def failed_odds(log_ratio: float) -> float:
    """The likelihood where it says nothing of pain: either is as likely."""
    return 0.5 * (1.0 + math.exp(log_ratio))
