"""Heads that nobody here made: ICT-FaceKit (MIT licence), with a topology, shapes and actions of its own.

They are for judging alone. Nothing is trained on them, so that they tell how a reader of faces carries over to heads of
another model. The folder is a clone of the public repository `ICT-VGL/ICT-FaceKit`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import MAX_INTENSITY
from solamen.core.errors import OutsideError

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

MATERIALS: Mapping[str, tuple[str, ...]] = {
    "skin": ("M_Face", "M_BackHead"),
    "sclera": ("M_ScleraLeft", "M_ScleraRight"),
    "teeth": ("M_Teeth",),
    "gums": ("M_GumsTongue",),
}
"""Parts that are drawn, and their materials in the file; lashes, and irises within the whites, are left out."""
LIPS: tuple[int, ...] = (5708, 5695, 2081, 0, 4275, 6200, 6213, 6346, 6461, 5518, 5957, 5841)
"""Vertices around the mouth, as the kit lists them for the 68 points of Multi-PIE."""
BROWS: tuple[tuple[int, ...], ...] = ((268, 493, 1914, 2044, 1401), (3615, 4240, 4114, 2734, 2509))
_EYEBALLS = slice(21451, 24591)
_METRES = 0.01
_IDENTITY_SPREAD = 0.8
_LEAN = 0.05

# Unit to the kit's action, its strength at intensity 5, and whether it has two sides.
_ACTIONS: Mapping[int, tuple[str, float, bool]] = {
    1: ("browInnerUp", 1.0, True),
    2: ("browOuterUp", 1.0, True),
    4: ("browDown", 1.0, True),
    5: ("eyeWide", 1.0, True),
    6: ("cheekSquint", 1.0, True),
    7: ("eyeSquint", 1.0, True),
    9: ("noseSneer", 1.0, True),
    10: ("mouthUpperUp", 1.0, True),
    12: ("mouthSmile", 1.0, True),
    15: ("mouthFrown", 1.0, True),
    17: ("mouthShrugLower", 1.0, False),
    20: ("mouthStretch", 1.0, True),
    25: ("mouthLowerDown", 0.8, True),
    26: ("jawOpen", 0.8, False),
    43: ("eyeBlink", 1.0, True),
}


@dataclass(frozen=True)
class FaceKit:
    """The kit's linear model; metres in the patient's frame (origin between the eyes, x forward, y left, z up).

    Attributes:
        neutral: (V, 3).
        identities: (n, V, 3), ways of the shapes of heads.
        actions: name in the kit to (V, 3).
        triangles: part to (k, 3) vertices.
        uv: (V, 2), 0–1, v up.
    """

    neutral: Floats
    identities: Floats
    actions: Mapping[str, Floats]
    triangles: Mapping[str, Integers]
    uv: Floats

    @classmethod
    def read(cls, folder: Path) -> FaceKit:
        """Reads the kit's files.

        Raises:
            OutsideError: they are not there, or are no such files.
        """
        place = folder / "FaceXModel" if (folder / "FaceXModel").is_dir() else folder
        try:
            neutral = _vertices(place / "generic_neutral_mesh.obj")
            ways = {path.stem: _vertices(path) - neutral for path in sorted(place.glob("*.obj")) if path.stem[0] != "g"}
            triangles, uv = _surface(place / "generic_neutral_mesh.obj", len(neutral))
            identities = np.array([way for name, way in ways.items() if name.startswith("identity")])
            actions = {name: way for name, way in ways.items() if not name.startswith("identity")}
            kit = cls(neutral - neutral[_EYEBALLS].mean(axis=0), identities, actions, triangles, uv)
            kit.shown(np.zeros(len(identities)), dict.fromkeys(_ACTIONS, 1.0), np.random.default_rng(0))
        except (OSError, ValueError, IndexError, KeyError) as error:
            remedy = "Give a clone of the public repository ICT-VGL/ICT-FaceKit."
            raise OutsideError(f"the kit of heads cannot be read ({error})", str(place), remedy) from error
        return kit

    def draw_identity(self, rng: np.random.Generator) -> Floats:
        """Weights of a random head."""
        return rng.normal(0.0, _IDENTITY_SPREAD, len(self.identities))

    def shown(self, identity: Floats, units: Mapping[int, float], rng: np.random.Generator) -> Floats:
        """A head that shows units (FACS number to 0–5), a little more on one side: (V, 3)."""
        face = self.neutral + np.tensordot(identity, self.identities, 1)
        for unit, intensity in units.items():
            name, strength, sided = _ACTIONS.get(unit, ("", 0.0, False))
            weight, lean = strength * intensity / MAX_INTENSITY, rng.normal(0.0, _LEAN)
            if sided:
                face = face + weight * (
                    (1.0 + lean) * self.actions[f"{name}_L"] + (1.0 - lean) * self.actions[f"{name}_R"]
                )
            elif name:
                face = face + weight * self.actions[name]
        return np.asarray(face)


def _vertices(path: Path) -> Floats:
    """Vertices of a Wavefront file, in the patient's frame; the kit's x is left, y up, z forward, in centimetres."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    given = np.array([line.split()[1:4] for line in lines if line.startswith("v ")], np.float64)
    return np.asarray(_METRES * given[:, (2, 0, 1)])


def _surface(path: Path, count: int) -> tuple[dict[str, Integers], Floats]:
    """Triangles of each part, and each vertex's place on the skin's picture."""
    places: list[list[float]] = []
    corners: dict[str, list[tuple[int, int, int]]] = {part: [] for part in MATERIALS}
    uv, material = np.zeros((count, 2)), ""
    for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
        kind, *cells = line.split() or [""]
        if kind == "vt":
            places.append([float(cells[0]), float(cells[1])])
        elif kind == "usemtl":
            material = next((part for part, names in MATERIALS.items() if cells[0] in names), "")
        elif kind == "f":
            pairs = [[int(number) - 1 for number in cell.split("/")[:2]] for cell in cells]
            for vertex, place in pairs:
                uv[vertex] = places[place]
            if material:
                corners[material] += [(pairs[0][0], pairs[k][0], pairs[k + 1][0]) for k in range(1, len(pairs) - 1)]
    return {part: np.array(found) for part, found in corners.items()}, uv
