"""How one person shows pain: what fusion assumes of them, and what the people room learns from their own word."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.states import SelfReport, UserState

CONTROL: Mapping[str, float] = {"face": 1.0, "voice": 1.0, "body": 0.8, "biosignals": 0.0}
"""How far the will governs what a modality shows, 0–1; what the body does by itself is not hidden by a still face."""

LAG_S: Mapping[str, float] = {"biosignals": 2.0}
"""Time constant with which a modality follows pain; skin and heart answer within seconds, the face at once."""

EVENT_S: Mapping[str, float] = {"voice": 2.0}
"""Modalities that judge events one by one, and how long one lasts, s. Each sound is misread in another way; what a face
or a body is misread by stays. Assumed."""

EVENT_STEADY = 1.75
"""Points of such a modality's stddev that stay from event to event, at most."""

QUIET: Mapping[str, float] = {"face": 0.25, "voice": 0.5, "body": 0.5, "biosignals": 1.0}
"""Share of its usual error that a modality has where nothing is shown; that of the face as seen on the virtual
patient, the others assumed."""
_LOUD_FROM = 3.0


def unrest(modality: str, shown: float) -> float:
    """Share of its usual error that a modality has where it shows so many points; 1 from 3 points on."""
    quiet = QUIET.get(modality, 1.0)
    return quiet + (1.0 - quiet) * min(max(shown / _LOUD_FROM, 0.0), 1.0)


def unrests(modality: str, shown: NDArray[np.float64]) -> NDArray[np.float64]:
    """The same for many."""
    quiet = QUIET.get(modality, 1.0)
    found: NDArray[np.float64] = quiet + (1.0 - quiet) * np.clip(shown / _LOUD_FROM, 0.0, 1.0)
    return found


EXPRESSIVENESS_STDDEV = 0.4
"""Of the natural logarithm, over persons. Assumed, wide on purpose; no data set of self-reports stands behind it."""
SENSITIVITY_STDDEV = 0.25
"""Of the natural logarithm, over persons; assumed likewise."""
OFFSET_STDDEV = 0.6
"""Points that a modality reads too high or too low for one person, over persons; assumed likewise."""
HIDING_SHARE = 0.1
"""Share of people, or of moments, in which most of the pain is kept from showing; assumed likewise."""


def gain(modality: str, expressiveness: float, sensitivity: float = 1.0) -> float:
    """Points that a modality shows for each point that would be reported, before its offset.

    What is governed by the will is scaled by expressiveness; what the body does by itself is not, but stands for
    more reported points in a sensitive person.

    Args:
        modality: face, voice, body or biosignals; any other counts as governed by the will.
        expressiveness: 0 shows nothing, 1 usual, above it more.
        sensitivity: reported points for each usual point of bodily response; 1 usual.
    """
    control = CONTROL.get(modality, 1.0)
    return control * expressiveness + (1.0 - control) / sensitivity


@dataclass(frozen=True)
class Offset:
    """Points that a modality reads above what this person shows, and how sure that is."""

    modality: str
    mean: float
    stddev: float


@dataclass(frozen=True)
class PersonTraits:
    """How a person shows pain; the default is anybody.

    Attributes:
        log_expressiveness: natural logarithm of what is shown over what would be reported; 0 is usual.
        log_expressiveness_stddev: how unsure that is, > 0.
        log_sensitivity: natural logarithm of what is reported over what the body does by itself; 0 is usual.
        log_sensitivity_stddev: how unsure that is, > 0.
        offsets: per modality; those that are missing are 0, as unsure as for anybody.
        hiding_share: 0–1, how likely this person hides most of their pain for now, whatever the traits say.
        n_reports: self-reports that this rests on; 0: the population.
    """

    log_expressiveness: float = 0.0
    log_expressiveness_stddev: float = EXPRESSIVENESS_STDDEV
    log_sensitivity: float = 0.0
    log_sensitivity_stddev: float = SENSITIVITY_STDDEV
    offsets: tuple[Offset, ...] = ()
    hiding_share: float = HIDING_SHARE
    n_reports: int = 0

    def __post_init__(self) -> None:
        for name in ("log_expressiveness", "log_sensitivity"):
            _within(name, getattr(self, name), -5.0, 5.0)
            _within(f"{name}_stddev", getattr(self, f"{name}_stddev"), 1e-3, 5.0)
        _within("hiding_share", self.hiding_share, 0.0, 1.0)
        _within("n_reports", self.n_reports, 0, 1e9)
        for offset in self.offsets:
            _within(f"the offset of {offset.modality}", offset.mean, -10.0, 10.0)
            _within(f"the stddev of the offset of {offset.modality}", offset.stddev, 0.0, 10.0)

    def offset(self, modality: str) -> Offset:
        """The offset of a modality, or that of anybody."""
        for offset in self.offsets:
            if offset.modality == modality:
                return offset
        return Offset(modality, 0.0, OFFSET_STDDEV)

    def to_json(self) -> str:
        """One line of JSON that `from_json` reads."""
        return json.dumps(asdict(self), allow_nan=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> PersonTraits:
        """Traits from JSON.

        Raises:
            ValueError: the text is none of ours, or a number is out of range.
        """
        try:
            values: dict[str, Any] = json.loads(text)
            values["offsets"] = tuple(Offset(**offset) for offset in values.get("offsets", ()))
            return cls(**values)
        except (TypeError, AttributeError) as error:
            raise ValueError(f"these are no traits of a person ({error})") from error


@dataclass(frozen=True)
class Level:
    """What a modality showed: 0–10 points on an observer's scale, and its stddev in points."""

    modality: str
    shown: float
    stddev: float


@dataclass(frozen=True)
class ReportPair:
    """A self-report beside what the modalities showed at that time: an example to learn a person's traits from.

    Attributes:
        stamp_s: of the report, seconds.
        reported: 0–10.
        levels: of the modalities that were there; may be empty.
        by_proxy: a caregiver said it.
    """

    stamp_s: float
    reported: float
    levels: tuple[Level, ...]
    by_proxy: bool = False

    @classmethod
    def of(cls, report: SelfReport, state: UserState) -> ReportPair:
        """The pair of a report and the state as it was just before; levels that are not known are left out."""
        return cls(report.stamp_s, report.normalised, levels_of(state), report.by_proxy)


@dataclass(frozen=True)
class Moment:
    """What the modalities showed at one time, whether or not anything was said: `stamp_s` in seconds."""

    stamp_s: float
    levels: tuple[Level, ...]


def levels_of(state: UserState) -> tuple[Level, ...]:
    """What the modalities show in a state; levels that are not known are left out."""
    return tuple(
        Level(weight.modality, weight.level, weight.level_stddev)
        for weight in state.weights
        if math.isfinite(weight.level) and weight.level_stddev > 0.0
    )


def _within(name: str, value: float, low: float, high: float) -> None:
    if not (math.isfinite(value) and low <= value <= high):
        raise ValueError(f"{name} is {value!r}, but must be a number from {low:g} to {high:g}")
