"""The look of a face: its picture in grey, turned to the front, as the net sees it that reads wrinkles and nostrils.

Landmarks say where lids and lips are; what skin, nostrils and lip edges do between them is in the picture alone. The
face is turned to the front by its pose and a plain curved surface in the place of its relief, so that the same part of
every face lies at the same place of the crop, whatever the view; the side that is nearer to the camera is always on
the crop's left.
"""

from __future__ import annotations

import functools
import math

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.frames import Image
from solamen.face.geometry import FrontalFace

Places = NDArray[np.float64]

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
    centre = 0.5 * (points[_OUTER_CANTHI[0], :2] + points[_OUTER_CANTHI[1], :2])
    across, down = _grid(margin_px, mirrored=is_mirrored(face))
    ways = face.eye_distance_px * face.rotation[:2]
    columns, rows = ways[:, ::2] @ across, ways[:, 1:] @ down + centre[:, None]
    grey, corner, times = _part(picture, columns, rows, int(face.eye_distance_px / _PER_EYES))
    if times > 1:
        columns, rows = columns / times, (rows - corner + 0.5) / times - 0.5
    else:
        rows = rows - corner
    x, y = map(np.add.outer, rows.astype(np.float32), columns.astype(np.float32))
    crop = cv2.remap(grey, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, np.uint8)


def _part(picture: Image, columns: Places, rows: Places, times: int) -> tuple[Image, Places, int]:
    """The part of a picture under a crop in grey, its corner (2, 1) in the picture, and how many times smaller it is.

    Args:
        picture: as in `looked_at`.
        columns: (2, side), x and y of each of the crop's columns …
        rows: (2, side), … to which those of the rows are added, pixels of the picture.
        times: so many times smaller it should be; it stays as it is where too little would be left of it.
    """
    low, high = (columns.min(axis=1) + rows.min(axis=1)).tolist(), (columns.max(axis=1) + rows.max(axis=1)).tolist()
    (left, right), (top, bottom) = map(_held, low, high, picture.shape[1::-1])
    part, corner = picture[top:bottom, left:right], np.array([[left], [top]])
    grey = part if part.ndim == 2 else cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
    wide, tall = (right - left) // max(times, 1), (bottom - top) // max(times, 1)
    if times < 2 or not wide or not tall:
        return grey, corner, 1
    small = cv2.resize(grey[: tall * times, : wide * times], (wide, tall), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.uint8), corner, times


def _held(low: float, high: float, size: int) -> tuple[int, int]:
    """First pixel and the one behind the last of what lies between two places, with an edge; at least one pixel."""
    first = min(max(math.floor(low) - _EDGE_PX, 0), size - 1)
    return first, max(min(math.floor(high) + 1 + _EDGE_PX, size), first + 1)


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
def _grid(margin_px: int, *, mirrored: bool) -> tuple[Places, Places]:
    """Points of the frontal face under the crop's pixels: x, z of its columns and y, z of its rows, (2, side) each.

    The surface is a sum of what x and what y make of it, so that columns and rows say all.
    """
    side = SIDE + 2 * margin_px
    x = (np.arange(side) - 0.5 * (side - 1)) / _PER_EYES
    y = (np.arange(side) - margin_px) / _PER_EYES + _TOP
    start, by_xx, by_y, by_yy = _SURFACE
    return np.stack([-x if mirrored else x, by_xx * x**2]), np.stack([y, start + by_y * y + by_yy * y**2])
