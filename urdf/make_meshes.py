"""Makes the soft shapes of the robot that URDF has no primitive for: `python urdf/make_meshes.py`.

Each mesh is of about unit size or in metres, as its name in `SHAPES` says; the xacro scales the unit ones.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Mesh = tuple[Points, NDArray[np.int64]]

HEAD_POWER = 2.4
"""Exponent of the head's superellipsoid; 2 is an ellipsoid, more is squarer. The xacro uses the same number."""

TORSO_POWER = 2.3


def grid(points: Points, *, closed: bool) -> Mesh:
    """Triangles over rows × columns × 3 points; `closed` joins the last column to the first."""
    rows, columns, _ = points.shape
    faces = []
    for row in range(rows - 1):
        for column in range(columns if closed else columns - 1):
            right = (column + 1) % columns
            a, b = row * columns + column, row * columns + right
            c, d = a + columns, b + columns
            faces += [(a, c, b), (b, c, d)]
    return _merged(points.reshape(-1, 3), np.array(faces))


def _merged(vertices: Points, faces: NDArray[np.int64]) -> Mesh:
    """The same mesh with equal vertices made one and flat triangles dropped."""
    keys, index = np.unique(np.round(vertices, 6), axis=0, return_inverse=True)
    faces = index.reshape(-1)[faces]
    real = (faces[:, 0] != faces[:, 1]) & (faces[:, 1] != faces[:, 2]) & (faces[:, 0] != faces[:, 2])
    return keys, faces[real]


def superellipsoid(power: float, rows: int = 45, columns: int = 64) -> Mesh:
    """The surface |x|^p + |y|^p + |z|^p = 1."""
    polar = np.linspace(0.0, np.pi, rows)[:, None]
    around = np.linspace(0.0, 2 * np.pi, columns, endpoint=False)[None, :]
    sphere = np.stack(
        [np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around), np.cos(polar) * np.ones_like(around)], axis=-1
    )
    norm = (np.abs(sphere) ** power).sum(axis=-1, keepdims=True) ** (1 / power)
    return grid(sphere / norm, closed=True)


def cap(half_angle_deg: float, rows: int = 6, columns: int = 24) -> Mesh:
    """The part of a unit sphere around +x, as an iris needs it."""
    polar = np.linspace(0.0, np.radians(half_angle_deg), rows)[:, None]
    around = np.linspace(0.0, 2 * np.pi, columns, endpoint=False)[None, :]
    x = np.cos(polar) * np.ones_like(around)
    return grid(np.stack([x, np.sin(polar) * np.cos(around), np.sin(polar) * np.sin(around)], axis=-1), closed=True)


def lid(span_deg: float = 120.0, rows: int = 14, columns: int = 24) -> Mesh:
    """A slice of a unit sphere between two half circles through ±y: its edge in front (+x), the rest over the top."""
    lift = np.radians(np.linspace(0.0, span_deg, rows))[::-1, None]
    side = np.linspace(-np.pi / 2, np.pi / 2, columns)[None, :]
    x, z = np.cos(side) * np.cos(lift), np.cos(side) * np.sin(lift)
    return grid(np.stack([x, np.sin(side) * np.ones_like(lift), z], axis=-1), closed=False)


def tube(
    path: Callable[[Points], Points], radius: Callable[[Points], Points], rows: int = 20, columns: int = 10
) -> Mesh:
    """A tube of varying radius along a path over [-1, 1], with round ends if the radius goes to 0 there."""
    along = np.sin(np.linspace(-np.pi / 2, np.pi / 2, rows))
    centre, ahead = path(along), path(along + 1e-4) - path(along - 1e-4)
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    first = np.cross(ahead, np.array([1.0, 0.0, 0.0]))
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    second = np.cross(ahead, first)
    around = np.linspace(0.0, 2 * np.pi, columns, endpoint=False)
    ring = np.cos(around)[None, :, None] * first[:, None] - np.sin(around)[None, :, None] * second[:, None]
    return grid(centre[:, None] + radius(along)[:, None, None] * ring, closed=True)


