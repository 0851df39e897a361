"""What a robot's file describes: channels, camera, gaze, arms, and what stands for an action unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.intents import Point
from solamen.robot.safety.limits import JointLimit

JOINT_KINDS = ("revolute", "prismatic")
"""Kinds of joints, as in a URDF."""

CHANNEL_KINDS = ("pose", "light")
"""What moves or shines without being a joint of a URDF: a coordinate of a pose (m or rad), a light (0–1)."""

HEAD_WORDS = ("head_yaw", "head_pitch", "head_roll")
"""Words of a gesture in rad: to the left, down, to the robot's right shoulder (REP-103)."""

BODY_WORDS = ("lean", "glow", "breath")
"""Words of a gesture from 0 to 1: lean forward, shine, a full chest."""

ARM_WORDS = ("raise", "open", "bend", "turn", "grip")
"""Words of a gesture for one arm or both, 1 is a right angle: forward and up, sideways, elbow, palm up; and a hand
that closes, where 1 is closed as far as it may be around a person's hand."""

SIDES = ("left", "right")

NO_MODEL = Path("none")
"""Stands for the URDF of a robot that has none here."""

Ways = Mapping[str, float]
"""Channel name to how far it goes, in its own unit."""


@dataclass(frozen=True)
class Joint:
    """One channel: its limits, where it rests, and what it is.

    Attributes:
        limit: in the channel's unit, per second and per second squared.
        kind: revolute or prismatic for a joint of the model; pose or light for any other channel.
        neutral: where it rests.
        unit: rad, m, or 1 for a light.
        driver: how the robot's own driver calls it, where that is another name; else empty.
    """

    limit: JointLimit
    kind: str
    neutral: float
    unit: str = "rad"
    driver: str = ""

    @property
    def name(self) -> str:
        """As in the URDF, where it is a joint."""
        return self.limit.name

    @property
    def lower(self) -> float:
        """In the channel's unit."""
        return self.limit.lower

    @property
    def upper(self) -> float:
        """In the channel's unit."""
        return self.limit.upper

    @property
    def in_model(self) -> bool:
        """Whether it is a joint of a URDF."""
        return self.kind in JOINT_KINDS

    def within(self, position: float) -> float:
        """The nearest position that the limits allow."""
        return min(max(position, self.lower), self.upper)


@dataclass(frozen=True)
class CameraPose:
    """Where the camera sits when the robot is at rest.

    Attributes:
        position: metres in base_link.
        rotation: 3×3, from the optical frame (x right, y down, z forward) to base_link.
        on_head: it moves with the head; `kinematics.camera_at` says where it is then.
    """

    position: Point
    rotation: NDArray[np.float64]
    on_head: bool = False

    def to_base(self, point: Point) -> Point:
        """A point of the optical frame, metres, in base_link."""
        x, y, z = self.rotation @ np.asarray(point) + np.asarray(self.position)
        return float(x), float(y), float(z)


@dataclass(frozen=True)
class GazeJoints:
    """The channels that look, and the geometry they need.

    Attributes:
        head_yaw, head_pitch: channel names; the file's minus sign stands in `signs`.
        head_roll, eyes_pitch: the same, or None where the robot has none.
        body_yaw: turns the body below a head whose yaw is counted from base_link all the same; or None.
        eyes_yaw: channel of the left and of the right eye, or empty where the eyes do not move.
        neck: where yaw and pitch of the neck meet, metres in base_link.
        eyes: centres of the left and of the right eye, or of the face, metres from `neck` with the head at rest.
        signs: channel name to -1 where it counts against REP-103.
    """

    head_yaw: str
    head_pitch: str
    neck: Point
    eyes: tuple[Point, ...]
    head_roll: str | None = None
    body_yaw: str | None = None
    eyes_pitch: str | None = None
    eyes_yaw: tuple[str, ...] = ()
    signs: Mapping[str, float] = field(default_factory=dict)

    def sign(self, name: str) -> float:
        """1, or -1 where the channel counts against REP-103: to the left, down, to the right shoulder."""
        return self.signs.get(name, 1.0)

    @property
    def head(self) -> Mapping[str, str]:
        """Word of a gesture to the head's channel; the words of a head that cannot do them are absent."""
        names = (self.head_yaw, self.head_pitch, self.head_roll)
        return {word: name for word, name in zip(HEAD_WORDS, names, strict=True) if name is not None}


@dataclass(frozen=True)
class Arm:
    """One arm, or what stands for it.

    Attributes:
        hanging: channel to its place while the arm hangs straight down.
        ways: word of `ARM_WORDS` to channel to the way from there for a right angle.
    """

    hanging: Ways
    ways: Mapping[str, Ways]

    def place(self, words: Mapping[str, float]) -> dict[str, float]:
        """Channel to place for words at values where 1 is a right angle; limits are not looked at."""
        place = dict(self.hanging)
        for word, value in words.items():
            for name, way in self.ways.get(word, {}).items():
                place[name] += value * way
        return place


@dataclass(frozen=True)
class Backend:
    """What moves the robot: a name and its settings."""

    name: str = "mujoco"
    settings: Mapping[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True)
class RobotDescription:
    """A robot.

    Attributes:
        name: of the robot.
        urdf: path of its URDF or xacro file; `NO_MODEL` where there is none to draw or to simulate.
        controller: prefix of the joint_trajectory topic that takes all channels.
        joints: all channels, in the order of the file: first `joints`, then `channels`.
        camera: its pose.
        gaze: its looking channels.
        units: FACS number to channel to the way from neutral at activation 1.
        backend: what moves it.
        has_face: False where head, arms and light stand for a face.
        controllers: name of a controller to its channels; one controller of all where the file names no others.
        breathing: channel to the way of a full breath.
        speech: channel to the way at loudness 1.
        lean, glow: channel to the way at 1.
        arms: left and right, where it has them.
    """

    name: str
    urdf: Path
    controller: str
    joints: tuple[Joint, ...]
    camera: CameraPose
    gaze: GazeJoints
    units: Mapping[int, Ways]
    backend: Backend = Backend()
    has_face: bool = True
    controllers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    breathing: Ways = field(default_factory=dict)
    speech: Ways = field(default_factory=dict)
    lean: Ways = field(default_factory=dict)
    glow: Ways = field(default_factory=dict)
    arms: Mapping[str, Arm] = field(default_factory=dict)

    @property
    def has_model(self) -> bool:
        """Whether there is a URDF to draw and to simulate."""
        return self.urdf != NO_MODEL

    def joint(self, name: str) -> Joint:
        """The channel of that name.

        Raises:
            KeyError: there is none.
        """
        for joint in self.joints:
            if joint.name == name:
                return joint
        raise KeyError(name)

    def names(self) -> tuple[str, ...]:
        """Channel names in the order of the file."""
        return tuple(joint.name for joint in self.joints)

    def drivers(self) -> dict[str, str]:
        """Channel name to the name that the robot's own driver has for it."""
        return {joint.name: joint.driver or joint.name for joint in self.joints}

    def limits(self) -> tuple[JointLimit, ...]:
        """What the safety layer needs to know."""
        return tuple(joint.limit for joint in self.joints)

    def neutral(self) -> dict[str, float]:
        """Channel name to its resting position."""
        return {joint.name: joint.neutral for joint in self.joints}
