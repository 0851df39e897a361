"""What people say about pain: a self-report, a cue, or nothing.

A rule-based reader of short spoken sentences. Every clause is asked who speaks of whom, when, and whether it is so.
Only what the speaker says of their own pain, now, counts. A denial ("no pain") raises nothing: people hide pain.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from solamen.core.cues import Cue
from solamen.core.estimates import PAIN_MAX
from solamen.core.states import SelfReport
from solamen.voice.clauses import Clause, Span, sentences
from solamen.voice.lexicon import LEVELS, Lexicon, lexicon
from solamen.voice.numbers import number_alone, rated, said_number
from solamen.voice.requests import PRESSING, requests

CLASS_POINTS = {"mild": 2.5, "moderate": 5.5, "severe": 8.5, "worst": 10.0}
"""Middle of each class on 0–10: 1–4, 5–6, 7–10 (Serlin et al., 1995); worst is the end of the scale."""

LETTERS_MAX = 2000
"""Of an utterance; what is longer is no utterance."""

TIME_WORDS = 3
"""A clause of so few words that only sets a time: "yesterday", "last week", "two days ago"."""

_EMPTY = ("fillers", "impersonal", "split", "now", "still")
"""Words that say nothing beside a class."""

_LESSENED = {"severe": "mild", "worst": "moderate"}
"""What a negation makes of a class: "not very", "not unbearable". One of a lower class is a denial: "not a bit"."""


@dataclass(frozen=True)
class Meaning:
    """What an utterance says.

    Attributes:
        report: of the speaker's own present pain; NRS for a number, VRS for words.
        cues: stop first, then help, no, yes, number, and `pain` for pain that is told of.
        qualities: burning, stabbing and so on.
        places: in plain English words.
        reason: why nothing was found, in words; empty where something was.
    """

    report: SelfReport | None = None
    cues: tuple[Cue, ...] = ()
    qualities: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    reason: str = ""

    @property
    def nothing(self) -> bool:
        """Whether it says nothing that counts."""
        return self.report is None and not self.cues


@dataclass(frozen=True)
class _Told:
    """What one clause tells of the speaker's pain.

    Attributes:
        level: mild, moderate, severe or worst; empty where not told.
        value: 0–10 where a number was said, else NaN.
    """

    clause: Clause
    level: str = ""
    value: float = math.nan


def parse(text: str, language: str = "en", stamp_s: float = 0.0, confidence: float = 1.0) -> Meaning:
    """Reads one utterance.

    Args:
        text: what was said, with or without punctuation.
        language: en, de, es, fr, it, pt, zh, or any other with a lexicon.
        stamp_s: when its last sound was captured, seconds.
        confidence: of the recogniser, 0–1; goes into the cues.

    Raises:
        OutsideError: there is no lexicon for the language.
    """
    words = lexicon(language)
    clauses = [clause for sentence in sentences(text[:LETTERS_MAX], words) for clause in sentence]
    beside = any(clause.bare() for clause in clauses)
    asked_for = {kind for clause in clauses for kind in requests(clause, beside=beside)}
    kinds = sorted(asked_for, key=PRESSING.index)
    told, why = _told(clauses)
    rating = _rating(clauses, told)
    number = next((value for value in map(number_alone, clauses) if math.isfinite(value)), math.nan)
    report = _report(told, _levels(clauses, told), rating, stamp_s)
    values = dict.fromkeys(kinds, math.nan)
    if report is None and math.isfinite(number):
        values["number"] = number
    places, qualities = (_names(clauses, told, group, report is not None) for group in ("place", "quality"))
    if told:
        values["pain"] = report.normalised if report else math.nan
    where = {"pain": places[0]} if places else {}
    cues = tuple(
        Cue(stamp_s, kind, value, where.get(kind, ""), confidence=confidence, source="voice")
        for kind, value in values.items()
    )
    reason = "" if cues or report else why or "nothing was said of pain"
    return Meaning(report, cues, qualities, places, reason)


def _told(clauses: list[Clause]) -> tuple[list[_Told], str]:
    """What is told of the speaker's own present pain, and why something else is not."""
    told, why = [], ""
    for clause in clauses:
        if not _speaks_of_pain(clause):
            continue
        hindrance = _hindrance(clause)
        if hindrance:
            why = why or hindrance
        else:
            told.append(_Told(clause, _level(clause), said_number(clause)))
    return told, why


def _names(clauses: list[Clause], told: list[_Told], group: str, rated: bool) -> tuple[str, ...]:
    """Places or qualities of the pain that is told of or rated.

    They may stand in a clause of their own: "it hurts, my knee".
    """
    if not told and not rated:
        return ()
    mine = [item.clause for item in told]
    beside = [clause for clause in clauses if not _speaks_of_pain(clause) and not _hindrance(clause)]
    return tuple(dict.fromkeys(name for clause in [*mine, *beside] for name, _ in clause.named(group)))


def _speaks_of_pain(clause: Clause) -> bool:
    """A word of pain, or a quality that a person feels: burning in a foot, but not a burning house."""
    if clause.has("pain", "denied"):
        return True
    felt = clause.has("feel", "impersonal", "self") or bool(clause.named("place"))
    return bool(clause.named("quality")) and felt


