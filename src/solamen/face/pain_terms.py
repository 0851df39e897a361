"""The terms of the pain index as far as pain makes them: told by the trained model, or by a rule to compare it with."""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import CLOSED_INTENSITY, MAX_INTENSITY, UNITS
from solamen.face.pain_model import PainModel
from solamen.face.pain_window import STEP_S, STEPS, completed, windows
from solamen.face.settings import FaceSettings

Numbers = NDArray[np.float64]

# Share of orbit tightening and levator contraction that a full grin explains when the brow stays calm.
_GRIN_SHARE = 0.8
# Intensity of AU4 from which a grin no longer excuses the rest.
_BROW_OVERRULES = 2.0
# Points of error that the rule leaves with a known neutral and a good picture.
_RULE_SPREAD = 1.0
_KEPT_S = STEPS * STEP_S + 0.6
# The model's steps are of 0.1 s; asked again earlier than this share of one, it could only say the same.
_ANEW_S = 0.75 * STEP_S


class PainTerms(Protocol):
    """Tells how much of each term of the pain index pain makes, frame by frame."""

    @property
    def identity(self) -> tuple[str, str, str]:
        """Name, version and hash of what tells it."""
        ...

    def update(self, intensity: Mapping[int, float], dt_s: float) -> tuple[Numbers, float]:
        """The four terms, and the spread of the intensity in points, after one more frame.

        Args:
            intensity: FACS number to 0–5, NaN or missing where not known; one term beside closure must be known.
            dt_s: seconds since the frame before.
        """
        ...

    def reset(self) -> None:
        """Forgets what was seen before."""
        ...


class _Recent:
    """Intensities of the last frames in one array, so that a window is a part of it and nothing is put together."""

    def __init__(self) -> None:
        self._rows: Numbers = np.empty((128, 1 + len(UNITS)))
        self._first = self._end = 0

    def add(self, time_s: float, intensity: Sequence[float]) -> None:
        """One more frame, later than the ones before."""
        if self._end == len(self._rows):
            kept = self._rows[self._first : self._end]
            self._rows = np.empty((max(len(self._rows), 2 * len(kept)), self._rows.shape[1]))
            self._rows[: len(kept)] = kept
            self._first, self._end = 0, len(kept)
        self._rows[self._end] = (time_s, *intensity)
        self._end += 1

    def since(self, time_s: float) -> tuple[Numbers, Numbers]:
        """Times (n,) and intensities (n, 16) from a time on; what was before is forgotten."""
        self._first += int(np.searchsorted(self._rows[self._first : self._end, 0], time_s))
        kept = self._rows[self._first : self._end]
        return kept[:, 0], kept[:, 1:]


class LearnedTerms:
    """By the trained temporal model over the last 2.5 s. Opens the model at the first frame."""

    def __init__(self) -> None:
        self.reset()

    @property
    def identity(self) -> tuple[str, str, str]:
        """Name, version and hash of the weights."""
        return _model().identity

    def reset(self) -> None:
        """Forgets what was seen before."""
        self._now_s = self._asked_s = 0.0
        self._recent = _Recent()
        self._said: tuple[Numbers, float] | None = None

    def update(self, intensity: Mapping[int, float], dt_s: float) -> tuple[Numbers, float]:
        """See `PainTerms`."""
        self._now_s += dt_s
        self._recent.add(self._now_s, [intensity.get(unit, math.nan) for unit in UNITS])
        if self._said is None or self._now_s - self._asked_s >= _ANEW_S:
            times, seen = self._recent.since(self._now_s - _KEPT_S)
            terms, spread = _model().explain(*windows(times, seen, [self._now_s]))
            self._said, self._asked_s = (terms[0], float(spread[0])), self._now_s
        return self._said


@functools.lru_cache(maxsize=1)
def _model() -> PainModel:
    """The shipped model, opened once."""
    return PainModel()


class RuleTerms:
    """By a fixed rule: what a grin explains is taken out. The reference that the model must beat."""

    def __init__(self, settings: FaceSettings) -> None:
        self.identity = ("face-rules", "1", settings_hash(settings))

    def reset(self) -> None:
        """It remembers nothing."""

    def update(self, intensity: Mapping[int, float], dt_s: float) -> tuple[Numbers, float]:
        """See `PainTerms`."""
        terms, _ = completed(np.array([[without_grin(intensity)]]))
        return terms[0, 0], _RULE_SPREAD


def low_pass(before: Numbers | None, now: Numbers, dt_s: float, time_s: float) -> Numbers:
    """A causal first-order filter; without a past, or a time constant, it lets through what is now."""
    if before is None or not dt_s > 0.0 or not time_s > 0.0:
        return now
    return before + (1.0 - math.exp(-dt_s / time_s)) * (now - before)


def seen_terms(intensity: Mapping[int, float]) -> tuple[float, float, float, float]:
    """The terms of the pain index (Prkachin & Solomon 2008) as they are seen; NaN where unknown."""
    closed = intensity.get(43, math.nan)
    closure = float(closed >= CLOSED_INTENSITY) if math.isfinite(closed) else math.nan
    return intensity.get(4, math.nan), _greatest(intensity, 6, 7), _greatest(intensity, 9, 10), closure


def without_grin(intensity: Mapping[int, float]) -> tuple[float, float, float, float]:
    """The terms without the part that a grin explains; NaN where unknown."""
    brow, orbit, levator, closure = seen_terms(intensity)
    grin = intensity.get(12, math.nan)
    if math.isfinite(grin):
        calm_brow = 1.0 - min(1.0, brow / _BROW_OVERRULES) if math.isfinite(brow) else 1.0
        kept = 1.0 - _GRIN_SHARE * calm_brow * min(1.0, grin / MAX_INTENSITY)
        orbit, levator = orbit * kept, levator * kept
    return brow, orbit, levator, closure


def _greatest(intensity: Mapping[int, float], *units: int) -> float:
    """The greatest of some units, of those that are known."""
    return max((v for v in (intensity.get(u, math.nan) for u in units) if math.isfinite(v)), default=math.nan)


def settings_hash(settings: FaceSettings) -> str:
    """sha256 of the settings, which are the rule's weights."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(settings), sort_keys=True).encode()).hexdigest()
