"""The net that looks at a face's picture, run by ONNX Runtime."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.face.geometry import FrontalFace
from solamen.face.look import as_input, looked_at, view_of
from solamen.face.nets import open_net

LOOK_WEIGHTS = Path(__file__).parent / "weights" / "face_look.onnx"
LOOKS = 40
"""Numbers in a look."""


class LookModel:
    """Reads the look of a face.

    Args:
        path: the weights.

    Raises:
        OutsideError: they are missing or cannot be used.
    """

    def __init__(self, path: Path = LOOK_WEIGHTS) -> None:
        try:
            self._session = open_net(path)
        except Exception as error:
            remedy = "Install Solamen anew, or train the model with `solamen train face`."
            raise OutsideError(f"the model of a face's look cannot be used ({error})", str(path), remedy) from error

    def look(self, picture: Image, points: NDArray[np.floating], face: FrontalFace) -> NDArray[np.float32]:
        """The look (LOOKS,) of a face.

        Args:
            picture: height × width, grey, or height × width × 3, RGB.
            points: (478, 3) pixels.
            face: of `geometry.frontal` of them.
        """
        given = {"picture": as_input(looked_at(picture, points, face)), "view": np.array([view_of(face)], np.float32)}
        return np.asarray(self._session.run(None, given)[0][0], np.float32)


@functools.cache
def look_model() -> LookModel:
    """The shipped model, opened once."""
    return LookModel()
