"""Discrete things that a person does: a nod, a word, a moan."""

from __future__ import annotations

import math
from dataclasses import dataclass

WITHOUT_STOP = ":plain"
"""The end of the id of what the robot says where "stop" is no part of it, so that the word, if heard, is another's."""


@dataclass(frozen=True)
class Cue:
    """One thing that a person did; see the message PersonCue.

    Attributes:
        stamp_s: capture time of the newest sample used, seconds.
        kind: nod, shake, yes, no, stop, help, reach, moan, groan, …
        value: size in the unit that its kind implies; NaN where it has none.
        place: where on the body, in words; empty where it does not apply.
        onset_s: when it began, seconds.
        duration_s: NaN while it lasts.
        confidence: 0–1.
        source: face, voice, body or console.
    """

    stamp_s: float
    kind: str
    value: float = math.nan
    place: str = ""
    onset_s: float = math.nan
    duration_s: float = math.nan
    confidence: float = 1.0
    source: str = "console"
