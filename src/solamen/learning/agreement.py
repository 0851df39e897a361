"""How well numbers agree with the truth: correlation, agreement and error.

Each takes the truth and the estimate, both (n,) and finite, and gives NaN where it is not defined, as with a truth
that never varies.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

Numbers = NDArray[np.float64]


def pcc(truth: ArrayLike, estimate: ArrayLike) -> float:
    """Pearson's correlation, -1 to 1 (Pearson 1895): blind to scale and offset."""
    t, e = _pair(truth, estimate)
    t, e = _centred(t), _centred(e)
    scale = math.sqrt(float(t @ t)) * math.sqrt(float(e @ e))
    return min(1.0, max(-1.0, float(t @ e) / scale)) if scale > 0.0 else math.nan


def icc(truth: ArrayLike, estimate: ArrayLike) -> float:
    """ICC(3,1): two-way mixed, single measures, consistency, with truth and estimate as the raters.

    (MS_subjects - MS_error) / (MS_subjects + MS_error) for two raters (Shrout & Fleiss 1979). Blind to a common
    offset, not to scale.
    """
    return icc_of_raters(np.stack(_pair(truth, estimate), axis=1))


def icc_of_raters(ratings: ArrayLike) -> float:
    """ICC(3,1) of ratings (subjects × raters) (Shrout & Fleiss 1979)."""
    x = np.asarray(ratings, np.float64)
    if x.ndim != 2 or x.shape[0] < 2 or x.shape[1] < 2 or not np.isfinite(x).all():
        return math.nan
    subjects, raters = x.shape
    by_subject, by_rater = x.mean(axis=1, keepdims=True), x.mean(axis=0, keepdims=True)
    between = raters * float(((by_subject - x.mean()) ** 2).sum()) / (subjects - 1)
    error = float(((x - by_subject - by_rater + x.mean()) ** 2).sum()) / ((subjects - 1) * (raters - 1))
    scale = between + (raters - 1) * error
    return (between - error) / scale if scale > _tiny(x) else math.nan


def ccc(truth: ArrayLike, estimate: ArrayLike) -> float:
    """Concordance with the line of identity, -1 to 1 (Lin 1989): falls with scale and with offset."""
    t, e = _pair(truth, estimate)
    if not len(t):
        return math.nan
    scale = float(t.var() + e.var() + (t.mean() - e.mean()) ** 2)
    return 2.0 * float((_centred(t) * _centred(e)).mean()) / scale if scale > _tiny(t) else math.nan


def mse(truth: ArrayLike, estimate: ArrayLike) -> float:
    """Mean squared error, at least 0."""
    t, e = _pair(truth, estimate)
    return float(((t - e) ** 2).mean()) if len(t) else math.nan


def mae(truth: ArrayLike, estimate: ArrayLike) -> float:
    """Mean absolute error, at least 0."""
    t, e = _pair(truth, estimate)
    return float(np.abs(t - e).mean()) if len(t) else math.nan


def _pair(truth: ArrayLike, estimate: ArrayLike) -> tuple[Numbers, Numbers]:
    """Both as vectors of the same length.

    Raises:
        ValueError: they differ in length, or something is not finite.
    """
    t, e = np.asarray(truth, np.float64).ravel(), np.asarray(estimate, np.float64).ravel()
    if t.shape != e.shape:
        raise ValueError(f"{len(t)} values of truth and {len(e)} of estimate")
    if not (np.isfinite(t).all() and np.isfinite(e).all()):
        raise ValueError("a figure of agreement needs finite numbers")
    return t, e


def _centred(values: Numbers) -> Numbers:
    """Without its mean; exactly 0 where nothing varies, which rounding would hide."""
    return values - values.mean() if len(values) and np.ptp(values) > 0.0 else np.zeros_like(values)


def _tiny(values: Numbers) -> float:
    """A variance that is no more than rounding."""
    return 1e-24 * max(1.0, float(np.square(values).max()))
