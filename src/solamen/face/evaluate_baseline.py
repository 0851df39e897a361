"""The reference that a face model must beat: the pain index straight from blendshapes, without geometry or time."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from solamen.core.action_units import MAX_INTENSITY, PAIN_UNITS, pain_index

_SHAPES: Mapping[int, tuple[str, ...]] = {
    4: ("browDownLeft", "browDownRight"),
    6: ("cheekSquintLeft", "cheekSquintRight"),
    7: ("eyeSquintLeft", "eyeSquintRight"),
    9: ("noseSneerLeft", "noseSneerRight"),
    10: ("mouthUpperUpLeft", "mouthUpperUpRight"),
    43: ("eyeBlinkLeft", "eyeBlinkRight"),
}
"""The shape of ARKit that is named like the unit."""


def baseline_units(blendshapes: Mapping[str, float] | None) -> dict[int, float]:
    """Intensities 0–5 of the units of pain, straight from the shapes of their names; NaN without a face."""
    if blendshapes is None:
        return dict.fromkeys(PAIN_UNITS, math.nan)
    means = {u: float(np.mean([blendshapes.get(n, math.nan) for n in names])) for u, names in _SHAPES.items()}
    return {
        unit: MAX_INTENSITY * min(max(mean, 0.0), 1.0) if math.isfinite(mean) else math.nan
        for unit, mean in means.items()
    }


def baseline_index(blendshapes: Mapping[str, float] | None) -> float:
    """The pain index (Prkachin & Solomon 2008) of these units; NaN without a face."""
    return pain_index(baseline_units(blendshapes)).value
