"""What the learned model sees of a face: measures with a place in anatomy, the landmark model's blendshapes, its look.

Measures are taken on the face turned to the front, in outer-canthal distances, each side by itself; blendshapes as
their log odds, in which a shape that the net hardly ever shows (`noseSneer`, `cheekSquint`) still moves.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.face.geometry import FrontalFace, frontal
from solamen.face.look_model import LOOKS

Values = NDArray[np.float32]

# Points of the mesh on the picture's left side of a frontal face (the person's right), with their mirror images.
_MIRROR: dict[int, int] = {
    55: 285, 107: 336, 65: 295, 66: 296, 52: 282, 105: 334, 53: 283, 63: 293, 46: 276, 70: 300, 9: 9,
    159: 386, 158: 385, 160: 387, 161: 388, 157: 384, 145: 374, 153: 380, 144: 373, 154: 381, 163: 390,
    133: 362, 33: 263, 468: 473, 50: 280, 101: 330, 118: 347, 117: 346, 205: 425, 36: 266, 187: 411, 123: 352,
    230: 450, 229: 449, 231: 451, 119: 348, 120: 349, 64: 294, 129: 358, 98: 327, 48: 278, 209: 429, 126: 355,
    198: 420, 131: 360, 193: 417, 122: 351, 196: 419, 206: 426, 203: 423, 165: 391, 92: 322, 216: 436, 212: 432,
    37: 267, 39: 269, 40: 270, 185: 409, 82: 312, 81: 311, 84: 314, 181: 405, 91: 321, 87: 317, 178: 402,
    61: 291, 78: 308, 148: 377, 176: 400, 172: 397, 136: 365, 226: 446, 130: 359, 35: 265, 31: 261, 222: 442,
}  # fmt: skip

Group = tuple[int, ...]

# Sided measures: (axis, group) or (axis, group, group) for the way from the first to the second; x is outward.
_SIDED: dict[str, tuple[str, Group] | tuple[str, Group, Group]] = {
    "brow_inner_y": ("y", (55, 107)),
    "brow_inner_x": ("x", (55, 107)),
    "brow_middle_y": ("y", (52, 105)),
    "brow_outer_y": ("y", (63, 70)),
    "brow_tail_y": ("y", (46,)),
    "brow_inner_z": ("z", (55, 107)),
    "brow_to_lid": ("y", (52, 65), (159, 158)),
    "lid_fold": ("y", (222,), (159,)),
    "upper_lid_to_iris": ("y", (159,), (468,)),
    "iris_to_lower_lid": ("y", (468,), (145,)),
    "lid_gap": ("y", (159, 158, 160), (145, 153, 144)),
    "lid_gap_inner": ("y", (157,), (154,)),
    "lid_gap_outer": ("y", (161,), (163,)),
    "lower_lid_y": ("y", (145, 153, 144)),
    "upper_lid_y": ("y", (159, 158, 160)),
    "inner_canthus_y": ("y", (133,)),
    "eye_bag": ("y", (145, 153), (230, 229)),
    "below_eye_y": ("y", (230, 229, 119)),
    "below_eye_z": ("z", (230, 229, 119)),
    "cheek_y": ("y", (50, 101, 118)),
    "cheek_x": ("x", (50, 101, 118)),
    "cheek_z": ("z", (50, 101, 118)),
    "low_cheek_y": ("y", (205, 36)),
    "low_cheek_z": ("z", (205, 36)),
    "outer_cheek_y": ("y", (117, 123)),
    "crow_y": ("y", (226, 35)),
    "wing_y": ("y", (64, 129, 98)),
    "wing_x": ("x", (64, 129)),
    "wing_top_y": ("y", (209, 126, 198)),
    "wing_z": ("z", (64, 129)),
    "bridge_side_y": ("y", (193, 122, 196)),
    "wing_to_lip": ("y", (98, 64), (37, 39, 40)),
    "fold_y": ("y", (206, 203, 165)),
    "fold_x": ("x", (206, 203, 165)),
    "fold_z": ("z", (206, 203)),
    "upper_lip_side_y": ("y", (39, 40, 185)),
    "upper_lip_inner_y": ("y", (82, 81)),
    "upper_lip_thickness": ("y", (37, 39), (82, 81)),
    "corner_y": ("y", (61, 78)),
    "corner_x": ("x", (61, 78)),
    "corner_z": ("z", (61, 78)),
    "corner_to_wing": ("y", (64,), (61,)),
    "corner_to_lip": ("y", (0,), (61,)),
    "beside_mouth_x": ("x", (216, 212)),
    "lower_lip_side_y": ("y", (91, 181)),
    "lower_lip_thickness": ("y", (87, 178), (84, 181)),
    "lip_gap_side": ("y", (81,), (178,)),
    "chin_side_y": ("y", (148, 176)),
    "jaw_y": ("y", (172, 136)),
}
_MIDDLE: dict[str, tuple[str, Group] | tuple[str, Group, Group]] = {
    "glabella_y": ("y", (9, 8)),
    "glabella_z": ("z", (9, 8)),
    "bridge_y": ("y", (6, 197)),
    "bridge_length": ("y", (168,), (195,)),
    "tip_y": ("y", (4, 1)),
    "tip_z": ("z", (4, 1)),
    "nose_base_y": ("y", (2, 97, 326)),
    "philtrum": ("y", (2,), (0,)),
    "upper_lip_y": ("y", (0, 37, 267)),
    "upper_lip_z": ("z", (0,)),
    "upper_lip_height": ("y", (0,), (13,)),
    "lip_gap": ("y", (13,), (14,)),
    "lower_lip_height": ("y", (14,), (17,)),
    "lower_lip_z": ("z", (17,)),
    "lip_to_boss": ("y", (17,), (200,)),
    "boss_z": ("z", (199, 200)),
    "lip_to_chin": ("y", (17,), (152,)),
    "chin_y": ("y", (152,)),
    "chin_z": ("z", (152,)),
}

_SIDED_SHAPES = (
    "browDown", "browOuterUp", "cheekSquint", "eyeBlink", "eyeLookDown", "eyeLookIn", "eyeLookOut", "eyeLookUp",
    "eyeSquint", "eyeWide", "mouthDimple", "mouthFrown", "mouthLowerDown", "mouthPress", "mouthSmile", "mouthStretch",
    "mouthUpperUp", "noseSneer",
)  # fmt: skip
_MIDDLE_SHAPES = (
    "browInnerUp", "cheekPuff", "jawForward", "jawOpen", "mouthClose", "mouthFunnel", "mouthPucker", "mouthRollLower",
    "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper",
)  # fmt: skip
_LEAST_SHARE, _MOST_SHARE = 1e-9, 0.9999

GEOMETRY: tuple[str, ...] = (*(f"{n}_{s}" for s in ("right", "left") for n in _SIDED), *_MIDDLE)
SHAPES: tuple[str, ...] = (*(f"{n}{s}" for s in ("Right", "Left") for n in _SIDED_SHAPES), *_MIDDLE_SHAPES)
LOOK: tuple[str, ...] = tuple(f"look_{number}" for number in range(LOOKS))
FEATURES: tuple[str, ...] = (*GEOMETRY, *SHAPES, *LOOK)
"""Names in the order of every feature vector; `_right` and `Right` are the person's own right, the picture's left."""
_SHAPES_AT = slice(len(GEOMETRY), len(GEOMETRY) + len(SHAPES))


@dataclass(frozen=True)
class FaceFeatures:
    """One face as the model sees it.

    Attributes:
        values: float32 (D,) in the order of `FEATURES`; 0 where not known.
        known: bool (D,).
        turn_rad: yaw to the person's left, pitch down, roll to the right shoulder.
    """

    values: Values
    known: NDArray[np.bool_]
    turn_rad: tuple[float, float, float]


def features(
    points: NDArray[np.floating],
    blendshapes: Mapping[str, float],
    face: FrontalFace | None = None,
    look: Values | None = None,
) -> FaceFeatures | None:
    """Features of a face; None where the points are no face.

    Args:
        points: (478, 3) pixels, z in the same scale as x.
        blendshapes: ARKit's names to 0–1; missing or NaN is not known.
        face: the points turned to the front, where that was done before.
        look: (LOOKS,) of `look_model`; None is not known.
    """
    front = face if face is not None else frontal(np.asarray(points, np.float64))
    if front is None:
        return None
    shares = np.array([blendshapes.get(name, math.nan) for name in SHAPES])
    known = np.ones(len(FEATURES), bool)
    known[_SHAPES_AT] = seen = np.isfinite(shares)
    shares[~seen] = 0.5  # whose log odds are 0
    held = np.minimum(np.maximum(shares, _LEAST_SHARE), _MOST_SHARE)
    values = np.zeros(len(FEATURES), np.float32)
    values[: len(GEOMETRY)] = (_WEIGHTS * front.points.reshape(-1).take(_AT)).sum(axis=1)
    values[_SHAPES_AT] = 0.1 * np.log(held / (1.0 - held))
    if look is None:
        known[-LOOKS:] = False
    else:
        values[-LOOKS:] = look
    roll = math.atan2(front.rotation[1, 0], front.rotation[0, 0])
    return FaceFeatures(values, known, (front.yaw_rad, front.pitch_rad, roll))


def _terms() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Of each measure: the coordinates that it is a sum of, by their places in the points, and the weight of each.

    Distances downward and outward are positive; those of fewer terms than the longest have some of weight 0.
    """
    rows = [_row(measure, side) for side in (-1.0, 1.0) for measure in _SIDED.values()]
    rows += [_row(measure, 0.0) for measure in _MIDDLE.values()]
    longest = max(map(len, rows))
    filled = [[*row.items(), *[(0, 0.0)] * (longest - len(row))] for row in rows]
    return np.array([[at for at, _ in row] for row in filled]), np.array(
        [[weight for _, weight in row] for row in filled]
    )


