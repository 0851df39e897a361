"""Landmarks of single pictures, as steady as those of a film: the net looks again where it found the face.

In a film the net's crop follows the landmarks of the frame before; in a single picture it follows the coarse detector,
whose jitter costs a pain index read from stills about 0.04 of its correlation (measured on heads of another model).
"""

from __future__ import annotations

from typing import Self

import numpy as np

from solamen.core.frames import Image
from solamen.face.backends import open_landmarker
from solamen.face.landmarks import FaceLandmarks
from solamen.face.settings import FaceSettings

PASSES = 3
"""Looks at each picture; more bring no more."""
_BLANK_PX = 64


class SteadyLandmarker:
    """A source of landmarks for single pictures, each by itself. Use it in a `with` statement."""

    def __init__(self, settings: FaceSettings, passes: int = PASSES) -> None:
        """Opens the nets.

        Raises:
            OutsideError: the model file is missing or wrong.
        """
        self._passes = passes
        self._landmarker = open_landmarker(settings, video=True)
        self._blank = np.zeros((_BLANK_PX, _BLANK_PX, 3), np.uint8)

    def find(self, image: Image) -> FaceLandmarks | None:
        """Landmarks of the face in a picture (height × width × 3, RGB), or None."""
        # A picture without a face ends the track, so that no picture is read through the one before.
        self._landmarker.find(self._blank)
        found = self._landmarker.find(image)
        for _ in range(self._passes - 1):
            if found is None:
                return None
            found = self._landmarker.find(image)
        return found

    def close(self) -> None:
        """Lets go of the nets; must happen before the interpreter ends."""
        self._landmarker.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
