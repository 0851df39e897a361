"""How well a score tells yes from no, and how honest probabilities and intervals are."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import rankdata


def auc(truth: ArrayLike, score: ArrayLike) -> float:
    """Area under the ROC curve: the chance that a yes scores above a no, ties counting half (Hanley & McNeil 1982).

    Args:
        truth: (n,) of booleans.
        score: (n,), higher for yes; finite.
    """
    yes, s = _decisions(truth, score)
    count, others = int(yes.sum()), int((~yes).sum())
    if not count or not others:
        return math.nan
    return (float(rankdata(s)[yes].sum()) - count * (count + 1) / 2.0) / (count * others)


def share(wanted: ArrayLike, said: ArrayLike) -> float:
    """Share of the wanted cases of which yes was said: sensitivity, or with `~truth, ~said` specificity."""
    w, s = np.asarray(wanted, bool), np.asarray(said, bool)
    return float(s[w].mean()) if w.any() else math.nan


def brier(truth: ArrayLike, probability: ArrayLike) -> float:
    """Mean squared error of probabilities, 0–1 (Brier 1950)."""
    yes, p = _decisions(truth, probability)
    return float(((p - yes) ** 2).mean()) if len(p) else math.nan


def brier_skill(truth: ArrayLike, probability: ArrayLike) -> float:
    """1 - Brier score over that of always saying the base rate: 1 is perfect, 0 is no better (Murphy 1973)."""
    yes, p = _decisions(truth, probability)
    base = float(yes.mean() * (1.0 - yes.mean())) if len(p) else 0.0
    return 1.0 - brier(yes, p) / base if base > 0.0 else math.nan


def ece(truth: ArrayLike, probability: ArrayLike, bins: int = 10) -> float:
    """Expected calibration error with bins of equal mass (Nixon et al. 2019; Naeini et al. 2015 with equal width).

    The mean, weighted by size, of the distance between mean probability and share of yes in each bin. Equal
    probabilities never fall into two bins, so that the order of the samples does not matter.
    """
    yes, p = _decisions(truth, probability)
    if not len(p):
        return math.nan
    order = np.argsort(p, kind="stable")
    edges = np.unique(np.searchsorted(p[order], p[order][np.arange(bins) * len(p) // bins]))
    gaps = [abs(float((p[part] - yes[part]).sum())) for part in np.split(order, edges[1:])]
    return math.fsum(gaps) / len(p)


def coverage(truth: ArrayLike, low: ArrayLike, high: ArrayLike) -> float:
    """Share of true values within their intervals, bounds included."""
    t, lo, hi = (np.asarray(x, np.float64) for x in (truth, low, high))
    return float(((lo <= t) & (t <= hi)).mean()) if len(t) else math.nan


def conformal_factor(truth: ArrayLike, estimate: ArrayLike, stddev: ArrayLike, level: float = 0.9) -> float:
    """By what to multiply a spread so that ± factor × spread covers `level` of new cases (Lei et al. 2018).

    Split conformal prediction with the error in units of the spread as its score; needs cases not seen in training.

    Raises:
        ValueError: the level is out of range, or there are too few cases for it.
    """
    scores = np.sort(np.abs(np.subtract(truth, estimate)) / np.asarray(stddev, np.float64))
    rank = math.ceil((len(scores) + 1) * level)
    if not 0.0 < level < 1.0 or rank > len(scores):
        raise ValueError(f"{len(scores)} cases are too few for a level of {level}")
    return float(scores[rank - 1])


def _decisions(truth: ArrayLike, score: ArrayLike) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Truth and score as vectors of the same length.

    Raises:
        ValueError: they differ in length, or a score is not finite.
    """
    yes, s = np.asarray(truth, bool).ravel(), np.asarray(score, np.float64).ravel()
    if yes.shape != s.shape:
        raise ValueError(f"{len(yes)} cases and {len(s)} scores")
    if not np.isfinite(s).all():
        raise ValueError("a score is not finite")
    return yes, s
