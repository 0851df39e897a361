"""A second family of rigs: action units as the pull of muscles on the skin, unlike any artist's shapes.

Each unit is a sum of soft pulls along the line of its muscles (Ekman & Friesen 1978; Waters 1987), in millimetres on an
adult's face. Centre, direction, reach and strength of every pull are drawn anew for each person.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solamen.patient.crowd import HEAD_VERTICES
from solamen.patient.person import Floats, Person

_SKIN_END = 4766
_FORCE = 1.35


@dataclass(frozen=True)
class Pull:
    """One pull on the left side; the right side mirrors it.

    Attributes:
        at: name of the anchor, see `_ANCHORS`.
        shift_mm: of the pull's centre from the anchor, outward and up.
        way_mm: forward, outward, up, at intensity 5.
        reach_mm: of its soft edge, across and along the face's height.
        where: skin, above (not the lower lip and jaw), below (lower lip and jaw alone), or lid (lower lid alone).
    """

    at: str
    shift_mm: tuple[float, float]
    way_mm: tuple[float, float, float]
    reach_mm: tuple[float, float]
    where: str = "skin"


PULLS: Mapping[int, tuple[Pull, ...]] = {
    1: (Pull("inner_brow", (0, 2), (0.4, -0.6, 6.0), (9, 11)),),
    2: (Pull("outer_brow", (2, 1), (0.2, 0.2, 5.5), (12, 10)),),
    4: (
        Pull("inner_brow", (2, 0), (0.8, -3.6, -3.6), (11, 9)),
        Pull("glabella", (0, 0), (0.8, 0.0, -2.4), (9, 9)),
        Pull("outer_brow", (-6, 0), (0.0, -1.2, -2.0), (11, 8)),
    ),
    6: (
        Pull("cheek", (0, 0), (2.2, -0.9, 5.6), (14, 11)),
        Pull("lower_lid", (2, -2), (0.3, 0.0, 1.8), (11, 4.5)),
        Pull("outer_brow", (6, -12), (0.0, -1.0, -1.0), (8, 7)),
        Pull("outer_canthus", (5, -2), (0.0, -2.0, 0.6), (8, 8)),
    ),
    7: (
        Pull("lower_lid", (0, 0), (0.2, -0.4, 3.0), (10, 3.5), "lid"),
        Pull("lower_lid", (0, -3), (0.3, -0.2, 1.0), (11, 4.0)),
        Pull("upper_lid", (0, 1), (0.1, 0.0, -2.0), (10, 3.5)),
    ),
    9: (
        Pull("wing", (0, 1), (0.2, 0.4, 3.8), (7, 7), "above"),
        Pull("wing", (1, 12), (0.8, 0.2, 2.6), (8, 9), "above"),
        Pull("upper_lip", (0, 0), (0.0, 0.0, 1.8), (9, 7), "above"),
        Pull("inner_brow", (0, -3), (0.5, -1.0, -1.8), (9, 8)),
        Pull("nose_tip", (0, 0), (0.0, 0.0, 1.2), (9, 7), "above"),
    ),
    10: (
        Pull("upper_lip", (3, 0), (0.4, 0.4, 4.6), (9, 7), "above"),
        Pull("wing", (4, -5), (0.8, 0.6, 2.6), (8, 8), "above"),
        Pull("wing", (0, 0), (0.0, 0.4, 0.9), (6, 6), "above"),
    ),
    12: (
        Pull("corner", (0, 0), (-2.6, 6.5, 5.0), (11, 9)),
        Pull("corner", (10, 12), (1.4, 1.2, 2.4), (13, 11), "above"),
    ),
    15: (Pull("corner", (0, -2), (-0.4, 0.8, -5.5), (9, 9)),),
    17: (
        Pull("chin", (0, 4), (1.4, 0.0, 4.2), (13, 10), "below"),
        Pull("lower_lip", (-3, -2), (0.8, 0.0, 3.0), (13, 6), "below"),
        Pull("upper_lip", (-3, -2), (0.2, 0.0, 1.0), (13, 6), "above"),
    ),
    20: (Pull("corner", (0, -1), (-3.0, 7.0, -1.0), (12, 9)),),
    25: (
        Pull("lower_lip", (-2, 0), (0.2, 0.0, -3.4), (14, 7), "below"),
        Pull("upper_lip", (-2, 0), (0.1, 0.0, 0.8), (13, 6), "above"),
    ),
}
"""AU5, AU26, AU43 and the gaze are left to the base rig, whose lids and jaw meet as they must."""


@dataclass(frozen=True)
class _Build:
    """How one person's pull differs from the mean one: shift of its centre, factors of reach and force, way added."""

    shift_mm: NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))
    reach: NDArray[np.float64] = field(default_factory=lambda: np.ones(2))
    force: float = 1.0
    way: NDArray[np.float64] = field(default_factory=lambda: np.zeros(3))

    @classmethod
    def draw(cls, rng: np.random.Generator) -> Self:
        return cls(
            shift_mm=rng.normal(0.0, 1.5, 2),
            reach=rng.lognormal(0.0, 0.18, 2),
            force=float(rng.lognormal(0.0, 0.2)),
            way=0.18 * rng.normal(0.0, 1.0, 3),
        )


@dataclass(frozen=True)
class _Map:
    """Where things are on the shared topology: weights of anchors, and shares of regions, per vertex."""

    anchors: Mapping[str, Floats]
    lower_jaw: Floats
    upper_lid: Floats
    lower_lid: Floats


