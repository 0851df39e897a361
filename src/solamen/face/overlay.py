"""Landmarks drawn for a person to look at: on the picture, or on plain grey where the picture is not to be kept."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solamen.core.frames import Image

_GREY = 96
_SKIN_POINT = (120, 235, 190)
_EYE_POINT = (255, 214, 90)
_FIRST_IRIS = 468


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
