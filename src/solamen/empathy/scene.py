"""What the tree reads and what it writes. Callbacks only cache; a behaviour's update alone reads and writes these."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from solamen.core.clock import Clock
from solamen.core.states import Consent
from solamen.empathy.settings import EmpathySettings

Look = Literal["face", "around", "ahead"]
"""Where the robot looks while it sees no face."""

_SMILE_MEMORY_S = 0.5
EASED_S = 0.3
"""Signs of pain that are older than this are over."""


@dataclass(frozen=True)
class Scene:
    """What is known at a tick. Ages are seconds, infinite where it never was.

    Attributes:
        frame_age_s: since the last fresh frame.
        face_age_s: since a face was seen.
        smile_age_s: since a smile was seen.
        hurt_age_s: since a sign of pain.
        onset_age_s: since the last onset of pain.
        onsets: how many onsets there were.
        peak_level: 0–16, the highest of this onset.
        pain: 0–10, mean of the state; NaN where it is not known.
        words: the state in words; empty where it is not known.
        trust: 0–1, how well the person can be read.
        consent: None where it was never told.
        present: the person is there, as the state says.
    """

    frame_age_s: float = math.inf
    face_age_s: float = math.inf
    smile_age_s: float = math.inf
    hurt_age_s: float = math.inf
    onset_age_s: float = math.inf
    onsets: int = 0
    peak_level: float = 0.0
    pain: float = math.nan
    words: str = ""
    trust: float = 1.0
    consent: Consent | None = None
    present: bool = False

    @property
    def smiling(self) -> bool:
        """A smile was seen just now."""
        return self.smile_age_s < _SMILE_MEMORY_S

    @property
    def eased(self) -> bool:
        """No sign of pain is seen any more."""
        return self.hurt_age_s >= EASED_S

    def about_pain(self) -> str:
        """Such as ", about 6 of 10", or an empty string where it is not known."""
        return f", about {self.pain:.0f} of 10" if math.isfinite(self.pain) else ""


@dataclass(frozen=True)
class Choice:
    """What the tree chose. `pose` is FACS number to activation 0–1; `nod_s` the monotonic start of a nod."""

    behavior: str
    reason: str
    system: int = 2
    pose: Mapping[int, float] = field(default_factory=dict)
    look: Look = "face"
    nod_s: float = -math.inf


@dataclass
class Desk:
    """Where the tree and the companion meet: the scene comes in, the choice goes out."""

    settings: EmpathySettings
    clock: Clock
    scene: Scene = field(default_factory=Scene)
    choice: Choice = Choice("rest", "Nothing has been seen yet, so I rest.", look="ahead")
