"""How well a face can be read in a frame, and why not."""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.frames import Image
from solamen.face.boxes import Box
from solamen.face.covering import in_words, mostly_covered
from solamen.face.geometry import FrontalFace
from solamen.face.settings import FaceSettings

_WHITE = 250
# A repeated picture repeats these rows; a camera's noise never does.
_ROWS_APART = 16
# Each part that is covered leaves this share of the quality.
_COVERED_SHARE = 0.85
# In a film, light and sharpness are looked at so often.
_LIGHT_EVERY_S = 0.15

_Light = tuple[float, float, float]
"""Mean luminance, share at full white, fine contrast."""


@dataclass(frozen=True)
class Quality:
    """Quality of a face in a frame.

    Attributes:
        value: 0 (useless) to 1.
        reason: what lowers it most, in words; empty where nothing does.
        readable: action units may be read from it.
    """

    value: float
    reason: str
    readable: bool


def judge(image: Image, points: NDArray[np.float32], face: FrontalFace, settings: FaceSettings) -> Quality:
    """Judges size, turn, light and sharpness; the worst of them is the quality."""
    return _judged(_light_and_sharpness(image, points), face, settings)


class QualityWatch:
    """Judges the frames of a film; size and turn in each, light and sharpness, which hardly change, now and then."""

    def __init__(self, settings: FaceSettings) -> None:
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Another face, or another time."""
        self._since_s = 0.0
        self._light: _Light | None = None

    def update(self, image: Image, points: NDArray[np.float32], face: FrontalFace, dt_s: float) -> Quality:
        """The quality of a frame, `dt_s` after the one before; 0: after none."""
        self._since_s += dt_s
        if self._light is None or self._since_s >= _LIGHT_EVERY_S - 1e-6 or not dt_s > 0.0:
            self._since_s, self._light = 0.0, _light_and_sharpness(image, points)
        return _judged(self._light, face, self._settings)


def _judged(light: _Light, face: FrontalFace, settings: FaceSettings) -> Quality:
    luminance, glare, sharpness = light
    yaw, pitch = abs(math.degrees(face.yaw_rad)), abs(math.degrees(face.pitch_rad))
    s = settings
    marks = [
        (_ramp(face.eye_distance_px, s.min_eye_distance_px, s.good_eye_distance_px), "the face is too small"),
        (_ramp(yaw, s.max_yaw_deg, 0.35 * s.max_yaw_deg), "the face is turned aside"),
        (_ramp(pitch, s.max_pitch_deg, 0.33 * s.max_pitch_deg), "the face is nodded away"),
        (_ramp(luminance, s.min_luminance, 2.5 * s.min_luminance), "the face is too dark"),
        (_ramp(glare, s.max_glare, 0.3 * s.max_glare), "the face is over-exposed"),
        (_ramp(sharpness, s.min_sharpness, 2.5 * s.min_sharpness), "the picture is blurred"),
    ]
    value, reason = min(marks)
    return Quality(value, reason if value < 0.6 else "", value > 0.0)


def with_cover(quality: Quality, parts: frozenset[str]) -> Quality:
    """Quality of a face of which some parts are covered."""
    if not parts or not quality.readable:
        return quality
    if mostly_covered(parts):
        return Quality(0.0, in_words(parts), readable=False)
    return Quality(quality.value * _COVERED_SHARE ** len(parts), in_words(parts), readable=True)


def _ramp(value: float, bad: float, good: float) -> float:
    """0 at or beyond `bad`, 1 at or beyond `good`, linear between; never NaN."""
    if not math.isfinite(value):
        return 0.0
    return min(1.0, max(0.0, (value - bad) / (good - bad))) if good != bad else float(value >= good)


def _light_and_sharpness(image: Image, points: NDArray[np.float32]) -> _Light:
    """Mean luminance 0–255 of the face, share of it at full white, and its fine contrast relative to the mean.

    At a fixed size of the face.
    """
    around = Box.around(points)
    height, width = image.shape[:2]
    x0, y0 = max(0, math.floor(around.left)), max(0, math.floor(around.top))
    crop = image[y0 : min(height, math.ceil(around.bottom)), x0 : min(width, math.ceil(around.right))]
    if min(crop.shape[:2]) < 8:
        return 0.0, 0.0, 0.0
    step = max(1, max(crop.shape[:2]) // 160)
    grey = cv2.cvtColor(crop if step == 1 else np.ascontiguousarray(crop[::step, ::step]), cv2.COLOR_RGB2GRAY)
    small = cv2.resize(grey, (96, 96), interpolation=cv2.INTER_AREA).astype(np.float32)
    mean = float(small.mean())
    fine = cv2.norm(cv2.Laplacian(small, cv2.CV_32F), cv2.NORM_L1) / small.size
    return mean, np.count_nonzero(small >= _WHITE) / small.size, fine / max(mean, 8.0)


class FrozenCamera:
    """Notices a camera that repeats one picture.

    Args:
        after_s: identical frames for longer than this are a frozen camera.
    """

    def __init__(self, after_s: float) -> None:
        self._after_s = after_s
        self._last = b""
        self._same_s = 0.0

    def update(self, image: Image, dt_s: float) -> bool:
        """Whether the camera is frozen at this frame, `dt_s` after the one before."""
        rows = image[::_ROWS_APART].tobytes()
        self._same_s = self._same_s + dt_s if rows == self._last else 0.0
        self._last = rows
        return self._same_s > self._after_s
