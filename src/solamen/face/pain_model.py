"""The temporal pain model's weights, run by ONNX Runtime."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.face.nets import open_net
from solamen.face.pain_window import CHANNELS, RECENT, STEPS, completed

Numbers = NDArray[np.float64]

WEIGHTS = Path(__file__).parent / "weights" / "face_pain.onnx"

SCALE = 4.5
"""Pain index at which the intensity is 6.3 of 10, as the model learned it."""


class PainModel:
    """How much of each seen term of the pain index is pain's, from the last seconds.

    Args:
        weights: the ONNX file; its card stands beside it.

    Raises:
        OutsideError: the weights or their card are missing or cannot be used.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        remedy = "Install Solamen anew, or train the model with `solamen train pain`."
        try:
            card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
            self.identity: tuple[str, str, str] = (str(card["name"]), str(card["version"]), str(card["sha256"]))
            self._session = open_net(weights)
        except Exception as error:
            raise OutsideError(f"the pain model cannot be used ({error})", str(weights), remedy) from error

    def explain(self, features: Numbers, recent: Numbers) -> tuple[Numbers, Numbers]:
        """The part of each term that pain makes (m, 4), and the spread (m,) of the intensity in points.

        Args:
            features: (m, STEPS, CHANNELS) of `pain_window.windows`.
            recent: (m, RECENT, 4) of the same, NaN where a term is not known.
        """
        if features.shape[1:] != (STEPS, CHANNELS) or recent.shape[1:] != (RECENT, 4):
            raise ValueError(f"windows of {features.shape[1:]} and {recent.shape[1:]}")
        filled, _ = completed(recent)
        terms, spread = self._session.run(
            ("terms", "spread"), {"features": features.astype(np.float32), "recent": filled.astype(np.float32)}
        )
        return np.asarray(terms, np.float64), np.asarray(spread, np.float64)[:, 0]
