"""Intervals by drawing persons anew: samples of one person are not independent (Efron & Tibshirani 1993)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

Figure = Callable[[NDArray[np.int64]], float]
"""Gives a figure for places of samples; a place may come several times."""


def interval_over_persons(
    figure: Figure, persons: Sequence[str], seed: int = 0, draws: int = 500, level: float = 0.95
) -> tuple[float, float]:
    """Percentile interval of a figure over persons drawn with replacement; NaN where it is not defined.

    Args:
        figure: of the samples at some places.
        persons: whose each sample is.
        seed: of the draws.
        draws: how many.
        level: share of draws within the interval, 0–1.
    """
    names, whose = np.unique(np.asarray(persons, str), return_inverse=True)
    if len(names) < 2:
        return math.nan, math.nan
    places = [np.flatnonzero(whose == number) for number in range(len(names))]
    rng = np.random.default_rng(seed)
    values = [
        figure(np.concatenate([places[i] for i in rng.integers(len(names), size=len(names))])) for _ in range(draws)
    ]
    known = [value for value in values if math.isfinite(value)]
    if not known:
        return math.nan, math.nan
    low, high = np.quantile(known, [0.5 - 0.5 * level, 0.5 + 0.5 * level])
    return float(low), float(high)
