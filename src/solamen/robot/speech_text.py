"""What may be spoken: plain text, a language and a rate, each checked before any engine sees it."""

from __future__ import annotations

import math
import re
import unicodedata

LETTERS_MAX = 600
RATE_RANGE = (0.5, 1.5)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8}){0,3}")
_ROUNDING = 1e-6
"""The message's numbers are of single precision."""


def speakable(text: str) -> str:
    """A text as it may be spoken: one line, without marks that an engine would take for more than text.

    Raises:
        ValueError: it is empty, too long, or holds control characters; the message is one sentence.
    """
    line = " ".join(text.split())
    if not line:
        raise ValueError("there is nothing to say: the text is empty")
    if len(line) > LETTERS_MAX:
        raise ValueError(
            f"the text has {len(line)} letters, but at most {LETTERS_MAX} are said at once; say it in parts"
        )
    if any(unicodedata.category(letter) in ("Cc", "Cs", "Co", "Cn") for letter in line):
        raise ValueError("the text holds control characters; use plain text")
    # Engines take [[…]] for phonemes and <…> for commands; here everything is text.
    line = " ".join(re.sub(r"[\[\]<>{}\\|]+", " ", line).split())
    if not any(letter.isalnum() for letter in line):
        raise ValueError("there is nothing to say: the text has no letter and no digit")
    return line


def known_language(language: str) -> str:
    """The first part of a BCP 47 tag in small letters, such as en; English where none is named.

    Raises:
        ValueError: it is no such tag.
    """
    if language and not _LANGUAGE.fullmatch(language):
        raise ValueError(f"the language {language[:20]!r} is no BCP 47 tag; use one such as en or de")
    return language.partition("-")[0].lower() or "en"


def known_rate(rate: float) -> float:
    """A rate within its range.

    Raises:
        ValueError: it is not from 0.5 to 1.5.
    """
    low, high = RATE_RANGE
    if not (math.isfinite(rate) and low - _ROUNDING <= rate <= high + _ROUNDING):
        raise ValueError(f"rate is {rate:g}, but must be a number from {low:g} to {high:g}")
    return min(max(rate, low), high)
