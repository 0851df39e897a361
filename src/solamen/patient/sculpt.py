"""From raw anatomy to the surfaces that are drawn: cropped to head and shoulders, and dressed."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from solamen.patient import atlas
from solamen.patient.anatomy import BODY, HEAD, LEFT_SOCKET, MOUTH, RIGHT_SOCKET, Anatomy, Indices, Points

BELOW_EYES_M = 0.46
"""How far below the eyes of an adult the torso is cut; below the picture's edge."""
CLOTH_M = 0.006
"""How far cloth stands off the skin."""
TEETH_BACK_M = 0.011
"""How far the base mesh's teeth and tongue are set back, so that they stay behind closed lips."""
WING_LIFT_M, WING_REACH_M = (0.0, 0.0006, 0.0034), 0.0095
"""Way of the wing of the nose in a full AU9, and how far about it the skin goes along."""
TEETH_NARROW = 0.72
"""Their width by the base mesh's, so that they stay within the corners of the mouth."""


@dataclass(frozen=True)
class Sculpture:
    """A surface under way, with the base mesh's vertex behind each of its own.

    Attributes:
        base: its vertices' numbers in the base mesh.
        vertex: vertices × 3, metres.
        normal: vertices × 3, unit length.
        face: triangles × 3, into `vertex`.
        uv: points × 2, in the atlas.
        face_uv: triangles × 3, into `uv`.
        lips: share of lip colour at each texture point, 0–1.
    """

    base: Indices
    vertex: Points
    normal: Points
    face: Indices
    uv: Points
    face_uv: Indices
    lips: NDArray[np.float64]


def vertex_normals(vertex: Points, face: Indices) -> Points:
    """Area-weighted unit normals, vertices × 3."""
    a, b, c = (vertex[face[:, corner]] for corner in range(3))
    across = np.cross(b - a, c - a)
    normal = np.zeros_like(vertex)
    for corner in range(3):
        np.add.at(normal, face[:, corner], across)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-15
    return normal


def triangles(quads: Indices) -> Indices:
    """Two triangles for each quad."""
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])


def collar(anatomy: Anatomy, points: Points) -> NDArray[np.float64]:
    """Metres below the neckline (above it where negative): a plane that rises from the throat to the nape."""
    throat, nape = anatomy.joints["clavicle.L"][2], anatomy.joints["neck01"]
    front = np.array([nape[0] + 0.09 * anatomy.scale, 0.0, throat + 0.040 * anatomy.scale])
    back = np.array([nape[0] - 0.05 * anatomy.scale, 0.0, nape[2] + 0.022 * anatomy.scale])
    along = (back - front) / np.linalg.norm(back - front)
    upward = np.array([-along[2], 0.0, along[0]]) * np.sign(along[0])
    # It climbs at the sides, where a plane would only graze the shoulders.
    aside = np.maximum(np.abs(points[:, 1]) - 0.045 * anatomy.scale, 0.0)
    below: NDArray[np.float64] = 0.35 * aside - (points - front) @ upward
    return below


def dress(anatomy: Anatomy) -> Points:
    """The base mesh's vertices with cloth standing off the skin below the neckline, and the teeth set back."""
    vertex = anatomy.vertex.copy()
    body = triangles(anatomy.quads["body"])
    normal = vertex_normals(vertex, body)
    stand_off = CLOTH_M * np.clip(collar(anatomy, vertex) / 0.004, 0.0, 1.0)
    used = np.unique(body)
    vertex[used] += stand_off[used, None] * normal[used]
    for group in ("helper-upper-teeth", "helper-lower-teeth", "helper-tongue"):
        inside = np.unique(anatomy.quads[group])
        vertex[inside] = vertex[inside] * (1.0, TEETH_NARROW, 1.0) - (TEETH_BACK_M * anatomy.scale, 0.0, 0.0)
    return vertex


def lid_edges(anatomy: Anatomy) -> Points:
    """Points along the edges of the lids, where the skin of the face turns in to the socket."""
    island, quads = anatomy.islands(), anatomy.quads["body"]
    skin = np.unique(quads[island == HEAD])
    socket = np.unique(quads[np.isin(island, (LEFT_SOCKET, RIGHT_SOCKET))])
    edge: Points = anatomy.vertex[np.intersect1d(skin, socket)]
    return edge


def with_wrinkled_nose(anatomy: Anatomy) -> Anatomy:
    """The anatomy with a nose that shortens in AU9: anny's own action draws the brows but hardly lifts the wings."""
    face = anatomy.vertex[np.unique(anatomy.quads["body"][anatomy.islands() == HEAD])]
    tip = face[np.argmax(face[:, 0])]
    offsets = dict(anatomy.offsets)
    for side, sign in (("Left", 1.0), ("Right", -1.0)):
        wing = np.array([tip[0] - 0.016 * anatomy.scale, sign * 0.015 * anatomy.scale, tip[2]])
        away = np.linalg.norm((anatomy.vertex - wing) / (WING_REACH_M * anatomy.scale), axis=1)
        lift = np.exp(-(away**2))[:, None] * (np.array(WING_LIFT_M) * (1.0, sign, 1.0))
        offsets[f"noseSneer{side}"] = offsets[f"noseSneer{side}"] + lift
    return replace(anatomy, offsets=offsets)


