"""The head that tells a stop word from embeddings of speech: a small net in numpy."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.voice.embedding import SIZE

WINDOW = 16
"""Embeddings that are looked at together: they tell of the last two seconds."""
WEIGHTS = Path(__file__).parent / "weights"


@dataclass(frozen=True)
class StopHead:
    """One hidden layer.

    Attributes:
        mean, scale: (96,) of the embeddings.
        first, first_bias: (1536, h) and (h,).
        second, second_bias: (h,) and number.
        threshold: from this probability on it is a stop word.
    """

    mean: NDArray[np.float32]
    scale: NDArray[np.float32]
    first: NDArray[np.float32]
    first_bias: NDArray[np.float32]
    second: NDArray[np.float32]
    second_bias: float
    threshold: float

    def __call__(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Probability, (n,), that each of (n, 16, 96) windows ends with a stop word."""
        inputs = ((windows - self.mean) / self.scale).reshape(len(windows), WINDOW * SIZE)
        hidden = np.maximum(inputs @ self.first + self.first_bias, 0.0)
        return np.asarray(1.0 / (1.0 + np.exp(-(hidden @ self.second + self.second_bias))), np.float32)


def path_of(language: str) -> Path:
    """Where the weights for a language stand."""
    return WEIGHTS / f"stop_{language}.npz"


def has_head(language: str) -> bool:
    """Whether stop words of a language are heard without a recogniser."""
    return path_of(language).is_file()


@functools.cache
def load_head(path: Path) -> StopHead:
    """The head in a file.

    Raises:
        OutsideError: there is none, or it is malformed.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            values = {name: file[name].astype(np.float32) for name in file.files}
        return StopHead(
            **{name: values[name] for name in ("mean", "scale", "first", "first_bias", "second")},
            second_bias=float(values["second_bias"]),
            threshold=float(values["threshold"]),
        )
    except (OSError, KeyError, ValueError) as error:
        raise OutsideError(
            "the head for stop words cannot be read", str(path), "Train it: solamen train stop."
        ) from error
