"""Rotations of the head and the eyes in the patient's frame (x forward, y left, z up)."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray


def head_rotation(yaw_rad: float, pitch_rad: float = 0.0, roll_rad: float = 0.0) -> NDArray[np.float64]:
    """3 × 3: yaw to the patient's left, then pitch down, then roll to the right shoulder; all about moved axes."""
    cy, sy = math.cos(yaw_rad), math.sin(yaw_rad)
    cp, sp = math.cos(pitch_rad), math.sin(pitch_rad)
    cr, sr = math.cos(roll_rad), math.sin(roll_rad)
    yaw = np.array([[cy, -sy, 0.0], [sy, cy, 0.0], [0.0, 0.0, 1.0]])
    pitch = np.array([[cp, 0.0, sp], [0.0, 1.0, 0.0], [-sp, 0.0, cp]])
    roll = np.array([[1.0, 0.0, 0.0], [0.0, cr, -sr], [0.0, sr, cr]])
    rotation: NDArray[np.float64] = yaw @ pitch @ roll
    return rotation


def quaternion(rotation: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """The unit quaternion (w, x, y, z) of a 3 × 3 rotation, w at least 0 (Shepperd 1978)."""
    diagonal = np.array([np.trace(rotation), *np.diag(rotation)])
    largest = int(np.argmax(diagonal))
    root = math.sqrt(max(1.0 + 2.0 * diagonal[largest] - diagonal[0], 0.0))
    skew = np.array([rotation[2, 1] - rotation[1, 2], rotation[0, 2] - rotation[2, 0], rotation[1, 0] - rotation[0, 1]])
    if largest == 0:
        root = math.sqrt(1.0 + diagonal[0])
        w, x, y, z = 0.5 * root, *(0.5 * skew / root)
    else:
        i = largest - 1
        vector = 0.5 * (rotation[i] + rotation[:, i]) / root
        vector[i] = 0.5 * root
        w, (x, y, z) = 0.5 * skew[i] / root, vector
    sign = -1.0 if w < 0.0 else 1.0
    return sign * float(w), sign * float(x), sign * float(y), sign * float(z)
