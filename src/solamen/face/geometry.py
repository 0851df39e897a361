"""A seen face turned to the front: rigid alignment with an average head, and the head's pose from it."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.intents import HeadPose

Points = NDArray[np.float64]

# Points that expression hardly moves, right half of the picture's left side first, with their place on an average head
# seen from the front: x right, y down, z away, origin between the outer eye corners, unit: distance of those corners.
# Means over six adults, made symmetric; spread 0.01 to 0.05.
_MIDDLE = {168: (-0.041, -0.255), 6: (0.049, -0.308), 197: (0.127, -0.368), 10: (-0.587, -0.191), 151: (-0.417, -0.234)}
_PAIRS = {
    (33, 263): (0.500, 0.000, 0.000),
    (133, 362): (0.202, 0.024, -0.060),
    (127, 356): (0.791, 0.049, 0.571),
    (234, 454): (0.792, 0.209, 0.621),
    (162, 389): (0.771, -0.119, 0.458),
    (21, 251): (0.733, -0.257, 0.314),
    (54, 284): (0.665, -0.384, 0.176),
    (103, 332): (0.557, -0.483, 0.031),
    (67, 297): (0.394, -0.550, -0.097),
    (109, 338): (0.213, -0.581, -0.172),
    (93, 323): (0.785, 0.376, 0.623),
}
RIGID: tuple[int, ...] = (*_MIDDLE, *(index for pair in _PAIRS for index in pair))
_REFERENCE = np.array(
    [(0.0, y, z) for y, z in _MIDDLE.values()]
    + [place for x, y, z in _PAIRS.values() for place in ((-x, y, z), (x, y, z))]
)
_CENTRED_REFERENCE = _REFERENCE - _REFERENCE.mean(axis=0)

_RIGID_INDEX = np.array(RIGID)
_OUTER_CANTHI = (33, 263)
_IRISES = (468, 473)

# From the head's axes (x forward out of the face, y to its left, z up) to those of a camera that it looks at.
_HEAD_TO_OPTICAL = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, -1.0], [-1.0, 0.0, 0.0]])


@dataclass(frozen=True)
class FrontalFace:
    """A face turned to the front.

    Attributes:
        points: (n, 3), x right, y down, z away; origin between the outer eye corners; unit: distance of those corners.
        rotation: 3 × 3, from the frontal face to the seen one, in the camera's optical axes.
        eye_distance_px: distance of the outer eye corners in the picture, as if it were frontal.
    """

    points: Points
    rotation: NDArray[np.float64]
    eye_distance_px: float

    @property
    def yaw_rad(self) -> float:
        """Turn of the face to its own left (positive) or right."""
        return math.atan2(-self.rotation[0, 2], self.rotation[2, 2])

    @property
    def pitch_rad(self) -> float:
        """Nod of the face, positive is down."""
        return math.asin(min(1.0, max(-1.0, -self.rotation[1, 2])))

    @property
    def turn_rad(self) -> float:
        """The larger of yaw and pitch, without sign."""
        return max(abs(self.yaw_rad), abs(self.pitch_rad))


def frontal(points: Points) -> FrontalFace | None:
    """Turns landmarks (478 × 3, pixels) to the front by a rigid fit (Kabsch 1976); None where they are no face."""
    seen = np.asarray(points, np.float64)
    if not np.isfinite(seen).all():
        return None
    covariance = seen.take(_RIGID_INDEX, axis=0).T @ _CENTRED_REFERENCE
    singular, left, right = cv2.SVDecomp(covariance)
    if not singular[1, 0] > 1e-9 * max(1.0, singular[0, 0]):
        return None
    rotation = left @ right
    if cv2.determinant(rotation) < 0.0:
        rotation = (left * (1.0, 1.0, -1.0)) @ right
    one, other = seen[_OUTER_CANTHI[0]], seen[_OUTER_CANTHI[1]]
    distance = math.dist(one, other)
    if not 1e-3 < distance < 1e6:
        return None
    turned = (seen - 0.5 * (one + other)) @ (rotation / distance)
    return FrontalFace(turned, rotation, distance)


def head_pose(
    points: NDArray[np.floating],
    rotation: NDArray[np.float64],
    width: int,
    height: int,
    *,
    fov_rad: float,
    eyes_m: float,
) -> HeadPose:
    """The head in the camera's optical frame (x right, y down, z forward), from landmarks in pixels.

    Args:
        points: (478, 3) pixels.
        rotation: of `frontal`; it is seen along the ray to the face, so that ray is added.
        width: of the picture, pixels.
        height: of the picture, pixels.
        fov_rad: horizontal field of view.
        eyes_m: true distance of the pupils.
    """
    one, other = (points[iris].tolist() for iris in _IRISES)
    centre = (0.5 * (one[0] + other[0]), 0.5 * (one[1] + other[1]))
    position = back_project(centre, math.dist(one, other), width, height, fov_rad=fov_rad, eyes_m=eyes_m)
    whole = _towards(position) @ rotation @ _HEAD_TO_OPTICAL
    return HeadPose(position, quaternion(whole))


def back_project(
    centre_px: Points | tuple[float, float],
    eyes_px: float,
    width: int,
    height: int,
    *,
    fov_rad: float,
    eyes_m: float,
) -> tuple[float, float, float]:
    """Metres in the optical frame of the point between the eyes, from the distance of the eyes in the picture."""
    focal_px = 0.5 * width / math.tan(0.5 * fov_rad)
    depth = focal_px * eyes_m / max(eyes_px, 1e-3)
    x = (float(centre_px[0]) - 0.5 * width) * depth / focal_px
    y = (float(centre_px[1]) - 0.5 * height) * depth / focal_px
    return (x, y, depth)


def _towards(ray: tuple[float, float, float]) -> NDArray[np.float64]:
    """The least rotation that brings the optical axis onto a ray."""
    length = math.hypot(*ray)
    x, y, z = (part / length for part in ray)
    share = 1.0 / (1.0 + z)
    return np.array(
        [
            [1.0 - x * x * share, -x * y * share, x],
            [-x * y * share, 1.0 - y * y * share, y],
            [-x, -y, 1.0 - (x * x + y * y) * share],
        ]
    )


def quaternion(rotation: NDArray[np.float64]) -> tuple[float, float, float, float]:
    """Unit quaternion (w, x, y, z) of a rotation matrix, w ≥ 0 (Shepperd 1978)."""
    (a, b, c), (d, e, f), (g, h, i) = rotation.tolist()
    trace = a + e + i
    most = max(trace, a, e, i)
    if most == trace:
        q = (1.0 + trace, h - f, c - g, d - b)
    elif most == a:
        q = (h - f, 1.0 + a - e - i, d + b, g + c)
    elif most == e:
        q = (c - g, b + d, 1.0 + e - i - a, h + f)
    else:
        q = (d - b, c + g, f + h, 1.0 + i - a - e)
    length = math.copysign(math.hypot(*q), q[0])
    return (q[0] / length, q[1] / length, q[2] / length, q[3] / length)
