"""Reads the content of a robot's file and gathers every mistake in it."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from transforms3d.euler import euler2mat

from solamen.core.action_units import UNITS
from solamen.core.intents import Point
from solamen.core.resources import resource
from solamen.robot.body import (
    ARM_WORDS,
    CHANNEL_KINDS,
    JOINT_KINDS,
    NO_MODEL,
    SIDES,
    Arm,
    Backend,
    CameraPose,
    GazeJoints,
    Joint,
    RobotDescription,
    Ways,
)
from solamen.robot.safety.limits import JointLimit

OPTICAL = np.array([[0.0, 0.0, 1.0], [-1.0, 0.0, 0.0], [0.0, -1.0, 0.0]])
"""Rotation from an optical frame (x right, y down, z forward) to a body frame (x forward, y left, z up), REP-103."""

REQUIRED = ("name", "urdf", "controller", "camera", "gaze", "units")
OPTIONAL = ("joints", "channels", "face", "backend", "controllers", "breathing", "speech", "lean", "glow", "arms")

BACKENDS: Mapping[str, tuple[str, ...]] = {
    "mujoco": (),
    "ros2_control": ("action",),
    "gazebo": ("action", "world"),
    "reachy_mini": ("host", "port"),
    "nao": ("host", "port"),
    "dry": (),
}
"""Name of a backend to the settings that it takes."""

LIMIT_KEYS = ("lower", "upper", "max_velocity", "max_acceleration", "neutral")

EFFORT_KEY = "max_effort"
"""N·m or N; a file need not know it, and a light has none."""

LARGEST = {"rad": 4 * math.pi, "m": 3.0, "1": 1.0}
"""Beyond this a limit is a slip of the unit: degrees or millimetres."""


class Mistake(NamedTuple):
    """One mistake: what is wrong and where in the file, and what to do."""

    what: str
    remedy: str


class FileReader:
    """Turns the content of a file into a description, or says all that is wrong with it.

    Args:
        beside: the folder of the file, below which its model may lie; else it lies below Solamen's root.
    """

    def __init__(self, beside: Path | None = None) -> None:
        self._beside = beside
        self.mistakes: list[Mistake] = []
        self._names: set[str] = set()

    def read(self, content: Any) -> RobotDescription | None:
        """The robot, or None where there are mistakes."""
        content = self._mapping(content, "the file")
        self._keys(content, REQUIRED, "the file", OPTIONAL)
        joints = self._channels(content)
        camera, gaze = self._camera(content.get("camera")), self._gaze(content.get("gaze"))
        name, controller = (self._text(content.get(key), key) for key in ("name", "controller"))
        model, units = self._model(content.get("urdf")), self._units(content.get("units"))
        rest: dict[str, Any] = {
            "backend": self._backend(content.get("backend")),
            "has_face": self._face(content.get("face", True)),
            "controllers": self._controllers(content.get("controllers"), controller, joints),
            "arms": self._arms(content.get("arms")),
            **{key: self._ways(content.get(key), key) for key in ("breathing", "speech", "lean", "glow")},
        }
        if self.mistakes or camera is None or gaze is None:
            return None
        return RobotDescription(name, model, controller, joints, camera, gaze, units, **rest)

    def _say(self, what: str, remedy: str) -> None:
        self.mistakes.append(Mistake(what, remedy))

    def _mapping(self, value: Any, what: str) -> dict[Any, Any]:
        if isinstance(value, dict) and value:
            return value
        self._say(f"{what} must hold keys and values", "Compare it with config/robots/sol.yaml.")
        return {}

    def _keys(self, value: Mapping[Any, Any], keys: Sequence[str], what: str, may: Sequence[str] = ()) -> None:
        """Says which keys are unknown and which are missing."""
        for key in value:
            if key not in keys and key not in may:
                near = nearest(key, (*keys, *may))
                remedy = f"Did you mean {near!r}?" if near else f"Use only: {', '.join((*keys, *may))}."
                self._say(f"unknown key {key!r} in {what}", remedy)
        for key in keys:
            if value and key not in value:
                self._say(f"{what} lacks {key!r}", "Add it; config/robots/sol.yaml is an example.")

    def _text(self, value: Any, what: str) -> str:
        if value is not None and (not isinstance(value, str) or not value):
            self._say(f"{what} is {value!r}, but must be a text", "Put it in quotes or correct it.")
        return str(value)

    def _number(self, value: Any, what: str) -> float:
        """The number, or NaN where it is none."""
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            self._say(f"{what} is {value!r}, but must be a finite number", "Correct it.")
            return math.nan
        return float(value)

    def _point(self, value: Any, what: str) -> Point:
        if not isinstance(value, list) or len(value) != 3:
            self._say(f"{what} is {value!r}, but must be [x, y, z] in metres", "Correct it.")
            return 0.0, 0.0, 0.0
        x, y, z = (self._number(number, what) for number in value)
        if max(abs(x), abs(y), abs(z)) > LARGEST["m"]:
            self._say(f"{what} is {value!r}, which is far from the robot", "Write metres, not millimetres.")
        return x, y, z

    def _model(self, value: Any) -> Path:
        if value == "none" or value is None:
            return NO_MODEL
        text = self._text(value, "urdf")
        own = (self._beside / text).absolute() if self._beside is not None else None
        if own is not None and own.is_file():
            return own
        model = resource(*text.split("/"))
        if not model.is_file():
            remedy = "Correct `urdf`, a path beside this file or below Solamen's root, or write none."
            self._say(f"the model {text} is missing", remedy)
        return model

    def _channels(self, content: Mapping[Any, Any]) -> tuple[Joint, ...]:
        """Joints first, then the other channels; a robot may have one of both alone."""
        found = []
        for section, kinds in (("joints", JOINT_KINDS), ("channels", CHANNEL_KINDS)):
            if section in content:
                for name, value in self._mapping(content[section], section).items():
                    found.append(self._channel(name, value, f"{section[:-1]} {name}", kinds))
        if content and "joints" not in content and "channels" not in content:
            self._say("the robot has neither joints nor channels", "Describe what moves.")
        return tuple(joint for joint in found if joint is not None)

    def _channel(self, name: Any, value: Any, what: str, kinds: Sequence[str]) -> Joint | None:
        if name in self._names:
            self._say(f"{what} is also a joint", "Give it another name.")
        self._names.add(str(name))
        before = len(self.mistakes)
        value = self._mapping(value, what)
        is_pose = value.get("kind") == "pose"
        self._keys(value, ("kind", *LIMIT_KEYS, *(("unit",) if is_pose else ())), what, ("driver", EFFORT_KEY))
        kind = value.get("kind")
        if "kind" in value and kind not in kinds:
            self._say(f"{what} is of kind {kind!r}", f"Use one of: {', '.join(kinds)}.")
        unit = self._unit(value.get("unit"), what) if is_pose else UNIT_OF.get(kind, "rad")
        numbers = [self._number(value[key], f"{key} of {what}") for key in LIMIT_KEYS if key in value]
        if len(self.mistakes) > before:
            return None
        self._limits(numbers, unit, what)
        if len(self.mistakes) > before:
            return None
        lower, upper, velocity, acceleration, neutral = numbers
        effort = self._effort(value.get(EFFORT_KEY), what)
        driver = self._text(value.get("driver", str(name)), f"driver of {what}")
        limit = JointLimit(self._text(name, "a joint's name"), lower, upper, velocity, acceleration, effort)
        return Joint(limit, kind, neutral, unit, driver)

    def _effort(self, value: Any, what: str) -> float:
        """N·m or N; infinite where the file does not say it."""
        effort = math.inf if value is None else self._number(value, f"{EFFORT_KEY} of {what}")
        if effort <= 0.0:
            self._say(f"{EFFORT_KEY} of {what} is {effort:g}", "Write what its motor may push with, above 0.")
        return effort if effort > 0.0 else math.inf

    def _unit(self, value: Any, what: str) -> str:
        if value is not None and value not in ("rad", "m"):
            self._say(f"the unit of {what} is {value!r}", "Use rad or m.")
        return str(value)

    def _limits(self, numbers: Sequence[float], unit: str, what: str) -> None:
        lower, upper, velocity, acceleration, neutral = numbers
        name = what.split(" ", 1)[1]
        if not lower < upper:
            self._say(f"the lower limit of {name} must be below its upper one", "Correct its limits.")
        elif not lower <= neutral <= upper:
            self._say(f"neutral of {what} is {neutral:g}, outside its limits", "Move it between lower and upper.")
        if not (velocity > 0.0 and acceleration > 0.0):
            self._say(f"{name} needs a velocity and an acceleration above 0", "Correct its limits.")
        if max(abs(lower), abs(upper)) > LARGEST[unit]:
            hint = {"rad": "radians, not degrees", "m": "metres, not millimetres", "1": "a share from 0 to 1"}[unit]
            self._say(f"the limits of {what} reach {max(abs(lower), abs(upper)):g}", f"Write {hint}.")

    def _camera(self, value: Any) -> CameraPose | None:
        before = len(self.mistakes)
        if value is None:
            return None
        value = self._mapping(value, "camera")
        self._keys(value, ("position", "roll", "pitch", "yaw"), "camera", ("mount",))
        angles = [self._number(value[key], f"{key} of camera") for key in ("roll", "pitch", "yaw") if key in value]
        place = self._point(value["position"], "position of camera") if "position" in value else (0.0, 0.0, 0.0)
        if value.get("mount", "base") not in ("base", "head"):
            self._say(f"the mount of camera is {value['mount']!r}", "Write base or head.")
        if len(self.mistakes) > before:
            return None
        return CameraPose(place, np.asarray(euler2mat(*angles, "sxyz")) @ OPTICAL, value.get("mount") == "head")

    def _known(self, name: Any, what: str) -> str:
        if self._names and name not in self._names:  # where no channel could be read, that is the mistake
            near = nearest(name, self._names)
            remedy = f"Did you mean {near!r}?" if near else "Add it to `joints` or `channels`, or correct the name."
            self._say(f"{what} names the unknown joint {name!r}", remedy)
        return str(name)

    def _signed(self, value: Any, what: str) -> tuple[str, float]:
        """Name and sign of a channel; a minus before the name turns its sign."""
        turned = isinstance(value, str) and value.startswith("-")
        return self._known(value[1:] if turned else value, what), -1.0 if turned else 1.0

    def _gaze(self, value: Any) -> GazeJoints | None:
        before = len(self.mistakes)
        if value is None:
            return None
        value = self._mapping(value, "gaze")
        may = ("head_roll", "body_yaw", "eyes_pitch", "eyes_yaw")
        self._keys(value, ("head_yaw", "head_pitch", "neck", "eyes"), "gaze", may)
        for key, counts in (("eyes_yaw", (2,)), ("eyes", (1, 2))):
            if key in value and (not isinstance(value[key], list) or len(value[key]) not in counts):
                self._say(f"{key} of gaze must be a list of two, left and right", "Correct it.")
        if ("eyes_yaw" in value) != ("eyes_pitch" in value):
            self._say("gaze has one of eyes_yaw and eyes_pitch alone", "Add the other one, or leave out both.")
        if len(self.mistakes) > before:
            return None
        if "eyes_yaw" in value and len(value["eyes"]) != 2:
            self._say("eyes of gaze must be a list of two, left and right", "Correct it.")
        heads = ("head_yaw", "head_pitch", "head_roll", "body_yaw", "eyes_pitch")
        signed = {key: self._signed(value[key], "gaze") for key in heads if key in value}
        yaws = [self._signed(name, "gaze") for name in value.get("eyes_yaw", ())]
        neck = self._point(value["neck"], "neck of gaze")
        eyes = tuple(self._point(point, "eyes of gaze") for point in value["eyes"])
        names: dict[str, Any] = {key: name for key, (name, _) in signed.items()}
        signs = dict((*signed.values(), *yaws))
        return GazeJoints(**names, neck=neck, eyes=eyes, eyes_yaw=tuple(name for name, _ in yaws), signs=signs)

    def _units(self, value: Any) -> dict[int, Ways]:
        units: dict[int, Ways] = {}
        if value is None:
            return units
        for unit, joints in self._mapping(value, "units").items():
            if unit not in UNITS:
                self._say(f"unit {unit!r} is no action unit that Solamen knows", f"Use one of: {UNITS}.")
            units[unit] = self._ways(joints, f"unit {unit}", must=True)
        return units

    def _ways(self, value: Any, what: str, must: bool = False) -> Ways:
        if value is None and not must:
            return {}
        ways: dict[str, float] = {}
        for name, way in self._mapping(value, what).items():
            number = self._number(way, f"{name} of {what}")
            if number == 0.0:
                self._say(f"{name} of {what} is 0 and has no effect", "Remove it or give it a way.")
            ways[self._known(name, what)] = number
        return ways

    def _backend(self, value: Any) -> Backend:
        if value is None:
            return Backend()
        settings = dict(self._mapping(value, "backend"))
        name = settings.pop("name", None)
        if name not in BACKENDS:
            self._say(f"the backend is {name!r}", f"Use one of: {', '.join(BACKENDS)}.")
            return Backend()
        self._keys(settings, (), f"backend {name}", BACKENDS[name])
        for key, setting in settings.items():
            if not isinstance(setting, str | int | float | bool):
                self._say(f"{key} of backend {name} is {setting!r}", "Write one number or text.")
        return Backend(name, settings)

    def _face(self, value: Any) -> bool:
        if value not in (True, "none", False):
            self._say(f"face is {value!r}", "Write none where the robot has no face, or leave it out.")
        return value is True

    def _controllers(self, value: Any, controller: str, joints: Sequence[Joint]) -> dict[str, tuple[str, ...]]:
        """Each channel stands in exactly one controller."""
        names = tuple(joint.name for joint in joints)
        if value is None:
            return {controller: names}
        found: dict[str, tuple[str, ...]] = {}
        for key, listed in self._mapping(value, "controllers").items():
            if not isinstance(listed, list):
                self._say(f"controller {key} is {listed!r}", "Write a list of joints.")
                continue
            found[str(key)] = tuple(self._known(name, f"controller {key}") for name in listed)
        taken = [name for members in found.values() for name in members]
        for name in names:
            if taken.count(name) != 1:
                how = "no controller" if name not in taken else "more than one controller"
                self._say(f"{name} stands in {how}", "List each joint and channel once below `controllers`.")
        return found

    def _arms(self, value: Any) -> dict[str, Arm]:
        if value is None:
            return {}
        value = self._mapping(value, "arms")
        self._keys(value, SIDES, "arms")
        return {side: self._arm(value[side], f"arms {side}") for side in SIDES if side in value}

    def _arm(self, value: Any, what: str) -> Arm:
        value = self._mapping(value, what)
        self._keys(value, ("hanging",), what, ARM_WORDS)
        hanging = {}
        if "hanging" in value:
            for name, place in self._mapping(value["hanging"], f"hanging of {what}").items():
                hanging[self._known(name, f"hanging of {what}")] = self._number(place, f"{name} in hanging of {what}")
        ways = {word: self._ways(value[word], f"{word} of {what}", must=True) for word in ARM_WORDS if word in value}
        for word, joints in ways.items():
            for name in joints:
                if name not in hanging and name in self._names:
                    self._say(f"{name} in {word} of {what} is missing in its hanging", "Add where it is then.")
        return Arm(hanging, ways)


UNIT_OF = {"revolute": "rad", "prismatic": "m", "light": "1"}


def nearest(name: Any, known: Collection[str]) -> str:
    """The known name most like `name`, or an empty string."""
    return next(iter(get_close_matches(str(name), list(known), 1, 0.75)), "")
