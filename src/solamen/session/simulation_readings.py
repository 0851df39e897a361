"""A face as a reader gives it, without a picture: truth with a reader's errors, and pain by the shipped model.

The errors have the shapes that `face.train_sequences` gives its generated readers, at the milder half of their sizes: a
gain for each unit, units that lend to one another, a neutral that is a little wrong, noise that wanders, quality that
wanders, frames that are lost, faces that are turned away or too dark. They are assumed, not fitted to recordings.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import CLOSED_INTENSITY, MAX_INTENSITY, UNITS, ActionUnits, PainIndex
from solamen.core.estimates import PainEstimate
from solamen.face.pain import PainFromFace
from solamen.face.pain_model import PainModel
from solamen.face.pain_window import CHANNELS, RECENT, STEPS
from solamen.face.settings import FaceSettings

Numbers = NDArray[np.float64]

STEP_S = 0.1
_ROW = {unit: row for row, unit in enumerate(UNITS)}
_LENT = {12: {6: 0.15, 10: 0.2}, 9: {10: 0.25, 4: 0.15}, 10: {9: 0.2}, 4: {7: 0.1}, 6: {7: 0.2}, 43: {7: 0.2}}
_NOISE, _NOISE_S = 0.12, 0.25
_WRONG_NEUTRAL = 0.15
_NEUTRAL_SPREAD = 0.5
_QUALITY, _QUALITY_SPREAD, _QUALITY_S = 0.8, 0.1, 5.0
_LOST_PER_MIN, _LOST_S = 1.0, 0.6
_STREAM = 9
_BLOCK = 3000
_CONFIDENCE = dict.fromkeys(UNITS, 0.9)
_GROUPS = ((4,), (6, 7), (9, 10), (43,), (12,))


def known_index(intensity: Mapping[int, float]) -> PainIndex:
    """The pain index where every unit is known; `core.action_units.pain_index` without its bounds, and faster."""
    closed = 1.0 if intensity[43] >= CLOSED_INTENSITY else 0.0
    value = intensity[4] + max(intensity[6], intensity[7]) + max(intensity[9], intensity[10]) + closed
    return PainIndex(value, value, value)


class FaceReading:
    """What a reader would give of a face, frame by frame; errors come from the seed alone."""

    def __init__(self, seed: int) -> None:
        self._rng = np.random.default_rng((seed, _STREAM))
        self._mixing = np.diag(self._rng.lognormal(0.0, 0.12, len(UNITS)))
        for source, lent in _LENT.items():
            for unit, most in lent.items():
                self._mixing[_ROW[source], _ROW[unit]] = most * self._rng.random()
        self._wrong = self._rng.normal(0.0, _WRONG_NEUTRAL, len(UNITS))
        for lid in (43, 45):
            # Lids are read by a rule of their own that lends nothing and has no neutral of weight.
            self._mixing[:, _ROW[lid]] = np.eye(len(UNITS))[_ROW[lid]]
            self._wrong[_ROW[lid]] = 0.0
        self._place = _BLOCK
        self._last = np.zeros(len(UNITS))
        self._quality = 0.0

    def read(
        self, intensity: Mapping[int, float], hidden: str, stamp_s: float, monotonic_ns: int
    ) -> ActionUnits | None:
        """The frame, or None where none came."""
        noise, quality, lost = self._errors()
        if hidden == "silence" or (lost and not hidden):
            return None
        if hidden == "away":
            return ActionUnits(stamp_s, False, quality_reason="no face is seen", monotonic_ns=monotonic_ns)
        if hidden == "dark":
            dark = dict.fromkeys(UNITS, math.nan)
            return ActionUnits(stamp_s, True, dark, {}, quality_reason="it is too dark", monotonic_ns=monotonic_ns)
        shown = np.fromiter((intensity[unit] for unit in UNITS), np.float64, len(UNITS))
        read = np.clip(shown @ self._mixing + self._wrong + noise, 0.0, MAX_INTENSITY).tolist()
        units = dict(zip(UNITS, read, strict=True))
        return ActionUnits(stamp_s, True, units, _CONFIDENCE, known_index(units), quality, monotonic_ns=monotonic_ns)

    def _errors(self) -> tuple[Numbers, float, bool]:
        """Noise of the units, the quality, and whether the frame is lost; drawn in blocks, as that is faster."""
        if self._place >= _BLOCK:
            self._draw()
        at, self._place = self._place, self._place + 1
        return self._noise[at], float(self._qualities[at]), bool(self._lost[at])

    def _draw(self) -> None:
        steps, rng = _BLOCK, self._rng
        keep = math.exp(-STEP_S / _NOISE_S)
        self._noise = _wander(rng.normal(0.0, _NOISE, (steps, len(UNITS))), keep, self._last)
        self._last = self._noise[-1].copy()
        keep = math.exp(-STEP_S / _QUALITY_S)
        drift = _wander(rng.normal(0.0, _QUALITY_SPREAD, (steps, 1)), keep, np.array([self._quality]))[:, 0]
        self._quality = float(drift[-1])
        self._qualities = np.clip(_QUALITY + drift, 0.05, 1.0)
        starts = rng.random(steps) < _LOST_PER_MIN * STEP_S / 60.0
        self._lost = np.convolve(starts, np.ones(round(_LOST_S / STEP_S)))[:steps] > 0.0
        self._place = 0


class PainReading:
    """Pain by the shipped model of the face room, told every few frames from all that were seen."""

    def __init__(self, settings: FaceSettings, every: int) -> None:
        """Takes the settings of the face room, and every how many frames pain is told."""
        self._every, self._frames = every, 0
        self._terms = _SteppedTerms()
        self._pain = PainFromFace(settings, self._terms)
        self._told = False

    def read(self, units: ActionUnits | None) -> PainEstimate | None:
        """Takes a frame, or None where it was lost; gives an estimate where one is due."""
        seen = units is not None and units.face_present
        self._terms.watch(units.intensity if units is not None and seen else {})
        self._frames += 1
        if units is None or self._frames % self._every:
            return None
        if not seen:
            self._told = False
            return self._pain.abstain(units, units.quality_reason)
        dt_s = STEP_S * self._every if self._told else 0.0
        self._told = True
        return self._pain.update(units, _NEUTRAL_SPREAD, dt_s)


class _SteppedTerms:
    """The learned terms over frames that come in exact steps of 0.1 s, so that nothing is to be interpolated."""

    _shared: PainModel | None = None

    def __init__(self) -> None:
        if _SteppedTerms._shared is None:
            _SteppedTerms._shared = PainModel()
        self._model = _SteppedTerms._shared
        self._frames = np.full((STEPS, len(UNITS)), np.nan)

    @property
    def identity(self) -> tuple[str, str, str]:
        """Name, version and hash of the weights."""
        return self._model.identity

    def watch(self, intensity: Mapping[int, float]) -> None:
        """Takes the next frame; empty where none was seen."""
        self._frames[:-1] = self._frames[1:]
        self._frames[-1] = [intensity.get(unit, math.nan) for unit in UNITS]

    def update(self, intensity: Mapping[int, float], dt_s: float) -> tuple[Numbers, float]:
        """See `face.pain_terms.PainTerms`; the frame is in already."""
        known = np.isfinite(self._frames)
        filled = np.where(known, self._frames, 0.0)
        features = np.empty((1, STEPS, CHANNELS))
        features[0, :, : len(UNITS)] = filled / MAX_INTENSITY
        least = np.where(known, self._frames, -1.0)
        groups = np.stack([least[:, [_ROW[unit] for unit in group]].max(axis=1) for group in _GROUPS], axis=1)
        features[0, :, len(UNITS) : -1] = groups >= 0.0
        features[0, :, -1] = known.any(axis=1)
        terms = np.where(groups[-RECENT:, :4] >= 0.0, groups[-RECENT:, :4], np.nan)
        closed = terms[:, 3]
        terms[:, 3] = np.where(np.isfinite(closed), closed >= CLOSED_INTENSITY, np.nan)
        explained, spread = self._model.explain(features, terms[None])
        return explained[0], float(spread[0])

    def reset(self) -> None:
        """Keeps the frames: what was not seen stands among them as unknown."""


def _wander(steps: Numbers, keep: float, start: Numbers) -> Numbers:
    """A first-order process with the spread of its steps; begins at `start`."""
    out = np.empty_like(steps)
    value, share = start, math.sqrt(1.0 - keep * keep)
    for i, step in enumerate(steps):
        value = keep * value + share * step
        out[i] = value
    return out
