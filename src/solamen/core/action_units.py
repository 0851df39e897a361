"""Facial action units (Ekman & Friesen 1978) and the pain index built on them (Prkachin & Solomon 2008)."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

UNITS: tuple[int, ...] = (1, 2, 4, 5, 6, 7, 9, 10, 12, 15, 17, 20, 25, 26, 43, 45)
"""FACS numbers that Solamen knows, in rising order."""

PAIN_UNITS: tuple[int, ...] = (4, 6, 7, 9, 10, 43)
"""The units that the pain index rests on."""

MAX_INTENSITY = 5.0
"""FACS intensity E, the strongest."""

CLOSED_INTENSITY = 2.5
"""From this intensity on AU43 counts as closed (1) in the index, below as open (0)."""


@dataclass(frozen=True)
class PainIndex:
    """PSPI with what could not be seen kept apart.

    Attributes:
        value: 0 to 16; NaN unless every term is known.
        lower: 0 to 16, with unknown terms at their least.
        upper: 0 to 16, with unknown terms at their most.
    """

    value: float
    lower: float
    upper: float


def pain_index(intensity: Mapping[int, float]) -> PainIndex:
    """PSPI: AU4 + max(AU6, AU7) + max(AU9, AU10) + AU43 (Prkachin & Solomon 2008).

    Args:
        intensity: FACS number to intensity 0–5; a missing or NaN unit is unknown. AU43 counts as 0 or 1.
    """
    terms = (
        _greatest(intensity, (4,)),
        _greatest(intensity, (6, 7)),
        _greatest(intensity, (9, 10)),
        _closed(intensity.get(43, math.nan)),
    )
    lower = math.fsum(low for low, _ in terms)
    upper = math.fsum(high for _, high in terms)
    # A term is known where its bounds meet, as when one of a pair is at its most and the other unseen.
    known = all(low == high for low, high in terms)
    return PainIndex(lower if known else math.nan, lower, upper)


def _greatest(intensity: Mapping[int, float], units: tuple[int, ...]) -> tuple[float, float]:
    """Bounds of the greatest of some units."""
    values = [intensity.get(unit, math.nan) for unit in units]
    known = [min(max(value, 0.0), MAX_INTENSITY) for value in values if math.isfinite(value)]
    lower = max(known, default=0.0)
    return lower, (lower if len(known) == len(units) else MAX_INTENSITY)


def _closed(intensity: float) -> tuple[float, float]:
    """Bounds of the term of AU43."""
    if not math.isfinite(intensity):
        return 0.0, 1.0
    closed = 1.0 if intensity >= CLOSED_INTENSITY else 0.0
    return closed, closed


@dataclass(frozen=True)
class ActionUnits:
    """The action units of one face in one frame.

    Attributes:
        stamp_s: capture time of the frame, seconds.
        face_present: a face was found; all else is unknown where it is False.
        intensity: FACS number to intensity 0–5; NaN where not observable.
        confidence: FACS number to 0–1.
        index: PSPI and its bounds.
        quality: 0 (useless) to 1.
        quality_reason: why quality is low, in words.
        monotonic_ns: monotonic time at which the frame was in memory; 0 where not known.
    """

    stamp_s: float
    face_present: bool
    intensity: Mapping[int, float] = field(default_factory=dict)
    confidence: Mapping[int, float] = field(default_factory=dict)
    index: PainIndex = PainIndex(math.nan, 0.0, 16.0)
    quality: float = 0.0
    quality_reason: str = ""
    monotonic_ns: int = 0

    def get(self, unit: int) -> float:
        """Intensity 0–5 of a unit, NaN where it is not known."""
        return self.intensity.get(unit, math.nan)

    def observable(self, unit: int) -> bool:
        """Whether the unit could be seen."""
        return math.isfinite(self.get(unit))
