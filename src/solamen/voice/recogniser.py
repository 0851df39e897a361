"""What people say in English, from sound: Moonshine tiny, a net of 27M numbers that learned from people's speech.

The files are those that the package moonshine-voice (MIT) carries; its library is not used, and nothing goes over a
network. The set-up puts them where they are looked for here.
"""

from __future__ import annotations

import math
import os
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.voice.sound_embedding import session
from solamen.voice.spectrum import RATE_HZ, Sound

LANGUAGES = ("en",)
VARIABLE = "SOLAMEN_WORDS_MODEL"
FOLDER_NAME = "moonshine-tiny-en"
ENCODER, DECODER, TOKENS = "encoder_model.ort", "decoder_model_merged.ort", "tokenizer.bin"

TOKENS_PER_S = 6.5
"""More than this nobody says; a net that goes on repeats itself (Jeffries et al. 2024)."""

SHORTEST = RATE_HZ // 4
_BEGIN, END = 1, 2
_SPACE = "▁"
_HEADS, _WIDTH = 8, 36


def folder() -> Path | None:
    """Where the recogniser's files stand; None where they are not all there.

    What SOLAMEN_WORDS_MODEL names is the only place where it is set.
    """
    named = os.environ.get(VARIABLE, "")
    homes = (Path(sys.prefix) / "share" / "solamen", Path.home() / ".cache" / "solamen")
    places = [Path(named).expanduser()] if named else [home / "models" / FOLDER_NAME for home in homes]
    return next((p for p in places if all((p / name).is_file() for name in (ENCODER, DECODER, TOKENS))), None)


@dataclass(frozen=True)
class Said:
    """What was made out.

    Attributes:
        text: empty where nothing was.
        sureness: mean log probability of its pieces, 0 at most.
    """

    text: str
    sureness: float


class Recogniser:
    """Reads stretches of sound, each by itself.

    Args:
        place: folder of the files; None looks where the set-up puts them.

    Raises:
        OutsideError: they are missing or cannot be used.
    """

    def __init__(self, place: Path | None = None) -> None:
        place = place or folder()
        if place is None:
            remedy = f"Run `make setup`, or set {VARIABLE} to a folder with {ENCODER}, {DECODER} and {TOKENS}."
            raise OutsideError("the recogniser of English words is not installed", "this environment", remedy)
        self._encoder, self._decoder = session(place / ENCODER), session(place / DECODER)
        try:
            self._tokens = read_tokens((place / TOKENS).read_bytes())
        except OSError as error:
            raise OutsideError("the recogniser's words cannot be read", str(place), "Run `make setup`.") from error
        self._kept = [item.name for item in self._decoder.get_inputs() if item.name.startswith("past_key_values")]

    def numbers_of(self, *texts: str) -> NDArray[np.int64]:
        """Numbers of the pieces that are one of these texts, at the beginning of a word or not."""
        wanted = {mark + text for text in texts for mark in ("", _SPACE)}
        return np.array([n for n, token in enumerate(self._tokens) if token.decode("utf-8", "replace") in wanted])

    def read(self, sound: Sound) -> Said:
        """What is said in it; of less than a quarter of a second, nothing."""
        if len(sound) < SHORTEST:
            return Said("", 0.0)
        reading, found = Reading(self, sound), list[int]()
        for _ in range(max(3, math.ceil(len(sound) / RATE_HZ * TOKENS_PER_S))):
            token = int(reading.odds.argmax())
            if token == END:
                break
            found.append(token)
            reading.go_on(token)
        text = b"".join(self._tokens[token] for token in found).decode("utf-8", "replace")
        return Said(text.replace(_SPACE, " ").strip(), reading.mean_log)

    def encoded(self, sound: Sound) -> Sound:
        """(1, m, 288) what the encoder makes of it."""
        inputs = {"input_values": sound[None], "attention_mask": np.ones((1, len(sound)), np.int64)}
        (found,) = self._encoder.run(None, inputs)
        return np.asarray(found, np.float32)

    def next_odds(
        self, hidden: Sound, length: int, token: int, kept: dict[str, Sound]
    ) -> tuple[Sound, dict[str, Sound]]:
        """Log probabilities (32768,) of what follows a piece, and what the decoder keeps of all before.

        Args:
            hidden: see `encoded`.
            length: of the sound, samples.
            token: number of the piece.
            kept: of the pieces before; empty for the first one.
        """
        none = {name: np.zeros((1, _HEADS, 0, _WIDTH), np.float32) for name in self._kept}
        inputs = {
            "encoder_attention_mask": np.ones((1, length), np.int64),
            "encoder_hidden_states": hidden,
            "input_ids": np.array([[token]], np.int64),
            "use_cache_branch": np.array([bool(kept)]),
        }
        logits, *found = self._decoder.run(None, inputs | (kept or none))
        fresh = dict(zip(self._kept, found, strict=True))
        # What it keeps of the encoder is made with the first piece alone.
        fresh |= {name: value for name, value in kept.items() if ".encoder." in name}
        odds = np.asarray(logits[0, -1], np.float32)
        odds = odds - odds.max()
        return odds - np.log(np.exp(odds).sum()), fresh


class Reading:
    """One stretch of sound, read piece by piece.

    Args:
        recogniser: reads it.
        sound: 16 kHz mono.

    Attributes:
        odds: (32768,) log probabilities of the next piece.
    """

    def __init__(self, recogniser: Recogniser, sound: Sound) -> None:
        self._recogniser, self._length = recogniser, len(sound)
        self._hidden = recogniser.encoded(np.ascontiguousarray(sound, np.float32))
        self._taken: list[float] = []
        self.odds, self._kept = recogniser.next_odds(self._hidden, self._length, _BEGIN, {})

    @property
    def mean_log(self) -> float:
        """Mean log probability of the pieces that were taken, with that of the next one."""
        return float(np.mean([*self._taken, float(self.odds.max())]))

    def go_on(self, token: int) -> None:
        """Takes a piece as said."""
        self._taken.append(float(self.odds[token]))
        self.odds, self._kept = self._recogniser.next_odds(self._hidden, self._length, token, self._kept)


def read_tokens(content: bytes) -> list[bytes]:
    """The pieces of words of `tokenizer.bin`: each with its length before it, in one byte, or two from 128 on."""
    found, at = list[bytes](), 0
    while at < len(content):
        length, at = content[at], at + 1
        if length >= 128:
            length, at = content[at] * 128 + length - 128, at + 1
        found.append(content[at : at + length])
        at += length
    return found
