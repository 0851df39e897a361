"""Pain from a face over a short time: what pain makes of the pain index, as points on an observer's scale."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import ActionUnits
from solamen.core.estimates import PAIN_MAX, PAIN_THRESHOLD, Evidence, PainEstimate
from solamen.face.pain_terms import LearnedTerms, PainTerms, low_pass, seen_terms
from solamen.face.pain_window import TERM_MAX, TERMS
from solamen.face.settings import FaceSettings

Numbers = NDArray[np.float64]

_MOST: tuple[float, ...] = tuple(TERM_MAX.tolist())
# A face alone never says "no pain": people hide it. Floor and ceiling of the log-likelihood ratio.
_LEAST_LLR, _MOST_LLR = -1.2, 4.0
# Points of error that a useless picture would add.
_QUALITY_SPREAD = 2.0
# The scale levels off at its top, but errors in the index still count as if this many points were left.
_LEAST_SLOPE = 3.0


class PainFromFace:
    """Turns action units, frame by frame, into a PainEstimate.

    Args:
        settings: smoothing, prior and scale.
        terms: what tells how much of each term pain makes; the trained model where it is None.
    """

    def __init__(self, settings: FaceSettings, terms: PainTerms | None = None) -> None:
        self._settings = settings
        self._terms = terms if terms is not None else LearnedTerms()
        self.reset()

    def reset(self) -> None:
        """Forgets what was seen before."""
        self._terms.reset()
        self._smooth: Numbers | None = None
        self._seen_s = 0.0

    def abstain(self, units: ActionUnits, reason: str) -> PainEstimate:
        """No estimate, and why."""
        return self._told(units, reason, probability=self._settings.prior)

    def _told(self, units: ActionUnits, reason: str, **known: Any) -> PainEstimate:
        return PainEstimate(
            units.stamp_s,
            "face",
            prior=self._settings.prior,
            quality=units.quality,
            reason=reason,
            model=self._terms.identity,
            monotonic_ns=units.monotonic_ns,
            **known,
        )

    def update(self, units: ActionUnits, neutral_spread: float, dt_s: float) -> PainEstimate:
        """The estimate after one more frame.

        Args:
            units: of the frame.
            neutral_spread: intensity points of standard deviation that the uncertain neutral leaves in the index.
            dt_s: seconds since the frame before; 0 starts anew.

        Raises:
            OutsideError: the model's weights are missing or cannot be used.
        """
        seen = seen_terms(units.intensity)
        missing = [not math.isfinite(term) for term in seen]
        if all(missing[:3]):
            self.reset()
            return self.abstain(units, units.quality_reason or "the units of pain cannot be seen")
        if not dt_s > 0.0:
            self.reset()
        terms, spread = self._terms.update(units.intensity, max(dt_s, 0.0))
        self._smooth = low_pass(self._smooth, terms, dt_s, self._settings.smoothing_s)
        self._seen_s += max(dt_s, 0.0)
        if self._seen_s < self._settings.settle_s - 1e-6:
            # What looks like a face for a frame or two is often none.
            return self.abstain(units, "the face was only just found")
        return self._estimate(
            units, seen, self._smooth, math.hypot(spread, self._added(units, neutral_spread, missing))
        )

    def _added(self, units: ActionUnits, neutral_spread: float, missing: Sequence[bool]) -> float:
        """Points of spread that the neutral, the picture and the unseen terms add."""
        assert self._smooth is not None
        unseen = (most / math.sqrt(12.0) for most, gone in zip(_MOST, missing, strict=True) if gone)
        left = PAIN_MAX - intensity_of(float(self._smooth.sum()), self._settings.index_scale)
        slope = max(left, _LEAST_SLOPE) / self._settings.index_scale
        in_index = math.hypot(neutral_spread, *unseen)
        return math.hypot(slope * in_index, _QUALITY_SPREAD * (1.0 - units.quality))

    def _estimate(self, units: ActionUnits, seen: Sequence[float], terms: Numbers, stddev: float) -> PainEstimate:
        """From terms to points, with the part of each."""
        index = float(terms.sum())
        intensity = intensity_of(index, self._settings.index_scale)
        share = intensity / index if index > 0.0 else 0.0
        ratio = log_likelihood_ratio(intensity, stddev)
        unseen = [term for term, value in zip(TERMS, seen, strict=True) if not math.isfinite(value)]
        return self._told(
            units,
            "not seen: " + ", ".join(unseen) if unseen else "",
            intensity=intensity,
            stddev=stddev,
            probability=_probability(self._settings.prior, ratio),
            log_likelihood_ratio=ratio,
            partial=bool(unseen),
            abstained=False,
            evidence=tuple(
                Evidence(term, value, "FACS 0-5" if limit > 1.0 else "closed 0-1", part * share)
                for term, value, limit, part in zip(TERMS, seen, _MOST, terms.tolist(), strict=True)
            ),
        )


def intensity_of(index: float, scale: float) -> float:
    """Points 0–10 for a pain index: steep at first and levelling off, as a bounded scale must.

    Faces show moderate pain with an index of 2 to 3 and hardly ever reach 16 (Prkachin & Solomon 2008).
    """
    return PAIN_MAX * (1.0 - math.exp(-max(index, 0.0) / scale))


def log_likelihood_ratio(intensity: float, stddev: float) -> float:
    """Pain of at least 4 against less, from an estimate and its spread (logistic, bounded)."""
    ratio = math.pi / math.sqrt(3.0) * (intensity - PAIN_THRESHOLD) / max(stddev, 1e-3)
    return min(_MOST_LLR, max(_LEAST_LLR, ratio))


def _probability(prior: float, ratio: float) -> float:
    return 1.0 / (1.0 + math.exp(-(math.log(prior / (1.0 - prior)) + ratio)))
