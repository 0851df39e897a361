"""The state of the person in care."""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass

from solamen.core.estimates import Evidence


class Consent(enum.IntEnum):
    """What the person agreed to. Each level includes those below it."""

    NONE = 0
    OBSERVE = 1
    RECORD = 2
    LEARN = 3


class Company(enum.IntEnum):
    """Who is with the person."""

    UNKNOWN = 0
    ALONE = 1
    TRUSTED = 2
    STRANGER = 3


@dataclass(frozen=True)
class ModalityWeight:
    """How much one modality counted, 0–1, why, and what it showed.

    Attributes:
        level: 0–10 points on an observer's scale, smoothed; NaN while it is not used, and where it judges pain of at
            least 4 points against less instead of reading points.
        level_stddev: points; NaN likewise.
    """

    modality: str
    weight: float
    reason: str
    level: float = math.nan
    level_stddev: float = math.nan


@dataclass(frozen=True)
class SelfReport:
    """What the person (or, marked so, a caregiver) said: scale NRS, VAS, FPS-R or VRS, its value, and 0–10."""

    stamp_s: float
    scale: str
    value: float
    normalised: float
    by_proxy: bool = False
    source: str = "console"


@dataclass(frozen=True)
class UserState:
    """The fused state of the person; NaN is "not known".

    Attributes:
        stamp_s: capture time of the newest sample used, seconds.
        present: a person is there.
        consent, company: see their enumerations.
        pain_mean: 0–10, expected self-report; NaN while abstaining.
        pain_stddev: points.
        pain_lower, pain_upper: ends of the 90 % interval, 0–10.
        pain_probability: 0–1, pain of at least 4 of 10.
        pain_trend_per_min: points per minute.
        arousal: 0–1, physiological.
        weights: per modality.
        last_self_report: the last one, if any.
        abstained, reason: too little evidence, and why.
        words: the state in one plain sentence.
        valence, dominance: -1 to 1; NaN unless switched on, as they are inferences of emotion.
        contributions: points that each cue, habit and word adds; they sum to `pain_mean`.
    """

    stamp_s: float
    present: bool = False
    consent: Consent = Consent.NONE
    company: Company = Company.UNKNOWN
    pain_mean: float = math.nan
    pain_stddev: float = math.nan
    pain_lower: float = math.nan
    pain_upper: float = math.nan
    pain_probability: float = math.nan
    pain_trend_per_min: float = math.nan
    arousal: float = math.nan
    weights: tuple[ModalityWeight, ...] = ()
    last_self_report: SelfReport | None = None
    abstained: bool = True
    reason: str = ""
    words: str = ""
    valence: float = math.nan
    dominance: float = math.nan
    contributions: tuple[Evidence, ...] = ()
