"""The last seconds of action units, as the pain model sees them: evenly spaced, whatever the frame rate was."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import CLOSED_INTENSITY, MAX_INTENSITY, UNITS

Numbers = NDArray[np.float64]

STEP_S = 0.1
STEPS = 25
"""Steps in a window; the last is the newest frame, the first lies 2.4 s before it."""
RECENT = 8
"""Steps, up to the newest, over which the terms of the pain index are averaged."""

TERMS: tuple[str, ...] = ("brow lowering", "orbit tightening", "levator contraction", "eye closure")
"""The terms of the pain index (Prkachin & Solomon 2008)."""
TERM_MAX: Numbers = np.array([MAX_INTENSITY, MAX_INTENSITY, MAX_INTENSITY, 1.0])

_SEEN_BY = ((4,), (6, 7), (9, 10), (43,), (12,))
CHANNELS = len(UNITS) + len(_SEEN_BY) + 1
"""Of a step: each unit in share of its most, whether each group of units is seen, and whether there was a face."""

_ROW = {unit: row for row, unit in enumerate(UNITS)}
_OFFSETS = STEP_S * np.arange(1 - STEPS, 1)
# Two frames further apart than this do not vouch for the time between them.
_LONGEST_S = 0.5


def windows(times_s: Numbers, intensity: Numbers, ends_s: Sequence[float] | Numbers) -> tuple[Numbers, Numbers]:
    """Windows that end at some times.

    Args:
        times_s: (n,) rising, of the frames; at least one.
        intensity: (n, 16) of the units in the order of `UNITS`, 0–5; NaN where not known.
        ends_s: (m,) times of frames.

    Returns:
        features (m, STEPS, CHANNELS), 0–1, 0 where not known; and the terms (m, RECENT, 4), NaN where not known.
    """
    at = np.asarray(ends_s, np.float64)[:, None] + _OFFSETS
    before, after = _neighbours(times_s, at)
    inside = (at >= times_s[0] - 1e-9) & _near_a_frame(times_s, at, before, after)
    units = _interpolated(times_s, intensity, at, before, after)
    units[~inside] = np.nan
    known = np.isfinite(units)
    features = np.empty((*at.shape, CHANNELS))
    features[..., : len(UNITS)] = np.where(known, units / MAX_INTENSITY, 0.0)
    for place, group in enumerate(_SEEN_BY, len(UNITS)):
        features[..., place] = known[..., _ROW[group[0]]] | known[..., _ROW[group[-1]]]
    features[..., -1] = inside
    return features, _terms(units[:, -RECENT:])


def completed(terms: Numbers) -> tuple[Numbers, NDArray[np.bool_]]:
    """Recent terms without gaps, and which term is missing now.

    A term that is missing now is taken at what the seen ones let expect, as in pain the terms rise together in share of
    their most; where it was missing before, its newest known value stands.

    Args:
        terms: (m, RECENT, 4), NaN where not known.

    Returns:
        (m, RECENT, 4) finite, and (m, 4).
    """
    now = terms[:, -1]
    missing = ~np.isfinite(now)
    known = np.isfinite(terms[..., :3])
    share = np.where(known, terms[..., :3], 0.0).sum(-1) / np.maximum(known.sum(-1), 1) / MAX_INTENSITY
    expected = share[..., None] * TERM_MAX
    stood_in = np.where(missing[:, None], expected, np.where(np.isfinite(terms), terms, now[:, None]))
    return np.nan_to_num(stood_in), missing


def _terms(units: Numbers) -> Numbers:
    """The terms of the pain index of units (..., 16); of two units the one that is known, or the greater."""
    terms = np.empty((*units.shape[:-1], 4))
    for place, group in enumerate(_SEEN_BY[:4]):
        terms[..., place] = np.fmax(units[..., _ROW[group[0]]], units[..., _ROW[group[-1]]])
    closed = terms[..., 3]
    terms[..., 3] = np.where(np.isfinite(closed), closed >= CLOSED_INTENSITY, np.nan)
    return terms


def _interpolated(
    times_s: Numbers, values: Numbers, at: Numbers, before: NDArray[np.int64], after: NDArray[np.int64]
) -> Numbers:
    """Linear between the known values of each column, NaN where the nearest frame knows none."""
    known = np.isfinite(values)
    length = np.maximum(times_s[after] - times_s[before], 1e-9)
    share = np.minimum(np.maximum((at - times_s[before]) / length, 0.0), 1.0)[..., None]
    filled = np.where(known, values, 0.0)
    between: Numbers = filled[before] + share * (filled[after] - filled[before])
    for column in np.flatnonzero(~known.all(axis=0)):
        between[..., column] = _around_gaps(times_s, values[:, column], known[:, column], at)
    return between


def _around_gaps(times_s: Numbers, values: Numbers, known: NDArray[np.bool_], at: Numbers) -> Numbers:
    """One column that is not always known."""
    if not known.any():
        return np.full(at.shape, np.nan)
    between = np.interp(at, times_s[known], values[known])
    return np.where(np.interp(at, times_s, known.astype(np.float64)) >= 0.5, between, np.nan)


def _neighbours(times_s: Numbers, at: Numbers) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Places of the frames before and after a time; the same one where there is none on the other side."""
    after = np.minimum(np.searchsorted(times_s, at - 1e-9), len(times_s) - 1)
    return np.maximum(after - 1, 0), after


def _near_a_frame(
    times_s: Numbers, at: Numbers, before: NDArray[np.int64], after: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """Whether the frames around a time are close enough to each other to speak for it."""
    close = times_s[after] - times_s[before] <= _LONGEST_S
    return np.asarray(close | (np.abs(times_s[after] - at) < 1e-6))
