"""Gestures: keyframes in words that every robot has its own channels for, played as one layer of the motion."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.robot.body import ARM_WORDS, BODY_WORDS, HEAD_WORDS, SIDES, RobotDescription

Vector = NDArray[np.float64]

WORDS = (*HEAD_WORDS, *BODY_WORDS, *ARM_WORDS, *(f"{word}_{side}" for word in ARM_WORDS for side in SIDES))
"""Head in rad (to the left, down, to the right shoulder); all else in shares: an arm's 1 is a right angle."""

SLOWEST_SPEED = 0.1
PEAK_VELOCITY, PEAK_ACCELERATION, PEAK_JERK = 1.875, 5.7736, 60.0
"""Of a minimum-jerk move over distance 1 in time 1 (Flash & Hogan 1985): 15/8, 10/sqrt(3) and 60."""


@dataclass(frozen=True)
class Keyframe:
    """Where the words stand at a time, in seconds at speed 1; words that are not named stand at rest."""

    at_s: float
    words: Mapping[str, float]


@dataclass(frozen=True)
class Gesture:
    """A movement that begins and ends at rest.

    Attributes:
        name: of the gesture.
        keyframes: in rising order of time.
        duration_s: until it is at rest again, at speed 1.
        from_rest: the words of the arms are ways from where they rest, not from where they hang.
    """

    name: str
    keyframes: tuple[Keyframe, ...]
    duration_s: float
    from_rest: bool = False


def known_gestures() -> tuple[str, ...]:
    """Names of the gestures in `config/gestures/`, sorted."""
    return tuple(sorted(file.stem for file in resource("config", "gestures").glob("*.yaml")))


def load_gesture(path: Path | str) -> Gesture:
    """Reads a gesture; a bare name such as "nod" means the one in `config/gestures/`.

    Raises:
        OutsideError: the file cannot be read, a word is unknown, a time is not after the one before.
    """
    file = Path(path)
    if not file.suffix:
        file = resource("config", "gestures", f"{path}.yaml")
        if not file.is_file():
            known = ", ".join(known_gestures())
            raise OutsideError(f"there is no gesture {str(path)!r}", str(file.parent), f"Use one of: {known}.")
    content = read_yaml(file)
    try:
        frames = tuple(_keyframe(value) for value in content["keyframes"])
        from_rest = _from_rest(content.get("arms_from", "hanging"))
        gesture = Gesture(file.stem, frames, _number(content["duration_s"], "duration_s"), from_rest)
        if unknown := set(content) - {"keyframes", "duration_s", "arms_from"}:
            raise ValueError(f"unknown key {sorted(unknown)[0]!r}")
        times = [0.0, *(frame.at_s for frame in frames), gesture.duration_s]
        if not frames or not all(a < b for a, b in pairwise(times)):
            raise ValueError("at_s must rise from above 0 to below duration_s")
    except (KeyError, TypeError, AttributeError) as error:
        raise OutsideError(
            "the file holds no gesture", str(file), "Compare it with config/gestures/nod.yaml."
        ) from error
    except ValueError as error:
        raise OutsideError(f"a mistake in the gesture: {error}", str(file), "Correct it.") from error
    return gesture


def _from_rest(value: Any) -> bool:
    if value not in ("hanging", "rest"):
        raise ValueError(f"arms_from is {value!r}, but must be hanging or rest")
    return bool(value == "rest")


