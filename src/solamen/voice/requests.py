"""What people ask of a robot in words: stop, to be watched no longer, help, yes, no. A stop is never argued with."""

from __future__ import annotations

from collections.abc import Iterator

from solamen.voice.clauses import Clause

PRESSING = ("stop", "withdraw", "help", "no", "yes")
"""Kinds of cues that a person asks for in words, the most pressing first."""

SHORT_WORDS = 4
"""A stop within so few words is one wherever it stands: "please stop now"."""


def requests(clause: Clause, *, beside: bool = False) -> Iterator[str]:
    """Kinds of cues that a clause asks for, the most pressing first: stop, withdraw, help, no, yes.

    Args:
        clause: a piece of an utterance.
        beside: something else is said beside it.
    """
    if wants_stop(clause):
        yield "stop"
    if takes_consent_back(clause):
        yield "withdraw"
    if wants_help(clause, beside=beside):
        yield "help"
    if _refuses(clause):
        yield "no"
    elif _agrees(clause):
        yield "yes"


def wants_stop(clause: Clause) -> bool:
    """Whether the robot shall stop. Politely asked ("could you stop") counts as well."""
    if clause.has("stop") or clause.starts("stop_first") or clause.is_all("stop_alone"):
        return True
    if not clause.lexicon.spaced:
        return False  # a longer word may hold the same sign
    count = len(clause.text.split())
    free = not clause.has("negation", "other", "past")
    return clause.has("stop_first") and free and count <= SHORT_WORDS


def takes_consent_back(clause: Clause) -> bool:
    """Whether the person shall be watched, recorded or listened to no longer."""
    return clause.has("unwatched") and not clause.has("negation", "past", "unreal")


def wants_help(clause: Clause, *, beside: bool = False) -> bool:
    """Whether a human shall come. "Doctor" calls for one, but beside "it hurts" it only says who is spoken to."""
    if clause.is_all("help_alone"):
        return bool(clause.bare()) or not beside
    return clause.has("help") and not clause.has("negation") and not clause.has("past")


def _refuses(clause: Clause) -> bool:
    return clause.has("no") or (clause.is_all("no_alone") and clause.leads)


def _agrees(clause: Clause) -> bool:
    # Where words are not set apart, a longer word may begin alike.
    said = clause.starts("yes") if clause.lexicon.spaced else clause.is_all("yes")
    return clause.leads and (said or clause.is_all("yes_alone")) and not clause.asked