def brow() -> Mesh:
    """A soft bar in metres, along y, arched up and bent back with the forehead."""

    def path(t: Points) -> Points:
        return np.stack([-0.0040 * t**2, 0.025 * t, 0.0045 * (1 - t**2)], axis=-1)

    return tube(path, lambda t: 0.0047 * np.sqrt(np.clip(1 - t**4, 0.0, None)))


def rim() -> Mesh:
    """The dark edge of a lid, on the unit sphere."""

    def path(t: Points) -> Points:
        return np.stack([np.cos(1.25 * t), np.sin(1.25 * t), np.zeros_like(t)], axis=-1)

    return tube(path, lambda t: 0.055 * np.sqrt(np.clip(1 - t**2, 0.0, None)))


def capsule(length_m: float, radius_m: float) -> Mesh:
    """A capsule in metres along y, from the origin's centre to `length_m`."""
    polar = np.concatenate([np.linspace(0, np.pi / 2, 5), np.linspace(np.pi / 2, np.pi, 5)])[:, None]
    offset = np.where(np.arange(10) < 5, length_m, 0.0)[:, None]
    around = np.linspace(0.0, 2 * np.pi, 14, endpoint=False)[None, :]
    y = offset + radius_m * np.cos(polar) * np.ones_like(around)
    across = radius_m * np.sin(polar)
    return grid(np.stack([across * np.sin(around), y, across * np.cos(around)], axis=-1), closed=True)


def torus(ratio: float, rows: int = 13, columns: int = 48) -> Mesh:
    """A ring around z of radius 1 with a tube of `ratio`."""
    tube_angle = np.linspace(0.0, -2 * np.pi, rows)[:, None]
    around = np.linspace(0.0, 2 * np.pi, columns, endpoint=False)[None, :]
    reach = 1 + ratio * np.cos(tube_angle)
    points = [reach * np.cos(around), reach * np.sin(around), ratio * np.sin(tube_angle) * np.ones_like(around)]
    return grid(np.stack(points, axis=-1), closed=True)


def normals(mesh: Mesh) -> Points:
    """Smooth vertex normals, weighted by the area of the triangles."""
    vertices, faces = mesh
    a, b, c = (vertices[faces[:, i]] for i in range(3))
    flat = np.cross(b - a, c - a)
    total = np.zeros_like(vertices)
    for corner in range(3):
        np.add.at(total, faces[:, corner], flat)
    return total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)


def write_obj(mesh: Mesh, path: Path) -> None:
    """Writes Wavefront OBJ with normals."""
    vertices, faces = mesh
    lines = ["v {:.5g} {:.5g} {:.5g}".format(*vertex) for vertex in vertices]
    lines += ["vn {:.3f} {:.3f} {:.3f}".format(*normal) for normal in normals(mesh)]
    lines += ["f {0}//{0} {1}//{1} {2}//{2}".format(*(face + 1)) for face in faces]
    path.write_text("\n".join(lines) + "\n", encoding="ascii")


SHAPES: dict[str, Callable[[], Mesh]] = {
    "unit_ellipsoid": lambda: superellipsoid(2.0, 20, 28),
    "unit_head": lambda: superellipsoid(HEAD_POWER),
    "unit_torso": lambda: superellipsoid(TORSO_POWER),
    "unit_iris": lambda: cap(37.0),
    "unit_pupil": lambda: cap(21.0),
    "unit_glint": lambda: cap(6.5, 4, 14),
    "unit_lid": lid,
    "unit_rim": rim,
    "unit_ring": lambda: torus(0.12),
    "brow": brow,
    "lip_centre": lambda: capsule(0.021, 0.0042),
    "lip": lambda: capsule(0.0105, 0.0042),
}


def main() -> None:
    """Writes every shape beside this script."""
    folder = Path(__file__).parent / "meshes"
    folder.mkdir(exist_ok=True)
    for name, make in SHAPES.items():
        write_obj(make(), folder / f"{name}.obj")


if __name__ == "__main__":
    main()
