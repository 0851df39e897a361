"""A camera of this machine."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import cv2

from solamen.core.errors import OutsideError
from solamen.core.frames import Image


class CameraDevice:
    """A camera as a context manager.

    Raises:
        OutsideError: there is no such camera, it is in use, or it gives no picture.
    """

    def __init__(self, number: int, rate_hz: float = 25.0, max_width_px: int = 960) -> None:
        where = f"camera {number} (/dev/video{number})"
        self._max_width_px = max_width_px
        # What is wrong with a camera is told below, in one sentence.
        cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
        self._capture: Any = cv2.VideoCapture(number)
        if not self._capture.isOpened():
            remedy = "Plug it in, close other programs that use it, or give another number: --input camera:1."
            raise OutsideError("the camera does not open", where, remedy)
        self._capture.set(cv2.CAP_PROP_FRAME_WIDTH, 640)
        self._capture.set(cv2.CAP_PROP_FRAME_HEIGHT, 480)
        self._capture.set(cv2.CAP_PROP_FPS, rate_hz)
        self._capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)

    def __enter__(self) -> CameraDevice:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the camera."""
        self._capture.release()

    def read(self) -> Image | None:
        """The next picture, waiting for it; None where the camera gives none, as when it was unplugged."""
        ok, picture = self._capture.read()
        if not ok or picture is None:
            return None
        height, width = picture.shape[:2]
        if width > self._max_width_px:
            picture = cv2.resize(picture, (self._max_width_px, round(height * self._max_width_px / width)))
        image: Image = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
        return image
