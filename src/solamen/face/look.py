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

SIDE = 128
"""Of the square crop, pixels."""
_PER_EYES = 76.8
_TOP = -0.5
_OUTER_CANTHI = (33, 263)
# Depth of a face's front over x and y, both in outer-canthal distances: 1, x², y, y². Near generated calm faces without
# their noses, but flatter at the sides, so that no part of it turns away from the camera.
_SURFACE = (-0.25, 0.5, 0.04, 0.08)
# Where the crop is some times smaller than the picture, the part that it shows, and so much around it, is made smaller
# first, so that noise averages.
_EDGE_PX = 8
_LEAST_SPREAD = 4.0


def looked_at(picture: Image, points: NDArray[np.floating], face: FrontalFace, margin_px: int = 0) -> Image:
    """The face of a picture, square, grey, turned to the front, its nearer side on the left.

    Args:
        picture: height × width, grey, or height × width × 3, RGB.
        points: (478, 3) pixels.
        face: of `geometry.frontal` of them.
        margin_px: so much more on each side.
    """
    grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    centre = 0.5 * (points[_OUTER_CANTHI[0], :2] + points[_OUTER_CANTHI[1], :2])
    grid = _grid(margin_px, mirrored=is_mirrored(face))
    ways = (face.eye_distance_px * face.rotation[:2]).astype(np.float32)
    at = grid @ ways.T + centre.astype(np.float32)
    times = int(face.eye_distance_px / _PER_EYES)
    if times > 1:
        grey, at = _coarser(grey, at, times)
    side = SIDE + 2 * margin_px
    crop = cv2.remap(grey, at.reshape(side, side, 2), None, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)


def _coarser(grey: Image, at: NDArray[np.float32], times: int) -> tuple[Image, NDArray[np.float32]]:
    """The part of a picture that holds some points, so many times smaller, and where in it they are then."""
    x, y, wide, high = cv2.boundingRect(at)
    left, top = max(x - _EDGE_PX, 0), max(y - _EDGE_PX, 0)
    part = grey[top : y + high + _EDGE_PX, left : x + wide + _EDGE_PX]
    small_wide, small_high = part.shape[1] // times, part.shape[0] // times
    if not small_wide or not small_high:
        return grey, at
    part = part[: small_high * times, : small_wide * times]
    small = cv2.resize(part, (small_wide, small_high), interpolation=cv2.INTER_AREA)
    shift = (0.5 - np.array((left, top))) / times - 0.5
    return np.asarray(small, np.uint8), at / np.float32(times) + shift.astype(np.float32)


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