def _row(measure: tuple[str, Group] | tuple[str, Group, Group], side: float) -> dict[int, float]:
    axis = "xyz".index(measure[0])
    row: dict[int, float] = {}
    sign = -1.0 if axis == 0 and side < 0.0 else 1.0
    signs = (1.0,) if len(measure) == 2 else (-1.0, 1.0)
    for group, toward in zip(measure[1:], signs, strict=True):
        for point in group:
            here = _MIRROR.get(point, point) if side > 0.0 else point
            at = 3 * here + axis
            row[at] = row.get(at, 0.0) + sign * toward / len(group)
    return row


_AT, _WEIGHTS = _terms()


@functools.cache
def mirror_order() -> NDArray[np.int64]:
    """For each feature, the place of the one that it becomes when the picture is mirrored."""
    swapped = {"_right": "_left", "_left": "_right", "Right": "Left", "Left": "Right"}
    place = {name: i for i, name in enumerate(FEATURES)}

    def mirrored(name: str) -> str:
        for end, other in swapped.items():
            if name.endswith(end):
                return name[: -len(end)] + other
        return name

    return np.array([place[mirrored(name)] for name in FEATURES])


def evened(here: FaceFeatures, there: FaceFeatures) -> FaceFeatures:
    """The mean of a picture's features and of its mirror image's, as no landmark model is alike on both sides.

    Args:
        here: of the picture.
        there: of the mirror image of the picture.
    """
    order, (yaw, pitch, roll) = mirror_order(), there.turn_rad
    turn = np.mean([here.turn_rad, (-yaw, pitch, -roll)], axis=0)
    values = 0.5 * (here.values + there.values[order])
    return FaceFeatures(values, here.known & there.known[order], (float(turn[0]), float(turn[1]), float(turn[2])))
