"""Whether a face may be its owner's neutral one: how far its cues lie along the pattern that pain makes of them.

In pain the brow, the orbit, the nose and the lip change together; between persons each differs by itself. So the whole
pattern tells a pained face from an unusual one far better than any single cue can.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from solamen.face.cues import Cues
from solamen.face.neutral import POPULATION, NeutralFace
from solamen.face.units import PAIN_PATTERN

# People differ in how much pain moves each cue, by this share of the pattern.
_STYLE = 0.6
# Levels up to which a face may be neutral, and from which it is not, against the population's mean …
_USUAL = (0.10, 0.30)
# … and against the person's own neutral as far as it is known: for a known one, and what an unknown one adds.
_OWN_KNOWN, _OWN_UNKNOWN = (0.06, 0.20), (0.24, 0.40)
# A neutral moves towards pain more slowly than towards calm, so that it settles at the calm end of what it sees.
_TOWARD_PAIN = 0.5
_AT = np.flatnonzero(PAIN_PATTERN)
_PATTERN = PAIN_PATTERN[_AT]
_STYLE_VARIANCE = (_STYLE * _PATTERN) ** 2
# Units beside those of pain that also end calm, with the intensity at which they do.
_EXPRESSIVE = {1: 2.5, 2: 2.5, 12: 1.0, 20: 2.0, 25: 2.5, 26: 1.5}


def pain_level(cues: Cues, neutral: NeutralFace) -> float:
    """How pained a face is as a whole against a neutral: 0 not at all, 1 with every unit of pain at half its most.

    The posterior mean of one factor under a normal prior, each cue weighted by how well its neutral is known. NaN where
    a cue of the pattern is not known.
    """
    weight = _PATTERN / (neutral.spread.take(_AT) ** 2 + _STYLE_VARIANCE)
    change = (cues - neutral.mean).take(_AT)
    return float(weight @ change / (weight @ _PATTERN + 1.0))


def calmness(cues: Cues, neutral: NeutralFace, units: Mapping[int, float], uncertainty: float) -> tuple[float, float]:
    """How far a frame may teach the neutral: weights 0–1 of changes towards calm and of changes towards pain.

    Args:
        cues: cue vector of the frame.
        neutral: the person's, as far as it is known.
        units: intensities 0–5 of the frame.
        uncertainty: 0 (the neutral is known) to 1.
    """
    if any(not units[unit] <= limit for unit, limit in _EXPRESSIVE.items()):
        return 0.0, 0.0
    full, none = (k + uncertainty * u for k, u in zip(_OWN_KNOWN, _OWN_UNKNOWN, strict=True))
    calm = _fade(pain_level(cues, neutral), full, none)
    return calm, _TOWARD_PAIN * calm * _fade(pain_level(cues, POPULATION), *_USUAL)


def _fade(value: float, full: float, none: float) -> float:
    """1 up to `full`, 0 from `none` and where the value is not known, linear between."""
    if not math.isfinite(value):
        return 0.0
    return min(1.0, max(0.0, (none - value) / (none - full)))
