"""Draws a baked person with MuJoCo, off screen: the head is a mesh that is summed and uploaded anew for each frame."""

from __future__ import annotations

import math
import os
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.patient.camera import Camera
from solamen.patient.face_shape import FaceShape
from solamen.patient.person import Person, Surface
from solamen.patient.photo import View
from solamen.patient.settings import PatientSettings

WALL = ((0.74, 0.77, 0.77), (0.55, 0.59, 0.60))
WALL_BEHIND_M = 0.9
REMEDY = "Install libegl1, libegl-mesa0 and libgl1-mesa-dri (or libosmesa6 with MUJOCO_GL=osmesa)."
_LIGHTS: tuple[tuple[tuple[float, float, float], float], ...] = (
    ((-0.75, 0.45, -0.60), 0.50),
    ((-0.80, -0.60, -0.15), 0.26),
    ((0.30, -0.60, -0.70), 0.16),
)
"""Direction in the patient's frame and strength: key from the upper right of the picture's left, fill, rim."""
_AMBIENT = 0.36


class Renderer:
    """An off-screen picture of one person. Belongs to the thread that made it; close it."""

    def __init__(self, person: Person, camera: Camera, settings: PatientSettings) -> None:
        """Opens OpenGL and uploads the person.

        Raises:
            OutsideError: there is no OpenGL for drawing off screen.
        """
        self._mujoco = import_mujoco()
        self._shape = FaceShape(person)
        self._model = _model(self._mujoco, person, camera, settings)
        self._data = self._mujoco.MjData(self._model)
        try:
            self._renderer = self._mujoco.Renderer(self._model, settings.height, settings.width)
        except Exception as error:
            raise OutsideError(f"cannot draw off screen ({error})", "OpenGL of this machine", REMEDY) from error
        for flag in (self._mujoco.mjtRndFlag.mjRND_SHADOW, self._mujoco.mjtRndFlag.mjRND_REFLECTION):
            self._renderer.scene.flags[flag] = 0
        self._renderer.scene.flags[self._mujoco.mjtRndFlag.mjRND_SKYBOX] = 0
        self._mujoco.mj_forward(self._model, self._data)
        self._mesh = self._model.mesh("head").id
        self._hair = self._model.geom("hair").id
        self._pivot = person.pivot.astype(np.float64)
        self._head_frame = _mesh_frame(self._mujoco, self._model, "head")
        self._hair_frame = _mesh_frame(self._mujoco, self._model, "hair")
        self._image = np.empty((settings.height, settings.width, 3), np.uint8)

    def draw(
        self, weights: NDArray[np.float32], rotation: NDArray[np.float64], eye_yaw_rad: float, eye_pitch_rad: float
    ) -> Image:
        """One picture.

        Args:
            weights: 0–1.5 for each action of the rig.
            rotation: 3 × 3, of the head in the patient's frame.
            eye_yaw_rad: of the eyes in the head, positive to the patient's left.
            eye_pitch_rad: of the eyes in the head, positive is down.
        """
        vertex, normal = self._shape.at(weights, rotation, eye_yaw_rad, eye_pitch_rad)
        self._upload(vertex, normal)
        self._turn_hair(rotation)
        self._renderer.update_scene(self._data, camera="camera")
        image: Image = self._renderer.render(out=self._image).copy()
        return image

    def arrange(self, view: View) -> None:
        """Moves camera and lights for the pictures that follow."""
        model, mujoco = self._model, self._mujoco
        light_scene(mujoco, model, view)
        model.mat_rgba[model.material("wall").id, :3] = view.wall
        model.mat_specular[model.material("person").id] = view.shine
        mujoco.mj_forward(model, self._data)

    def close(self) -> None:
        """Gives the OpenGL context back."""
        self._renderer.close()

    def _upload(self, vertex: NDArray[np.float32], normal: NDArray[np.float32]) -> None:
        """Puts the head into the model, in the frame in which MuJoCo keeps the mesh, and into the context."""
        position, rotation = self._head_frame
        model, mesh = self._model, self._mesh
        start, count = model.mesh_vertadr[mesh], model.mesh_vertnum[mesh]
        model.mesh_vert[start : start + count] = (vertex - position) @ rotation
        start, count = model.mesh_normaladr[mesh], model.mesh_normalnum[mesh]
        model.mesh_normal[start : start + count] = normal @ rotation
        self._mujoco.mjr_uploadMesh(model, self._renderer._mjr_context, mesh)

    def _turn_hair(self, rotation: NDArray[np.float64]) -> None:
        """Turns the hair with the skull."""
        position, mesh_rotation = self._hair_frame
        self._data.geom_xpos[self._hair] = rotation @ (position - self._pivot) + self._pivot
        self._data.geom_xmat[self._hair] = (rotation @ mesh_rotation).ravel()


