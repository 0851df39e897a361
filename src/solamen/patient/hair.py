"""Hair: a stiff shell about the skull, cut along a hairline."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from solamen.patient import atlas
from solamen.patient.anatomy import HEAD, Anatomy, Phenotype, Points
from solamen.patient.sculpt import Sculpture, triangles, vertex_normals

ROWS, COLUMNS = 26, 72
_WINDOW = 0.985
"""Cosine of the angle within which the skull's farthest point counts for a direction, about 10 degrees."""
_STYLES = {"short": 0.012, "tied": 0.007, "receding": 0.009}
"""How far hair stands off the skull, metres of an adult."""
_RAMPS = {"short": 0.16, "tied": 0.45, "receding": 0.30}
"""Share of the way from hairline to crown over which hair gains its full thickness."""
_FRAY_M = {"short": 0.005, "tied": 0.001, "receding": 0.005}


@dataclass(frozen=True)
class Locks:
    """Hair and where it begins.

    Attributes:
        surface: the shell.
        centre: the point about which it is built.
    """

    surface: Sculpture
    centre: Points


def hairline(style: str, scale: float, azimuth_rad: NDArray[np.float64]) -> NDArray[np.float64]:
    """Height of the lower edge of the hair above the eyes, metres, by azimuth (0 in front, either side alike)."""
    away = np.abs(azimuth_rad)
    knots = np.radians([0.0, 25.0, 45.0, 60.0, 72.0, 84.0, 100.0, 115.0, 135.0, 180.0])
    heights = {
        "short": [0.070, 0.069, 0.058, 0.045, 0.020, -0.005, 0.022, -0.005, -0.075, -0.085],
        "receding": [0.086, 0.090, 0.082, 0.050, 0.022, -0.005, 0.022, -0.005, -0.070, -0.080],
        "tied": [0.068, 0.067, 0.060, 0.046, 0.022, 0.004, 0.024, 0.004, -0.060, -0.075],
    }[style]
    line: NDArray[np.float64] = scale * np.interp(away, knots, heights)
    return line


def grow(anatomy: Anatomy, person: Phenotype, rng: np.random.Generator) -> Locks:
    """Grows hair of the person's style; `rng` frays its edge."""
    scale = anatomy.scale
    centre = np.array([anatomy.joints["head"][0] + 0.005, 0.0, 0.018 * scale])
    azimuth = np.linspace(-np.pi, np.pi, COLUMNS + 1)
    fray = _FRAY_M[person.hair] * scale * rng.uniform(-1.0, 1.0, COLUMNS + 1)
    line = hairline(person.hair, scale, azimuth) + fray
    line[-1] = line[0]
    cap = _grid(_skull(anatomy), centre, azimuth, line, _STYLES[person.hair] * scale, _RAMPS[person.hair])
    grids = [cap, _bun(cap, scale)] if person.hair == "tied" else [cap]
    vertex = np.concatenate([grid.reshape(-1, 3) for grid in grids])
    face = np.concatenate([_faces() + i * ROWS * (COLUMNS + 1) for i in range(len(grids))])
    share = np.stack(np.meshgrid(np.linspace(1, 0, ROWS), np.linspace(0, 1, COLUMNS + 1), indexing="ij"), -1)
    uv = np.tile(atlas.into(atlas.HAIR_BOX, share.reshape(-1, 2)[:, ::-1]), (len(grids), 1))
    normal = vertex_normals(vertex, face)
    return Locks(Sculpture(np.arange(len(vertex)), vertex, normal, face, uv, face, np.zeros(len(uv))), centre)


def _bun(cap: Points, scale: float) -> Points:
    """A knot of hair behind the crown, as a grid like the cap's."""
    crown = cap[0, 0]
    polar, turn = np.linspace(0.0, np.pi, ROWS), np.linspace(-np.pi, np.pi, COLUMNS + 1)
    radius = 0.036 * scale * (1.0 + 0.03 * np.cos(3.0 * turn + 6.0 * polar[:, None]))
    ball = np.stack(
        [
            np.sin(polar)[:, None] * np.cos(turn),
            np.sin(polar)[:, None] * np.sin(turn),
            np.cos(polar)[:, None] * np.ones_like(turn),
        ],
        axis=-1,
    )
    knot: Points = crown + np.array([-0.048, 0.0, -0.004]) * scale + radius[..., None] * ball
    return knot


def _faces() -> NDArray[np.int64]:
    """Triangles of the grid, outward."""
    row, column = np.meshgrid(np.arange(ROWS - 1), np.arange(COLUMNS), indexing="ij")
    corner = (row * (COLUMNS + 1) + column).ravel()
    quads = np.stack([corner, corner + COLUMNS + 1, corner + COLUMNS + 2, corner + 1], axis=1)
    return triangles(quads)


def _skull(anatomy: Anatomy) -> Points:
    """Points of the head's skin without the ears."""
    quads = anatomy.quads["body"][anatomy.islands() == HEAD]
    points = anatomy.vertex[np.unique(quads)]
    aside = np.abs(points[:, 1])
    chosen: Points = points[aside < np.percentile(aside, 97) * 0.93 + 0.002]
    return chosen


def _grid(
    scalp: Points, centre: Points, azimuth: NDArray[np.float64], line: NDArray[np.float64], thick_m: float, ramp: float
) -> Points:
    """Rows from the crown to the hairline, columns around: ROWS × (COLUMNS + 1) × 3."""
    share = np.linspace(0.0, 1.0, ROWS)
    # Polar angle at which each column reaches its hairline; what lies lower than the centre hangs straight down.
    end = np.arccos(np.clip((line - centre[2]) / 0.11, -0.95, 0.95))
    polar = np.minimum(share[:, None] * end, 0.5 * np.pi)
    hang = np.clip((share[:, None] * end - 0.5 * np.pi) / np.maximum(end - 0.5 * np.pi, 1e-6), 0.0, 1.0)
    across = np.stack([np.cos(azimuth), np.sin(azimuth), np.zeros_like(azimuth)], axis=1)
    ray = np.sin(polar)[..., None] * across + np.cos(polar)[..., None] * np.array([0.0, 0.0, 1.0])
    hull, skin = _radii(scalp - centre, ray.reshape(-1, 3))
    hull = gaussian_filter(hull.reshape(polar.shape), (1.0, 1.5), mode=("nearest", "wrap"))
    # At the hairline the shell dips just under the skin, so that no gap shows.
    edge = np.clip((1.0 - share) / ramp, 0.0, 1.0)[:, None] ** 0.5
    radius = (hull + thick_m) * edge + (skin.reshape(polar.shape) - 0.003) * (1.0 - edge)
    grid: Points = centre + ray * radius[..., None]
    grid[..., 2] += hang * np.minimum(line - centre[2], 0.0)
    return grid


def _radii(offset: Points, ray: Points) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Distance from the centre to the hull of the head, and to its skin, along each ray."""
    distance = np.linalg.norm(offset, axis=1)
    cosine = ray @ (offset / distance[:, None]).T
    near = cosine > np.minimum(_WINDOW, np.sort(cosine, axis=1)[:, -4:-3])
    hull = np.where(near, distance[None], 0.0).max(axis=1)
    return hull, distance[cosine.argmax(axis=1)]
