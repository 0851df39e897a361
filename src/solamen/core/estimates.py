"""What a modality says of a person's pain."""

from __future__ import annotations

import math
from dataclasses import dataclass

PAIN_THRESHOLD = 4.0
"""From this point of 0–10 on, pain counts as pain wherever a yes or no is asked for."""

PAIN_MAX = 10.0


@dataclass(frozen=True)
class Evidence:
    """One reason of an estimate.

    Attributes:
        cue: the field's term for what was seen or heard.
        value: its value, NaN where not known.
        unit: unit of the value.
        contribution: points on the 0–10 scale that it adds.
    """

    cue: str
    value: float
    unit: str
    contribution: float


@dataclass(frozen=True)
class PainEstimate:
    """One modality's view of *expressed* pain on an observer's 0–10 scale; NaN is "not known".

    Attributes:
        stamp_s: capture time of the newest sample used, seconds.
        modality: face, voice, body or biosignals.
        intensity: 0–10; NaN while abstaining.
        stddev: points; NaN while abstaining.
        probability: 0–1, pain of at least 4 of 10, given `prior`.
        prior: 0–1.
        log_likelihood_ratio: natural logarithm, at least 4 against less, without the prior.
        quality: 0–1.
        partial: some of what it rests on could not be observed.
        abstained: no estimate could be given.
        reason: why it abstained or is partial, in words.
        evidence: what it rests on.
        model: name, version, hash.
        calibration: id of the person's baseline; empty for the population's.
        monotonic_ns: monotonic time at which the newest sample was in memory; 0 where not known.
    """

    stamp_s: float
    modality: str
    intensity: float = math.nan
    stddev: float = math.nan
    probability: float = math.nan
    prior: float = math.nan
    log_likelihood_ratio: float = 0.0
    quality: float = 0.0
    partial: bool = False
    abstained: bool = True
    reason: str = ""
    evidence: tuple[Evidence, ...] = ()
    model: tuple[str, str, str] = ("", "", "")
    calibration: str = ""
    monotonic_ns: int = 0
