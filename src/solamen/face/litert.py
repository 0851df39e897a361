"""The landmark model's nets run by LiteRT, for machines on which mediapipe does not install (ARM).

The same three nets as under mediapipe, out of the same file; what stands around them (anchors, suppression, the turned
crop, the way back to pixels, the filter over time) is done here as the models' cards and Bazarevsky et al. 2019,
Kartynnik et al. 2019 and Casiez et al. 2012 describe it. A test holds both back ends equal.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.face.euro_filter import OneEuroFilter
from solamen.face.landmarks import MOST_FACES, POINTS, FaceLandmarks, FacePlace
from solamen.face.models import face_landmarker_path, read_net
from solamen.face.settings import FaceSettings
from solamen.face.shapes import SHAPE_NAMES, SHAPE_POINTS

Floats = NDArray[np.float32]

REMEDY = "Install the extra `litert`, or set `backend: mediapipe` in config/face.yaml."

_DETECTOR_SIDE_PX, _NET_SIDE_PX = 128, 256
# Cells of 8 px with two anchors each, then of 16 px with six.
_ANCHORS = ((16, 2), (8, 6))
_DETECTOR_SUPPRESSION, _FINDER_SUPPRESSION = 0.5, 0.3
# The crop is so much larger than the box around a face, that the next frame's face still lies within.
_MARGIN = 1.5
_RIGHT_CORNER, _LEFT_CORNER = 33, 263
_FRAME_S = 0.033


@dataclass(frozen=True)
class _Region:
    """A turned rectangle in a picture: centre and sides in pixels, angle in radians."""

    x: float
    y: float
    width: float
    height: float
    angle_rad: float

    def matrix(self, side_px: int) -> NDArray[np.float64]:
        """2 × 3: from a square net input of `side_px` to the picture."""
        cos, sin = math.cos(self.angle_rad), math.sin(self.angle_rad)
        across, down = self.width / side_px, self.height / side_px
        turn = np.array([[cos * across, -sin * down], [sin * across, cos * down]])
        return np.column_stack([turn, np.array([self.x, self.y]) - turn @ np.full(2, side_px / 2)])

    def cut(self, image: Image, side_px: int, border: int) -> Image:
        """What of a picture lies within, as a square."""
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        cut: Image = cv2.warpAffine(image, self.matrix(side_px), (side_px, side_px), flags=flags, borderMode=border)
        return cut


class _Net:
    """One net of the model's file.

    Raises:
        OutsideError: LiteRT is not installed, or the file holds no such net.
    """

    def __init__(self, name: str, model: Path | None) -> None:
        try:
            from ai_edge_litert.interpreter import Interpreter
        except ImportError as error:
            raise OutsideError("LiteRT is not installed", "package ai-edge-litert", REMEDY) from error
        self._net: Any = Interpreter(model_content=read_net(model or face_landmarker_path(), name), num_threads=1)
        self._net.allocate_tensors()
        self._input = self._net.get_input_details()[0]["index"]
        self._outputs = {entry["name"]: entry["index"] for entry in self._net.get_output_details()}

    def run(self, values: Floats) -> dict[str, Floats]:
        """Name of each output to its values."""
        self._net.set_tensor(self._input, values[None])
        self._net.invoke()
        return {name: self._net.get_tensor(index) for name, index in self._outputs.items()}


def _anchor_centres() -> Floats:
    """(896, 2), 0–1."""
    layers = []
    for cells, repeated in _ANCHORS:
        steps = (np.arange(cells, dtype=np.float32) + 0.5) / cells
        grid = np.stack(np.meshgrid(steps, steps), axis=-1).reshape(-1, 2)
        layers.append(np.repeat(grid, repeated, axis=0))
    return np.concatenate(layers)


class _Detector:
    """All faces in a picture: boxes and six points each, by a single-shot detector (BlazeFace)."""

    def __init__(self, model: Path | None, least_score: float, suppression: float) -> None:
        self._net = _Net("face_detector", model)
        self._least_score, self._suppression = least_score, suppression
        self._anchors = _anchor_centres()

    def find(self, image: Image) -> list[tuple[float, Floats]]:
        """Score and (8, 2) pixels of each: low corner, high corner, right eye, left eye, nose, mouth, ears."""
        height, width = image.shape[:2]
        side = float(max(height, width))
        region = _Region(width / 2, height / 2, side, side, 0.0)
        square = region.cut(image, _DETECTOR_SIDE_PX, cv2.BORDER_CONSTANT)
        out = self._net.run(square.astype(np.float32) / 127.5 - 1.0)
        score = _logistic(out["classificators"].ravel())
        kept = np.flatnonzero(score >= self._least_score)
        points = self._decoded(out["regressors"].reshape(-1, 8, 2)[kept], kept)
        corner = np.array([(width - side) / 2, (height - side) / 2], np.float32)
        return [(s, p * side + corner) for s, p in suppressed(score[kept], points, self._suppression)]

    def _decoded(self, raw: Floats, kept: NDArray[np.intp]) -> Floats:
        """Anchors' offsets as corners and points, 0–1."""
        scaled = raw / _DETECTOR_SIDE_PX
        centre, half = scaled[:, 0] + self._anchors[kept], scaled[:, 1] / 2
        points = scaled[:, 2:] + self._anchors[kept][:, None]
        return np.asarray(np.concatenate([(centre - half)[:, None], (centre + half)[:, None], points], axis=1))


