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
    """

    stamp_s: float
    activation: Mapping[int, float] = field(default_factory=dict)
    gaze_target: Point | None = None
    blend_s: float = 0.2
    cause: str = "rest"
    answers_s: float = math.nan
    answers_monotonic_ns: int = 0


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
