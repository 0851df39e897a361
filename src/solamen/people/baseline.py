"""A person's own neutral, and when it may be kept; without the store, which other processes must not need."""

from __future__ import annotations

import math
from dataclasses import dataclass

MODALITIES = ("face", "voice", "body", "biosignals")
LEAST_QUALITY = 0.5
"""A calibration below it is not kept."""
WIDEST_CHANGE = 6.0
"""Standard deviations by which most of a new baseline may differ from the one before; beyond it, it is of another."""


@dataclass(frozen=True, kw_only=True)
class Baseline:
    """A person's own neutral in one modality; see the message of that name.

    Attributes:
        modality: face, voice, body or biosignals.
        name: what was measured.
        mean, stddev: one for each name, in the unit that the modality documents.
        quality: 0–1.
        version: from 1; 0 before it is kept.
        stamp_s: when it was learned, seconds since 1970.
    """

    modality: str
    name: tuple[str, ...]
    mean: tuple[float, ...]
    stddev: tuple[float, ...]
    quality: float
    version: int = 0
    stamp_s: float = 0.0

    @property
    def baseline_id(self) -> str:
        """Modality and version."""
        return f"{self.modality}-{self.version}"

    def problem(self, before: Baseline | None = None) -> str:
        """Why it must not be kept, in a sentence; empty where it may."""
        if self.modality not in MODALITIES:
            return f"{self.modality[:20]!r} is no modality; use one of: {', '.join(MODALITIES)}"
        if not self.name or not len(self.name) == len(self.mean) == len(self.stddev):
            return "a baseline needs a mean and a stddev for each name"
        if not all(math.isfinite(value) for value in (*self.mean, *self.stddev)) or min(self.stddev) <= 0.0:
            return "a baseline must be finite, and every stddev above 0"
        if not self.quality >= LEAST_QUALITY:
            return f"its quality is {self.quality:.2f}, but must be {LEAST_QUALITY:g} at least; sit still in good light"
        if before is not None and before.name == self.name and self._differs(before):
            return "it differs so much from the one before that it must be of another person; confirm who it is"
        return ""

    def _differs(self, before: Baseline) -> bool:
        scores = sorted(
            abs(new - old) / math.hypot(spread, other)
            for new, old, spread, other in zip(self.mean, before.mean, self.stddev, before.stddev, strict=True)
        )
        return scores[len(scores) // 2] > WIDEST_CHANGE