_ANCHORS: Mapping[str, tuple[str, ...]] = {
    "inner_brow": ("browInnerUp",),
    "outer_brow": ("browOuterUpLeft",),
    "cheek": ("cheekSquintLeft",),
    "lower_lid": ("eyeSquintLeft",),
    "upper_lid": ("eyeBlinkLeft",),
    "wing": ("noseSneerLeft",),
    "upper_lip": ("mouthUpperUpLeft",),
    "lower_lip": ("mouthLowerDownLeft",),
    "corner": ("mouthFrownLeft",),
}


@functools.cache
def dense_actions() -> Mapping[str, Floats]:
    """The base rig's actions on an adult, each vertices × 3, metres at weight 1."""
    person = Person.load("adult")
    out = {}
    for number, name in enumerate(person.actions):
        way = np.zeros((HEAD_VERTICES, 3), np.float32)
        index, offset = person.action_offsets(number)
        way[index] = offset
        out[name] = way
    return out


@functools.cache
def _map() -> _Map:
    actions, left = dense_actions(), Person.load("adult").head.vertex[:, 1] > 0.002
    anchors = {}
    for name, (action,) in _ANCHORS.items():
        size = np.linalg.norm(actions[action], axis=1) * left
        size[_SKIN_END:] = 0.0
        weight = (size / size.max()) ** 6
        anchors[name] = (weight / weight.sum()).astype(np.float32)
    jaw = np.linalg.norm(actions["jawOpen"], axis=1)
    lids = [np.linalg.norm(actions[f"eye{a}Left"] + actions[f"eye{a}Right"], axis=1) for a in ("Blink", "Squint")]
    down = (actions["eyeBlinkLeft"] + actions["eyeBlinkRight"])[:, 2] < 0.0
    lower = lids[1] / lids[1].max() * ~down
    return _Map(anchors, jaw / np.percentile(jaw, 98), lids[0] / lids[0].max() * down, lower)


def anchors_of(vertex: Floats) -> dict[str, Floats]:
    """Places on the left half of a face by name, metres, and chin, glabella, nose tip and outer canthus beside them."""
    places = {name: weight @ vertex for name, weight in _map().anchors.items()}
    skin = vertex[:_SKIN_END]
    middle = skin[np.abs(skin[:, 1]) < 0.006]
    nose = middle[middle[:, 2] > places["upper_lip"][2]]
    places["nose_tip"] = nose[np.argmax(nose[:, 0])]
    brow = places["inner_brow"]
    places["glabella"] = np.array([brow[0], 0.0, brow[2] - 0.004], np.float32)
    mouth = places["lower_lip"]
    places["chin"] = np.array([mouth[0], 0.0, 2.0 * mouth[2] - places["upper_lip"][2] - 0.012], np.float32)
    lid = places["lower_lid"]
    places["outer_canthus"] = lid + np.array([-0.006, 0.014, 0.003], np.float32)
    return places


def muscle_units(vertex: Floats, scale: float, rng: np.random.Generator | None) -> dict[tuple[int, float], Floats]:
    """Every unit of `PULLS` on this face, by unit and side (1 left, −1 right): vertices × 3, metres at intensity 5.

    Args:
        vertex: the head at rest.
        scale: its size by an adult's.
        rng: the person's own build; None is the mean one.
    """
    places, out = anchors_of(vertex), {}
    for unit, pulls in PULLS.items():
        ways = [_pull(vertex, scale, pull, places, rng) for pull in pulls]
        for side in (0, 1):
            out[unit, 1.0 - 2.0 * side] = np.sum([way[side] for way in ways], axis=0).astype(np.float32)
    return out


def _pull(
    vertex: Floats, scale: float, pull: Pull, places: Mapping[str, Floats], rng: np.random.Generator | None
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One pull on the left and mirrored on the right."""
    mm = 0.001 * scale
    own = _Build() if rng is None else _Build.draw(rng)
    centre = places[pull.at][1:] + mm * (np.array(pull.shift_mm) + own.shift_mm)
    reach = mm * np.array(pull.reach_mm) * own.reach
    way = _FORCE * np.array(pull.way_mm) * own.force
    way = mm * (way + np.linalg.norm(way) * own.way)
    depth = np.clip((vertex[:, 0] - places[pull.at][0] + 0.035 * scale) / (0.02 * scale), 0.0, 1.0)
    region = depth * _region(pull.where)
    sides = []
    for side in (1.0, -1.0):
        away = (vertex[:, 1:] * (side, 1.0) - centre) / reach
        share = np.exp(-0.5 * (away**2).sum(axis=1)) * region
        # A pull on one side fades across the middle line, so that the two sides add up to one there.
        share = share / (1.0 + np.exp(-np.clip(side * vertex[:, 1] / (0.003 * scale), -30.0, 30.0)))
        sides.append((share[:, None] * (way * (1.0, side, 1.0))).astype(np.float32))
    return sides[0], sides[1]


def _region(where: str) -> NDArray[np.float64]:
    """Share of each vertex that a pull may move; eyeballs and what lies behind them never."""
    face = _map()
    below = np.clip((face.lower_jaw - 0.15) / 0.4, 0.0, 1.0)
    share = {"above": 1.0 - below, "below": below, "lid": face.lower_lid**0.5}.get(where, np.ones(HEAD_VERTICES))
    if where == "skin":
        share = share * (1.0 - 0.75 * face.upper_lid) * (1.0 - 0.5 * face.lower_lid)
    share = np.asarray(share, np.float64)
    share[_SKIN_END:] = 0.0
    return share
