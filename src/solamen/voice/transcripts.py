"""Transcripts by faster-whisper, where it is installed and a model stands on this machine; nothing is fetched."""

from __future__ import annotations

import queue
import threading
from pathlib import Path
from typing import Any

import numpy as np

from solamen.core.errors import OutsideError
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.speech_gate import Stretch

SHORTEST_S = 0.3
_QUEUED = 3


class Transcriber:
    """Turns whole stretches of speech into text in a thread of its own; text stays in memory.

    Args:
        model: folder of the model.
        language: two letters.

    Raises:
        OutsideError: faster-whisper is not installed, or there is no such model.
    """

    def __init__(self, model: str, language: str) -> None:
        if not Path(model).expanduser().is_dir():
            raise OutsideError("there is no model of faster-whisper", model, "Give its folder as whisper_model.")
        try:
            from faster_whisper import WhisperModel
        except ImportError as error:
            remedy = "Type: .venv/bin/pip install faster-whisper"
            raise OutsideError("transcripts need faster-whisper", "this environment", remedy) from error
        self._model: Any = WhisperModel(
            str(Path(model).expanduser()), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True
        )
        self._language = language
        self._pieces: list[Sound] = []
        self._stretches: queue.Queue[Sound | None] = queue.Queue(_QUEUED)
        self._texts: queue.Queue[str] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="transcripts", daemon=True)
        self._thread.start()

    def hear(self, stretch: Stretch) -> None:
        """Takes the next samples; a stretch that comes while too many wait is let go."""
        if stretch.begins:
            self._pieces.clear()
        self._pieces.append(stretch.sound)
        if stretch.ends:
            sound = np.concatenate(self._pieces)
            self._pieces.clear()
            if len(sound) >= SHORTEST_S * RATE_HZ and not self._stretches.full():
                self._stretches.put_nowait(sound)

    def texts(self) -> list[str]:
        """What has been made out since the last time."""
        found = []
        while not self._texts.empty():
            found.append(self._texts.get_nowait())
        return found

    def close(self) -> None:
        """Ends the thread."""
        self._stretches.put(None)
        self._thread.join(timeout=5.0)

    def _work(self) -> None:
        while (sound := self._stretches.get()) is not None:
            segments, _ = self._model.transcribe(sound, language=self._language, beam_size=1, vad_filter=False)
            text = " ".join(segment.text.strip() for segment in segments)
            if text:
                self._texts.put(text)