def body_uv(anatomy: Anatomy) -> Points:
    """All texture points, in the atlas; those of the body's island are cropped to the upper body."""
    island = anatomy.islands()
    uv = anatomy.uv.copy()
    quads = anatomy.quads_uv["body"]
    for number, box in ((HEAD, atlas.HEAD_BOX), (MOUTH, atlas.MOUTH_BOX)):
        points = np.unique(quads[island == number])
        uv[points] = atlas.into(box, anatomy.uv[points])
    for number in (LEFT_SOCKET, RIGHT_SOCKET):
        points = np.unique(quads[island == number])
        uv[points] = atlas.into(atlas.SOCKET_BOX, anatomy.uv[points])
    kept = quads[_upper_body(anatomy)]
    low, high = anatomy.uv[np.unique(kept)].min(axis=0), anatomy.uv[np.unique(kept)].max(axis=0)
    points = np.unique(quads[island == BODY])
    uv[points] = atlas.into(atlas.BODY_BOX, anatomy.uv[points], low, high)
    for group, box in _HELPERS.items():
        points = np.unique(anatomy.quads_uv[group])
        uv[points] = atlas.into(box, anatomy.uv[points])
    for side in "lr":
        _eye_uv(anatomy, uv, side)
    return uv


_HELPERS = {
    "helper-upper-teeth": atlas.TEETH_BOX,
    "helper-lower-teeth": atlas.TEETH_BOX,
    "helper-tongue": atlas.TONGUE_BOX,
}
EYES = ("helper-l-eye", "helper-r-eye")


def _eye_uv(anatomy: Anatomy, uv: Points, side: str) -> None:
    """Projects an eyeball straight from the front; the iris is in the middle of the box."""
    group = f"helper-{side}-eye"
    centre = anatomy.joints[f"eye.{side.upper()}"]
    reach = np.abs(anatomy.vertex[np.unique(anatomy.quads[group])] - centre)[:, 1:].max()
    vertices, points = anatomy.quads[group].ravel(), anatomy.quads_uv[group].ravel()
    frontal = (anatomy.vertex[vertices] - centre)[:, 1:]
    bound = np.array([reach, reach])
    uv[points] = atlas.into(atlas.EYE_BOX, frontal, -bound, bound)


def _upper_body(anatomy: Anatomy) -> NDArray[np.bool_]:
    """Quads of the body's island that are above the cut."""
    height = anatomy.vertex[anatomy.quads["body"]][:, :, 2].min(axis=1)
    mask: NDArray[np.bool_] = (anatomy.islands() == BODY) & (height > -BELOW_EYES_M)
    return mask


def _gather(anatomy: Anatomy, dressed: Points, uv: Points, parts: list[tuple[Indices, Indices]]) -> Sculpture:
    """Packs quads into a surface of their own."""
    face = np.concatenate([triangles(quads) for quads, _ in parts])
    face_uv = np.concatenate([triangles(quads) for _, quads in parts])
    base, packed = np.unique(face, return_inverse=True)
    points, packed_uv = np.unique(face_uv, return_inverse=True)
    packed = packed.reshape(-1, 3)
    # Normals come from the whole body, so that the neck and the chest agree where they meet.
    whole = vertex_normals(dressed, np.concatenate([triangles(quads) for quads in anatomy.quads.values()]))
    packed_uv = packed_uv.reshape(-1, 3)
    return Sculpture(base, dressed[base], whole[base], packed, uv[points], packed_uv, anatomy.lips[points])


def head_and_torso(anatomy: Anatomy) -> tuple[Sculpture, Sculpture]:
    """The part that deforms (face, eyes, lashes, mouth, neck) and the part that stays (shoulders and chest)."""
    dressed, uv = dress(anatomy), body_uv(anatomy)
    island, upper = anatomy.islands(), _upper_body(anatomy)
    quads, quads_uv = anatomy.quads["body"], anatomy.quads_uv["body"]
    neck = upper & (anatomy.follow[quads].max(axis=1) > 1e-3)
    moving = neck | np.isin(island, (HEAD, MOUTH, LEFT_SOCKET, RIGHT_SOCKET))
    parts = [(quads[moving], quads_uv[moving])]
    for group in (*_HELPERS, *EYES):
        parts.append((anatomy.quads[group], anatomy.quads_uv[group]))
    head = _gather(anatomy, dressed, uv, parts)
    still = upper & ~neck
    return head, _gather(anatomy, dressed, uv, [(quads[still], quads_uv[still])])
