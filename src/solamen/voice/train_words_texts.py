"""What is said: stop, words that sound like it, and other speech (Debian's fortunes, words of a dictionary)."""

from __future__ import annotations

import functools
import re
import zlib
from pathlib import Path

from solamen.core.errors import OutsideError

FORTUNES = Path("/usr/share/games/fortunes")
DICTIONARY = Path("/usr/share/dict/american-english")
STOPS = (
    "stop",
    "stop!",
    "Stop.",
    "STOP!",
    "stop, stop",
    "please stop",
    "stop please",
    "oh stop",
    "stop now",
    "no, stop",
    "stop it",
    "stop that",
)
"""What a person says who wants the robot to stop; the first four are alone."""

ALONE = 4
ALIKE = (
    "top", "step", "shop", "stuff", "start", "stack", "stock", "spot", "strap", "store", "stoop", "star", "hop", "pop",
    "drop", "crop", "staff", "stamp", "steep", "stay", "still", "so", "spa", "swap", "tops", "stomp", "stalk", "stab",
    "stopped", "stopping", "stops", "steps", "stub", "stiff", "stuck", "stick", "stark", "sob", "sop", "cop", "mop",
    "scope", "soap", "stone", "strong", "on top", "a drop", "the shop", "stand up", "sit up", "step up", "get up",
    "start it", "what's up", "hold up", "nope", "yep", "yes", "no", "help", "ouch", "ow", "oh", "hello", "thanks",
    "water please", "that's it", "store", "storm", "Bob", "Scott", "Todd", "spots", "stocks", "slop", "flop", "prop",
    "chop", "lop", "top it", "stump", "stoke", "stake", "snap", "strip", "sport", "stout", "scott up", "step, step",
)  # fmt: skip
"""Said alone, and not meant as stop."""

ANSWERS = (
    "yes, please", "yes please", "no, please", "please", "help me, please", "oh please", "no, thank you", "no thanks",
    "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "now", "not now", "oh no",
    "okay", "right now", "of course", "thank you", "a little", "it hurts", "leave it", "up", "ouch", "a glass of water",
    "please go on", "please wait", "please sit", "please start", "go please", "start please", "start now", "no, start",
)  # fmt: skip
"""What is often answered."""

_FILES = ("computers", "cookie", "definitions", "drugs", "education", "ethnic", "food", "fortunes", "humorists", "kids",
          "law", "literature", "love", "medicine", "men-women", "miscellaneous", "people", "pets", "platitudes",
          "politics", "riddles", "science", "sports", "wisdom", "work")  # fmt: skip


@functools.cache
def sentences(judging: bool) -> list[str]:
    """Of other speech without "stop": a fifth of them, by their letters, judges, the rest is learned from.

    Raises:
        OutsideError: the texts are not installed.
    """
    found = []
    try:
        for name in _FILES:
            text = (FORTUNES / name).read_text(encoding="utf-8", errors="ignore")
            found += [" ".join(part.split()) for part in re.split(r"(?<=[.!?])\s+|\n%\n|\n\t+--", text)]
    except OSError as error:
        remedy = "Type: sudo apt-get install fortunes wamerican"
        raise OutsideError("the texts of other speech are missing", str(FORTUNES), remedy) from error
    plain = [
        s for s in found if 8 <= len(s) <= 160 and re.fullmatch(r"[A-Za-z ,.'!?;:-]+", s) and "stop" not in s.lower()
    ]
    return [s for s in dict.fromkeys(plain) if (zlib.crc32(s.encode()) % 5 == 0) == judging]


@functools.cache
def words() -> list[str]:
    """Of the dictionary, without names and what has "stop" in it.

    Raises:
        OutsideError: it is not installed.
    """
    try:
        lines = DICTIONARY.read_text(encoding="utf-8").split()
    except OSError as error:
        raise OutsideError(
            "the dictionary is missing", str(DICTIONARY), "Type: sudo apt-get install wamerican"
        ) from error
    return [line for line in lines if re.fullmatch(r"[a-z]{2,10}", line) and "stop" not in line]