def _number(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{what} is {value!r}, but must be a finite number")
    return float(value)


def _keyframe(value: Mapping[str, Any]) -> Keyframe:
    words = {word: _number(size, word) for word, size in value.items() if word != "at_s"}
    for word, size in words.items():
        if word not in WORDS:
            raise ValueError(f"unknown word {word!r}; use {', '.join(WORDS)}")
        if abs(size) > 1.5:
            raise ValueError(f"{word} is {size:g}, but must be from -1.5 to 1.5")
    return Keyframe(_number(value["at_s"], "at_s"), words)


def offsets(description: RobotDescription, words: Mapping[str, float], from_rest: bool = False) -> dict[str, float]:
    """Channel to its way from neutral for the words of a gesture, as far as the limits allow.

    Words that the robot has no channel for are passed over. The words of an arm lead it from hanging straight down,
    or, with `from_rest`, from where it rests, which is elsewhere on a robot whose arms cannot hang.
    """
    ways: dict[str, float] = {}
    body = {"lean": description.lean, "glow": description.glow, "breath": description.breathing}
    for word, value in words.items():
        name = description.gaze.head.get(word)
        if name is not None:
            ways[name] = ways.get(name, 0.0) + description.gaze.sign(name) * value
        for channel, way in body.get(word, {}).items():
            ways[channel] = ways.get(channel, 0.0) + value * way
    for side, arm in description.arms.items():
        given = {word: words.get(f"{word}_{side}", words.get(word, 0.0)) for word in ARM_WORDS}
        if any(given.values()):
            for channel, place in arm.place(given).items():
                start = arm.hanging[channel] if from_rest else description.joint(channel).neutral
                ways[channel] = ways.get(channel, 0.0) + place - start
    joints = {name: description.joint(name) for name in ways}
    return {name: joints[name].within(joints[name].neutral + way) - joints[name].neutral for name, way in ways.items()}


def lacking(description: RobotDescription, gesture: Gesture) -> tuple[str, ...]:
    """Words of a gesture that the robot has no channel for, sorted."""
    words = {word for frame in gesture.keyframes for word, size in frame.words.items() if size != 0.0}
    return tuple(sorted(word for word in words if not _heard(description, word)))


def moves(description: RobotDescription, gesture: Gesture) -> frozenset[str]:
    """Channels of the robot that a gesture moves; empty where the robot can show nothing of it."""
    ways = (offsets(description, frame.words, gesture.from_rest) for frame in gesture.keyframes)
    return frozenset(name for frame in ways for name, way in frame.items() if way != 0.0)


def _heard(description: RobotDescription, word: str) -> bool:
    if word in HEAD_WORDS:
        return word in description.gaze.head
    if word in BODY_WORDS:
        return bool({"lean": description.lean, "glow": description.glow, "breath": description.breathing}[word])
    name, _, side = word.partition("_")
    sides = (side,) if side else SIDES
    return any(name in description.arms[side].ways for side in sides if side in description.arms)


@dataclass(frozen=True)
class _Course:
    """Times from the start and the ways at them, at rest at each but the first, where it may be under way already."""

    name: str
    start_s: float
    times_s: Vector
    ways: Vector
    start_rate: Vector

    def at(self, now_s: float) -> tuple[Vector, Vector]:
        """Ways and velocities; minimum jerk from one keyframe to the next (Flash & Hogan 1985)."""
        passed_s = min(max(now_s - self.start_s, 0.0), float(self.times_s[-1]))
        index = min(int(np.searchsorted(self.times_s, passed_s, side="right")), len(self.times_s) - 1)
        begin_s, length_s = self.times_s[index - 1], self.times_s[index] - self.times_s[index - 1]
        share = float((passed_s - begin_s) / length_s)
        distance = self.ways[index] - self.ways[index - 1]
        place = share**3 * (10.0 - 15.0 * share + 6.0 * share**2)
        rate = 30.0 * share**2 * (1.0 - share) ** 2 / length_s
        way, velocity = self.ways[index - 1] + place * distance, rate * distance
        if index == 1:
            way = way + self.start_rate * length_s * (share - 6.0 * share**3 + 8.0 * share**4 - 3.0 * share**5)
            velocity = velocity + self.start_rate * (1.0 - 18.0 * share**2 + 32.0 * share**3 - 15.0 * share**4)
        return way, velocity

    def progress(self, now_s: float) -> float:
        """0–1."""
        return min(max((now_s - self.start_s) / float(self.times_s[-1]), 0.0), 1.0)


class GesturePlayer:
    """Plays gestures as offsets from rest, never faster than the channels can follow.

    A gesture that is interrupted goes over into the next one, without a step in velocity; channels that the next one
    does not move fade out.

    Args:
        description: of the robot.
        limits_share: 0–1 of the channels' velocity and acceleration limits that a gesture may use.
        fade_s: shortest time in which an interrupted gesture fades out.
        jerk_time_s: from rest to greatest acceleration, for all channels or for each in the order of the robot's file.
    """

    def __init__(
        self,
        description: RobotDescription,
        limits_share: float = 0.7,
        fade_s: float = 0.5,
        jerk_time_s: float | Vector = 0.1,
    ) -> None:
        self._description, self._fade_s = description, fade_s
        self._index = {name: index for index, name in enumerate(description.names())}
        self._fastest = limits_share * np.array([joint.limit.max_velocity for joint in description.joints])
        self._hardest = limits_share * np.array([joint.limit.max_acceleration for joint in description.joints])
        self._hastiest = self._hardest / jerk_time_s
        self._playing: _Course | None = None
        self._fading: _Course | None = None

    def play(self, gesture: Gesture, now_s: float, amplitude: float = 1.0, speed: float = 1.0) -> float:
        """Begins a gesture; what was played before fades out.

        Args:
            gesture: what to play.
            now_s: when it begins.
            amplitude: 0–1 of its size.
            speed: 0.1–1 of its speed.

        Returns:
            How long it will take, seconds; longer than asked for where the robot cannot move as fast.

        Raises:
            ValueError: amplitude or speed is out of its range or no number.
        """
        if not 0.0 <= amplitude <= 1.0:
            raise ValueError(f"amplitude is {amplitude!r}, but must be a number from 0 to 1")
        if not SLOWEST_SPEED <= speed <= 1.0:
            raise ValueError(f"speed is {speed!r}, but must be a number from {SLOWEST_SPEED:g} to 1")
        rest = np.zeros(len(self._index))
        wanted = [amplitude * self._vector(frame.words, gesture.from_rest) for frame in gesture.keyframes]
        place, rate = self.at(now_s)
        # What the new gesture moves goes on from where it is, a held hand to its next place; all else goes to rest.
        used = np.any(np.array(wanted) != 0.0, axis=0)
        self._fading = self._way_back(now_s, np.where(used, 0.0, place), np.where(used, 0.0, rate))
        ways = [np.where(used, place, 0.0), *wanted, rest]
        times_s = [0.0, *(frame.at_s for frame in gesture.keyframes), gesture.duration_s]
        start_rate = np.where(used, rate, 0.0)
        self._playing = self._course(gesture.name, now_s, np.array(times_s) / speed, np.array(ways), start_rate)
        return float(self._playing.times_s[-1])

    def stop(self, now_s: float) -> None:
        """Lets the present gesture fade out; harmless when nothing is played."""
        if self.active(now_s) is not None:
            self._fading = self._way_back(now_s, *self.at(now_s))
        self._playing = None

    def at_rest(self, now_s: float) -> bool:
        """Whether nothing is played and nothing fades out any more."""
        courses = (self._fading, self._playing)
        return all(course is None or course.progress(now_s) >= 1.0 for course in courses)

    def active(self, now_s: float) -> str | None:
        """Name of the gesture that is being played."""
        if self._playing is None or self._playing.progress(now_s) >= 1.0:
            return None
        return self._playing.name

    def progress(self, now_s: float) -> float:
        """0–1 of the present or last gesture; 0 where it was stopped."""
        return self._playing.progress(now_s) if self._playing is not None else 0.0

    def at(self, now_s: float) -> tuple[Vector, Vector]:
        """Ways from rest and velocities of all channels, in the order of the robot's file."""
        way, velocity = np.zeros(len(self._index)), np.zeros(len(self._index))
        for course in (self._fading, self._playing):
            if course is not None:
                added, rate = course.at(now_s)
                way, velocity = way + added, velocity + rate
        return way, velocity

    def _vector(self, words: Mapping[str, float], from_rest: bool) -> Vector:
        vector = np.zeros(len(self._index))
        for name, way in offsets(self._description, words, from_rest).items():
            vector[self._index[name]] = way
        return vector

    def _way_back(self, now_s: float, place: Vector, rate: Vector) -> _Course:
        return self._course("", now_s, np.array([0.0, self._fade_s]), np.array([place, np.zeros_like(place)]), rate)

    def _course(self, name: str, now_s: float, times_s: Vector, ways: Vector, start_rate: Vector) -> _Course:
        """A course in which each part takes at least as long as limits of velocity, acceleration and jerk ask for."""
        distances = np.abs(np.diff(ways, axis=0))
        needed = PEAK_VELOCITY * distances / self._fastest
        needed = np.maximum(needed, np.sqrt(PEAK_ACCELERATION * distances / self._hardest))
        needed = np.maximum(needed, np.cbrt(PEAK_JERK * distances / self._hastiest))
        lengths_s = np.maximum(np.diff(times_s), needed.max(axis=1))
        return _Course(name, now_s, np.concatenate(([0.0], np.cumsum(lengths_s))), ways, start_rate)
