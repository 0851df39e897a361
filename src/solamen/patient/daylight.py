"""How open to the light each point of a person is: soft shadow in folds, baked once so that drawing needs none."""

from __future__ import annotations

import mujoco
import numpy as np
from numpy.typing import NDArray

from solamen.patient.anatomy import Points
from solamen.patient.sculpt import Sculpture

RAYS = 64
REACH_M = 0.09
_LIFT_M = 0.0006


def openness(surfaces: tuple[Sculpture, ...], points: Points, normals: Points) -> NDArray[np.float64]:
    """Share of the sky seen from each point, 0–1, weighted by the cosine to its normal; far surfaces count less.

    Args:
        surfaces: what throws shadow.
        points: points × 3, metres.
        normals: points × 3, unit length.
    """
    model, data = _scene(surfaces)
    directions = _sphere(2 * RAYS)
    distance, geom = np.empty(len(directions)), np.empty(len(directions), np.int32)
    result = np.empty(len(points))
    for i, (point, normal) in enumerate(zip(points, normals, strict=True)):
        cosine = directions @ normal
        upper = cosine > 0.05
        rays = np.ascontiguousarray(directions[upper])
        count = len(rays)
        start = point + _LIFT_M * normal
        mujoco.mj_multiRay(
            model, data, start, rays.ravel(), None, True, -1, geom[:count], distance[:count], None, count, REACH_M
        )
        free = np.where(distance[:count] < 0.0, 1.0, np.clip(distance[:count] / REACH_M, 0.0, 1.0))
        result[i] = (free * cosine[upper]).sum() / cosine[upper].sum()
    return result


def _scene(surfaces: tuple[Sculpture, ...]) -> tuple[mujoco.MjModel, mujoco.MjData]:
    """The surfaces as still geometry to cast rays at."""
    spec = mujoco.MjSpec()
    for i, surface in enumerate(surfaces):
        spec.add_mesh(name=f"m{i}", uservert=surface.vertex.ravel(), userface=surface.face.ravel(), inertia=2)
        spec.worldbody.add_geom(type=mujoco.mjtGeom.mjGEOM_MESH, meshname=f"m{i}")
    model = spec.compile()
    data = mujoco.MjData(model)
    mujoco.mj_forward(model, data)
    return model, data


def _sphere(count: int) -> Points:
    """Directions spread evenly over the sphere (Fibonacci's spiral)."""
    i = np.arange(count) + 0.5
    height, turn = 1.0 - 2.0 * i / count, np.pi * (1.0 + 5.0**0.5) * i
    radius = np.sqrt(1.0 - height**2)
    return np.stack([radius * np.cos(turn), radius * np.sin(turn), height], axis=1)
