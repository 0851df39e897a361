"""What a still face shows, by kind: random mixtures of units for pain and for what may be mistaken for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np

from solamen.core.action_units import MAX_INTENSITY

Rng = np.random.Generator


@dataclass(frozen=True)
class Pose:
    """One expression.

    Attributes:
        kind: its name.
        intensity: FACS number to 0–5 of what is shown; AU43 is how far the lids are shut (5: shut).
        others: rig action to weight 0–1 that bears on no unit.
        gaze_rad: yaw to the person's left and pitch down of the eyes in the head.
    """

    kind: str
    intensity: Mapping[int, float]
    others: Mapping[str, float] = field(default_factory=dict)
    gaze_rad: tuple[float, float] = (0.0, 0.0)


def _neutral(rng: Rng, level: float) -> Pose:
    del level
    return Pose("neutral", {43: float(rng.uniform(0.0, 0.3))}, {}, (rng.normal(0.0, 0.06), rng.normal(0.0, 0.04)))


def _pain(rng: Rng, level: float) -> Pose:
    full = {4: 4.4, 6: 4.2, 7: 4.2, 9: 3.9, 10: 3.7}
    power = {4: 1.1, 6: 1.1, 7: 1.0, 9: 1.4, 10: 1.5}
    shown = {unit: most * level ** power[unit] * float(rng.lognormal(0.0, 0.3)) for unit, most in full.items()}
    for unit in rng.choice([4, 6, 7, 9, 10], int(rng.choice([0, 1, 2], p=[0.5, 0.35, 0.15])), replace=False):
        shown[int(unit)] *= rng.uniform(0.0, 0.4)
    shown[43] = MAX_INTENSITY * float(rng.random() < 0.65 * level) * rng.uniform(0.7, 1.0)
    if rng.random() < 0.5:
        shown[20] = 2.5 * level * rng.uniform(0.0, 1.0)
        shown[25] = 3.5 * level * rng.uniform(0.0, 1.0)
    if rng.random() < 0.25:
        shown[26] = 3.0 * level * rng.uniform(0.0, 1.0)
    if rng.random() < 0.2:
        shown[12] = 2.5 * level * rng.uniform(0.0, 1.0)
    if rng.random() < 0.2:
        shown[17] = 3.0 * level * rng.uniform(0.0, 1.0)
    return Pose("pain", shown)


def _blink(rng: Rng, level: float) -> Pose:
    return Pose("blink", {43: MAX_INTENSITY * (0.6 + 0.4 * level)}, {}, (0.0, rng.uniform(0.0, 0.3)))


def _smile(rng: Rng, level: float) -> Pose:
    corner = 1.5 + 3.5 * level
    cheek = corner * rng.uniform(0.0, 0.7)
    return Pose("smile", {12: corner, 6: cheek, 7: 0.4 * cheek * rng.random(), 25: 3.0 * rng.random() * level})


def _speech(rng: Rng, level: float) -> Pose:
    shown = {25: rng.uniform(0.5, 4.0), 26: 3.5 * level * rng.random(), 20: rng.uniform(0.0, 1.5), 1: rng.uniform(0, 1)}
    lips = {
        name: rng.uniform(0.0, 0.7) * (rng.random() < 0.4) for name in ("mouthPucker", "mouthFunnel", "mouthRollLower")
    }
    return Pose("speech", {unit: float(x) for unit, x in shown.items()}, lips)


def _glance(rng: Rng, level: float) -> Pose:
    angle, way = 0.2 + 0.45 * level, rng.uniform(-np.pi, np.pi)
    return Pose("glance", {}, {}, (angle * np.cos(way), 0.7 * angle * np.sin(way)))


def _disgust(rng: Rng, level: float) -> Pose:
    shown = {9: 4.2 * level * rng.uniform(0.5, 1.1), 10: 4.2 * level * rng.uniform(0.4, 1.1), 17: 2.5 * rng.random()}
    return Pose("disgust", {**shown, 15: 2.0 * rng.random(), 4: 1.2 * level * rng.random()})


def _effort(rng: Rng, level: float) -> Pose:
    shown = {
        4: 2.5 * level * rng.random(),
        7: 2.0 * level * rng.random(),
        17: 2.0 * rng.random(),
        20: 3.0 * rng.random(),
    }
    press = level * rng.uniform(0.3, 1.0)
    return Pose("effort", shown, {"mouthPressLeft": press, "mouthPressRight": press, "cheekPuff": 0.5 * rng.random()})


def _yawn(rng: Rng, level: float) -> Pose:
    return Pose(
        "yawn", {25: 4.0, 26: 2.5 + 2.5 * level, 43: 5.0 * level * rng.random(), 2: rng.random(), 7: rng.random()}
    )


def _sneeze(rng: Rng, level: float) -> Pose:
    shown = {4: 2.5 * rng.random(), 7: 3.0 * rng.random(), 9: 2.5 * rng.random(), 10: 2.0 * rng.random(), 43: 5.0}
    return Pose("sneeze", {**{u: x * level for u, x in shown.items()}, 43: 5.0, 25: 3.0 * rng.random()})


def _surprise(rng: Rng, level: float) -> Pose:
    lift = 1.5 + 3.5 * level
    return Pose(
        "surprise", {1: lift, 2: lift * rng.uniform(0.6, 1.1), 5: lift * rng.random(), 25: 2.5, 26: 4.0 * rng.random()}
    )


def _sad(rng: Rng, level: float) -> Pose:
    return Pose(
        "sad", {1: 4.0 * level, 4: 2.0 * level * rng.random(), 15: 1.0 + 3.5 * level, 17: 3.0 * level * rng.random()}
    )


def _mixture(rng: Rng, level: float) -> Pose:
    """Any units whatever, one by one or many together: what a reader of single units must be able to tell apart."""
    units = rng.choice([1, 2, 4, 4, 5, 6, 6, 7, 7, 9, 9, 10, 10, 12, 12, 15, 17, 20, 25, 26], int(rng.integers(1, 6)))
    shown = {int(unit): float(rng.uniform(0.0, 5.0) * (0.5 + 0.5 * level)) for unit in units}
    if rng.random() < 0.2:
        shown[43] = float(rng.uniform(0.0, 5.0))
    return Pose("mixture", shown, {}, (float(rng.normal(0.0, 0.15)), float(rng.normal(0.0, 0.1))))


KINDS: Mapping[str, Callable[[Rng, float], Pose]] = {
    "neutral": _neutral,
    "pain": _pain,
    "blink": _blink,
    "smile": _smile,
    "speech": _speech,
    "glance": _glance,
    "disgust": _disgust,
    "effort": _effort,
    "yawn": _yawn,
    "sneeze": _sneeze,
    "surprise": _surprise,
    "sad": _sad,
    "mixture": _mixture,
}
"""Kind to what draws one of it, for a level 0–1."""


def pose_of(kind: str, level: float, rng: Rng) -> Pose:
    """A random pose of a kind, intensities held within 0–5.

    Raises:
        ValueError: there is no such kind.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no kind {kind!r}; the kinds are {', '.join(KINDS)}")
    pose = KINDS[kind](rng, min(max(level, 0.0), 1.0))
    held = {unit: float(min(max(value, 0.0), MAX_INTENSITY)) for unit, value in pose.intensity.items()}
    return Pose(pose.kind, held, pose.others, (float(pose.gaze_rad[0]), float(pose.gaze_rad[1])))
