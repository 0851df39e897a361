"""An utterance cut into clauses, each with what its words are: pain, a negation, another person and so on."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from solamen.voice.lexicon import Lexicon

Span = tuple[int, int]

_SENTENCE = re.compile(r"(?<!\d)[.]|[.](?!\d)|[!?！？。]")
_COMMA = re.compile(r"[,，;；:、]")
_HIGHER = "[一二三四五六七八九十百千几]"
"""A Chinese number that stands behind one of these is a part of a longer one."""

_HIDES = {
    "ignored": ("pain", "feel", "negation", "past", "self", "other", "unreal", "yes", "stop_first", "question"),
    "still": ("past", "negation", "denied"),
    "other": ("self",),
    "denied": ("negation",),
    "pain": ("no",),
    "say": ("unreal", "past", "other"),
    "stop": ("negation", "no", "other"),
    "unwatched": ("negation", "no"),
    "fillers": ("other",),
}
"""Words within a phrase of the first kind are not counted as the others."""

IDIOM = "~"
"""Stands for a saying none of whose words count; no phrase begins or ends with it."""

NEAR = 3.0
"""Figures further apart than this are the ends of a scale, not "six or seven"."""


@dataclass(frozen=True)
class Clause:
    """A piece of an utterance that says one thing.

    Attributes:
        text: plain words, numbers as figures.
        lexicon: of its language.
        asked: it ends with a question mark.
        before: what was said before it in the same sentence.
    """

    text: str
    lexicon: Lexicon
    asked: bool = False
    before: tuple[Clause, ...] = field(default=(), repr=False)

    @cached_property
    def spans(self) -> dict[str, list[Span]]:
        """Kind of phrase to where its phrases stand, without those that another kind hides."""
        found = {key: _spans(pattern, self.text) for key, pattern in self.lexicon.phrases.items()}
        if any(place.search(self.text) for place in self.lexicon.groups["place"].values()):
            found["pain"] = sorted([*found["pain"], *found["afflicts"]])
        for hider, hidden in _HIDES.items():
            for key in hidden:
                found[key] = [span for span in found[key] if not any(_within(span, over) for over in found[hider])]
        return found

    def has(self, *keys: str) -> bool:
        """Whether it holds a phrase of any of these kinds."""
        return any(self.spans[key] for key in keys)

    def named(self, group: str) -> list[tuple[str, Span]]:
        """What of a group (quality, place, levels) it holds, in the order of its words."""
        ignored = self.spans["ignored"]
        found = [
            (name, span)
            for name, pattern in self.lexicon.groups[group].items()
            for span in _spans(pattern, self.text)
            if not any(_within(span, over) for over in ignored)
        ]
        longest = [
            (name, span)
            for name, span in found
            if not any(_within(span, other) and span != other for _, other in found)
        ]
        return sorted(longest, key=lambda item: item[1])

    def bare(self) -> str:
        """The text without words that say nothing: well, please, er."""
        words = self.lexicon.phrases["fillers"].sub(" ", self.text).split()
        return (" " if self.lexicon.spaced else "").join(words)

    @property
    def leads(self) -> bool:
        """Whether nothing but words that say nothing stands before it: "well, no"."""
        return all(not before.bare() for before in self.before)

    def starts(self, key: str) -> bool:
        """Whether it begins, after such words, with a phrase of a kind."""
        pattern = self.lexicon.phrases[key]
        return any(pattern.match(text) is not None for text in (self.text, self.bare()))

    def is_all(self, key: str) -> bool:
        """Whether it is nothing but a phrase of a kind, said once or more."""
        pattern = self.lexicon.phrases[key]
        return any(bool(text) and not pattern.sub(" ", text).strip() for text in (self.text, self.bare()))


def _spans(pattern: re.Pattern[str], text: str) -> list[Span]:
    return [found.span() for found in pattern.finditer(text)]


def _within(inner: Span, outer: Span) -> bool:
    return outer[0] <= inner[0] and inner[1] <= outer[1]


def sentences(text: str, lexicon: Lexicon) -> Iterator[list[Clause]]:
    """The clauses of each sentence of an utterance."""
    plain = with_figures(lexicon.plain(text), lexicon)
    start = 0
    for end in [*_SENTENCE.finditer(plain), None]:
        piece = plain[start : end.start() if end else len(plain)]
        asked = bool(end and end.group() in "?？")
        start = end.end() if end else len(plain)
        clauses = _clauses(piece, asked, lexicon)
        if clauses:
            yield clauses


def _clauses(sentence: str, asked: bool, lexicon: Lexicon) -> list[Clause]:
    literal = [lexicon.phrases["idioms"].sub(IDIOM, piece) for piece in _COMMA.split(sentence)]
    cut = lexicon.phrases["split"].sub(lambda found: f",{found.group()}", ",".join(literal))
    pieces = [" ".join(piece.split()) for piece in _COMMA.split(cut)]
    pieces = [piece for piece in pieces if piece]
    made: list[Clause] = []
    for number, piece in enumerate(pieces):
        made.append(Clause(piece, lexicon, asked and number == len(pieces) - 1, tuple(made)))
    return made


def with_figures(plain: str, lexicon: Lexicon) -> str:
    """Plain text with its words of numbers as figures, halves and "six or seven" as one."""
    words = sorted(lexicon.numbers, key=len, reverse=True)
    either = "|".join(map(re.escape, words)) or "(?!)"
    pattern = rf"(?<!\S)(?:{either})(?!\S)" if lexicon.spaced else _chinese(either, lexicon)
    text = re.sub(pattern, lambda found: f"{lexicon.numbers[found.group()]:g}", plain)
    if not lexicon.spaced:
        text = _answered(text, either, lexicon)
    space = " ?" if lexicon.spaced else ""
    point = rf"(\d+){space}{lexicon.phrases['point'].pattern}{space}(\d)(?!\d)"
    text = re.sub(point, r"\1.\2", text)
    half = rf"(\d+){space}{lexicon.phrases['half'].pattern}"
    return _averaged(re.sub(half, lambda found: f"{float(found[1]) + 0.5:g}", text), lexicon)


def _chinese(either: str, lexicon: Lexicon) -> str:
    """A number is one where its unit, its decimals or the rest of a range follow, or where it stands alone.

    Neither 20 nor 11 is a 10 or a 1.
    """
    decimals = f"{lexicon.phrases['point'].pattern}(?:{either})(?:{lexicon.unit})"
    ranged = f"{lexicon.phrases['or'].pattern}(?:{either})半?(?:{lexicon.unit})"
    ends = f"半?(?:{lexicon.unit})|{decimals}|{ranged}"
    return rf"(?<!{_HIGHER})(?:{either})(?={ends})|(?<!\w)(?:{either})(?!\w)"


def _answered(text: str, either: str, lexicon: Lexicon) -> str:
    """A number after words of judgement or among words that say nothing, such as "maybe three", as its figure."""
    filler, say = (lexicon.phrases[key].pattern for key in ("fillers", "say"))
    ranged = f"(?:{either})(?:{lexicon.phrases['or'].pattern}(?:{either}))?"
    alone = rf"(?<!\w)((?:{filler}|{say})*)({ranged})((?:{filler}|{say})*)(?!\w)"

    def figures(found: re.Match[str]) -> str:
        return found[1] + re.sub(either, lambda word: f"{lexicon.numbers[word.group()]:g}", found[2]) + found[3]

    return re.sub(alone, figures, text)


def _averaged(text: str, lexicon: Lexicon) -> str:
    """Figures that a word such as "or" joins, as the one between; those of a scale are left as they are."""
    space = " ?" if lexicon.spaced else f"(?:{lexicon.unit})?"
    figure = r"(\d+(?:\.\d+)?)"

    def middle(found: re.Match[str]) -> str:
        low, high = float(found[1]), float(found[2])
        return f"{(low + high) / 2.0:g}" if abs(high - low) <= NEAR else found.group()

    return re.sub(rf"(?<![\d.]){figure}{space}{lexicon.phrases['or'].pattern}{space}{figure}", middle, text)
