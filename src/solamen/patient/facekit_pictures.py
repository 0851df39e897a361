"""Labelled pictures of foreign heads, as anyone might make them: plain or painted, in any view and light.

They are written as `solamen evaluate face --images DIR --labels labels.csv` reads them.
"""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from solamen.core.action_units import MAX_INTENSITY, UNITS, pain_index
from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.patient.acts import pose_of
from solamen.patient.facekit import BROWS, LIPS, FaceKit, Floats
from solamen.patient.photo import View, develop, draw_flaws, draw_view
from solamen.patient.renderer import REMEDY, import_mujoco, light_scene

SIDE_PX = 480
NEUTRALS = 3
_KINDS = {"pain": 0.38, "mixture": 0.25, "neutral": 0.10, "smile": 0.10, "disgust": 0.07, "speech": 0.05, "blink": 0.05}
_SKINS = ((0.87, 0.68, 0.57), (0.75, 0.55, 0.43), (0.55, 0.38, 0.28), (0.36, 0.24, 0.17))
_COLOURS = {
    "sclera": (0.92, 0.90, 0.88),
    "teeth": (0.90, 0.88, 0.80),
    "gums": (0.55, 0.25, 0.25),
}
_PAINT_PX = 512
_COLUMNS = ("file", "identity", "kind", *(f"AU{unit}" for unit in UNITS if unit != 45), "pspi")


def write_pictures(kit: Path, out: Path, persons: int = 12, pictures: int = 24, seed: int = 0) -> Path:
    """Draws heads of the kit and writes pictures and `labels.csv`; returns the table's path.

    Every second head is of one paint, without brows and lips; none has irises. Each has three neutral pictures.

    Raises:
        OutsideError: the kit cannot be read, there is no OpenGL, or the folder cannot be written.
    """
    heads, rows = FaceKit.read(kit), list[list[object]]()
    try:
        out.mkdir(parents=True, exist_ok=True)
        for number in range(persons):
            rng = np.random.default_rng([seed, number, 13])
            with ForeignHead(heads, rng, plain=number % 2 == 0) as head:
                rows += _pictures_of(head, f"k{number:03d}", out, pictures, rng)
        table = out / "labels.csv"
        with table.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerows([_COLUMNS, *rows])
    except OSError as error:
        raise OutsideError(f"cannot write ({error.strerror})", str(out), "Give a folder that you may write.") from error
    return table


def _pictures_of(head: ForeignHead, name: str, out: Path, count: int, rng: np.random.Generator) -> list[list[object]]:
    """Writes one head's pictures; their rows of the table."""
    rows: list[list[object]] = []
    for number in range(NEUTRALS + count):
        teaches = number < NEUTRALS
        kind = "neutral" if teaches else str(rng.choice(list(_KINDS), p=list(_KINDS.values())))
        shown = {} if kind == "neutral" else pose_of(kind, float(rng.beta(1.0, 0.9)), rng).intensity
        units = {unit: min(float(shown.get(unit, 0.0)), MAX_INTENSITY) for unit in UNITS}
        view = draw_view(rng, 1.0, calm=0.6 if teaches else 1.0)
        image = develop(head.draw(units, view, rng), draw_flaws(rng, SIDE_PX, cover=0.0), {}, rng)
        file = f"{name}-{number:02d}.png"
        if not cv2.imwrite(str(out / file), image[:, :, ::-1]):
            raise OSError(5, f"cannot write {file}")
        told = kind if teaches or kind != "neutral" else "calm"
        rows.append(
            [file, name, told, *(f"{units[u]:.3f}" for u in UNITS if u != 45), f"{pain_index(units).value:.3f}"]
        )
    return rows


