"""Pain from a face over a short time: the terms of the pain index, guarded against decoys and smoothed causally."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
from collections.abc import Mapping

import numpy as np

from solamen.core.action_units import CLOSED_INTENSITY, MAX_INTENSITY, ActionUnits
from solamen.core.estimates import PAIN_MAX, PAIN_THRESHOLD, Evidence, PainEstimate
from solamen.face.settings import FaceSettings

MODEL_NAME = "face-rules"
MODEL_VERSION = "1"

_TERMS: tuple[str, ...] = ("brow lowering", "orbit tightening", "levator contraction", "eye closure")
_TERM_MAX = (MAX_INTENSITY, MAX_INTENSITY, MAX_INTENSITY, 1.0)

# Share of orbit tightening and levator contraction that a full grin explains when the brow stays calm.
_GRIN_SHARE = 0.8
# Intensity of AU4 from which a grin no longer excuses the rest.
_BROW_OVERRULES = 2.0
# A face alone never says "no pain": people hide it. Floor and ceiling of the log-likelihood ratio.
_LEAST_LLR, _MOST_LLR = -1.2, 4.0
# Points of error that remain with a known neutral and a good picture, and that a useless picture would add.
_BASE_SPREAD, _QUALITY_SPREAD = 1.0, 2.0
# The scale levels off at its top, but errors in the index still count as if this many points were left.
_LEAST_SLOPE = 3.0


class PainFromFace:
    """Turns action units, frame by frame, into a PainEstimate.

    Args:
        settings: smoothing, prior and scale.
    """

    def __init__(self, settings: FaceSettings) -> None:
        self._settings = settings
        self._model = (MODEL_NAME, MODEL_VERSION, settings_hash(settings))
        self.reset()

    def reset(self) -> None:
        """Forgets what was seen before."""
        self._smooth: np.ndarray | None = None
        self._seen_s = 0.0

    def abstain(self, units: ActionUnits, reason: str) -> PainEstimate:
        """No estimate, and why."""
        return PainEstimate(
            units.stamp_s,
            "face",
            prior=self._settings.prior,
            probability=self._settings.prior,
            quality=units.quality,
            reason=reason,
            model=self._model,
            monotonic_ns=units.monotonic_ns,
        )

    def update(self, units: ActionUnits, neutral_spread: float, dt_s: float) -> PainEstimate:
        """The estimate after one more frame.

        Args:
            units: of the frame.
            neutral_spread: intensity points of standard deviation that the uncertain neutral leaves in the index.
            dt_s: seconds since the frame before; 0 starts anew.
        """
        seen = np.array(pain_terms(units.intensity))
        missing = ~np.isfinite(seen)
        if missing[:3].all():
            self.reset()
            return self.abstain(units, units.quality_reason or "the units of pain cannot be seen")
        smooth = self._filter(_completed(seen), dt_s)
        self._seen_s += max(dt_s, 0.0)
        if self._seen_s < self._settings.settle_s - 1e-6:
            # What looks like a face for a frame or two is often none.
            return self.abstain(units, "the face was only just found")
        index = float(smooth.sum())
        intensity = intensity_of(index, self._settings.index_scale)
        points = smooth * (intensity / index) if index > 0.0 else np.zeros_like(smooth)
        stddev = self._stddev(units.quality, intensity, neutral_spread, missing)
        ratio = log_likelihood_ratio(intensity, stddev)
        reason = "not seen: " + ", ".join(t for t, m in zip(_TERMS, missing, strict=True) if m) if missing.any() else ""
        return dataclasses.replace(
            self.abstain(units, reason),
            intensity=intensity,
            stddev=stddev,
            probability=_probability(self._settings.prior, ratio),
            log_likelihood_ratio=ratio,
            partial=bool(missing.any()),
            abstained=False,
            evidence=tuple(
                Evidence(term, float(value), "FACS 0-5" if limit > 1.0 else "closed 0-1", float(share))
                for term, value, limit, share in zip(_TERMS, seen, _TERM_MAX, points, strict=True)
            ),
        )

    def _filter(self, terms: np.ndarray, dt_s: float) -> np.ndarray:
        """A causal first-order low pass."""
        if self._smooth is None or not dt_s > 0.0:
            self._smooth = terms
        elif self._settings.smoothing_s > 0.0:
            self._smooth = self._smooth + (1.0 - math.exp(-dt_s / self._settings.smoothing_s)) * (terms - self._smooth)
        else:
            self._smooth = terms
        return self._smooth

    def _stddev(self, quality: float, intensity: float, neutral_spread: float, missing: np.ndarray) -> float:
        """Points: what remains at best, and what the neutral, the picture and the unseen terms add."""
        unseen = np.where(missing, np.array(_TERM_MAX) / math.sqrt(12.0), 0.0)
        in_index = math.hypot(neutral_spread, *unseen.tolist())
        slope = max(PAIN_MAX - intensity, _LEAST_SLOPE) / self._settings.index_scale
        return math.hypot(_BASE_SPREAD, slope * in_index, _QUALITY_SPREAD * (1.0 - quality))


def intensity_of(index: float, scale: float) -> float:
    """Points 0–10 for a pain index: steep at first and levelling off, as a bounded scale must.

    Faces show moderate pain with an index of 2 to 3 and hardly ever reach 16 (Prkachin & Solomon 2008).
    """
    return PAIN_MAX * (1.0 - math.exp(-max(index, 0.0) / scale))


def pain_terms(intensity: Mapping[int, float]) -> tuple[float, float, float, float]:
    """The terms of the pain index (Prkachin & Solomon 2008) without the part that a grin explains; NaN if unknown."""
    brow = intensity.get(4, math.nan)
    orbit = _greatest(intensity, 6, 7)
    levator = _greatest(intensity, 9, 10)
    grin = intensity.get(12, math.nan)
    if math.isfinite(grin):
        calm_brow = 1.0 - min(1.0, brow / _BROW_OVERRULES) if math.isfinite(brow) else 1.0
        kept = 1.0 - _GRIN_SHARE * calm_brow * min(1.0, grin / MAX_INTENSITY)
        orbit, levator = orbit * kept, levator * kept
    closed = intensity.get(43, math.nan)
    closure = float(closed >= CLOSED_INTENSITY) if math.isfinite(closed) else math.nan
    return brow, orbit, levator, closure


def _greatest(intensity: Mapping[int, float], *units: int) -> float:
    """The greatest of some units, of those that are known."""
    return max((v for v in (intensity.get(u, math.nan) for u in units) if math.isfinite(v)), default=math.nan)


def _completed(terms: np.ndarray) -> np.ndarray:
    """Unseen terms at what the seen ones let expect: in pain the terms rise together, in share of their maximum."""
    share = float(np.nanmean(terms[:3])) / MAX_INTENSITY
    return np.where(np.isfinite(terms), terms, share * np.array(_TERM_MAX))


def log_likelihood_ratio(intensity: float, stddev: float) -> float:
    """Pain of at least 4 against less, from an estimate and its spread (logistic, bounded)."""
    ratio = math.pi / math.sqrt(3.0) * (intensity - PAIN_THRESHOLD) / max(stddev, 1e-3)
    return min(_MOST_LLR, max(_LEAST_LLR, ratio))


def _probability(prior: float, ratio: float) -> float:
    return 1.0 / (1.0 + math.exp(-(math.log(prior / (1.0 - prior)) + ratio)))


def settings_hash(settings: FaceSettings) -> str:
    """sha256 of the settings, which are this model's weights."""
    return hashlib.sha256(json.dumps(dataclasses.asdict(settings), sort_keys=True).encode()).hexdigest()
