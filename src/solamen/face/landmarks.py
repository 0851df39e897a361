"""Faces in pictures: landmarks and blendshapes, or, where consent is lacking, only where a face is.

The nets are Google's, run by mediapipe's Tasks in video mode, in which a found face is tracked. mediapipe stays at
0.10.32: later versions report their use over the network.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.face.models import face_landmarker_path
from solamen.face.settings import FaceSettings

POINTS = 478
"""468 points of the face, then 5 of each iris."""


@dataclass(frozen=True)
class FaceLandmarks:
    """One face.

    Attributes:
        points: float32 (478, 3), pixels; x to the right, y down, z away from the camera in the same scale as x.
        blendshapes: name (as in ARKit) to 0–1.
    """

    points: NDArray[np.float32]
    blendshapes: Mapping[str, float]


@dataclass(frozen=True)
class FacePlace:
    """Where a face is, and nothing else of it.

    Attributes:
        centre_px: x, y of the middle between the eyes.
        eye_distance_px: between the eyes' middles.
        score: 0–1.
    """

    centre_px: tuple[float, float]
    eye_distance_px: float
    score: float


class LandmarkSource(Protocol):
    """What finds the landmarks of a face; `FaceLandmarker` is one."""

    def find(self, image: Image) -> FaceLandmarks | None:
        """Landmarks of the face in a picture (height × width × 3, RGB), or None."""
        ...

    def close(self) -> None:
        """Lets go of what it holds."""
        ...


class _RisingTime:
    """Milliseconds that always rise, as the video mode demands, whatever the frames' stamps do."""

    def __init__(self) -> None:
        self._last_ms = -1

    def next_ms(self) -> int:
        self._last_ms += 33
        return self._last_ms


class FaceLandmarker:
    """Landmarks of the most prominent face, tracked from frame to frame. Use it in a `with` statement."""

    def __init__(self, settings: FaceSettings, model: Path | None = None) -> None:
        """Opens the nets.

        Raises:
            OutsideError: the model file is missing or wrong.
        """
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model or face_landmarker_path())),
            running_mode=vision.RunningMode.VIDEO,
            num_faces=1,
            min_face_detection_confidence=settings.min_detection_confidence,
            min_face_presence_confidence=settings.min_tracking_confidence,
            min_tracking_confidence=settings.min_tracking_confidence,
            output_face_blendshapes=True,
        )
        self._task: Any = vision.FaceLandmarker.create_from_options(options)
        self._time = _RisingTime()

    def find(self, image: Image) -> FaceLandmarks | None:
        """Landmarks of the face in a picture (height × width × 3, RGB), or None."""
        result = self._task.detect_for_video(_as_mediapipe(image), self._time.next_ms())
        if not result.face_landmarks or not result.face_blendshapes:
            return None
        height, width = image.shape[:2]
        flat = np.array([(p.x, p.y, p.z) for p in result.face_landmarks[0]], np.float32)
        points = flat * np.array([width, height, width], np.float32)
        if points.shape != (POINTS, 3) or not np.isfinite(points).all():
            return None
        return FaceLandmarks(points, {shape.category_name: shape.score for shape in result.face_blendshapes[0]})

    def close(self) -> None:
        """Lets go of the nets; must happen before the interpreter ends."""
        if self._task is not None:
            self._task.close()
            self._task = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class FaceFinder:
    """Where a face is, by the detector alone: no landmarks, no expression. Use it in a `with` statement."""

    def __init__(self, settings: FaceSettings, model: Path | None = None) -> None:
        """Opens the detector that lies inside the landmark model's file.

        Raises:
            OutsideError: the model file is missing or wrong.
        """
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=_detector_net(model or face_landmarker_path())),
            running_mode=vision.RunningMode.VIDEO,
            min_detection_confidence=settings.min_detection_confidence,
        )
        self._task: Any = vision.FaceDetector.create_from_options(options)
        self._time = _RisingTime()

    def find(self, image: Image) -> FacePlace | None:
        """The largest face in a picture (height × width × 3, RGB), or None."""
        detections = self._task.detect_for_video(_as_mediapipe(image), self._time.next_ms()).detections
        places = [_place(found, image.shape[1], image.shape[0]) for found in detections]
        return max(places, key=lambda place: place.eye_distance_px, default=None)

    def close(self) -> None:
        """Lets go of the net; must happen before the interpreter ends."""
        if self._task is not None:
            self._task.close()
            self._task = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _place(found: Any, width: int, height: int) -> FacePlace:
    """The detector's first two key points are the eyes."""
    (ax, ay), (bx, by) = [(point.x * width, point.y * height) for point in found.keypoints[:2]]
    return FacePlace(((ax + bx) / 2, (ay + by) / 2), float(np.hypot(ax - bx, ay - by)), found.categories[0].score)


def _as_mediapipe(image: Image) -> Any:
    import mediapipe

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)


def _detector_net(path: Path) -> bytes:
    """The short-range detector, taken out of the landmark model's archive."""
    try:
        with zipfile.ZipFile(path) as archive:
            return archive.read("face_detector.tflite")
    except (OSError, KeyError, zipfile.BadZipFile) as error:
        raise OutsideError("the face landmark model holds no detector", str(path), "Run `make setup`.") from error
