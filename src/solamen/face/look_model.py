"""The net that looks at a face's picture, run by ONNX Runtime."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.face.geometry import FrontalFace
from solamen.face.look import SIDE, as_input, is_mirrored, looked_at, view_of
from solamen.face.nets import open_net

LOOK_WEIGHTS = Path(__file__).parent / "weights" / "face_look.onnx"
LOOKS = 40
"""Numbers in a look."""
# In a film a look is taken no sooner than so long after the one before.
_ANEW_S = 0.09
# Around where the landmarks say that the face is, a single picture is looked at this many pixels of the crop further.
_ASIDE_PX = 4


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
        return np.asarray(self._looks([looked_at(picture, points, face)], face)[0], np.float32)

    def steady_look(self, picture: Image, points: NDArray[np.floating], face: FrontalFace) -> NDArray[np.float32]:
        """The look of a face in a single picture: the mean of nine, each from a little aside.

        Landmarks of a picture are never where they belong to the pixel, and a look depends on where they are; frames of
        a film even this out by themselves. Arguments are those of `look`.
        """
        wide = looked_at(picture, points, face, _ASIDE_PX)
        places = range(0, 2 * _ASIDE_PX + 1, _ASIDE_PX)
        crops = [wide[top : top + SIDE, left : left + SIDE] for top in places for left in places]
        return np.asarray(self._looks(crops, face).mean(axis=0), np.float32)

    def _looks(self, crops: Sequence[Image], face: FrontalFace) -> NDArray[np.float32]:
        """Looks (n, LOOKS) of crops of one face."""
        pictures = np.concatenate([as_input(crop) for crop in crops])
        views = np.array([view_of(face)] * len(crops), np.float32)
        looks: NDArray[np.float32] = self._session.run(("look",), {"picture": pictures, "view": views})[0]
        return looks


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
        # The second look comes sooner, so that looks fall between the frames in which pain is asked for anew.
        self._since_s, self._mirrored = _ANEW_S / 2.0, False

    def update(
        self, picture: Image, points: NDArray[np.floating], face: FrontalFace, dt_s: float
    ) -> NDArray[np.float32]:
        """The look at a frame, `dt_s` after the one before, or one of a moment ago; 0 starts anew."""
        if not dt_s > 0.0:
            self.reset()
        self._since_s += dt_s
        mirrored = is_mirrored(face)
        due = self._look is not None and self._since_s >= _ANEW_S
        if due:
            self._since_s = 0.0
        # Where the other side of the face comes to the front a look is taken beside the regular ones, whose time stays.
        if due or self._look is None or mirrored != self._mirrored:
            self._look = look_model().look(picture, points, face)
        self._mirrored = mirrored
        return self._look
