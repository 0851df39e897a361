"""One picture of a face by itself: units, pain index and pain of an expression that is held."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from solamen.core.action_units import UNITS, ActionUnits, pain_index
from solamen.core.errors import OutsideError
from solamen.core.estimates import PainEstimate
from solamen.core.frames import Image
from solamen.face.backends import open_finder, open_landmarker
from solamen.face.boxes import Box
from solamen.face.covering import covered, hidden_units
from solamen.face.cues import measure
from solamen.face.features import features
from solamen.face.geometry import FrontalFace, frontal
from solamen.face.landmarks import FaceLandmarks
from solamen.face.look_model import look_model
from solamen.face.pain import PainFromFace
from solamen.face.pipeline import as_rgb, marked_partial
from solamen.face.quality import Quality, judge, with_cover
from solamen.face.reader import UnitReader
from solamen.face.settings import FaceSettings
from solamen.face.sight import Sight, Sighting
from solamen.face.steady import closer_parts

# A still picture is taken for an expression that is held for so long.
_HELD_S, _STEP_S = 3.0, 0.1


@dataclass(frozen=True)
class StillReading:
    """What a picture says of its nearest face.

    Attributes:
        image: the picture as it was looked at.
        found: landmarks.
        units: a closed eye counts as AU43, as in no video a picture can tell a blink.
        pain: of the expression, were it held.
        quality: of the face.
        covered: parts of the face that something covers.
        others: boxes of other faces, which were not read.
    """

    image: Image
    found: FaceLandmarks
    units: ActionUnits
    pain: PainEstimate
    quality: Quality
    covered: frozenset[str]
    others: tuple[Box, ...]


def read_picture(path: Path) -> Image:
    """A picture from a file: height × width × 3, RGB.

    Raises:
        OutsideError: it cannot be read, or is no picture.
    """
    try:
        raw = np.frombuffer(path.read_bytes(), np.uint8)
    except OSError as error:
        raise OutsideError(f"cannot read the picture ({error.strerror})", str(path), "Check the path.") from error
    image = cv2.imdecode(raw, cv2.IMREAD_COLOR) if len(raw) else None
    if image is None:
        raise OutsideError("the file is no picture", str(path), "Give a PNG or JPEG file.")
    return np.ascontiguousarray(image[:, :, ::-1])


def read_still(image: Image, settings: FaceSettings) -> StillReading | None:
    """The nearest face of a picture against the population's neutral; None where no face can be found.

    Raises:
        OutsideError: the model file is missing or wrong.
    """
    picture, _ = as_rgb(image, settings.max_side_px)
    if picture is None:
        return None
    picture, sighting = _sighted(picture, settings)
    found = sighting.found
    face = frontal(found.points.astype(np.float64)) if found else None
    if found is None or face is None:
        return None
    parts = covered(picture, found.points)
    quality = with_cover(judge(picture, found.points, face, settings), parts)
    units, spread = _units(picture, found, face, quality, parts, settings)
    pain = marked_partial(held_pain(units, spread, settings), parts)
    return StillReading(picture, found, units, pain, quality, parts, sighting.bystanders)


def _sighted(picture: Image, settings: FaceSettings) -> tuple[Image, Sighting]:
    """The nearest face, and the picture or the part of it in which it was found."""
    sight = Sight(settings, open_landmarker(settings, video=False), open_finder(settings))
    try:
        whole = sight.watch(picture, 0.0, look=True)
        if whole.found is not None:
            return picture, whole
        for part, _, _ in closer_parts(picture):
            sight.start_anew()
            sighting = sight.watch(part, 0.0, look=True)
            if sighting.found is not None:
                return part, sighting
    finally:
        sight.close()
    return picture, whole


def _units(
    picture: Image,
    found: FaceLandmarks,
    face: FrontalFace,
    quality: Quality,
    parts: frozenset[str],
    settings: FaceSettings,
) -> tuple[ActionUnits, float]:
    """Units, and what the unknown neutral leaves open in the pain index."""
    reader = UnitReader(settings)
    intensity, confidence = dict.fromkeys(UNITS, math.nan), dict.fromkeys(UNITS, 0.0)
    look = look_model().steady_look(picture, found.points, face)
    seen = features(found.points, found.blendshapes, face, look) if quality.readable else None
    if seen is not None:
        intensity, confidence = reader.read_still(seen, quality.value, measure(face, found.blendshapes))
    hidden = hidden_units(parts)
    intensity = {unit: math.nan if unit in hidden else value for unit, value in intensity.items()}
    confidence = {unit: value if math.isfinite(intensity[unit]) else 0.0 for unit, value in confidence.items()}
    index = pain_index(intensity)
    units = ActionUnits(0.0, True, intensity, confidence, index, quality.value, quality.reason)
    return units, reader.index_spread


def held_pain(units: ActionUnits, spread: float, settings: FaceSettings) -> PainEstimate:
    """Pain of an expression that is held for some seconds.

    Args:
        units: of one picture.
        spread: of the pain index, which an unknown neutral leaves open.
        settings: of the face room.
    """
    pain = PainFromFace(dataclasses.replace(settings, settle_s=0.0))
    if not units.intensity or not any(map(math.isfinite, units.intensity.values())):
        return pain.abstain(units, units.quality_reason)
    estimate = pain.update(units, spread, 0.0)
    for step in range(1, round(_HELD_S / _STEP_S) + 1):
        estimate = pain.update(dataclasses.replace(units, stamp_s=step * _STEP_S), spread, _STEP_S)
    return estimate
