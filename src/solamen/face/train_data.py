"""Generated faces as the landmark model reads them: made once, kept in the user's cache, person by person.

What is kept of a picture is landmarks, blendshapes, truth and the picture in grey, so that features may change without
drawing anew. Each person's file depends on the person's number alone: an interrupted run goes on where it stopped, in
any order.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import UNITS
from solamen.core.frames import Image
from solamen.face.landmarks import POINTS, LandmarkSource
from solamen.face.settings import FaceSettings
from solamen.face.steady import SteadyLandmarker
from solamen.patient.acts import KINDS
from solamen.patient.variety import Still, VariedPatient

FORMAT = 4
NEUTRALS, STILLS = 5, 45
"""Pictures of a person: neutral ones, which may teach their neutral, and others."""
LOOKS = 2
"""At each picture, see `steady`."""
# Turned heads are the hard ones: every second picture is drawn from a wider range than the others.
_WIDE = 1.35
_JPEG_QUALITY = 92
KIND_NAMES: tuple[str, ...] = tuple(KINDS)
_SHARES = {
    "pain": 0.28,
    "mixture": 0.32,
    "neutral": 0.08,
    "smile": 0.05,
    "speech": 0.04,
    "disgust": 0.06,
    "blink": 0.02,
    "glance": 0.02,
    "effort": 0.05,
    "yawn": 0.015,
    "sneeze": 0.035,
    "surprise": 0.015,
    "sad": 0.015,
}


@dataclass(frozen=True)
class PersonData:
    """All pictures of one person.

    Attributes:
        points: float32 (n, 478, 3), pixels; NaN where no face was found.
        shapes: float32 (n, 52), in the order of `shape_names`.
        shape_names: the blendshapes' names.
        units: float32 (n, 16), of `UNITS`, 0–5.
        pspi: float32 (n,).
        kind: int (n,), into `KIND_NAMES`.
        covered: bool (n, 16), units that something hides.
        neutral: bool (n,), pictures that may teach the neutral.
        who: float32 (4,): age in years, gender 0–1, skin 0–1, share of muscles in the rig.
        grey: uint8, the pictures in grey as JPEG files, one after the other.
        grey_end: int (n,), where each of them ends.
    """

    points: NDArray[np.float32]
    shapes: NDArray[np.float32]
    shape_names: tuple[str, ...]
    units: NDArray[np.float32]
    pspi: NDArray[np.float32]
    kind: NDArray[np.int64]
    covered: NDArray[np.bool_]
    neutral: NDArray[np.bool_]
    who: NDArray[np.float32]
    grey: NDArray[np.uint8]
    grey_end: NDArray[np.int64]

    def picture(self, number: int) -> Image:
        """One picture, height × width, grey."""
        start = int(self.grey_end[number - 1]) if number else 0
        content = self.grey[start : int(self.grey_end[number])]
        return np.asarray(cv2.imdecode(content, cv2.IMREAD_GRAYSCALE), np.uint8)

    @property
    def found(self) -> NDArray[np.bool_]:
        """Whether a face was found, per picture."""
        return np.isfinite(self.points[:, 0, 0])


def data_folder() -> Path:
    """Where generated faces are kept: `SOLAMEN_FACE_DATA`, or the user's cache."""
    return Path(os.environ.get("SOLAMEN_FACE_DATA", Path.home() / ".cache" / "solamen" / "face-data"))


def person_file(folder: Path, split: str, seed: int) -> Path:
    """Where one person's pictures are kept."""
    return folder / f"v{FORMAT}" / f"{split}-{seed:05d}.npz"


def generate(
    seeds: range, split: str, folder: Path | None = None, told: Callable[[int, int], None] | None = None
) -> list[Path]:
    """Makes the data of some persons that are not there yet.

    Args:
        seeds: who.
        split: `train` or `test`.
        folder: where; `data_folder()` by default.
        told: called with persons done and persons in all.

    Raises:
        OutsideError: the landmark model, the crowd or OpenGL is missing.
    """
    place, files = folder or data_folder(), []
    settings = FaceSettings()
    with SteadyLandmarker(settings, LOOKS) as steady:
        for done, seed in enumerate(seeds):
            path = person_file(place, split, seed)
            if not path.is_file():
                _save(path, make_person(seed, split, steady))
            files.append(path)
            if told is not None:
                told(done + 1, len(seeds))
    return files


def make_person(seed: int, split: str, landmarker: LandmarkSource) -> PersonData:
    """Draws one person's pictures and finds their landmarks."""
    rng = np.random.default_rng([seed, 7, len(split)])
    names = list(_SHARES)
    kinds = ["neutral"] * NEUTRALS + list(
        rng.choice(names, STILLS, p=np.array(list(_SHARES.values())) / sum(_SHARES.values()))
    )
    with VariedPatient(seed, split) as patient:
        rows = []
        for number, kind in enumerate(kinds):
            teaches = number < NEUTRALS
            calm = 0.6 if teaches else _WIDE if number % 2 else 1.0
            level = float(rng.beta(1.0, 0.9))
            still = patient.still(str(kind), level, rng, calm=calm, cover=0.0 if teaches else 0.06)
            rows.append(_row(still, landmarker))
        a = patient.attributes
    points, shapes, units, pspi, kind_numbers, covered, shape_names, greys = zip(*rows, strict=True)
    return PersonData(
        points=np.array(points, np.float32),
        shapes=np.array(shapes, np.float32),
        shape_names=next((names for names in shape_names if names), ()),
        units=np.array(units, np.float32),
        pspi=np.array(pspi, np.float32),
        kind=np.array(kind_numbers, np.int64),
        covered=np.array(covered, bool),
        neutral=np.arange(len(kinds)) < NEUTRALS,
        who=np.array([a.age_years, a.gender, a.skin, a.muscle_share], np.float32),
        grey=np.concatenate(greys),
        grey_end=np.cumsum([len(grey) for grey in greys]),
    )


def _row(still: Still, landmarker: LandmarkSource) -> tuple[object, ...]:
    found = landmarker.find(still.image)
    points = found.points if found else np.full((POINTS, 3), np.nan, np.float32)
    names = tuple(found.blendshapes) if found else ()
    shapes = np.array([found.blendshapes[name] for name in names]) if found else np.full(52, np.nan)
    units = [still.intensity[unit] for unit in UNITS]
    covered = [unit in still.hidden for unit in UNITS]
    grey = cv2.cvtColor(still.image, cv2.COLOR_RGB2GRAY)
    _, file = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])
    return points, shapes, units, still.pspi, KIND_NAMES.index(still.kind), covered, names, file.ravel()


def _save(path: Path, data: PersonData) -> None:
    """Writes the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        np.savez(file, **vars(data))
    part.replace(path)


def load_person(path: Path) -> PersonData:
    """One person's pictures from their file."""
    with np.load(path) as saved:
        content = {name: saved[name] for name in saved.files}
    content["shape_names"] = tuple(str(name) for name in content["shape_names"])
    return PersonData(**content)