def suppressed(score: Floats, points: Floats, overlap: float) -> list[tuple[float, Floats]]:
    """One face for each heap of overlapping boxes, their mean weighted by score; best first.

    Args:
        score: (n), 0–1.
        points: (n, m, 2); the first two are the corners of the boxes.
        overlap: intersection over union above which two boxes are one face.
    """
    left = np.argsort(-score, kind="stable")
    found = []
    while len(left):
        best = left[0]
        together = overlaps(points[best, :2], points[left, :2]) > overlap
        together[0] = True
        heap = left[together]
        weight = score[heap] / score[heap].sum()
        found.append((float(score[best]), np.asarray(np.einsum("n,nmk->mk", weight, points[heap]), np.float32)))
        left = left[~together]
    return found


def overlaps(box: Floats, boxes: Floats) -> Floats:
    """Intersection over union of a box (2, 2) with each of (n, 2, 2)."""
    low, high = np.maximum(box[0], boxes[:, 0]), np.minimum(box[1], boxes[:, 1])
    shared = np.prod(np.clip(high - low, 0.0, None), axis=1)
    areas = np.prod(np.clip(boxes[:, 1] - boxes[:, 0], 0.0, None), axis=1)
    whole = np.prod(np.clip(box[1] - box[0], 0.0, None)) + areas - shared
    return np.asarray(shared / np.maximum(whole, 1e-12))


class LiteRtFinder:
    """Where faces are, by the detector alone. Use it in a `with` statement."""

    def __init__(self, settings: FaceSettings, model: Path | None = None) -> None:
        """Opens the detector.

        Raises:
            OutsideError: LiteRT is not installed, or the model file is missing or wrong.
        """
        self._detector: _Detector | None = _Detector(model, settings.min_detection_confidence, _FINDER_SUPPRESSION)

    def find_all(self, image: Image) -> list[FacePlace]:
        """All faces in a picture (height × width × 3, RGB), the largest first."""
        if self._detector is None:
            raise RuntimeError("the finder is closed")
        places = [FacePlace.of(score, points) for score, points in self._detector.find(image)]
        return sorted(places, key=lambda place: -place.eye_distance_px)[:MOST_FACES]

    def close(self) -> None:
        """Lets go of the net."""
        self._detector = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class LiteRtLandmarker:
    """Landmarks of the most prominent face, tracked from frame to frame. Use it in a `with` statement."""

    def __init__(self, settings: FaceSettings, model: Path | None = None, *, video: bool = True) -> None:
        """Opens the nets; `video` as in `FaceLandmarker`.

        Raises:
            OutsideError: LiteRT is not installed, or the model file is missing or wrong.
        """
        self._detector = _Detector(model, settings.min_detection_confidence, _DETECTOR_SUPPRESSION)
        self._points = _Net("face_landmarks_detector", model)
        self._shapes = _Net("face_blendshapes", model)
        self._least_presence = settings.min_tracking_confidence
        self._video = video
        self._region: _Region | None = None
        self._filter = OneEuroFilter(_FRAME_S)

    def find(self, image: Image) -> FaceLandmarks | None:
        """Landmarks of the face in a picture (height × width × 3, RGB), or None."""
        region = self._region or self._detected(image)
        self._region = None
        points = None if region is None else self._landmarks(image, region)
        if points is None:
            self._filter.reset()
            return None
        if self._video:
            # The next crop follows what was seen, not what the filter holds back.
            self._region = _around(points)
            points = self._filter.update(points)
        return FaceLandmarks(points, self._blendshapes(points))

    def close(self) -> None:
        """Forgets the face; the nets go with the object."""
        self._region = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _detected(self, image: Image) -> _Region | None:
        """The crop around the best face."""
        found = self._detector.find(image)
        if not found:
            return None
        low, high, right_eye, left_eye = found[0][1][:4]
        (x, y), (width, height) = (low + high) / 2, (high - low) * _MARGIN
        return _Region(float(x), float(y), float(width), float(height), _slope(right_eye, left_eye))

    def _landmarks(self, image: Image, region: _Region) -> Floats | None:
        """(478, 3) pixels, or None where the net sees no face."""
        square = region.cut(image, _NET_SIDE_PX, cv2.BORDER_REPLICATE)
        out = self._points.run(square.astype(np.float32) / 255.0)
        presence = float(_logistic(out["Identity_1"].ravel())[0])
        raw = out["Identity"].reshape(-1, 3)
        if presence < self._least_presence or raw.shape[0] != POINTS or not np.isfinite(raw).all():
            return None
        matrix = region.matrix(_NET_SIDE_PX)
        flat = raw[:, :2] @ matrix[:, :2].T + matrix[:, 2]
        return np.column_stack([flat, raw[:, 2] * (region.width / _NET_SIDE_PX)]).astype(np.float32)

    def _blendshapes(self, points: Floats) -> dict[str, float]:
        (values,) = self._shapes.run(np.ascontiguousarray(points[SHAPE_POINTS, :2])).values()
        return dict(zip(SHAPE_NAMES, map(float, values.ravel()), strict=True))


def _around(points: Floats) -> _Region:
    """The crop around a face's landmarks: a square, turned with the eyes."""
    low, high = points[:, :2].min(axis=0), points[:, :2].max(axis=0)
    x, y = (low + high) / 2
    side = float((high - low).max()) * _MARGIN
    return _Region(float(x), float(y), side, side, _slope(points[_RIGHT_CORNER], points[_LEFT_CORNER]))


def _logistic(values: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-np.clip(values, -80.0, 80.0))), np.float32)


def _slope(start: Floats, end: Floats) -> float:
    """Angle of the line between two points, radians, 0 where it is level."""
    return math.atan2(float(end[1] - start[1]), float(end[0] - start[0]))
