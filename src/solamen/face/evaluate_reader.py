"""Single pictures read as the face room reads them, with the person's neutral from pictures of their calm face."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from solamen.core.action_units import UNITS, ActionUnits, PainIndex, pain_index
from solamen.core.frames import Image
from solamen.face.covering import covered, faint_parts, hidden_units
from solamen.face.cues import Cues, measure
from solamen.face.features import FaceFeatures, evened, features
from solamen.face.geometry import FrontalFace, frontal
from solamen.face.landmarks import FaceLandmarks
from solamen.face.look_model import look_model
from solamen.face.pipeline import as_rgb
from solamen.face.quality import judge, with_cover
from solamen.face.reader import UnitReader
from solamen.face.settings import FaceSettings
from solamen.face.steady import SteadyLandmarker
from solamen.face.still import held_pain


@dataclass(frozen=True)
class StillResult:
    """What one picture says.

    Attributes:
        intensity: FACS number to 0–5, NaN where not seen; a closed eye counts as AU43.
        index: pain index with its bounds.
        points: expressed pain 0–10, were the expression held; NaN without an answer.
        spread: standard deviation of that.
        blendshapes: of the landmark model; None without a face.
    """

    intensity: Mapping[int, float]
    index: PainIndex
    points: float
    spread: float
    blendshapes: Mapping[str, float] | None


@dataclass(frozen=True)
class _Found:
    """A face in a picture: the picture as it was looked at, landmarks, frontal face, features and cues."""

    picture: Image
    landmarks: FaceLandmarks
    face: FrontalFace
    features: FaceFeatures | None
    cues: Cues


class StillReader:
    """Reads pictures of one person after another. Use it in a `with` statement."""

    def __init__(self) -> None:
        self._settings = FaceSettings()
        self._landmarker = SteadyLandmarker(self._settings)
        self._reader = UnitReader(self._settings)
        self._faint: frozenset[str] = frozenset()

    def __enter__(self) -> StillReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._landmarker.close()

    def begin(self, neutrals: Iterable[Image]) -> None:
        """Another person: the last one is forgotten, the neutral is learned from pictures of a calm face.

        Without such pictures no neutral is assumed beyond the population's.
        """
        self._reader.reset()
        looked = [found for image in neutrals if (found := self._find(image)) is not None]
        seen = [(found.features, found.cues) for found in looked if found.features is not None]
        self._faint = faint_parts([(found.picture, found.landmarks.points) for found in looked])
        if seen:
            self._reader.settle_on_pictures([one for one, _ in seen], np.array([cues for _, cues in seen]))

    def read(self, image: Image) -> StillResult:
        """Units of one picture, whatever was shown before it."""
        found = self._find(image)
        if found is None:
            return StillResult(dict.fromkeys(UNITS, math.nan), pain_index({}), math.nan, math.nan, None)
        units = self._units(found)
        pain = held_pain(units, self._reader.index_spread, self._settings)
        return StillResult(units.intensity, units.index, pain.intensity, pain.stddev, found.landmarks.blendshapes)

    def _units(self, found: _Found) -> ActionUnits:
        """Units of a face that was found; NaN where they are not seen."""
        intensity, points = dict.fromkeys(UNITS, math.nan), found.landmarks.points
        parts = covered(found.picture, points, faint=self._faint)
        quality = with_cover(judge(found.picture, points, found.face, self._settings), parts)
        if found.features is not None and quality.readable:
            intensity, _ = self._reader.read_still(found.features, quality.value, found.cues)
        hidden = hidden_units(parts)
        intensity = {unit: math.nan if unit in hidden else value for unit, value in intensity.items()}
        return ActionUnits(0.0, True, intensity, {}, pain_index(intensity), quality.value, quality.reason)

    def _find(self, image: Image) -> _Found | None:
        """Landmarks, the face turned to the front, and its features, those of the mirrored picture among them."""
        picture, _ = as_rgb(image, self._settings.max_side_px)
        found = self._look(picture) if picture is not None else None
        if picture is None or found is None or found.features is None:
            return found
        mirrored = self._look(np.ascontiguousarray(picture[:, ::-1]))
        if mirrored is None or mirrored.features is None:
            return found
        return dataclasses.replace(found, features=evened(found.features, mirrored.features))

    def _look(self, picture: Image) -> _Found | None:
        """Landmarks, the face turned to the front, and its features, of one picture."""
        found = self._landmarker.find(picture)
        face = frontal(found.points.astype("float64")) if found is not None else None
        if found is None or face is None:
            return None
        look = look_model().steady_look(picture, found.points, face)
        seen = features(found.points, found.blendshapes, face, look)
        return _Found(picture, found, face, seen, measure(face, found.blendshapes))
