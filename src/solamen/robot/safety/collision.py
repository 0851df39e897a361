"""Whether parts of the robot come too near to each other: balls on chains of joints, cheap enough for every command."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.robot.safety.contact import Hand, Triple

Ball = tuple[float, float, float, float]
"""Centre in base_link and radius, m."""

FLOOR = "floor"
AXES = {"x": (1, 2), "y": (2, 0), "z": (0, 1)}
"""The two columns of a frame that a turn about the axis mixes."""


@dataclass(frozen=True)
class ChainJoint:
    """A joint that turns: name, its axis ("x", "y" or "z" of its own frame), and its place in the frame before, m."""

    name: str
    axis: str
    place: Triple


@dataclass(frozen=True)
class Chain:
    """Joints in a row from base_link, and balls: how many joints come before it, centre in that frame, radius (m)."""

    joints: tuple[ChainJoint, ...]
    balls: tuple[tuple[int, Triple, float], ...]

    def ball_places(self, positions: Mapping[str, float]) -> list[Ball]:
        """Where the balls are, in base_link, with the joints there (rad)."""
        return [
            (*_moved(frames[1], frames[0], centre), radius)
            for frames, centre, radius in self._framed(self.frames(positions))
        ]

    def frames(self, positions: Mapping[str, float]) -> list[tuple[Triple, list[Triple]]]:
        """Origin and the three columns of the rotation, before the first joint and after each one."""
        origin: Triple = (0.0, 0.0, 0.0)
        columns: list[Triple] = [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)]
        found = [(origin, columns)]
        for joint in self.joints:
            origin = _moved(columns, origin, joint.place)
            columns = _turned(columns, joint.axis, positions[joint.name])
            found.append((origin, columns))
        return found

    def reach_m(self) -> float:
        """Sum over the joints of the greatest way from each to the end of its last ball, m."""
        _, centre, radius = self.balls[-1]
        links = [math.hypot(*joint.place) for joint in self.joints[1:]] + [math.hypot(*centre) + radius]
        return sum((number + 1) * length for number, length in enumerate(links))

    def _framed(self, frames: Sequence[Any]) -> list[tuple[Any, Triple, float]]:
        return [(frames[number], centre, radius) for number, centre, radius in self.balls]


def _moved(columns: Sequence[Triple], origin: Triple, place: Triple) -> Triple:
    (a, b, c), (d, e, f), (g, h, i) = columns
    x, y, z = place
    return (
        origin[0] + a * x + d * y + g * z,
        origin[1] + b * x + e * y + h * z,
        origin[2] + c * x + f * y + i * z,
    )


def _turned(columns: list[Triple], axis: str, angle: float) -> list[Triple]:
    one, two = AXES[axis]
    c, s = math.cos(angle), math.sin(angle)
    (a, b, d), (e, f, g) = columns[one], columns[two]
    made = list(columns)
    made[one] = (c * a + s * e, c * b + s * f, c * d + s * g)
    made[two] = (c * e - s * a, c * f - s * b, c * g - s * d)
    return made


@dataclass(frozen=True)
class CollisionModel:
    """Which chains must not touch.

    Attributes:
        chains: by name.
        pairs: chains that could touch; `FLOOR` as the second one stands for the table top.
        margin_m: what stays free.
        floor_m: height of the table top in base_link.
        hands: those that may hold a person's.
    """

    chains: Mapping[str, Chain]
    pairs: tuple[tuple[str, str], ...]
    margin_m: float
    floor_m: float = 0.0
    hands: tuple[Hand, ...] = ()

    def clearances(self, positions: Mapping[str, float]) -> dict[tuple[str, str], float]:
        """The least distance between the surfaces of each pair, m; negative where they overlap.

        Args:
            positions: joint name to rad, at least for all joints of the chains.
        """
        return self._clearances(positions, self.pairs)

    def _clearances(
        self, positions: Mapping[str, float], pairs: Sequence[tuple[str, str]]
    ) -> dict[tuple[str, str], float]:
        sides = {side for pair in pairs for side in pair if side != FLOOR}
        balls = {name: self.chains[name].ball_places(positions) for name in sides}
        return {
            (one, two): self._above_floor(balls[one]) if two == FLOOR else _least(balls[one], balls[two])
            for one, two in pairs
        }

    def joints_of(self, pairs: Sequence[tuple[str, str]]) -> set[str]:
        """Names of the joints that move either side of these pairs."""
        sides = {side for pair in pairs for side in pair if side != FLOOR}
        return {joint.name for side in sides for joint in self.chains[side].joints}

    def approaching(self, now: Mapping[str, float], then: Mapping[str, float]) -> list[tuple[str, str]]:
        """Pairs that would be nearer than the margin then, and nearer than now."""
        later = self.clearances(then)
        near = [pair for pair, clearance in later.items() if clearance < self.margin_m]
        if not near:
            return []
        present = self._clearances(now, near)
        return [pair for pair in near if later[pair] < present[pair] - 1e-6]

    def to_hold(self, now: Mapping[str, float], then: Mapping[str, float]) -> set[str]:
        """Joints that must not go there; empty where all may.

        Those that alone would bring the parts nearer are held, so that the others can slide past; all of both sides
        where that is not enough.
        """
        near = self.approaching(now, then)
        if not near:
            return set()
        joints = self.joints_of(near)
        present = self._clearances(now, near)
        held = {name for name in joints if self._nears({**now, name: then[name]}, present)}
        rest = {name: now[name] if name in held else value for name, value in then.items()}
        return joints if self._nears(rest, present) else held

    def _nears(self, place: Mapping[str, float], present: Mapping[tuple[str, str], float]) -> bool:
        found = self._clearances(place, list(present))
        return any(found[pair] < min(present[pair] - 1e-6, self.margin_m) for pair in present)

    def _above_floor(self, balls: Sequence[Ball]) -> float:
        return min(z - radius for _, _, z, radius in balls) - self.floor_m


def _least(one: Sequence[Ball], two: Sequence[Ball]) -> float:
    return min(math.dist(a[:3], b[:3]) - a[3] - b[3] for a in one for b in two)


def load_collision_model(robot: str) -> CollisionModel | None:
    """The model in `config/collision/` of the robot of that name; None where there is none.

    Raises:
        OutsideError: the file is malformed.
    """
    path = resource("config", "collision", f"{robot}.yaml")
    return read_collision_model(path) if path.is_file() else None


def read_collision_model(path: Path) -> CollisionModel:
    """Reads such a file.

    Raises:
        OutsideError: it is malformed.
    """
    content = read_yaml(path)
    try:
        chains = {str(name): _chain(value) for name, value in content["chains"].items()}
        pairs = [(str(one), str(two)) for one, two in content["pairs"]]
        pairs += [(str(name), FLOOR) for name in content.get("above_floor", ())]
        unknown = {side for pair in pairs for side in pair} - set(chains) - {FLOOR}
        if unknown:
            raise ValueError(f"unknown chain {min(unknown)!r}")
        hands = tuple(_hand(str(name), value, chains) for name, value in content.get("hands", {}).items())
        floor_m = _finite(content.get("floor", 0.0))
        model = CollisionModel(chains, tuple(pairs), _finite(content["margin"]), floor_m, hands)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        what = f"the collision model cannot be read ({error})"
        raise OutsideError(what, str(path), "Compare it with config/collision/sol.yaml.") from error
    return model


def _hand(name: str, value: Any, chains: Mapping[str, Chain]) -> Hand:
    chain = chains[value["chain"]]
    return Hand(
        name=name,
        grip=str(value["grip"]),
        open_at=_finite(value["open"]),
        arm=tuple(joint.name for joint in chain.joints),
        reach_m=chain.reach_m(),
        palm=_triple(value["palm"]),
        fingers=_triple(value["fingers"]),
    )


def _chain(value: Any) -> Chain:
    joints = tuple(ChainJoint(str(name), _axis(axis), _triple(place)) for name, axis, place in value["joints"])
    balls = tuple((int(number), _triple(centre), _finite(radius)) for number, centre, radius in value["balls"])
    if not balls or not all(0 <= number <= len(joints) and radius > 0.0 for number, _, radius in balls):
        raise ValueError("a chain needs balls with a radius, each after one of its joints")
    return Chain(joints, balls)


def _axis(value: Any) -> str:
    if value not in AXES:
        raise ValueError(f"axis {value!r} is none of x, y, z")
    return str(value)


def _triple(value: Any) -> Triple:
    x, y, z = value
    return _finite(x), _finite(y), _finite(z)


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not math.isfinite(float(value)):
        raise ValueError(f"{value!r} is no finite number")
    return float(value)
