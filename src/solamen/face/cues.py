"""Measures of a face that move with its action units: distances on the frontal face, and blendshapes.

All distances are in outer-canthal distances (the distance of the outer eye corners), as they are seen after the head's
turn is taken out, so that neither the size of the face in the picture nor its pose matters.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from solamen.face.geometry import FrontalFace

Cues = NDArray[np.float64]

GEOMETRIC: tuple[str, ...] = (
    "inner_brow_height",
    "outer_brow_height",
    "brow_gap",
    "lid_gap",
    "lower_lid_height",
    "cheek_distance",
    "nose_length",
    "upper_lip_distance",
    "mouth_width",
    "mouth_corner_distance",
    "lip_gap",
    "chin_distance",
    "lower_lip_to_chin",
)
"""Distances on the frontal face; `*_distance` and `*_length` are measured downward from the line of the eyes."""

_SHAPES: dict[str, tuple[str, ...]] = {
    "brow_down": ("browDownLeft", "browDownRight"),
    "brow_inner_up": ("browInnerUp",),
    "brow_outer_up": ("browOuterUpLeft", "browOuterUpRight"),
    "eye_blink": ("eyeBlinkLeft", "eyeBlinkRight"),
    "eye_squint": ("eyeSquintLeft", "eyeSquintRight"),
    "eye_wide": ("eyeWideLeft", "eyeWideRight"),
    "eye_look_down": ("eyeLookDownLeft", "eyeLookDownRight"),
    "mouth_smile": ("mouthSmileLeft", "mouthSmileRight"),
    "mouth_frown": ("mouthFrownLeft", "mouthFrownRight"),
    "mouth_stretch": ("mouthStretchLeft", "mouthStretchRight"),
    "mouth_upper_up": ("mouthUpperUpLeft", "mouthUpperUpRight"),
    "mouth_shrug_lower": ("mouthShrugLower",),
    "mouth_press": ("mouthPressLeft", "mouthPressRight"),
    "jaw_open": ("jawOpen",),
}

_SIDES = tuple((names[0], names[-1]) for names in _SHAPES.values())

CUES: tuple[str, ...] = (*GEOMETRIC, *_SHAPES)
"""Names of the cues in the order of every cue vector."""

INDEX: Mapping[str, int] = {name: place for place, name in enumerate(CUES)}

# Point numbers of the mesh, the picture's left side and its right side.
_INNER_BROW = (55, 107, 285, 336)
_OUTER_BROW = (63, 105, 70, 293, 334, 300)
_BROW_GAP = ((55, 285), (107, 336))
_LIDS = ((159, 145), (158, 153), (160, 144), (386, 374), (385, 380), (387, 373))
_LOWER_LIDS = (145, 153, 144, 374, 380, 373)
_CHEEKS = (50, 101, 118, 280, 330, 347)
_ALAE = (64, 129, 98, 294, 358, 327)
_NOSE_BASE = (2, 97, 326)
_UPPER_LIP = (0, 37, 267)
_MOUTH_CORNERS = (61, 291)
_INNER_LIPS = (13, 14)
_LOWER_LIP = (17, 84, 314)
_CHIN = (152, 148, 377)
_POINTS = 400

# What is still left of a nod down or up and of a turn aside (each per degree) after the face is turned to the front:
# means over three generated heads with a still face, nodded by up to 15° and turned by up to 22°.
_NOD_DOWN: dict[str, float] = {
    "eye_squint": 0.020,
    "lower_lid_height": 0.0014,
    "lid_gap": -0.0018,
    "brow_gap": 0.0014,
    "upper_lip_distance": 0.0008,
}
_NOD_UP: dict[str, float] = {
    "inner_brow_height": -0.0006,
    "lid_gap": -0.0015,
    "brow_gap": -0.0012,
    "upper_lip_distance": -0.0010,
}
_TURN: dict[str, float] = {"brow_gap": -0.0007, "eye_squint": 0.0025, "lid_gap": -0.0004}
# A face nodded further is taken as nodded so far: beyond, nothing was measured.
_FARTHEST_DEG = 20.0


def measure(face: FrontalFace, blendshapes: Mapping[str, float]) -> Cues:
    """The cue vector (27,) of one face, with what its nod and turn do taken out; NaN where a blendshape is unknown."""
    values = np.empty(len(CUES))
    values[: len(GEOMETRIC)] = _DISTANCES @ face.points.reshape(-1).take(_AT)
    share = blendshapes.get
    values[len(GEOMETRIC) :] = [0.5 * (share(one, math.nan) + share(other, math.nan)) for one, other in _SIDES]
    pitch, yaw = math.degrees(face.pitch_rad), math.degrees(face.yaw_rad)
    nod, turn = min(abs(pitch), _FARTHEST_DEG), min(abs(yaw), _FARTHEST_DEG)
    pose = nod * (_NOD_DOWN_CHANGE if pitch > 0.0 else _NOD_UP_CHANGE) + turn * _TURN_CHANGE
    return np.where(np.isfinite(values), values - pose, np.nan)


def changes(by_name: Mapping[str, float]) -> Cues:
    """A cue vector of changes, 0 where none is named."""
    return np.array([by_name.get(name, 0.0) for name in CUES])


_NOD_DOWN_CHANGE, _NOD_UP_CHANGE, _TURN_CHANGE = changes(_NOD_DOWN), changes(_NOD_UP), changes(_TURN)


def _distances() -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Places of the coordinates that are used, and the linear map from them to the geometric cues in their order."""
    points = np.eye(2 * _POINTS).reshape(2 * _POINTS, _POINTS, 2)
    x, y = points[..., 0].T, points[..., 1].T
    lids, gaps = np.array(_LIDS), np.array(_BROW_GAP)
    nose_base, chin = y[list(_NOSE_BASE)].mean(axis=0), y[list(_CHIN)].mean(axis=0)
    rows = [
        -y[list(_INNER_BROW)].mean(axis=0),
        -y[list(_OUTER_BROW)].mean(axis=0),
        (x[gaps[:, 1]] - x[gaps[:, 0]]).mean(axis=0),
        (y[lids[:, 1]] - y[lids[:, 0]]).mean(axis=0),
        -y[list(_LOWER_LIDS)].mean(axis=0),
        y[list(_CHEEKS)].mean(axis=0),
        y[list(_ALAE)].mean(axis=0),
        y[list(_UPPER_LIP)].mean(axis=0) - nose_base,
        x[_MOUTH_CORNERS[1]] - x[_MOUTH_CORNERS[0]],
        y[list(_MOUTH_CORNERS)].mean(axis=0),
        y[_INNER_LIPS[1]] - y[_INNER_LIPS[0]],
        chin,
        chin - y[list(_LOWER_LIP)].mean(axis=0),
    ]
    weights = np.array(rows).reshape(len(rows), _POINTS, 2)
    used = np.flatnonzero(np.abs(weights).max(axis=(0, 2)))
    places = (3 * used[:, None] + (0, 1)).ravel()
    return places, np.ascontiguousarray(weights[:, used].reshape(len(rows), -1))


_AT, _DISTANCES = _distances()
