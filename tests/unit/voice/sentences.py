"""Reads the tables of sentences and says how the parser takes them."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

from solamen.voice.parse import CLASS_POINTS, Meaning, parse

CLASSES = {value: name for name, value in CLASS_POINTS.items()}


def rows(name: str) -> Iterator[tuple[str, str, set[str]]]:
    """Language, sentence and what it means, word by word."""
    for line in (Path(__file__).parent / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, sentence, meant = line.split("\t")
            yield language, sentence, set(meant.split())


def taken(language: str, sentence: str, details: bool) -> set[str]:
    """How a sentence is taken, in the words of the table."""
    meaning = parse(sentence, language)
    words = {_cue(cue.kind, cue.value) for cue in meaning.cues if cue.kind != "pain"} | _pain(meaning)
    if details:
        words |= {f"place={place}" for place in meaning.places[:1]} | {
            f"quality={kind}" for kind in meaning.qualities[:1]
        }
    return words or {"nothing"}


def right(language: str, sentence: str, meant: set[str]) -> bool:
    """Whether the parser takes a sentence as meant; place and quality count where the table names them."""
    main = {word for word in meant if not word.startswith(("place=", "quality="))}
    details = meant - main
    return taken(language, sentence, False) == main and details <= taken(language, sentence, True)


def _cue(kind: str, value: float) -> str:
    return kind if math.isnan(value) else f"{kind}={value:g}"


def _pain(meaning: Meaning) -> set[str]:
    if meaning.report is not None:
        report = meaning.report
        return {CLASSES[report.normalised] if report.scale == "VRS" else f"report={report.normalised:g}"}
    return {"pain"} & {cue.kind for cue in meaning.cues}
