"""What the robot says: texts and pieces to listen to, per language, from config/content, checked when loaded."""

from __future__ import annotations

import math
import string
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.core.tunes import is_tune, parse_tune
from solamen.empathy.claims import Claims, load_claims

AUDIENCES = ("adult", "child")
KINDS = ("imagery", "story", "counting", "tones")
_REFERENCE = "en"
_LONGEST_PAUSE_S = 30.0
_REMEDY = "See docs/behaviors.md for how such a file is written."

Variants = Mapping[str, tuple[str, ...]]
"""adult and child to the texts that take turns."""


@dataclass(frozen=True)
class Line:
    """One line of a piece: its text, the quiet after it in seconds, and the number 0–10 that it asks for, or NaN."""

    say: str
    pause_s: float = 2.0
    answer: float = math.nan


@dataclass(frozen=True)
class Piece:
    """Something to listen to or to play.

    Attributes:
        name: of its file.
        kind: one of `KINDS`.
        title: as it is offered.
        audience: for whom, some of `AUDIENCES`.
        lines: in their order.
    """

    name: str
    kind: str
    title: str
    audience: tuple[str, ...]
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Content:
    """All texts of one language: behaviour.key to its variants, and the pieces by name."""

    language: str
    texts: Mapping[str, Variants]
    pieces: tuple[Piece, ...]


@lru_cache(maxsize=8)
def load_content(language: str, folder: Path | None = None) -> Content:
    """Reads all texts of a language; without a folder from Solamen's own `config/content`.

    Raises:
        OutsideError: a file is missing, is not laid out as it must be, lacks a text that the reference language has,
            names an unknown place to fill in, or claims what must not be claimed; names the file and the text.
    """
    base = folder or resource("config", "content")
    if not (base / language / "words.yaml").is_file():
        there = ", ".join(sorted(path.parent.name for path in base.glob("*/words.yaml"))) or "none"
        raise OutsideError(f"no texts for the language {language!r}", str(base), f"Use one of: {there}; or add it.")
    claims = load_claims(base / "forbidden.yaml" if (base / "forbidden.yaml").is_file() else None)
    texts = _read_words(base / language / "words.yaml", language, claims)
    if language != _REFERENCE:
        _compare(texts, _reference(base), str(base / language / "words.yaml"))
    files = sorted((base / language / "distraction").glob("*.yaml"))
    return Content(language, texts, tuple(_read_piece(file, language, claims) for file in files))


class Words:
    """Gives the texts of one language and audience, variants in turn."""

    def __init__(self, content: Content, audience: str) -> None:
        self._content, self._audience = content, audience
        self._turn: dict[str, int] = {}

    @property
    def pieces(self) -> tuple[Piece, ...]:
        """The pieces that are for this audience."""
        return tuple(piece for piece in self._content.pieces if self._audience in piece.audience)

    def text(self, key: str, **values: object) -> str:
        """The next variant of a text such as `ask.number`, with its places filled in."""
        variants = self._content.texts[key][self._audience]
        turn = self._turn.get(key, 0)
        self._turn[key] = turn + 1
        return variants[turn % len(variants)].format(**values)


def _reference(base: Path) -> Mapping[str, Variants]:
    folder = base if (base / _REFERENCE / "words.yaml").is_file() else resource("config", "content")
    return load_content(_REFERENCE, folder).texts


def _read_words(file: Path, language: str, claims: Claims) -> dict[str, Variants]:
    content: Any = read_yaml(file)
    if not isinstance(content, dict) or not all(isinstance(keys, dict) for keys in content.values()):
        raise OutsideError("texts must stand below the names of behaviours", str(file), _REMEDY)
    texts = {
        f"{name}.{key}": _variants(entry, f"{file}, {name}.{key}")
        for name, keys in content.items()
        for key, entry in keys.items()
    }
    for key, variants in texts.items():
        for text in sorted({text for texts_ in variants.values() for text in texts_}):
            _check(text, language, claims, f"{file}, {key}")
    return texts


def _variants(entry: Any, where: str) -> Variants:
    """Texts for adults and for children; one entry may serve both."""
    if isinstance(entry, dict):
        if set(entry) != set(AUDIENCES):
            raise OutsideError("a text by audience must name adult and child, and nothing else", where, _REMEDY)
        return {audience: _texts(entry[audience], where) for audience in AUDIENCES}
    return dict.fromkeys(AUDIENCES, _texts(entry, where))


