"""Numbers that rate pain, and numbers that do not: times, ages, counts, people."""

from __future__ import annotations

import math
import re

from solamen.core.estimates import PAIN_MAX
from solamen.voice.clauses import Clause

_FIGURE = re.compile(r"(?<![\d.])\d+(?:\.\d+)?(?![\d.])")
_SLASH = re.compile(r"(?<![\d./])(\d+(?:\.\d+)?) ?/ ?10(?![\d/])")


def rated(clause: Clause) -> float:
    """A number that is said to be of ten, or said as a judgement ("I'd say a six"); NaN where there is none."""
    found = _SLASH.search(clause.text)
    if found:
        return _on_scale(found[1])
    of_ten = clause.lexicon.phrases["of_ten"]
    space = " ?" if clause.lexicon.spaced else ""
    for match in _FIGURE.finditer(clause.text):
        rest = clause.text[match.end() :]
        if re.match(rf"{space}{of_ten.pattern}", rest) and not _counts(clause, rest_after(of_ten.pattern, space, rest)):
            return _on_scale(match.group())
    if clause.has("scale") or clause.has("say"):
        return _figure(clause)
    return math.nan


def rest_after(pattern: str, space: str, rest: str) -> str:
    """What follows a phrase at the beginning of a text."""
    return re.sub(rf"^{space}{pattern}", "", rest)


def said_number(clause: Clause) -> float:
    """A number in a clause that tells of the speaker's pain; NaN where there is none, or it counts something else."""
    value = rated(clause)
    return value if math.isfinite(value) else _figure(clause)


def number_alone(clause: Clause) -> float:
    """A number that is all that a clause says; NaN where there is more."""
    bare = clause.bare()
    unit = clause.lexicon.unit
    found = re.fullmatch(rf"(\d+(?:\.\d+)?)(?:{unit})?" if unit else r"(\d+(?:\.\d+)?)", bare)
    return _on_scale(found[1]) if found else math.nan


def _figure(clause: Clause) -> float:
    """The last number of a clause that is no time, age or count."""
    text = clause.lexicon.phrases["scale"].sub(" ", clause.text)
    last = math.nan
    for match in _FIGURE.finditer(text):
        before, rest = text[: match.start()].rstrip(), text[match.end() :]
        if not _ends_with(clause, before) and not _counts(clause, rest):
            last = _on_scale(match.group())
    return last


def _on_scale(text: str) -> float:
    value = float(text)
    return value if 0.0 <= value <= PAIN_MAX else math.nan


def _ends_with(clause: Clause, before: str) -> bool:
    """Whether a word stands before the number that makes it a time or a name: at seven, room three."""
    return any(match.end() == len(before) for match in clause.lexicon.phrases["not_before"].finditer(before))


def _counts(clause: Clause, rest: str) -> bool:
    """Whether something is counted: seven hours, two fingers, nine out of ten people."""
    rest = rest.lstrip()
    counted = clause.lexicon.phrases["counted"].match(rest)
    placed = any(pattern.match(rest) for pattern in clause.lexicon.groups["place"].values())
    return bool(counted) or placed
