"""Lexicon files: how people of one language speak of pain, and to a robot. One YAML per language, config/lexicons."""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from solamen.core.errors import OutsideError
from solamen.core.resources import resource

PHRASES = (
    "idioms", "ignored", "pain", "afflicts", "feel", "impersonal", "denied", "negation", "still", "past", "now",
    "unreal", "unreal_start", "question", "question_end", "self", "other", "split", "fillers", "yes", "yes_alone", "no",
    "no_alone", "stop", "stop_first", "stop_alone", "unwatched", "help", "help_alone", "say", "of_ten", "scale",
    "counted", "not_before", "half", "point", "or",
)  # fmt: skip
"""Keys that hold a list of phrases; each is explained in config/lexicons/en.yaml."""

LEVELS = ("mild", "moderate", "severe", "worst")
"""Classes of the verbal rating scale, in their order."""

GROUPS = ("levels", "quality", "place")
"""Keys that hold named lists of phrases."""

REMEDY = "Correct it after the pattern of config/lexicons/en.yaml."
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""All as words; the one in C where it is to be had, as a voice node that comes back has no second to lose."""

_MARKS = re.compile(r"[,;:!?。，！？；、]|\.(?!\d)|(?<!\d)\.")
"""Marks that end clauses; the point in 6.5 is none."""


@dataclass(frozen=True)
class Lexicon:
    """What one language says.

    Attributes:
        language: two letters, such as en.
        spaced: words are set apart by spaces; false for Chinese.
        phrases: key to a pattern that finds any of its phrases.
        groups: levels, quality and place: name to such a pattern.
        numbers: word to its number.
        replaced: letters, or words between spaces, to what they are read as, before anything else.
        unit: what a number must be followed by to be one, where the language asks for it; else empty.
    """

    language: str
    spaced: bool
    phrases: Mapping[str, re.Pattern[str]]
    groups: Mapping[str, Mapping[str, re.Pattern[str]]]
    numbers: Mapping[str, float]
    replaced: Mapping[str, str] = field(default_factory=dict)
    unit: str = ""

    def plain(self, text: str) -> str:
        """Text without case, accents and apostrophes, its words one space apart; marks that end clauses stay."""
        text = unicodedata.normalize("NFKC", text).casefold().replace("’", "'")
        text = re.sub(r"(?<=\d),(?=\d)", ".", text)
        if not self.spaced:
            text = re.sub(r"\.{2,}", ",", text)  # an ellipsis ends no sentence: "well... five"
        text = " " + _MARKS.sub(r" \g<0> ", text) + " "
        for letters, meant in self.replaced.items():
            text = text.replace(letters, meant)
        text = unicodedata.normalize("NFD", text)
        text = "".join(letter for letter in text if not unicodedata.combining(letter))
        words = re.sub(r"[^\w.,;:!?。，！？；、/]+|_", " ", text).split()
        return (" " if self.spaced else "").join(words)


def languages(folder: Path | None = None) -> tuple[str, ...]:
    """Languages that have a lexicon."""
    return tuple(sorted(path.stem for path in (folder or resource("config", "lexicons")).glob("*.yaml")))


@functools.cache
def lexicon(language: str, folder: Path | None = None) -> Lexicon:
    """The lexicon of a language; it is read once.

    Args:
        language: two letters, or with a region behind them, as in de-AT.
        folder: where lexicons stand; None for config/lexicons.

    Raises:
        OutsideError: there is none, or the file is malformed.
    """
    short = re.split(r"[-_]", language.strip().lower())[0]
    known = languages(folder)
    if short not in known:
        remedy = f"Use one of {', '.join(known)}, or write config/lexicons/{short or 'xx'}.yaml."
        raise OutsideError(f"there is no lexicon for the language {language[:20]!r}", "voice", remedy)
    path = (folder or resource("config", "lexicons")) / f"{short}.yaml"
    return _read(short, _words_of(path), str(path))


def _words_of(path: Path) -> Any:
    """What a YAML file says, all of it as words: elsewhere `no` would mean false."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise OutsideError(f"the lexicon cannot be read ({str(error).splitlines()[0]})", str(path), REMEDY) from error


def _read(language: str, content: Any, where: str) -> Lexicon:
    if not isinstance(content, dict):
        raise OutsideError("the lexicon holds no keys", where, REMEDY)
    unknown = set(content) - {*PHRASES, *GROUPS, "numbers", "replaced", "spaced", "unit"}
    missing = {*PHRASES, *GROUPS, "numbers"} - set(content)
    if unknown or missing:
        problem = f"unknown key {min(unknown)!r}" if unknown else f"the key {min(missing)!r} is missing"
        raise OutsideError(f"{problem} in the lexicon", where, REMEDY)
    bare = Lexicon(language, content.get("spaced") != "false", {}, {}, {}, content.get("replaced") or {})
    return Lexicon(
        language,
        bare.spaced,
        {key: _pattern(bare, _texts(content[key], key, where)) for key in PHRASES},
        {key: _group(bare, content[key], key, where) for key in GROUPS},
        _numbers(bare, content["numbers"], where),
        bare.replaced,
        str(content.get("unit") or ""),
    )


def _group(bare: Lexicon, content: Any, key: str, where: str) -> dict[str, re.Pattern[str]]:
    if not isinstance(content, dict) or (key == "levels" and set(content) != set(LEVELS)):
        raise OutsideError(f"{key} must hold named lists", where, REMEDY)
    return {name: _pattern(bare, _texts(items, f"{key}.{name}", where)) for name, items in content.items()}


def _numbers(bare: Lexicon, content: Any, where: str) -> dict[str, float]:
    """The words of numbers, each with its own."""
    if not isinstance(content, dict) or not all(re.fullmatch(r"\d+(\.\d+)?", value) for value in content):
        raise OutsideError("numbers must map each number to its words", where, REMEDY)
    return {
        bare.plain(word): float(value)
        for value, items in content.items()
        for word in _texts(items, f"numbers.{value}", where)
    }


def _texts(content: Any, key: str, where: str) -> list[str]:
    if not isinstance(content, list) or not all(isinstance(item, str) and item.strip() for item in content):
        raise OutsideError(f"{key} must be a list of phrases in words", where, REMEDY)
    return content


def _pattern(bare: Lexicon, texts: Iterable[str]) -> re.Pattern[str]:
    """A pattern for any of the phrases, the longest first; one that finds nothing where there are none."""
    made = sorted({_one(bare, text) for text in texts}, key=len, reverse=True)
    if not made:
        return re.compile(r"(?!)")
    either = "|".join(made)
    return re.compile(rf"(?<!\S)(?:{either})(?!\S)" if bare.spaced else f"(?:{either})")


def _one(bare: Lexicon, text: str) -> str:
    """One phrase: `*` stands for any end or beginning of a word, `…` for up to three words between."""
    parts = [" ".join(_word(bare, word) for word in part.split()) for part in text.split("…")]
    return (r" (?:\S+ ){0,3}?" if bare.spaced else ".{0,4}?").join(parts)


def _word(bare: Lexicon, word: str) -> str:
    return r"\S*".join(re.escape(bare.plain(part)).replace(r"\ ", " ") for part in word.split("*"))
