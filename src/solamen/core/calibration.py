"""Learning a person's neutral on purpose: how far it is, whatever the room that learns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

DURATION_RANGE_S = (5.0, 120.0)
"""Seconds that may be asked for."""


def check_duration(duration_s: float) -> None:
    """Raises ValueError where so many seconds may not be asked for."""
    low, high = DURATION_RANGE_S
    if not low <= duration_s <= high:
        raise ValueError(f"duration_s is {duration_s:g}, but must be from {low:g} to {high:g}")


@dataclass(frozen=True)
class CalibrationState:
    """How far it is.

    Attributes:
        progress: 0–1.
        instruction: what the person should do now, in plain words.
        done: it has ended, well or not.
        success: the neutral was collected.
        message: at the end, one sentence.
    """

    progress: float
    instruction: str
    done: bool = False
    success: bool = False
    message: str = ""


class Calibration(Protocol):
    """What a room's calibration tells."""

    @property
    def state(self) -> CalibrationState:
        """How far it is."""

    @property
    def quality(self) -> float:
        """0–1: which share of what was seen or heard so far could be learned from."""

    @property
    def longest_s(self) -> float:
        """After so long it ends without a neutral, seconds."""

    def give_up(self, reason: str) -> None:
        """Ends it without a neutral."""
