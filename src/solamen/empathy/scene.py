"""What the tree reads and what it writes. Callbacks only cache; a behaviour's update alone reads and writes these."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from solamen.core.clock import Clock
from solamen.core.intents import Option
from solamen.core.states import Company, Consent
from solamen.empathy.bandit import WhatHelped
from solamen.empathy.ear import Ear
from solamen.empathy.feedback import RobotLedger
from solamen.empathy.noticing import Noticing
from solamen.empathy.outbox import Outbox
from solamen.empathy.refusals import Refusals
from solamen.empathy.settings import EmpathySettings
from solamen.empathy.timers import Elapsed

Look = Literal["face", "around", "ahead", "straight"]
"""Where the robot looks while it sees no face; `straight`: straight ahead even where it sees one."""

_SMILE_MEMORY_S = 0.5
EASED_S = 0.3
"""Signs of pain that are older than this are over."""


@dataclass(frozen=True)
class BreathSample:
    """The person's breathing: a level scaled by itself (0 out, 1 in), and the monotonic time at which it came in."""

    level: float
    at_s: float


@dataclass(frozen=True)
class BreathRequest:
    """A human asked the robot to lead breathing: breaths per minute, 4–12, and for how many seconds."""

    breaths_per_min: float
    duration_s: float


@dataclass(frozen=True)
class OpenCall:
    """A human was called and has not come yet.

    Attributes:
        reason: in plain words.
        level: 1–3.
        age_s: seconds since the first call.
        acknowledged: a human said that they are coming.
    """

    reason: str
    level: int
    age_s: float
    acknowledged: bool


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
        present_age_s: since the person was there, by the state or by the face.
        trend_per_min: points of pain per minute; NaN where not known.
        arousal: 0–1; NaN where not known.
        aching_s: for how long the state has been at 4 of 10 or above; 0 while it is not.
        report: 0–10, the last that the person said; NaN where nothing.
        report_age_s: since then.
        company, place, procedure: as told by the state or by a human.
        mode: companion, mirror_only, still, delayed, incongruent, sham or scripted.
        scripted: the behaviour that the script asks for now; empty outside scripted mode, and between its items.
        sham: feedback must not depend on the person.
        quiet: the person said stop not long ago.
        must_ask: the person must be asked now how it is (see `HumanCalls`).
        call: a human was called and has not come yet; None where not.
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
    present_age_s: float = math.inf
    trend_per_min: float = math.nan
    arousal: float = math.nan
    aching_s: float = 0.0
    report: float = math.nan
    report_age_s: float = math.inf
    company: Company = Company.UNKNOWN
    place: str = ""
    procedure: str = ""
    mode: str = "companion"
    scripted: str = ""
    sham: bool = False
    quiet: bool = False
    must_ask: bool = False
    call: OpenCall | None = None

    @property
    def learning(self) -> bool:
        """The person agreed that what helped is remembered."""
        return self.consent is not None and self.consent >= Consent.LEARN

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
    """What the tree chose.

    Attributes:
        behavior: its name.
        reason: one plain sentence.
        system: 1 mirroring, 2 regulated empathy.
        pose: FACS number to activation 0–1.
        look: where to look while no face is seen.
        nod_s: monotonic start of a nod.
        breath, glow, lean: 0–1; NaN: left to the robot (see `Expression`).
    """

    behavior: str
    reason: str
    system: int = 2
    pose: Mapping[int, float] = field(default_factory=dict)
    look: Look = "face"
    nod_s: float = -math.inf
    breath: float = math.nan
    glow: float = math.nan
    lean: float = math.nan


def permit_all(behavior: str) -> bool:
    """Permits every behaviour."""
    return True


@dataclass
class Desk:
    """Where the tree and the companion meet: the scene comes in, the choice and what is said and done go out.

    Attributes:
        ear: what the person said or signed.
        robot: what the robot told of itself.
        outbox: what is said, gestured, passed on.
        breathing: the last samples of the person's breathing, oldest first.
        guide: a human's request to lead breathing; the behaviour that takes it sets it to None.
        consent_asked: what a human wants the person asked for; taken, it is none again.
        permits: whether mode and locks permit a behaviour.
        active: the activity that is offered or under way; empty where none.
        asking: a question other than an offer is open, so that a no is its answer and no refusal.
        options: what was weighed at the last choice.
        refusals: what the person refused.
        seed: of all that is drawn at random.
        helped: time since something meant to help ended.
        noticing: when a nod is due.
        learned: what helped this person before; used and fed only where the person agreed to learning.
    """

    settings: EmpathySettings
    clock: Clock
    scene: Scene = field(default_factory=Scene)
    choice: Choice = Choice("rest", "Nothing has been seen yet, so I rest.", look="ahead")
    ear: Ear = field(default_factory=Ear)
    robot: RobotLedger = field(default_factory=RobotLedger)
    outbox: Outbox = field(default_factory=Outbox)
    breathing: list[BreathSample] = field(default_factory=list)
    guide: BreathRequest | None = None
    consent_asked: Consent = Consent.NONE
    permits: Callable[[str], bool] = permit_all
    active: str = ""
    asking: bool = False
    options: tuple[Option, ...] = ()
    seed: int = 0

    def __post_init__(self) -> None:
        self.refusals = Refusals(self.clock)
        self.helped = Elapsed(self.clock)
        self.noticing = Noticing(self)
        self.learned = WhatHelped(self.seed)
        self.outbox.language = self.settings.language
