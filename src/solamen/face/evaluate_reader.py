"""Single pictures read by the whole face room, with the person's neutral from pictures of their calm face."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from solamen.core.action_units import ActionUnits
from solamen.core.clock import SteppedClock
from solamen.core.frames import Frame, Image
from solamen.face.landmarks import FaceLandmarker, FaceLandmarks
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings

# Each picture stands as a short film, so that what needs time, such as AU43, is told; a closed eye counts in a still.
_FRAME_S = 0.1
_FRAMES = 5
_BETWEEN_S = 3.0
_NEUTRAL_FRAME_S = 0.25
_NEUTRAL_S = 40.0
_NEUTRALS_MOST = 8
STILL_SETTINGS = FaceSettings(blink_max_s=0.1, settle_s=0.0, frozen_after_s=60.0)


@dataclass(frozen=True)
class StillResult:
    """What one picture says.

    Attributes:
        units: as the face room publishes them.
        blendshapes: of the landmark model; None without a face.
    """

    units: ActionUnits
    blendshapes: Mapping[str, float] | None


class _OnePicture:
    """Landmarks of the picture that is shown, found once however often they are asked for."""

    def __init__(self) -> None:
        self._landmarker = FaceLandmarker(STILL_SETTINGS, video=False)
        self.last: FaceLandmarks | None = None

    def show(self, image: Image) -> None:
        self.last = self._landmarker.find(image)

    def find(self, image: Image) -> FaceLandmarks | None:
        return self.last

    def close(self) -> None:
        self._landmarker.close()


class StillReader:
    """Reads pictures of one person after another. Use it in a `with` statement."""

    def __init__(self) -> None:
        self._landmarks = _OnePicture()
        self._pipeline = FacePipeline(STILL_SETTINGS, self._landmarks)
        self._clock = SteppedClock()
        self._number = 0

    def __enter__(self) -> StillReader:
        return self

    def __exit__(self, *_: object) -> None:
        self._pipeline.close()

    def begin(self, neutrals: Iterable[Image]) -> None:
        """Another person: the last one is forgotten, the neutral is learned from pictures of a calm face.

        Without such pictures no neutral is assumed beyond the population's.
        """
        self._pipeline.reset()
        pictures = list(neutrals)[:_NEUTRALS_MOST]
        for image in pictures:
            self._show(image, _NEUTRAL_FRAME_S, round(_NEUTRAL_S / len(pictures) / _NEUTRAL_FRAME_S))

    def read(self, image: Image) -> StillResult:
        """Units of one picture, whatever was shown before it."""
        units = self._show(image, _FRAME_S, _FRAMES)
        last = self._landmarks.last
        return StillResult(units, last.blendshapes if last is not None else None)

    def _show(self, image: Image, frame_s: float, frames: int) -> ActionUnits:
        self._landmarks.show(image)
        self._clock.advance(_BETWEEN_S)
        for _ in range(frames):
            self._clock.advance(frame_s)
            self._number += 1
            frame = Frame(image, self._clock.now_s(), self._clock.monotonic_ns(), self._number)
            result = self._pipeline.process(frame)
        return result.action_units
