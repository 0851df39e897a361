"""The look of a face: its picture in grey, turned to the front, as the net sees it that reads wrinkles and nostrils.

Landmarks say where lids and lips are; what skin, nostrils and lip edges do between them is in the picture alone. The
face is turned to the front by its pose and a plain curved surface in the place of its relief, so that the same part of
every face lies at the same place of the crop, whatever the view; the side that is nearer to the camera is always on
the crop's left.
"""

from __future__ import annotations

import functools

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.frames import Image
from solamen.face.geometry import FrontalFace

SIDE = 96
"""Of the square crop, pixels."""
_PER_EYES = 57.6
_TOP = -0.5
_OUTER_CANTHI = (33, 263)
# Depth of a face's front over x and y, both in outer-canthal distances: 1, x², y, y². Near generated calm faces without
# their noses, but flatter at the sides, so that no part of it turns away from the camera.
_SURFACE = (-0.25, 0.5, 0.04, 0.08)
# Where the crop is so many times smaller than the picture, the picture is made smaller first, so that noise averages.
_COARSE = 2.0
_LEAST_SPREAD = 4.0


def looked_at(picture: Image, points: NDArray[np.floating], face: FrontalFace, margin_px: int = 0) -> Image:
    """The face of a picture, square, grey, turned to the front, its nearer side on the left.

    Args:
        picture: height × width, grey, or height × width × 3, RGB.
        points: (478, 3) pixels.
        face: of `geometry.frontal` of them.
        margin_px: so much more on each side.
    """
    scale = 1.0
    centre = 0.5 * (points[_OUTER_CANTHI[0], :2] + points[_OUTER_CANTHI[1], :2])
    if face.eye_distance_px > _COARSE * _PER_EYES:
        scale = _PER_EYES / face.eye_distance_px
        picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    grid = _grid(margin_px, mirrored=is_mirrored(face))
    ways = (scale * face.eye_distance_px * face.rotation[:2]).astype(np.float32)
    at = grid @ ways.T + (scale * centre).astype(np.float32)
    side = SIDE + 2 * margin_px
    crop = cv2.remap(picture, at.reshape(side, side, 2), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop if crop.ndim == 2 else cv2.cvtColor(crop, cv2.COLOR_RGB2GRAY), np.uint8)


def is_mirrored(face: FrontalFace) -> bool:
    """Whether the crop is the mirror image of the picture: the face is turned so that its right half is the nearer."""
    return face.yaw_rad < 0.0


def view_of(face: FrontalFace) -> tuple[float, float]:
    """How far a face is turned away from the camera and nodded down, radians, as the net takes it."""
    return abs(face.yaw_rad), face.pitch_rad


def as_input(crop: Image) -> NDArray[np.float32]:
    """A crop as the net takes it: (1, 1, side, side), without the picture's brightness and contrast."""
    mean, spread = cv2.meanStdDev(crop)
    scaled = (crop.astype(np.float32) - np.float32(mean[0, 0])) / np.float32(max(float(spread[0, 0]), _LEAST_SPREAD))
    return np.asarray(scaled[None, None], np.float32)


@functools.cache
def _grid(margin_px: int, *, mirrored: bool) -> NDArray[np.float32]:
    """Points of the frontal face under the crop's pixels, pixels × 3."""
    side = SIDE + 2 * margin_px
    across = (np.arange(side) - 0.5 * (side - 1)) / _PER_EYES
    down = (np.arange(side) - margin_px) / _PER_EYES + _TOP
    x, y = np.meshgrid(-across if mirrored else across, down)
    powers = (1.0, x**2, y, y**2)
    z = sum(factor * power for factor, power in zip(_SURFACE, powers, strict=True))
    return np.stack([x, y, z], axis=-1).reshape(-1, 3).astype(np.float32)