def light_scene(mujoco: Any, model: Any, view: View) -> None:
    """Moves the camera and the three lamps of a scene as a view says."""
    model.cam_pos[0] = view.camera_m
    quat = np.empty(4)
    mujoco.mju_mat2Quat(quat, view.camera_axes.ravel())
    model.cam_quat[0] = quat
    model.cam_fovy[0] = math.degrees(view.field_rad)
    for number, (direction, colour) in enumerate(view.lights):
        model.light_dir[number] = direction / np.linalg.norm(direction)
        model.light_diffuse[number] = colour
        model.light_specular[number] = 0.12 * colour
    model.vis.headlight.ambient[:] = view.ambient


def import_mujoco() -> Any:
    """MuJoCo, with EGL unless the environment says otherwise; it reads the choice when it is imported."""
    os.environ.setdefault("MUJOCO_GL", "egl")
    try:
        import mujoco
    except (ImportError, AttributeError, RuntimeError) as error:
        raise OutsideError(f"cannot load MuJoCo with its OpenGL ({error})", os.environ["MUJOCO_GL"], REMEDY) from error
    return mujoco


def _mesh_frame(mujoco: Any, model: Any, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Position and rotation of the frame in which MuJoCo keeps a mesh."""
    mesh, matrix = model.mesh(name).id, np.empty(9)
    mujoco.mju_quat2Mat(matrix, model.mesh_quat[mesh])
    return model.mesh_pos[mesh].copy(), matrix.reshape(3, 3)


def _model(mujoco: Any, person: Person, camera: Camera, settings: PatientSettings) -> Any:
    """The scene: the person, a wall, lights and the camera; the world's frame is the patient's."""
    spec = mujoco.MjSpec()
    spec.visual.global_.offwidth, spec.visual.global_.offheight = settings.width, settings.height
    spec.visual.quality.offsamples = settings.camera_samples
    spec.stat.extent = 1.0
    spec.visual.map.znear, spec.visual.map.zfar = 0.03, 10.0
    spec.visual.headlight.ambient = [_AMBIENT] * 3
    spec.visual.headlight.diffuse = [0.12] * 3
    spec.visual.headlight.specular = [0.0] * 3
    _paint(mujoco, spec, person)
    for name, surface in (("head", person.head), ("hair", person.hair), ("torso", person.torso)):
        _mesh(spec, name, surface)
        spec.worldbody.add_geom(name=name, type=mujoco.mjtGeom.mjGEOM_MESH, meshname=name, material="person")
    _wall(mujoco, spec)
    for direction, strength in _LIGHTS:
        spec.worldbody.add_light(
            type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL,
            dir=direction,
            diffuse=[strength, strength * 0.98, strength * 0.94],
            specular=[0.12 * strength] * 3,
            castshadow=False,
        )
    spec.worldbody.add_camera(
        name="camera",
        pos=camera.position,
        quat=[0.5, 0.5, 0.5, 0.5],
        fovy=math.degrees(settings.vertical_field_rad),
    )
    model = spec.compile()
    # Textures are made flat and filled here, as the compiler takes paint from files alone.
    start = model.tex_adr[model.texture("paint").id]
    model.tex_data[start : start + person.paint.size] = person.paint[::-1].ravel()
    return model


def _paint(mujoco: Any, spec: Any, person: Person) -> None:
    """The person's texture and material."""
    height, width = person.paint.shape[:2]
    spec.add_texture(
        name="paint",
        type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_FLAT,
        width=width,
        height=height,
        nchannel=3,
    )
    material = spec.add_material(name="person", specular=0.25, shininess=0.25)
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "paint"


def _mesh(spec: Any, name: str, surface: Surface) -> None:
    """One of the person's surfaces."""
    spec.add_mesh(
        name=name,
        uservert=surface.vertex.ravel(),
        usernormal=surface.normal.ravel(),
        userface=surface.face.ravel(),
        usertexcoord=surface.uv.ravel(),
        userfacetexcoord=surface.face_uv.ravel(),
        inertia=2,
    )


def _wall(mujoco: Any, spec: Any) -> None:
    """A plain wall behind the person."""
    spec.add_texture(
        name="wall",
        type=mujoco.mjtTexture.mjTEXTURE_2D,
        builtin=mujoco.mjtBuiltin.mjBUILTIN_FLAT,
        rgb1=WALL[0],
        width=4,
        height=4,
    )
    material = spec.add_material(name="wall", specular=0.0, shininess=0.0)
    material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "wall"
    spec.worldbody.add_geom(
        name="wall",
        type=mujoco.mjtGeom.mjGEOM_BOX,
        size=[0.01, 3.0, 3.0],
        pos=[-WALL_BEHIND_M, 0.0, 0.0],
        material="wall",
    )
