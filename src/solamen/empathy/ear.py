"""What the person said or signed, kept until it is asked for."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass
from typing import Literal

from solamen.core.cues import Cue

Answer = Literal["yes", "no", "unclear", "none"]

YES = frozenset({"yes", "nod"})
NO = frozenset({"no", "shake"})
STOP = frozenset({"stop"})
HELP = frozenset({"help", "call"})

_KEPT = 64
_SURE = 0.5
"""From this confidence on a yes or a number counts."""
_HEEDED = 0.3
"""From this confidence on a no, a stop or a call for help counts: it is worse to miss one than to heed one too many."""


@dataclass(frozen=True)
class Heard:
    """A cue and the monotonic time, seconds, at which it came in."""

    cue: Cue
    at_s: float


def heeded(cue: Cue) -> bool:
    """Whether a cue is sure enough to count as a refusal or a request; a confidence that is not known counts."""
    return not cue.confidence < _HEEDED


class Ear:
    """The last cues of the person. Times are monotonic seconds."""

    def __init__(self) -> None:
        self._heard: deque[Heard] = deque(maxlen=_KEPT)
        self._news: list[Cue] = []

    def hear(self, cue: Cue, now_s: float) -> None:
        """Caches a cue."""
        self._heard.append(Heard(cue, now_s))
        self._news.append(cue)

    def forget(self) -> None:
        """Forgets what was heard and is not heeded yet as an answer; a refusal stays to be heeded."""
        self._heard.clear()

    def since(self, begun_s: float, *kinds: str) -> Heard | None:
        """The newest cue of these kinds (of any kind where none is named) that came in later than this."""
        for heard in reversed(self._heard):
            if heard.at_s <= begun_s:
                return None
            if not kinds or heard.cue.kind in kinds:
                return heard
        return None

    def surest(self, begun_s: float, *kinds: str) -> float:
        """The highest confidence of a cue of these kinds that came in later than this; 0 where there was none."""
        return max(
            (item.cue.confidence for item in self._heard if item.at_s > begun_s and item.cue.kind in kinds), default=0.0
        )

    def news(self) -> list[Cue]:
        """All cues that came in since this was asked last, oldest first."""
        news, self._news = self._news, []
        return news

    def answer(self, begun_s: float) -> Answer:
        """Whether the person said or signed yes or no later than this.

        A no outweighs a yes; a yes of little confidence, and anything else that is said, is unclear.
        """
        heard = [item.cue for item in self._heard if item.at_s > begun_s]
        if any(cue.kind in NO | STOP and heeded(cue) for cue in heard):
            return "no"
        if any(cue.kind in YES and cue.confidence >= _SURE for cue in heard):
            return "yes"
        return "unclear" if any(cue.kind in YES | NO | {"number", "speech"} for cue in heard) else "none"

    def number(self, begun_s: float) -> float:
        """The newest number 0–10 that was said or shown later than this; NaN where there was none."""
        for heard in reversed(self._heard):
            if heard.at_s <= begun_s:
                break
            cue = heard.cue
            if cue.kind == "number" and cue.confidence >= _SURE and 0.0 <= cue.value <= 10.0:
                return cue.value
        return math.nan
