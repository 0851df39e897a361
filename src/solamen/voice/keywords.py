"""Spots phrases of English with pocketsphinx and the model that comes with it; what it finds goes to the parser."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from solamen.voice.spectrum import Sound

LANGUAGES = ("en",)
"""That the bundled model knows."""
CONFIDENCE = 0.6
"""Of what is spotted: enough to be an answer, and no more."""

PHRASES: dict[str, float] = {
    "help me": 1e-12,
    "call a nurse": 1e-18,
    "call the nurse": 1e-18,
    "i need help": 1e-18,
    "yes please": 1e-15,
    "no thank you": 1e-18,
    "it hurts a lot": 1e-20,
    "it hurts a little": 1e-22,
    "my back hurts": 1e-18,
    "my head hurts": 1e-18,
    "my stomach hurts": 1e-20,
    "i am in pain": 1e-18,
    **{f"{number} out of ten": 1e-22 for number in ("three", "four", "five", "six", "seven", "eight", "nine", "ten")},
}
"""Phrase to its threshold; the longer, the smaller."""


class Keywords:
    """Listens to stretches of speech; gives each phrase once, as it is said."""

    def __init__(self) -> None:
        from pocketsphinx import Decoder, get_model_path

        with tempfile.TemporaryDirectory(prefix="solamen-") as folder:
            path = Path(folder) / "phrases.txt"
            path.write_text("".join(f"{text} /{value:g}/\n" for text, value in PHRASES.items()), encoding="ascii")
            model = Path(get_model_path("en-us"))
            self._decoder: Any = Decoder(
                hmm=str(model / "en-us"),
                dict=str(model / "cmudict-en-us.dict"),
                lm=None,
                kws=str(path),
                logfn="/dev/null",
            )
        self._open = False

    def hear(self, sound: Sound, begins: bool, ends: bool) -> str:
        """A phrase that was said with these samples; empty where none was."""
        if begins or not self._open:
            self._close()
            self._decoder.start_utt()
            self._open = True
        pcm = np.clip(sound * 32767.0, -32768, 32767).astype(np.int16)
        self._decoder.process_raw(pcm.tobytes(), False, False)
        found = self._decoder.hyp()
        if found is None or not found.hypstr.strip():
            if ends:
                self._close()
            return ""
        phrase = str(found.hypstr).strip().split("  ")[0].strip()
        self._close()  # each is told once
        if not ends:
            self._decoder.start_utt()
            self._open = True
        return phrase

    def _close(self) -> None:
        if self._open:
            self._decoder.end_utt()
            self._open = False
