"""The robot's visible parts as meshes, each fixed to a link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import mujoco
import numpy as np
import trimesh
from numpy.typing import NDArray

from solamen.robot.adapters.lights import is_lamp
from solamen.robot.adapters.model import PREFIX
from solamen.robot.adapters.scene import VISUAL_GROUP

GEOM = mujoco.mjtGeom


@dataclass(frozen=True)
class Part:
    """One visible part.

    Attributes:
        link: name of the link that it is fixed to.
        body: number of that link in the model.
        vertices: vertices × 3, metres in the link.
        faces: faces × 3, numbers of vertices.
        colour: red, green, blue, 0–255.
        opacity: 0–1.
        lamp: number of its material in the model where it shines, else -1; see `colour_of`.
    """

    link: str
    body: int
    vertices: NDArray[np.float32]
    faces: NDArray[np.uint32]
    colour: tuple[int, int, int]
    opacity: float
    lamp: int = -1


def parts_of(model: Any) -> list[Part]:
    """The visible parts of the robot in a MuJoCo model; those of the room are left out."""
    parts = []
    for number in range(model.ngeom):
        body = int(model.geom_bodyid[number])
        link = model.body(body).name
        if model.geom_group[number] == VISUAL_GROUP and link.startswith(PREFIX):
            shape = _shape(model, number)
            if shape is not None:
                parts.append(_part(model, number, (link.removeprefix(PREFIX), body), shape))
    return parts


def _part(model: Any, number: int, link: tuple[str, int], shape: tuple[Any, Any]) -> Part:
    rotation = np.zeros(9)
    mujoco.mju_quat2Mat(rotation, model.geom_quat[number])
    vertices = np.asarray(shape[0]) @ rotation.reshape(3, 3).T + model.geom_pos[number]
    material = int(model.geom_matid[number])
    faces = np.asarray(shape[1], dtype=np.uint32)
    if material < 0:
        rgba = model.geom_rgba[number]
        return Part(*link, vertices.astype(np.float32), faces, _bytes(rgba), float(rgba[3]))
    lamp = material if is_lamp(model, material) else -1
    return Part(*link, vertices.astype(np.float32), faces, *colour_of(model, material), lamp)


def colour_of(model: Any, material: int) -> tuple[tuple[int, int, int], float]:
    """Red, green, blue, 0–255, and opacity 0–1 of a material as it shines now."""
    rgba = model.mat_rgba[material]
    return _bytes(rgba * (1.0 + model.mat_emission[material])), float(rgba[3])


def _bytes(colour: NDArray[np.float64]) -> tuple[int, int, int]:
    red, green, blue = (round(255 * min(float(value), 1.0)) for value in colour[:3])
    return red, green, blue


def _shape(model: Any, number: int) -> tuple[Any, Any] | None:
    """Vertices and faces in the part's own frame; None for shapes that are not drawn, such as planes."""
    kind, size = model.geom_type[number], model.geom_size[number]
    if kind == GEOM.mjGEOM_MESH:
        mesh = model.mesh(int(model.geom_dataid[number]))
        first, count = int(mesh.vertadr[0]), int(mesh.vertnum[0])
        face, faces = int(mesh.faceadr[0]), int(mesh.facenum[0])
        return model.mesh_vert[first : first + count], model.mesh_face[face : face + faces]
    made = _primitive(kind, size)
    return None if made is None else (made.vertices, made.faces)


def _primitive(kind: int, size: NDArray[np.float64]) -> Any:
    if kind == GEOM.mjGEOM_BOX:
        return trimesh.creation.box(extents=2 * size)
    if kind in (GEOM.mjGEOM_SPHERE, GEOM.mjGEOM_ELLIPSOID):
        ball = trimesh.creation.icosphere(subdivisions=3)
        return ball.apply_scale(size if kind == GEOM.mjGEOM_ELLIPSOID else size[0])
    if kind == GEOM.mjGEOM_CYLINDER:
        return trimesh.creation.cylinder(radius=size[0], height=2 * size[1], sections=48)
    if kind == GEOM.mjGEOM_CAPSULE:
        return trimesh.creation.capsule(radius=size[0], height=2 * size[1])
    return None
