"""Anyone's labelled pictures of faces, judged with the same figures as the rendered ones."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from solamen.core.action_units import PAIN_UNITS, UNITS, pain_index
from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.face.evaluate_baseline import baseline_units
from solamen.face.evaluate_figures import Frames, Stills, frames_figures, stills_figures, stills_intervals
from solamen.face.evaluate_reader import StillReader, StillResult
from solamen.face.evaluate_stills import training_means
from solamen.face.pain import intensity_of
from solamen.face.pain_model import SCALE
from solamen.learning.faces_on_disk import read_faces
from solamen.learning.labelled import LabelledFace
from solamen.learning.progress import progress

_MAY_BE_PAIN = frozenset({"", "pain", "mixture", "neutral"})
"""Kinds whose pain the index tells; any other kind is a decoy."""


def evaluate_images(images: Path, labels: Path | None) -> dict[str, Any]:
    """Figures on labelled pictures; each identity's neutral is learned from its pictures of the kind `neutral`.

    Raises:
        OutsideError: the labels or a picture cannot be read.
    """
    return images_report(read_faces(images, labels))


def images_report(faces: Sequence[LabelledFace]) -> dict[str, Any]:
    """Figures on labelled pictures, those that teach a neutral left out."""
    judged = sorted((face for face in faces if not face.is_neutral), key=lambda face: face.identity)
    if not judged:
        raise OutsideError("all pictures are neutral", str(faces[0].path), "Add pictures to be judged.")
    neutrals: dict[str, list[Path]] = {}
    for face in faces:
        if face.is_neutral:
            neutrals.setdefault(face.identity, []).append(face.path)
    means = training_means()
    ours, straight, said = _seen(judged, neutrals)
    found = float(ours.found.mean())
    return {
        **stills_figures(ours, means),
        **_pain_figures(judged, [result.points for result in said], [result.spread for result in said]),
        "baseline": {
            **stills_figures(straight, means),
            **_pain_figures(judged, [intensity_of(index, SCALE) for index in straight.said], [math.nan] * len(judged)),
        },
        "groups": {"gap": None, "by": {}},
        "intervals": stills_intervals(ours, means),
        "n": len(judged),
        "detected": found,
        "answered": float(np.isfinite(ours.said).mean()),
        "identities": len({face.identity for face in judged}),
        "with_neutral": sum(face.identity in neutrals for face in judged) / len(judged),
    }


def _pain_figures(judged: Sequence[LabelledFace], points: Sequence[float], spread: Sequence[float]) -> dict[str, Any]:
    """Pain at the shipped threshold, of pictures whose index is coded; kinds other than pain must not be called so."""
    at = [i for i, face in enumerate(judged) if math.isfinite(face.pspi)]
    kinds = [judged[i].kind for i in at]
    decoys = sorted(set(kinds) - _MAY_BE_PAIN)
    truth = [0.0 if kind in decoys else intensity_of(judged[i].pspi, SCALE) for i, kind in zip(at, kinds, strict=True)]
    frames = Frames(
        person=[judged[i].identity for i in at],
        kind=np.array(kinds, np.str_),
        truth=np.array(truth, np.float64),
        said=np.array([points[i] for i in at], np.float64),
        spread=np.array([spread[i] for i in at], np.float64),
    )
    return frames_figures(frames, decoys)


def _seen(judged: Sequence[LabelledFace], neutrals: dict[str, list[Path]]) -> tuple[Stills, Stills, list[StillResult]]:
    """What the face room and the baseline say, and the room's results as they are."""
    said, straight = [], []
    with StillReader() as reader, progress("reading pictures", len(judged)) as step:
        for identity, group in itertools.groupby(judged, key=lambda face: face.identity):
            reader.begin([read_picture(path) for path in neutrals.get(identity, [])])
            for face in group:
                if not identity:
                    reader.begin([])
                result = reader.read(read_picture(face.path))
                said.append(result)
                straight.append(baseline_units(result.blendshapes))
                step()
    found = [result.blendshapes is not None for result in said]
    ours = _stills(judged, [dict(result.intensity) for result in said], UNITS, found)
    return ours, _stills(judged, straight, PAIN_UNITS, found), said


def _stills(
    judged: Sequence[LabelledFace], said: list[dict[int, float]], units: Sequence[int], found: list[bool]
) -> Stills:
    coded = [unit for unit in units if any(unit in face.units for face in judged)]
    return Stills(
        person=[face.identity or str(face.path) for face in judged],
        truth=np.array([face.pspi for face in judged], np.float64),
        said=np.array([pain_index(each).value for each in said], np.float64),
        units_truth={u: np.array([face.units.get(u, np.nan) for face in judged], np.float64) for u in coded},
        units_said={u: np.array([each.get(u, np.nan) for each in said], np.float64) for u in coded},
        groups={},
        found=np.array(found, bool),
    )


def read_picture(path: Path) -> Image:
    """A picture, RGB.

    Raises:
        OutsideError: it cannot be read.
    """
    image = cv2.imread(str(path), cv2.IMREAD_COLOR)
    if image is None:
        raise OutsideError("the picture cannot be read", str(path), "Give a PNG or JPEG file.")
    return np.ascontiguousarray(image[:, :, ::-1])
