"""Tunes as text: an utterance such as `♪ G4:1 A4:1.5 -:2` is played as soft tones and not spoken."""

from __future__ import annotations

import re
from dataclasses import dataclass

MARK = "♪"
LONGEST_S = 60.0
_NOTE = re.compile(r"(?:([A-G])([#b]?)([2-6])|-):(\d{1,2}(?:\.\d{1,3})?)")
_STEPS = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}
"""Semitones from the A of the same octave."""


@dataclass(frozen=True)
class Note:
    """A tone of equal temperament, A4 at 440 Hz; 0 Hz is a rest."""

    hertz: float
    length_s: float


def is_tune(text: str) -> bool:
    """Whether a text is a tune."""
    return text.lstrip().startswith(MARK)


def parse_tune(text: str) -> tuple[Note, ...]:
    """The notes of a tune: names from C2 to B6 with # or b, - for a rest, and seconds after a colon.

    Raises:
        ValueError: it is none, or lasts longer than 60 s; the message is one sentence.
    """
    words = text.strip().removeprefix(MARK).split()
    notes = tuple(_note(word) for word in words)
    length_s = sum(note.length_s for note in notes)
    if not is_tune(text) or not 0.0 < length_s <= LONGEST_S:
        raise ValueError(f"a tune begins with {MARK} and lasts up to {LONGEST_S:g} s, this one lasts {length_s:g} s")
    return notes


def _note(word: str) -> Note:
    found = _NOTE.fullmatch(word)
    if found is None:
        raise ValueError(f"{word!r} is no note; write such as G4:1.5, or -:1 for a rest")
    name, sign, octave, seconds = found.groups()
    if name is None:
        return Note(0.0, float(seconds))
    semitones = _STEPS[name] + {"#": 1, "b": -1, "": 0}[sign] + 12 * (int(octave) - 4)
    return Note(440.0 * 2.0 ** (semitones / 12.0), float(seconds))
