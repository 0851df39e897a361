"""Single pictures read as the face room reads them, with the person's neutral from pictures of their calm face."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from solamen.core.action_units import UNITS, PainIndex, pain_index
from solamen.core.frames import Image
from solamen.face.covering import covered, hidden_units
from solamen.face.features import FaceFeatures, features
from solamen.face.geometry import FrontalFace, frontal
from solamen.face.landmarks import FaceLandmarks
from solamen.face.pipeline import as_rgb
from solamen.face.quality import judge, with_cover
from solamen.face.reader import UnitReader
from solamen.face.settings import FaceSettings
from solamen.face.steady import SteadyLandmarker


@dataclass(frozen=True)
class StillResult:
    """What one picture says.

    Attributes:
        intensity: FACS number to 0–5, NaN where not seen; a closed eye counts as AU43.
        index: pain index with its bounds.
        blendshapes: of the landmark model; None without a face.
    """

    intensity: Mapping[int, float]
    index: PainIndex
    blendshapes: Mapping[str, float] | None


class StillReader:
    """Reads pictures of one person after another. Use it in a `with` statement."""

    def __init__(self) -> None:
        self._settings = FaceSettings()
        self._landmarker = SteadyLandmarker(self._settings)
        self._reader = UnitReader(self._settings)

    def __enter__(self) -> StillReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._landmarker.close()

    def begin(self, neutrals: Iterable[Image]) -> None:
        """Another person: the last one is forgotten, the neutral is learned from pictures of a calm face.

        Without such pictures no neutral is assumed beyond the population's.
        """
        self._reader.reset()
        seen = [found[2] for image in neutrals if (found := self._find(image)) is not None and found[2] is not None]
        if seen:
            self._reader.settle_on_pictures(seen)

    def read(self, image: Image) -> StillResult:
        """Units of one picture, whatever was shown before it."""
        found = self._find(image)
        if found is None:
            return StillResult(dict.fromkeys(UNITS, math.nan), pain_index({}), None)
        landmarks, face, seen = found
        intensity = dict.fromkeys(UNITS, math.nan)
        picture, _ = as_rgb(image, self._settings.max_side_px)
        if seen is not None and picture is not None:
            parts = covered(picture, landmarks.points)
            quality = with_cover(judge(picture, landmarks.points, face, self._settings), parts)
            if quality.readable:
                intensity, _ = self._reader.read_still(seen, quality.value)
            hidden = hidden_units(parts)
            intensity = {unit: math.nan if unit in hidden else value for unit, value in intensity.items()}
        return StillResult(intensity, pain_index(intensity), landmarks.blendshapes)

    def _find(self, image: Image) -> tuple[FaceLandmarks, FrontalFace, FaceFeatures | None] | None:
        """Landmarks, the face turned to the front, and its features."""
        picture, _ = as_rgb(image, self._settings.max_side_px)
        found = self._landmarker.find(picture) if picture is not None else None
        face = frontal(found.points.astype("float64")) if found is not None else None
        if found is None or face is None:
            return None
        return found, face, features(found.points, found.blendshapes, face)