def _hindrance(clause: Clause) -> str:
    """Why a clause that speaks of pain says nothing of the speaker's own, now."""
    if is_question(clause):
        return "a question"
    if clause.has("unreal") or clause.starts("unreal_start"):
        return "not said to be so"
    if of_another(clause):
        return "about another person"
    if clause.has("denied") or _denied(clause):
        return "no pain is said to be there, which raises nothing"
    if is_past(clause):
        return "about the past"
    return ""


def is_question(clause: Clause) -> bool:
    """Whether a clause asks."""
    return clause.asked or clause.starts("question") or clause.has("question_end")


def is_past(clause: Clause) -> bool:
    """Whether a clause speaks of what was; "since yesterday" and "still" speak of now, too."""
    if clause.has("still"):
        return False
    return clause.has("past") or (
        not clause.has("now") and any(_only_sets_time(before) for before in clause.before[-1:])
    )


def _only_sets_time(clause: Clause) -> bool:
    """A clause such as "yesterday," whose time holds for the next one."""
    length = len(clause.text.split()) if clause.lexicon.spaced else len(clause.text) * 2 // 3
    return length <= TIME_WORDS and clause.has("past") and not clause.has("pain", "still")


def of_another(clause: Clause) -> bool:
    """Whether the person nearest before the pain, or else after it, is not the speaker."""
    pain = _pain_spans(clause)
    if not clause.has("other") or not pain:
        return bool(clause.has("other")) or any(
            before.has("other") and not before.has("pain", "self", "help") and not _calls(before)
            for before in clause.before[-1:]
            if not clause.has("self")
        )
    at = pain[0]
    mine, others = clause.spans["self"], clause.spans["other"]
    if any(start <= span[0] <= end + 1 for span in mine for start, end in pain):
        return False  # "hurts me"
    return _nearest(others, at) <= _nearest(mine, at)


def _calls(clause: Clause) -> bool:
    """A clause that only calls somebody: "mum," before "it hurts"."""
    return clause.lexicon.spaced and " " not in clause.text and clause.is_all("other")


def _pain_spans(clause: Clause) -> list[Span]:
    return clause.spans["pain"] or [span for _, span in clause.named("quality")]


def _nearest(spans: list[Span], at: Span) -> float:
    """How far the nearest stands before; one that stands behind is further than any before."""
    before = [at[0] - end for _, end in spans if end <= at[0]]
    behind = [10_000 + start - at[1] for start, _ in spans if start >= at[1]]
    within = [0 for start, end in spans if start < at[1] and end > at[0]]
    return min([*before, *behind, *within], default=math.inf)


def _free_negation(clause: Clause) -> bool:
    """A negation that is no part of a class such as "not too bad"."""
    levels = [span for _, span in clause.named("levels")]
    return any(not any(a <= start and end <= b for a, b in levels) for start, end in clause.spans["negation"])


def _denied(clause: Clause) -> bool:
    if not _free_negation(clause):
        return False
    return _strongest(clause) not in _LESSENED


def _strongest(clause: Clause) -> str:
    names = [name for name, _ in clause.named("levels")]
    return max(names, key=LEVELS.index, default="")


def _level(clause: Clause) -> str:
    """The class that words tell; the weakest where several are told ("a little bit very sore" is rare)."""
    names = [name for name, _ in clause.named("levels")]
    if not names:
        return ""
    if _free_negation(clause):
        return _LESSENED.get(_strongest(clause), "")
    return "worst" if "worst" in names else min(names, key=LEVELS.index)


def _rating(clauses: list[Clause], told: list[_Told]) -> float:
    """The last number that is said of pain; one alone counts beside pain or the scale."""
    values = [item.value for item in told]
    for clause in clauses:
        if (
            not is_question(clause)
            and not is_past(clause)
            and not _of_someone_else(clause)
            and not clause.has("unreal")
        ):
            values.append(rated(clause))
            if told or any(other.has("scale") or other.has("say") for other in clauses):
                values.append(number_alone(clause))
    finite = [value for value in values if math.isfinite(value)]
    return finite[-1] if finite else math.nan


def _of_someone_else(clause: Clause) -> bool:
    return clause.has("other") and not clause.has("self")


def _levels(clauses: list[Clause], told: list[_Told]) -> list[str]:
    """Classes that are told of the pain, and those in clauses beside it ("it is awful").

    Beside a class that tells of the pain itself only the worst counts: "it hurts a lot, I can't stand it".
    """
    if not told:
        return []
    mine = [item.level for item in told if item.level]
    beside = [level for level in map(_level, filter(_only_weighs, clauses)) if level]
    return [*mine, *(level for level in beside if not mine or level == "worst")]


def _only_weighs(clause: Clause) -> bool:
    """Whether a clause says nothing but a class: "it is awful", "but only a little"."""
    rest = clause.text
    for pattern in (*clause.lexicon.groups["levels"].values(), *(clause.lexicon.phrases[key] for key in _EMPTY)):
        rest = pattern.sub(" ", rest)
    return not rest.strip() and not _hindrance(clause)


def _report(told: list[_Told], levels: list[str], rating: float, stamp_s: float) -> SelfReport | None:
    if 0.0 <= rating <= PAIN_MAX:
        return SelfReport(stamp_s, "NRS", rating, rating, source="voice")
    if not levels:
        return None
    level = max(levels, key=LEVELS.index)
    return SelfReport(stamp_s, "VRS", float(LEVELS.index(level) + 1), CLASS_POINTS[level], source="voice")


def known(language: str) -> Lexicon:
    """The lexicon of a language, so that a wrong one is told at the start."""
    return lexicon(language)
