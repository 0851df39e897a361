"""A published embedding of speech: 96 numbers for the last 0.76 s of sound, every 80 ms.

The net is Google's `speech_embedding` (Lin et al. 2020, *Training keyword spotters with limited and synthesized speech
data*; Apache-2.0), learned on other people's speech; nothing of it was trained here.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from solamen.core.errors import OutsideError
from solamen.voice.spectrum import Sound
from solamen.voice.steps import EMBEDDING

WEIGHTS = Path(__file__).parent / "weights" / "speech_embedding.onnx"
WINDOW = 76
"""Frames of 10 ms."""

NARROW_BANDS = 32


class SoundEmbedding:
    """Runs the net with ONNX Runtime on one thread.

    Raises:
        OutsideError: the weights are missing or cannot be used.
    """

    def __init__(self, weights: Path = WEIGHTS) -> None:
        self._session = session(weights)

    def of(self, windows: Sound) -> Sound:
        """Embeddings (m, 96) of windows (m, 76, 32) of `Spectra.narrow_mel`."""
        if not len(windows):
            return np.zeros((0, EMBEDDING), np.float32)
        (found,) = self._session.run(None, {"input_1": np.ascontiguousarray(windows[..., None], np.float32)})
        return np.asarray(found, np.float32).reshape(len(windows), EMBEDDING)


def session(weights: Path) -> Any:
    """An ONNX session on one thread, which leaves the others to the rest.

    Raises:
        OutsideError: the weights are missing or cannot be used.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    try:
        return onnxruntime.InferenceSession(str(weights), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        remedy = "Install Solamen anew, or train the model with `solamen train voice`."
        raise OutsideError(f"the voice model cannot be used ({error})", str(weights), remedy) from error
