"""Faces in pictures: landmarks and blendshapes of one, or where they all are.

The nets are Google's. Here mediapipe's Tasks run them; `litert` runs the same nets where mediapipe does not install,
and `backends` chooses. mediapipe stays at 0.10.32: later versions report their use over the network.
"""

from __future__ import annotations

import ctypes
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
from solamen.face.shapes import SHAPE_NAMES

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


_Said = tuple[NDArray[np.float32], Mapping[str, float]]
"""Landmarks (n, 3) in shares of the picture, and blendshapes."""


class _Task:
    """One of mediapipe's tasks, opened in video or picture mode. Use it in a `with` statement."""

    def __init__(self, task: Any, video: bool) -> None:
        self._task: Any = task
        self._video = video
        self._last_ms = -1

    def _run(self, image: Image) -> Any:
        """The task's result."""
        if not self._video:
            return self._task.detect(_picture(image))
        return self._task.detect_for_video(_picture(image), self._next_ms())

    def _next_ms(self) -> int:
        """The task's clock, which always rises, as the video mode demands, whatever the frames' stamps do."""
        self._last_ms += 33
        return self._last_ms

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
        self._result_type = _result_in_memory() if video else None

    def find(self, image: Image) -> FaceLandmarks | None:
        """Landmarks of the face in a picture (height × width × 3, RGB), or None."""
        said = self._said(image) if self._result_type is None else self._said_at_once(image, self._result_type)
        if said is None:
            return None
        flat, shapes = said
        height, width = image.shape[:2]
        points = flat * np.array([width, height, width], np.float32)
        if points.shape != (POINTS, 3) or not np.isfinite(points).all():
            return None
        return FaceLandmarks(points, shapes)

    def _said(self, image: Image) -> _Said | None:
        """What the task says of the first face, by its public door."""
        result = self._run(image)
        if not result.face_landmarks or not result.face_blendshapes:
            return None
        flat = np.array([(p.x, p.y, p.z) for p in result.face_landmarks[0]], np.float32)
        return flat, {shape.category_name: shape.score for shape in result.face_blendshapes[0]}

    def _said_at_once(self, image: Image, result_type: Any) -> _Said | None:
        """The same out of the task's memory: the public door makes an object of each landmark, which takes 1 ms."""
        task, picture, result = self._task, _picture(image), result_type()
        task._lib.MpFaceLandmarkerDetectForVideo(
            task._handle, picture._image_ptr, None, self._next_ms(), ctypes.byref(result)
        )
        try:
            if not result.face_landmarks_count or not result.face_blendshapes_count:
                return None
            marks, shapes = result.face_landmarks[0], result.face_blendshapes[0]
            flat = _rows(marks.landmarks, marks.landmarks_count, np.float32)[:, :3]
            number = _rows(shapes.categories, shapes.categories_count, np.int32)[:, 0]
            score = _rows(shapes.categories, shapes.categories_count, np.float32)[:, 1]
        finally:
            # It only frees memory, which need not wait for the task's own thread.
            task._lib._lib.MpFaceLandmarkerCloseResult(ctypes.byref(result))
        return flat, dict(zip(map(SHAPE_NAMES.__getitem__, number.tolist()), score.tolist(), strict=True))


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


def _picture(image: Image) -> Any:
    import mediapipe

    return mediapipe.Image(image_format=mediapipe.ImageFormat.SRGB, data=image)


def _result_in_memory() -> Any:
    """What a task writes its result into; None in versions of mediapipe that do it otherwise (as the one of Jazzy)."""
    try:
        from mediapipe.tasks.python.vision.face_landmarker import FaceLandmarkerResultC
    except ImportError:
        return None
    return FaceLandmarkerResultC


def _rows(structures: Any, count: int, kind: type[np.generic]) -> NDArray[Any]:
    """A copy of C structures that a pointer points at, one a row, as numbers of 4 bytes."""
    copied = ctypes.string_at(structures, count * ctypes.sizeof(structures._type_))
    return np.frombuffer(copied, kind).reshape(count, -1)


def _mode(video: bool) -> Any:
    from mediapipe.tasks.python import vision

    return vision.RunningMode.VIDEO if video else vision.RunningMode.IMAGE


def _place(found: Any, width: int, height: int) -> FacePlace:
    """The detector's first two key points are the eyes."""
    box = found.bounding_box
    corners = [(box.origin_x, box.origin_y), (box.origin_x + box.width, box.origin_y + box.height)]
    eyes = [(point.x * width, point.y * height) for point in found.keypoints[:2]]
    return FacePlace.of(found.categories[0].score, np.array([*corners, *eyes]))
