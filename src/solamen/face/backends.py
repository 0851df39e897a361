"""Which of the two back ends runs the landmark model's nets."""

from __future__ import annotations

import importlib.util

from solamen.core.errors import OutsideError
from solamen.face.landmarks import FaceFinder, FaceLandmarker, FaceSource, LandmarkSource
from solamen.face.litert import LiteRtFinder, LiteRtLandmarker
from solamen.face.settings import FaceSettings

_PACKAGE = {"mediapipe": "mediapipe", "litert": "ai_edge_litert"}


def backend(settings: FaceSettings) -> str:
    """`mediapipe` or `litert`: what the settings name, or, for `auto`, the first that is installed.

    Raises:
        OutsideError: it is not installed.
    """
    asked = ["mediapipe", "litert"] if settings.backend == "auto" else [settings.backend]
    for name in asked:
        if importlib.util.find_spec(_PACKAGE[name]) is not None:
            return name
    remedy = "Run `make setup`, or install the extra `litert` and set `backend: litert` in config/face.yaml."
    raise OutsideError("nothing that runs the face landmark model is installed", " or ".join(asked), remedy)


def open_landmarker(settings: FaceSettings, *, video: bool = True) -> LandmarkSource:
    """Opens the landmark model; without `video` each picture is taken by itself. Close it.

    Raises:
        OutsideError: no back end is installed, or the model file is missing or wrong.
    """
    kind = FaceLandmarker if backend(settings) == "mediapipe" else LiteRtLandmarker
    return kind(settings, video=video)


def open_finder(settings: FaceSettings) -> FaceSource:
    """Opens the detector alone. Close it.

    Raises:
        OutsideError: no back end is installed, or the model file is missing or wrong.
    """
    return FaceFinder(settings) if backend(settings) == "mediapipe" else LiteRtFinder(settings)
