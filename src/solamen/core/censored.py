"""How well a reading fits what was foretold of it; one that is held at an end of the scale says only where it lies."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from solamen.core.estimates import PAIN_MAX

Numbers = NDArray[np.float64]

_AT_END, _NEAR_END = 0.02, 0.2
"""Points from an end of the scale within which a reading is held there, and up to which it may in part be: else what
wavers about an end would tell next to nothing and very much by turns."""
_ROOT = 1.0 / math.sqrt(2.0 * math.pi)
_LOG_ROOT = math.log(_ROOT)
_SCORES: Numbers = np.linspace(-30.0, 10.0, 1601)
_LEAST, _MOST = float(_SCORES[0]), float(_SCORES[-1])
_LOG_BELOW: Numbers = np.log([0.5 * math.erfc(-score / math.sqrt(2.0)) for score in _SCORES])
"""Logarithm of the standard normal distribution at these scores."""


def below(scores: Numbers) -> Numbers:
    """The standard normal distribution, from a table."""
    told: Numbers = np.exp(_log_below(scores))
    return told


def _log_below(scores: Numbers) -> Numbers:
    """Its logarithm; far out it is that of the table's end."""
    return np.interp(scores, _SCORES, _LOG_BELOW)


def fit(
    read: float, innovation: Numbers, variance: float | Numbers, share: float = 1.0
) -> tuple[Numbers, Numbers, Numbers | None]:
    """Likelihood of a reading, and what it tells of the errors behind it.

    A reader that gives 0 to 10 gives 0 to all that lies below. Then the likelihood is the probability of that, and
    innovation and variance are those of a normal distribution cut off there (as in expectation propagation; Minka
    2001).

    Args:
        read: 0–10 points.
        innovation: what was read beyond what was foretold, points.
        variance: with which it was foretold, points²; one, or as many as there are innovations.
        share: 0–1, by which the reading counts.

    Returns:
        The likelihood; the innovation to be learned from; the share by which the variance falls, None where it is 1.
    """
    held = min(max((_NEAR_END - min(read, PAIN_MAX - read)) / (_NEAR_END - _AT_END), 0.0), 1.0)
    size = math.log(variance) if isinstance(variance, float) else np.log(variance)
    plain = (_LOG_ROOT - 0.5 * size) - (0.5 / variance) * innovation * innovation
    if not held:
        return np.exp(plain if share == 1.0 else share * plain), innovation, None
    side = 1.0 if read < 0.5 * PAIN_MAX else -1.0
    spread = np.sqrt(variance)
    scores = np.minimum(np.maximum((side / spread) * innovation, _LEAST), _MOST)
    beyond = _log_below(scores)
    ratio = _ROOT * np.exp(-0.5 * scores * scores - beyond)
    likelihood = np.exp(share * (held * beyond + (1.0 - held) * plain))
    learned = held * (-side * spread) * ratio + (1.0 - held) * innovation
    return likelihood, learned, 1.0 - held + held * np.minimum(np.maximum(ratio * (ratio + scores), 0.0), 1.0)