class ForeignHead:
    """A head of the kit that can be drawn. Use it in a `with` statement; belongs to the thread that made it.

    Raises:
        OutsideError: there is no OpenGL for drawing off screen.
    """

    def __init__(self, kit: FaceKit, rng: np.random.Generator, *, plain: bool) -> None:
        self._kit, self._mujoco = kit, import_mujoco()
        self._identity = kit.draw_identity(rng)
        self._skin = np.clip(np.array(_SKINS[rng.integers(len(_SKINS))]) * rng.uniform(0.9, 1.1), 0.0, 1.0)
        self._model = self._made(plain=plain)
        self._data = self._mujoco.MjData(self._model)
        try:
            self._renderer = self._mujoco.Renderer(self._model, SIDE_PX, SIDE_PX)
        except Exception as error:
            raise OutsideError(f"cannot draw off screen ({error})", "OpenGL of this machine", REMEDY) from error
        self._renderer.scene.flags[self._mujoco.mjtRndFlag.mjRND_SHADOW] = 0
        self._renderer.scene.flags[self._mujoco.mjtRndFlag.mjRND_SKYBOX] = 0

    def __enter__(self) -> ForeignHead:
        return self

    def __exit__(self, *_: object) -> None:
        self._renderer.close()

    def draw(self, units: dict[int, float], view: View, rng: np.random.Generator) -> Image:
        """A picture of units (FACS number to 0–5) in a view."""
        vertex = self._kit.shown(self._identity, units, rng)
        pivot = np.array([-0.08, 0.0, -0.05])
        vertex = (vertex - pivot) @ view.head.T + pivot
        for part, (index, face) in self._parts.items():
            self._upload(part, vertex[index], face)
        light_scene(self._mujoco, self._model, view)
        self._mujoco.mj_forward(self._model, self._data)
        self._renderer.update_scene(self._data, camera="camera")
        image: Image = self._renderer.render().copy()
        return image

    def _upload(self, part: str, vertex: Floats, face: Any) -> None:
        """Puts a part into the model, in the frame in which MuJoCo keeps its mesh."""
        model, mesh, rotation = self._model, self._model.mesh(part).id, np.empty(9)
        self._mujoco.mju_quat2Mat(rotation, model.mesh_quat[mesh])
        turn = rotation.reshape(3, 3)
        start, count = model.mesh_vertadr[mesh], model.mesh_vertnum[mesh]
        model.mesh_vert[start : start + count] = (vertex - model.mesh_pos[mesh]) @ turn
        start, count = model.mesh_normaladr[mesh], model.mesh_normalnum[mesh]
        model.mesh_normal[start : start + count] = _normals(vertex, face) @ turn
        self._mujoco.mjr_uploadMesh(model, self._renderer._mjr_context, mesh)

    def _made(self, *, plain: bool) -> Any:
        """The scene: parts of the head, three lamps, the camera."""
        mujoco, spec = self._mujoco, self._mujoco.MjSpec()
        spec.visual.global_.offwidth = spec.visual.global_.offheight = SIDE_PX
        spec.stat.extent, spec.visual.map.znear, spec.visual.map.zfar = 1.0, 0.02, 10.0
        flat, sheet = mujoco.mjtBuiltin.mjBUILTIN_FLAT, mujoco.mjtTexture.mjTEXTURE_2D
        spec.add_texture(name="paint", type=sheet, builtin=flat, width=_PAINT_PX, height=_PAINT_PX, nchannel=3)
        material = spec.add_material(name="person", specular=0.2, shininess=0.2)
        material.textures[mujoco.mjtTextureRole.mjTEXROLE_RGB] = "paint"
        vertex = self._kit.shown(self._identity, {}, np.random.default_rng(0))
        self._parts = {}
        for part, triangles in self._kit.triangles.items():
            index, face = np.unique(triangles, return_inverse=True)
            self._parts[part] = (index, face.reshape(-1, 3))
            self._add(spec, part, vertex[index])
        for _ in range(3):
            spec.worldbody.add_light(type=mujoco.mjtLightType.mjLIGHT_DIRECTIONAL, castshadow=False)
        spec.worldbody.add_camera(name="camera")
        model = spec.compile()
        start, paint = model.tex_adr[0], self._paint(plain=plain)
        model.tex_data[start : start + paint.size] = paint.ravel()
        return model

    def _add(self, spec: Any, part: str, vertex: Floats) -> None:
        index, face = self._parts[part]
        sheet = {}
        if part == "skin":
            place = self._kit.uv[index] * (1.0, -1.0) + (0.0, 1.0)
            sheet = {"usertexcoord": place.ravel(), "userfacetexcoord": face.ravel()}
        spec.add_mesh(
            name=part, uservert=vertex.ravel(), usernormal=_normals(vertex, face).ravel(), userface=face.ravel(),
            inertia=2, **sheet,
        )  # fmt: skip
        geom = spec.worldbody.add_geom(name=part, type=self._mujoco.mjtGeom.mjGEOM_MESH, meshname=part)
        if part == "skin":
            geom.material = "person"
        else:
            geom.rgba = (*_COLOURS[part], 1.0)

    def _paint(self, *, plain: bool) -> Image:
        """The skin's picture: one colour, or lips and brows upon it."""
        sheet = np.ones((_PAINT_PX, _PAINT_PX, 3)) * self._skin
        if not plain:
            place = np.round((self._kit.uv * (1.0, -1.0) + (0.0, 1.0)) * _PAINT_PX).astype(np.int32)
            cv2.fillPoly(sheet, [place[list(LIPS)]], (self._skin * (0.85, 0.60, 0.60)).tolist())
            for brow in BROWS:
                cv2.polylines(
                    sheet, [place[list(brow)]], isClosed=False, color=(0.3 * self._skin).tolist(), thickness=6
                )
            sheet = cv2.GaussianBlur(sheet, (0, 0), 1.5)
        return np.asarray(255.0 * np.clip(sheet, 0.0, 1.0), np.uint8)


def _normals(vertex: Floats, face: Any) -> Floats:
    """Each vertex's normal, from the faces around it."""
    normal = np.zeros_like(vertex)
    across = np.cross(vertex[face[:, 1]] - vertex[face[:, 0]], vertex[face[:, 2]] - vertex[face[:, 0]])
    for corner in range(3):
        np.add.at(normal, face[:, corner], across)
    return np.asarray(normal / np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12))
