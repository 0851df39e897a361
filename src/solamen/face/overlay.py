"""Landmarks drawn for a person to look at: on the picture, or on plain grey where the picture is not to be kept."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solamen.core.frames import Image
from solamen.face.boxes import Box

_GREY = 96
_AROUND_FACE = 0.3
_SKIN_POINT = (120, 235, 190)
_EYE_POINT = (255, 214, 90)
_FIRST_IRIS = 468


def paint_over(image_rgb: Image, boxes: Sequence[Box], points: NDArray[np.floating] | None = None) -> Image:
    """A new picture in which boxes are plain grey, and so is the face of some landmarks: nothing of them is kept.

    Args:
        image_rgb: height × width × 3, RGB.
        boxes: pixels.
        points: (n, 2 or more) pixels of a face to paint over as well; None: none.
    """
    faces = list(boxes)
    if points is not None and len(points) and np.isfinite(points).all():
        faces.append(Box.around(points).grown(_AROUND_FACE))
    out = image_rgb.copy()
    for box in faces:
        rows, columns = box.pixels(out.shape[1], out.shape[0])
        out[rows, columns] = _GREY
    return out


def draw(image_rgb: Image, points: NDArray[np.floating] | None, *, on_grey: bool) -> Image:
    """A new picture of the same size with the landmarks as dots.

    Args:
        image_rgb: height × width × 3, RGB.
        points: (n, 2) or (n, 3) pixels; those outside or not finite are left out; None draws none.
        on_grey: draw on plain grey, keeping nothing of the picture.
    """
    out = np.full_like(image_rgb, _GREY) if on_grey else image_rgb.copy()
    if points is None or out.ndim != 3 or not len(points):
        return out
    flat = np.asarray(points, np.float64)[:, :2]
    height, width = out.shape[:2]
    place = np.round(np.nan_to_num(flat, nan=-1e6, posinf=-1e6, neginf=-1e6).clip(-1e6, 1e6)).astype(int)
    for dx, dy in ((0, 0), (1, 0), (0, 1), (1, 1)):
        x, y = place[:, 0] + dx, place[:, 1] + dy
        shown = (x >= 0) & (x < width) & (y >= 0) & (y < height)
        iris = np.arange(len(x)) >= _FIRST_IRIS
        out[y[shown & ~iris], x[shown & ~iris]] = _SKIN_POINT
        out[y[shown & iris], x[shown & iris]] = _EYE_POINT
    return out
