"""The atlas: where on the one picture of paint each part of a person lies, and what lies under each of its pixels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

SIZE = 1024
"""Pixels along each side."""

Box = tuple[float, float, float, float]
"""Left, bottom, right, top; 0–1."""

HEAD_BOX: Box = (0.004, 0.004, 0.520, 0.996)
BODY_BOX: Box = (0.532, 0.450, 0.996, 0.996)
HAIR_BOX: Box = (0.532, 0.170, 0.850, 0.440)
EYE_BOX: Box = (0.862, 0.310, 0.992, 0.440)
MOUTH_BOX: Box = (0.862, 0.170, 0.992, 0.300)
TEETH_BOX: Box = (0.532, 0.090, 0.740, 0.160)
TONGUE_BOX: Box = (0.750, 0.090, 0.850, 0.160)
SOCKET_BOX: Box = (0.862, 0.090, 0.920, 0.160)

Floats = NDArray[np.float64]


def into(box: Box, points: Floats, low: Floats | None = None, high: Floats | None = None) -> Floats:
    """Texture points moved from the rectangle `low` to `high` (their own bounds by default) into a box of the atlas."""
    low = points.min(axis=0) if low is None else low
    high = points.max(axis=0) if high is None else high
    share = np.clip((points - low) / (high - low), 0.0, 1.0)
    corner = np.array(box[:2])
    moved: Floats = corner + share * (np.array(box[2:]) - corner)
    return moved


def pixels(box: Box) -> tuple[slice, slice]:
    """Rows and columns of a box, first row on top."""
    left, bottom, right, top = (round(edge * SIZE) for edge in box)
    return slice(SIZE - top, SIZE - bottom), slice(left, right)


@dataclass(frozen=True)
class Texels:
    """What lies under each pixel of the atlas.

    Attributes:
        values: SIZE × SIZE × channels, interpolated over the triangle under the pixel.
        covered: SIZE × SIZE, whether there is one.
    """

    values: Floats
    covered: NDArray[np.bool_]


def rasterise(uv: Floats, face_uv: NDArray[np.int64], corner_values: Floats) -> Texels:
    """Spreads values over the atlas.

    Args:
        uv: points × 2, 0–1.
        face_uv: triangles × 3, into `uv`.
        corner_values: triangles × 3 × channels.
    """
    values = np.zeros((SIZE, SIZE, corner_values.shape[2]))
    covered = np.zeros((SIZE, SIZE), bool)
    corners = uv[face_uv] * SIZE - 0.5
    corners[:, :, 1] = SIZE - 1 - corners[:, :, 1]
    for triangle, at_corners in zip(corners, corner_values, strict=True):
        _fill(triangle, at_corners, values, covered)
    return Texels(values, covered)


def _fill(triangle: Floats, at_corners: Floats, values: Floats, covered: NDArray[np.bool_]) -> None:
    """Fills one triangle, half a pixel over its edges."""
    low = np.maximum(np.floor(triangle.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(triangle.max(axis=0)).astype(int) + 1, SIZE)
    if (high <= low).any():
        return
    x, y = np.meshgrid(np.arange(low[0], high[0]), np.arange(low[1], high[1]))
    (ax, ay), (bx, by), (cx, cy) = triangle
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if abs(area) < 1e-9:
        return
    b = ((x - ax) * (cy - ay) - (y - ay) * (cx - ax)) / area
    c = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / area
    a = 1.0 - b - c
    slack = -0.7 / max(np.sqrt(abs(area)), 1.0)
    inside = (a >= slack) & (b >= slack) & (c >= slack)
    rows, columns = y[inside], x[inside]
    share = np.stack([a[inside], b[inside], c[inside]], axis=1)
    values[rows, columns] = share @ at_corners
    covered[rows, columns] = True
