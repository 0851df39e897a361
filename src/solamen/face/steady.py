"""Landmarks of single pictures, as steady as those of a film: the net looks again where it found the face.

In a film the net's crop follows the landmarks of the frame before; in a single picture it follows the coarse detector,
whose jitter costs a pain index read from stills about 0.04 of its correlation (measured on heads of another model).
Where it finds no face it looks at parts of the picture: the detector sees small and plain faces worse than near ones.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Self

import numpy as np

from solamen.core.frames import Image
from solamen.face.backends import open_landmarker
from solamen.face.landmarks import FaceLandmarks
from solamen.face.settings import FaceSettings

PASSES = 3
"""Looks at each picture; more bring no more."""
_BLANK_PX = 64
# Shares of the picture's width and height that a part has: middle first, then the corners.
_CLOSER = (0.75, 0.5)
_CORNERS = ((0.5, 0.5), (0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
_LEAST_PART_PX = 96


def closer_parts(image: Image) -> Iterator[tuple[Image, int, int]]:
    """Parts of a picture in which a face may be found that was not found in the whole, with their left and top edge."""
    height, width = image.shape[:2]
    for share in _CLOSER:
        wide, high = int(share * width), int(share * height)
        if min(wide, high) < _LEAST_PART_PX:
            return
        for across, down in _CORNERS:
            left, top = int(across * (width - wide)), int(down * (height - high))
            yield np.ascontiguousarray(image[top : top + high, left : left + wide]), left, top


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
        found = self._looked_at(image)
        for part, left, top in closer_parts(image):
            if found is not None:
                break
            seen = self._looked_at(part)
            if seen is not None:
                found = dataclasses.replace(seen, points=seen.points + np.array((left, top, 0), np.float32))
        return found

    def _looked_at(self, image: Image) -> FaceLandmarks | None:
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
