"""Cues of one frame, against the person's neutral, as intensities of action units.

Blendshapes serve where they work. For AU6, AU9 and AU10 they do not (they stay at 0 on real faces), so these rest on
geometry, from which the part that a grin explains is taken out. The scales are those of a rig: an intensity of 5 is
the change that a full action makes, not a FACS coder's E.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import MAX_INTENSITY
from solamen.face.cues import CUES, INDEX, Cues
from solamen.face.neutral import NeutralFace

# Unit: cue, change of the cue at full intensity, weight.
_EVIDENCE: dict[int, tuple[tuple[str, float, float], ...]] = {
    1: (("brow_inner_up", 0.60, 0.5), ("inner_brow_height", 0.060, 0.5)),
    2: (("brow_outer_up", 0.60, 0.5), ("outer_brow_height", 0.060, 0.5)),
    4: (("brow_gap", -0.026, 0.4), ("brow_down", 0.20, 0.3), ("inner_brow_height", -0.034, 0.3)),
    5: (("lid_gap", 0.040, 0.5), ("eye_wide", 0.30, 0.5)),
    6: (("cheek_distance", -0.090, 0.5), ("lower_lid_height", 0.030, 0.25), ("eye_squint", 0.40, 0.25)),
    7: (("eye_squint", 0.40, 0.5), ("lower_lid_height", 0.025, 0.5)),
    9: (("nose_length", -0.100, 0.8), ("brow_gap", -0.032, 0.2)),
    10: (("upper_lip_distance", -0.045, 0.6), ("nose_length", -0.100, 0.2), ("mouth_upper_up", 0.80, 0.2)),
    12: (("mouth_smile", 0.90, 0.5), ("mouth_width", 0.20, 0.3), ("mouth_corner_distance", -0.110, 0.2)),
    15: (("mouth_frown", 0.30, 0.5), ("mouth_corner_distance", 0.060, 0.5)),
    17: (("mouth_shrug_lower", 0.60, 0.5), ("lower_lip_to_chin", -0.080, 0.5)),
    20: (("mouth_stretch", 0.40, 0.7), ("mouth_width", 0.20, 0.3)),
    25: (("lip_gap", 0.120, 1.0),),
    26: (("chin_distance", 0.250, 0.5), ("jaw_open", 0.60, 0.5)),
}
MEASURED: tuple[int, ...] = tuple(_EVIDENCE)
"""Units read from cues in each frame alone; AU43 and AU45 need time, see `closure`."""

# What AU12 alone does to the measure of another unit, as a share of AU12's intensity.
_GRIN = {4: 0.15, 6: 0.45, 7: 0.30, 9: 0.60, 10: 1.10, 20: 0.30, 26: 0.10}

# Below this many intensity points a measure is noise.
_FLOOR = 0.15
# Spread of true intensities that is assumed when a measure is weighed against an uncertain neutral.
_PRIOR_SPREAD = 1.8


def _weights() -> NDArray[np.float64]:
    """Intensity per cue change, units × cues."""
    weights = np.zeros((len(_EVIDENCE), len(CUES)))
    for row, parts in enumerate(_EVIDENCE.values()):
        for cue, full, weight in parts:
            weights[row, INDEX[cue]] = MAX_INTENSITY * weight / full
    return weights


def _pain_pattern() -> Cues:
    """Mean over the units of pain of what they do to each cue that is of weight for one of them."""
    pattern = np.zeros(len(CUES))
    parts = [part for unit in (4, 6, 7, 9, 10) for part in _EVIDENCE[unit]]
    for cue in CUES:
        full = [change for name, change, weight in parts if name == cue and weight >= 0.25]
        pattern[INDEX[cue]] = 0.5 * float(np.mean(full)) if full else 0.0
    return pattern


_WEIGHTS = _weights()
_SQUARES = _WEIGHTS**2
_USES = _WEIGHTS != 0.0
_GRIN_SHARE = np.array([_GRIN.get(unit, 0.0) for unit in MEASURED])
PAIN_PATTERN: Cues = _pain_pattern()
"""Change of each cue with all units of pain at half their most; 0 where none of them rests on it."""

_ROW = {unit: row for row, unit in enumerate(MEASURED)}


@dataclass(frozen=True)
class UnitMeasures:
    """Intensities of `MEASURED`, in its order.

    Attributes:
        intensity: 0–5; NaN where a cue that it needs is unknown.
        spread: intensity points of standard deviation that the uncertain neutral leaves.
        raw: change against the neutral mean in intensity points, before limits and shrinkage.
    """

    intensity: NDArray[np.float64]
    spread: NDArray[np.float64]
    raw: NDArray[np.float64]

    def of(self, unit: int) -> float:
        """Intensity 0–5 of a unit."""
        return float(self.intensity[_ROW[unit]])

    def as_mapping(self) -> dict[int, float]:
        """FACS number to intensity 0–5."""
        return dict(zip(MEASURED, self.intensity.tolist(), strict=True))

    @property
    def index_spread(self) -> float:
        """Points of the pain index of standard deviation that the uncertain neutral leaves."""
        return float(np.sqrt(sum(self.spread[_ROW[unit]] ** 2 for unit in (4, 7, 9))))


def measure_units(cues: Cues, neutral: NeutralFace) -> UnitMeasures:
    """Intensities of the units that one frame shows."""
    known = np.isfinite(cues)
    raw = _WEIGHTS @ np.where(known, cues - neutral.mean, 0.0)
    spread = np.sqrt(_SQUARES @ neutral.spread**2)
    # With an uncertain neutral part of the change is identity: the expected share that is expression.
    share = _PRIOR_SPREAD**2 / (_PRIOR_SPREAD**2 + (0.5 * spread) ** 2)
    expressed = raw * share
    grin = max(0.0, float(expressed[_ROW[12]]))
    expressed = expressed - _GRIN_SHARE * grin - _FLOOR
    intensity = np.minimum(np.maximum(expressed, 0.0), MAX_INTENSITY)
    if not known.all():
        intensity[(_USES & ~known).any(axis=1)] = np.nan
    return UnitMeasures(intensity, spread * share, raw)
