"""The net that looks at a face's picture, run by ONNX Runtime."""

from __future__ import annotations

import functools
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.face.geometry import FrontalFace
from solamen.face.look import as_input, is_mirrored, looked_at, view_of
from solamen.face.nets import open_net

LOOK_WEIGHTS = Path(__file__).parent / "weights" / "face_look.onnx"
LOOKS = 40
"""Numbers in a look."""
# In a film a look is taken no sooner than so long after the one before.
_ANEW_S = 0.06


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


class LookWatch:
    """The look of a face in a film, taken anew about ten times a second: faces and the units' reader are no faster."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Another face, or another time."""
        self._look: NDArray[np.float32] | None = None
        # The second look falls between the frames in which pain is asked for anew.
        self._since_s, self._mirrored = _ANEW_S / 2, False

    def update(
        self, picture: Image, points: NDArray[np.floating], face: FrontalFace, dt_s: float
    ) -> NDArray[np.float32]:
        """The look at a frame, `dt_s` after the one before, or one of a moment ago; 0 starts anew."""
        if not dt_s > 0.0:
            self.reset()
        self._since_s += dt_s
        mirrored = is_mirrored(face)
        if self._look is None:
            self._look = look_model().look(picture, points, face)
        elif self._since_s >= _ANEW_S or mirrored != self._mirrored:
            self._look, self._since_s = look_model().look(picture, points, face), 0.0
        self._mirrored = mirrored
        return self._look
