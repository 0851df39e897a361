"""Figures of what was said beside the truth, and how sure they are: persons are drawn anew, never seconds."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from solamen.fusion.watching import Watched
from solamen.learning.bootstrap import interval_over_persons


def covered(watched: Watched, *, abstained: bool = False) -> float:
    """Share of seconds at which the interval holds the truth; seconds of silence count as held only where asked."""
    silent = np.isnan(watched.mean)
    inside = (watched.lower <= watched.truth) & (watched.truth <= watched.upper)
    return float((inside | silent).mean() if abstained else inside[~silent].mean())


def coverage(watched: Watched) -> float:
    """Share of answered seconds at which the 90 % interval holds the truth."""
    return covered(watched)


def mae(watched: Watched) -> float:
    """Mean absolute error in points, over answered seconds."""
    return float(np.nanmean(np.abs(watched.mean - watched.truth)))


def interval(watched: Watched, figure: Callable[[Watched], float]) -> list[float]:
    """95 % interval of a figure over persons."""
    return _over_persons(len(watched.mean), lambda rows: figure(watched.of(rows)))


def ratio(one: Watched, other: Watched) -> dict[str, object]:
    """Error of one over that of another, of the same persons at the seconds at which both answer; with its interval."""
    there = np.isfinite(one.mean) & np.isfinite(other.mean)
    a, b = (np.where(there, np.abs(each.mean - each.truth), 0.0).sum(axis=1) for each in (one, other))
    return {"ratio": float(a.sum() / b.sum()), "interval": _over_persons(len(a), lambda at: a[at].sum() / b[at].sum())}


def _over_persons(count: int, figure: Callable[[np.ndarray], float]) -> list[float]:
    return list(interval_over_persons(lambda rows: float(figure(rows)), [str(number) for number in range(count)]))
