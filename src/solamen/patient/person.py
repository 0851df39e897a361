"""A baked person: shape, facial actions and paint, as numpy arrays from one file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError

PERSONS = Path(__file__).parent / "persons"
REMEDY = "Use adult, child or elder, or bake a person with `solamen patient bake`."
FORMAT = 1

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]


@dataclass(frozen=True)
class Surface:
    """Triangles with paint; metres in the patient's frame (origin between the eyes, x forward, y left, z up).

    Attributes:
        vertex: vertices × 3.
        normal: vertices × 3, unit length.
        face: triangles × 3, into `vertex`.
        uv: points × 2, 0–1, v upwards.
        face_uv: triangles × 3, into `uv`.
    """

    vertex: Floats
    normal: Floats
    face: Integers
    uv: Floats
    face_uv: Integers


@dataclass(frozen=True)
class Person:
    """One baked person.

    Attributes:
        name: as baked; decides on the person's own style of expression too.
        head: face, eyes, lashes, mouth and neck; deforms.
        hair: stiff, turns with the head.
        torso: clothed shoulders and chest; still.
        actions: names of the rig's actions, in ARKit's words with Left and Right.
        offset_start: where each action begins in the two arrays below; one longer than `actions`.
        offset_vertex: the vertices of `head` that the action moves.
        offset: their way in metres at weight 1.
        follow: vertices of `head`, 0 (still) to 1 (turns with the skull).
        eye_vertices: first and one past the last vertex of the left and of the right eyeball.
        eye_centre: centres of the left and of the right eyeball.
        pivot: point about which the head turns.
        paint: height × width × 3, RGB.
    """

    name: str
    head: Surface
    hair: Surface
    torso: Surface
    actions: tuple[str, ...]
    offset_start: Integers
    offset_vertex: Integers
    offset: Floats
    follow: Floats
    eye_vertices: tuple[tuple[int, int], tuple[int, int]]
    eye_centre: Floats
    pivot: Floats
    paint: NDArray[np.uint8]

    @classmethod
    def load(cls, name: str) -> Person:
        """Loads a person that ships with Solamen by name, or any baked file by its path.

        Raises:
            OutsideError: there is none, or the file is no baked person.
        """
        path = Path(name) if name.endswith(".npz") else PERSONS / f"{name}.npz"
        try:
            with np.load(path) as baked:
                return _read(baked)
        except OSError as error:
            raise OutsideError(f"there is no baked person {name!r}", str(path), REMEDY) from error
        except (KeyError, ValueError, EOFError, cv2.error) as error:
            raise OutsideError(f"the file is no baked person ({error})", str(path), REMEDY) from error

    def action_offsets(self, action: int) -> tuple[Integers, Floats]:
        """The vertices that an action moves, and their ways in metres."""
        span = slice(self.offset_start[action], self.offset_start[action + 1])
        return self.offset_vertex[span], self.offset[span]


def _read(baked: np.lib.npyio.NpzFile) -> Person:
    """Makes a person of the arrays of a file."""
    if int(baked["format"]) != FORMAT:
        raise ValueError(f"format {int(baked['format'])}, expected {FORMAT}")
    paint = cv2.imdecode(baked["paint_jpeg"], cv2.IMREAD_COLOR)
    if paint is None:
        raise ValueError("its paint cannot be read")
    spans = baked["eye_vertices"].tolist()
    return Person(
        name=str(baked["name"]),
        head=_surface(baked, "head"),
        hair=_surface(baked, "hair"),
        torso=_surface(baked, "torso"),
        actions=tuple(str(name) for name in baked["actions"]),
        offset_start=baked["offset_start"].astype(np.int32),
        offset_vertex=baked["offset_vertex"].astype(np.int32),
        offset=baked["offset"].astype(np.float32),
        follow=baked["follow"].astype(np.float32),
        eye_vertices=((spans[0][0], spans[0][1]), (spans[1][0], spans[1][1])),
        eye_centre=baked["eye_centre"].astype(np.float32),
        pivot=baked["pivot"].astype(np.float32),
        paint=np.ascontiguousarray(paint[:, :, ::-1]),
    )


def _surface(baked: np.lib.npyio.NpzFile, prefix: str) -> Surface:
    """One surface of a file."""
    return Surface(
        vertex=baked[f"{prefix}_vertex"].astype(np.float32),
        normal=baked[f"{prefix}_normal"].astype(np.float32),
        face=baked[f"{prefix}_face"].astype(np.int32),
        uv=baked[f"{prefix}_uv"].astype(np.float32),
        face_uv=baked[f"{prefix}_face_uv"].astype(np.int32),
    )
