"""What empathy asks of a robot."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

Point = tuple[float, float, float]
"""Metres."""


@dataclass(frozen=True)
class HeadPose:
    """A head, in the frame that its holder names: origin between the eyes, x forward out of the face, z up.

    Attributes:
        position: metres.
        rotation: unit quaternion (w, x, y, z).
    """

    position: Point
    rotation: tuple[float, float, float, float] = (1.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True)
class Expression:
    """What the robot's face should show.

    Attributes:
        stamp_s: time of issue, seconds.
        activation: FACS number to 0–1.
        gaze_target: metres in `base_link`, or None.
        blend_s: seconds to blend into it.
        cause: mirror, concern, calm, attend, …
        answers_s: capture time of the frame that it answers; NaN where none.
        answers_monotonic_ns: monotonic time of that frame; 0 where none.
        breath: 0 (out) to 1 (in), to lead a breath; NaN: the robot breathes by itself.
        glow: 0 (dark) to 1 (bright); NaN: as the units have it.
        lean: 0 (upright) to 1 (leaning towards the person); NaN: as the units have it.
    """

    stamp_s: float
    activation: Mapping[int, float] = field(default_factory=dict)
    gaze_target: Point | None = None
    blend_s: float = 0.2
    cause: str = "rest"
    answers_s: float = math.nan
    answers_monotonic_ns: int = 0
    breath: float = math.nan
    glow: float = math.nan
    lean: float = math.nan


@dataclass(frozen=True)
class Utterance:
    """Something for the robot to say.

    Attributes:
        utterance_id: unique within a run.
        text: in plain words; empty: fall silent at once.
        language: BCP 47, such as en or de.
        rate: 0.5–1.5; 1 is calm speech.
        interruptible: it ends when the person speaks.
    """

    utterance_id: str
    text: str
    language: str = "en"
    rate: float = 1.0
    interruptible: bool = True


@dataclass(frozen=True)
class GestureRequest:
    """A gesture for the robot to play; an empty name ends the one that is playing.

    Attributes:
        name: of a gesture in `config/gestures/`.
        amplitude: 0–1.
        speed: 0.1–1.
    """

    name: str
    amplitude: float = 1.0
    speed: float = 1.0


@dataclass(frozen=True)
class HumanCall:
    """A human is needed.

    Attributes:
        stamp_s: time of issue, seconds.
        call_id: unique within a run.
        level: 1 informs, 2 is audible, 3 uses all channels.
        reason: in plain words.
        since_s: since when a human has been needed.
        acknowledged: a human said that they are coming.
    """

    stamp_s: float
    call_id: str
    level: int
    reason: str
    since_s: float
    acknowledged: bool = False


@dataclass(frozen=True)
class Option:
    """A behaviour that was weighed: utility (NaN where it was not allowed) and why, in plain words."""

    name: str
    utility: float
    why: str


@dataclass(frozen=True)
class BehaviorStatus:
    """What the robot does and why; see the message of the same name."""

    stamp_s: float
    behavior: str
    system: int
    tree_path: str
    reason: str
    mirror_gain: float
    since_s: float
    mode: str = "companion"
    answers_s: float = math.nan
    options: tuple[Option, ...] = ()


@dataclass(frozen=True)
class JointCommand:
    """A request for joint motion, not yet safe.

    Attributes:
        stamp_s: time of issue, seconds.
        position: joint name to rad or m.
        velocity: joint name to rad/s or m/s; empty where not given.
        answers_s: capture time of the frame that it answers; NaN where none.
        answers_monotonic_ns: monotonic time of that frame; 0 where none.
    """

    stamp_s: float
    position: Mapping[str, float]
    velocity: Mapping[str, float] = field(default_factory=dict)
    answers_s: float = math.nan
    answers_monotonic_ns: int = 0


@dataclass(frozen=True)
class TrajectoryPoint:
    """Joint states at a time after the trajectory's start; joint name to rad or m, rad/s or m/s."""

    time_from_start_s: float
    position: Mapping[str, float]
    velocity: Mapping[str, float]
