"""Transcripts of whole stretches of speech, by the recogniser that stands on this machine; nothing is fetched."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from solamen.core.errors import OutsideError
from solamen.voice.recogniser import Recogniser
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.speech_gate import Stretch

SHORTEST_S = 0.3
LEAST_SURE, LEAST_SURE_OF_A_WORD, LEAST_SURE_OF_YEAH = -0.6, -0.45, -0.2
"""Mean log probability of what the recogniser of English makes out; below, it guesses.

A moan is most often taken for one word, and of these for "yeah".
"""
MOST_WITH_YEAH = 3
SURE_OF_A_WORD, LESS_SURE = -0.1, 0.6
"""A lone word below this mean log probability is told with this confidence: who asks something weighty then asks again.

Of acted bursts without words one in a hundred is read as a yes, three of four of these below -0.1; a yes that is said,
in quiet, is at -0.03 to -0.06.
"""
SURELY_A_BURST = -7.0
"""Log odds of talk, by the judge of voices, below which a lone word may have been a moan, whatever was made out.

Of short words that people said alone a twentieth are below, of acted bursts a half.
"""
YEAH = {"yeah", "yep", "yup", "aye", "ja"}
MOST_REPEATED = 5
"""Words that come so often in a row, or as often in turn, were not said: the net has lost its thread."""
_QUEUED = 3


class Transcript(NamedTuple):
    """What was made out, and how sure that is, 0–1."""

    text: str
    confidence: float = 1.0


NOTHING = Transcript("")
Recognise = Callable[[Sound], Transcript]


class Transcriber:
    """Turns whole stretches of speech into text in a thread of its own; text stays in memory.

    Args:
        recognise: gives the text of a stretch of speech, 16 kHz mono.
    """

    def __init__(self, recognise: Recognise) -> None:
        self._recognise = recognise
        self._pieces: list[Sound] = []
        self._stretches: queue.Queue[tuple[Sound, float] | None] = queue.Queue(_QUEUED)
        self._texts: queue.Queue[Transcript] = queue.Queue()
        self._thread = threading.Thread(target=self._work, name="transcripts", daemon=True)
        self._thread.start()

    def hear(self, stretch: Stretch, talk_odds: float = 0.0) -> None:
        """Takes the next samples; a stretch that comes while too many wait is let go.

        Args:
            stretch: see there.
            talk_odds: log odds that the stretch so far is talk and no moan.
        """
        if stretch.begins:
            self._pieces.clear()
        self._pieces.append(stretch.sound)
        if stretch.ends:
            sound = np.concatenate(self._pieces)
            self._pieces.clear()
            if len(sound) >= SHORTEST_S * RATE_HZ and not self._stretches.full():
                self._stretches.put_nowait((sound, talk_odds))

    def texts(self) -> list[Transcript]:
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
        while (waiting := self._stretches.get()) is not None:
            sound, talk_odds = waiting
            made_out = doubted(self._recognise(sound), talk_odds)
            if made_out.text:
                self._texts.put(made_out)


def whisper(folder: str, language: str) -> Recognise:
    """By faster-whisper and a model of the user's own.

    Args:
        folder: of the model.
        language: two letters.

    Raises:
        OutsideError: faster-whisper is not installed, or there is no such model.
    """
    path = Path(folder).expanduser()
    if not path.is_dir():
        raise OutsideError("there is no model of faster-whisper", folder, "Give its folder as whisper_model.")
    try:
        from faster_whisper import WhisperModel
    except ImportError as error:
        remedy = "Type: .venv/bin/pip install faster-whisper"
        raise OutsideError("transcripts need faster-whisper", "this environment", remedy) from error
    model: Any = WhisperModel(str(path), device="cpu", compute_type="int8", cpu_threads=1, local_files_only=True)

    def recognise(sound: Sound) -> Transcript:
        segments, _ = model.transcribe(sound, language=language, beam_size=1, vad_filter=False)
        return Transcript(" ".join(segment.text.strip() for segment in segments))

    return recognise


def english(recogniser: Recogniser) -> Recognise:
    """By the recogniser of English that the set-up brings; what it only guesses is left out."""

    def recognise(sound: Sound) -> Transcript:
        said = recogniser.read(sound)
        if said.sureness < least_sure(said.text) or repeats_itself(said.text):
            return NOTHING
        doubtful = said.sureness < SURE_OF_A_WORD and is_lone(said.text)
        return Transcript(said.text, LESS_SURE if doubtful else 1.0)

    return recognise


def least_sure(text: str) -> float:
    """Mean log probability from which on such a text is believed."""
    words = plain_words(text)
    if set(words) & YEAH and len(words) <= MOST_WITH_YEAH:
        return LEAST_SURE_OF_YEAH
    return LEAST_SURE_OF_A_WORD if is_lone(text) else LEAST_SURE


def doubted(made_out: Transcript, talk_odds: float) -> Transcript:
    """What was made out, told less surely where it is a lone word that sounds like a moan."""
    if talk_odds >= SURELY_A_BURST or not is_lone(made_out.text):
        return made_out
    return made_out._replace(confidence=min(made_out.confidence, LESS_SURE))


def is_lone(text: str) -> bool:
    """Whether it is one word, once or again and again."""
    return len(set(plain_words(text))) <= 1


def plain_words(text: str) -> list[str]:
    """Words in small letters, without what stands between them."""
    return "".join(letter for letter in text.lower() if letter.isalpha() or letter.isspace()).split()


def repeats_itself(text: str) -> bool:
    """Whether one word, or two to four in turn, come more often in a row than anybody says them."""
    words = plain_words(text)
    return any(_longest_run(words, period) >= MOST_REPEATED * period for period in range(1, 5))


def _longest_run(words: list[str], period: int) -> int:
    """How many words in a row are those that stood so many places before, with the first of these."""
    longest = run = 0
    for word, before in zip(words[period:], words, strict=False):
        run = run + 1 if word == before else 0
        longest = max(longest, run + period)
    return longest