def _texts(entry: Any, where: str) -> tuple[str, ...]:
    texts = entry if isinstance(entry, list) else [entry]
    if not texts or not all(isinstance(text, str) and text.strip() for text in texts):
        raise OutsideError("a text is empty or no text", where, "Write it in quotation marks.")
    return tuple(texts)


def _check(text: str, language: str, claims: Claims, where: str) -> None:
    problem = claims.problem(language, text)
    if problem:
        raise OutsideError(f"the text says what must not be said: {problem}", where, "Change the text.")


def _places(text: str, where: str) -> frozenset[str]:
    """What is to be filled in."""
    try:
        return frozenset(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    except ValueError as error:
        raise OutsideError(f"the braces in {text!r} do not match", where, "Write places as {number}.") from error


def _compare(texts: Mapping[str, Variants], reference: Mapping[str, Variants], where: str) -> None:
    """A language must have the same texts, with the same places to fill in, as the reference."""
    missing, unknown = sorted(set(reference) - set(texts)), sorted(set(texts) - set(reference))
    if missing:
        raise OutsideError(f"the text {missing[0]} is missing", where, "Add it; en/words.yaml shows what it says.")
    if unknown:
        raise OutsideError(f"there is no text {unknown[0]}", where, "Remove it, or correct its name.")
    for key, variants in texts.items():
        known = frozenset().union(*(_places(text, where) for own in reference[key].values() for text in own))
        for text in (text for own in variants.values() for text in own):
            strange = sorted(_places(text, f"{where}, {key}") - known)
            if strange:
                allowed = ", ".join(f"{{{name}}}" for name in sorted(known)) or "none"
                raise OutsideError(f"{{{strange[0]}}} cannot be filled in", f"{where}, {key}", f"Allowed: {allowed}.")


def _read_piece(file: Path, language: str, claims: Claims) -> Piece:
    content: Any = read_yaml(file)
    where = str(file)
    if not isinstance(content, dict) or set(content) != {"kind", "title", "for", "lines"}:
        raise OutsideError("a piece must have kind, title, for and lines, and nothing else", where, _REMEDY)
    kind, title, audience, lines = (content[key] for key in ("kind", "title", "for", "lines"))
    if kind not in KINDS:
        raise OutsideError(f"kind is {kind!r}", where, f"Use one of: {', '.join(KINDS)}.")
    if not isinstance(audience, list) or not audience or not set(audience) <= set(AUDIENCES):
        raise OutsideError("for must be a list of adult and child", where, "Write for: [adult, child].")
    if not isinstance(lines, list) or not lines:
        raise OutsideError("lines must be a list with at least one line", where, _REMEDY)
    (title,) = _texts([title], f"{where}, title")
    piece = Piece(
        file.stem,
        kind,
        title,
        tuple(audience),
        tuple(_line(line, f"{where}, line {n}") for n, line in enumerate(lines, 1)),
    )
    for n, text in enumerate([title, *(line.say for line in piece.lines)]):
        _check(text, language, claims, f"{where}, line {n}" if n else f"{where}, title")
    return piece


def _line(entry: Any, where: str) -> Line:
    if not isinstance(entry, dict) or not {"say"} <= set(entry) <= {"say", "pause_s", "answer"}:
        raise OutsideError("a line must have say, and may have pause_s or answer", where, _REMEDY)
    (say,) = _texts([entry["say"]], where)
    if is_tune(say):
        _check_tune(say, where)
    pause_s = _number(entry.get("pause_s", 2.0), _LONGEST_PAUSE_S, f"{where}, pause_s")
    return Line(say, pause_s, _number(entry["answer"], 10.0, f"{where}, answer") if "answer" in entry else math.nan)


def _check_tune(text: str, where: str) -> None:
    try:
        parse_tune(text)
    except ValueError as error:
        raise OutsideError(str(error), where, "Correct the tune.") from error


def _number(value: Any, high: float, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0.0 <= value <= high:
        raise OutsideError(f"{value!r} is no number from 0 to {high:g}", where, "Correct the value.")
    return float(value)
