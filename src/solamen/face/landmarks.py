"""Faces in pictures: landmarks and blendshapes of one, or where they all are.

The nets are Google's. Here mediapipe's Tasks run them; `litert` runs the same nets where mediapipe does not install,
and `backends` chooses. mediapipe stays at 0.10.32: later versions report their use over the network.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, Self

import numpy as np
from numpy.typing import NDArray

from solamen.core.frames import Image
from solamen.face.boxes import Box
from solamen.face.models import face_landmarker_path, read_net
from solamen.face.settings import FaceSettings

POINTS = 478
"""468 points of the face, then 5 of each iris."""

MOST_FACES = 20
"""So many faces are told apart in a picture at most."""


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
        box: around brows, chin and cheeks, pixels.
    """

    centre_px: tuple[float, float]
    eye_distance_px: float
    score: float
    box: Box

    @staticmethod
    def of(score: float, points: NDArray[np.floating]) -> FacePlace:
        """From (4 or more, 2) pixels: low corner, high corner, the one eye, the other eye."""
        low, high, one, other = (np.asarray(point, np.float64) for point in points[:4])
        x, y = (one + other) / 2
        box = Box(float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        return FacePlace((float(x), float(y)), float(np.hypot(*(one - other))), float(score), box)


class LandmarkSource(Protocol):
    """What finds the landmarks of a face; `FaceLandmarker` is one."""

    def find(self, image: Image) -> FaceLandmarks | None:
        """Landmarks of the face in a picture (height × width × 3, RGB), or None."""
        ...

    def close(self) -> None:
        """Lets go of what it holds."""
        ...


class FaceSource(Protocol):
    """What finds where faces are; `FaceFinder` is one."""

    def find_all(self, image: Image) -> list[FacePlace]:
        """All faces in a picture (height × width × 3, RGB), the largest first."""
        ...

    def close(self) -> None:
        """Lets go of what it holds."""
        ...


class _Task:
    """One of mediapipe's tasks, opened in video or picture mode. Use it in a `with` statement."""

    def __init__(self, task: Any, video: bool) -> None:
        self._task: Any = task
        self._video = video
        self._last_ms = -1

    def _run(self, image: Image) -> Any:
        """The task's result; its clock always rises, as the video mode demands, whatever the frames' stamps do."""
        import mediapipe

        picture = mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)
        if not self._video:
            return self._task.detect(picture)
        self._last_ms += 33
        return self._task.detect_for_video(picture, self._last_ms)

    def close(self) -> None:
        """Lets go of the nets; must happen before the interpreter ends."""
        if self._task is not None:
            self._task.close()
            self._task = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class FaceLandmarker(_Task):
    """Landmarks of the most prominent face, tracked from frame to frame. Use it in a `with` statement."""

    def __init__(self, settings: FaceSettings, model: Path | None = None, *, video: bool = True) -> None:
        """Opens the nets; without `video` each picture is taken by itself and nothing is tracked or smoothed.

        Raises:
            OutsideError: the model file is missing or wrong.
        """
        from mediapipe.tasks.python import BaseOptions, vision

        options = vision.FaceLandmarkerOptions(
            base_options=BaseOptions(model_asset_path=str(model or face_landmarker_path())),
            running_mode=_mode(video),
            num_faces=1,
            min_face_detection_confidence=settings.min_detection_confidence,
            min_face_presence_confidence=settings.min_tracking_confidence,
            min_tracking_confidence=settings.min_tracking_confidence,
            output_face_blendshapes=True,
        )
        super().__init__(vision.FaceLandmarker.create_from_options(options), video)

    def find(self, image: Image) -> FaceLandmarks | None:
        """Landmarks of the face in a picture (height × width × 3, RGB), or None."""
        result = self._run(image)
        if not result.face_landmarks or not result.face_blendshapes:
            return None
        height, width = image.shape[:2]
        flat = np.array([(p.x, p.y, p.z) for p in result.face_landmarks[0]], np.float32)
        points = flat * np.array([width, height, width], np.float32)
        if points.shape != (POINTS, 3) or not np.isfinite(points).all():
            return None
        return FaceLandmarks(points, {shape.category_name: shape.score for shape in result.face_blendshapes[0]})


class FaceFinder(_Task):
    """Where faces are, by the detector alone: no landmarks, no expression. Use it in a `with` statement."""

    def __init__(self, settings: FaceSettings, model: Path | None = None) -> None:
        """Opens the detector that lies inside the landmark model's file.

        Raises:
            OutsideError: the model file is missing or wrong.
        """
        from mediapipe.tasks.python import BaseOptions, vision

        net = read_net(model or face_landmarker_path(), "face_detector")
        options = vision.FaceDetectorOptions(
            base_options=BaseOptions(model_asset_buffer=net),
            running_mode=_mode(False),
            min_detection_confidence=settings.min_detection_confidence,
        )
        super().__init__(vision.FaceDetector.create_from_options(options), False)

    def find_all(self, image: Image) -> list[FacePlace]:
        """All faces in a picture (height × width × 3, RGB), the largest first."""
        places = [_place(found, image.shape[1], image.shape[0]) for found in self._run(image).detections]
        return sorted(places, key=lambda place: -place.eye_distance_px)[:MOST_FACES]

    def find(self, image: Image) -> FacePlace | None:
        """The largest face in a picture, or None."""
        return next(iter(self.find_all(image)), None)


def _mode(video: bool) -> Any:
    from mediapipe.tasks.python import vision

    return vision.RunningMode.VIDEO if video else vision.RunningMode.IMAGE


def _place(found: Any, width: int, height: int) -> FacePlace:
    """The detector's first two key points are the eyes."""
    box = found.bounding_box
    corners = [(box.origin_x, box.origin_y), (box.origin_x + box.width, box.origin_y + box.height)]
    eyes = [(point.x * width, point.y * height) for point in found.keypoints[:2]]
    return FacePlace.of(found.categories[0].score, np.array([*corners, *eyes]))
