"""Whether parts of the robot come too near to each other: balls on chains of joints, cheap enough for every command."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from solamen.robot.safety.chains import Array, Ball, Chain, Numbers
from solamen.robot.safety.contact import Hand

Pair = tuple[str, str]
"""Two chains, or a chain and the floor."""

FLOOR = "floor"


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
    pairs: tuple[Pair, ...]
    margin_m: float
    floor_m: float = 0.0
    hands: tuple[Hand, ...] = ()

    def clearances(self, positions: Mapping[str, float]) -> dict[Pair, float]:
        """The least distance between the surfaces of each pair, m; negative where they overlap.

        Args:
            positions: joint name to rad, at least for all joints of the chains.
        """
        balls = {name: self.chains[name].ball_places(positions) for name in _sides(self.pairs)}
        return {
            (one, two): self._above_floor(balls[one]) if two == FLOOR else _least(balls[one], balls[two])
            for one, two in self.pairs
        }

    def joints_of(self, pairs: Sequence[Pair]) -> set[str]:
        """Names of the joints that move either side of these pairs."""
        return {joint.name for side in _sides(pairs) for joint in self.chains[side].joints}

    def _above_floor(self, balls: Sequence[Ball]) -> float:
        return min(z - radius for _, _, z, radius in balls) - self.floor_m


class Sweep:
    """Looks at whole ways of the robot, not at their ends alone.

    Args:
        model: what must not touch.
        names: of all joints, in the order of the postures that it will be asked about.

    Raises:
        ValueError: a joint of the model is not among the names.
    """

    def __init__(self, model: CollisionModel, names: Sequence[str]) -> None:
        self.model = model
        index = {name: number for number, name in enumerate(names)}
        if model.joints_of(model.pairs) - set(index):
            raise ValueError("the collision model has joints that the safety layer does not know")
        self._columns = {
            side: np.array([index[joint.name] for joint in model.chains[side].joints], dtype=np.int64)
            for side in _sides(model.pairs)
        }
        self._named = [(name, index[name]) for name in sorted(model.joints_of(model.pairs))]
        self._reach = {pair: self._reaches(pair, len(names)) for pair in model.pairs}

    @property
    def joints(self) -> Numbers:
        """Which joints move a part that could touch another: the numbers of their columns."""
        return np.array([number for _, number in self._named], dtype=np.int64)

    def joints_of(self, pairs: Sequence[Pair]) -> list[int]:
        """Numbers of the columns that move either side of these pairs."""
        return sorted({int(number) for side in _sides(pairs) for number in self._columns[side]})

    def blocks(self) -> list[Numbers]:
        """The columns of each chain that moves."""
        return [columns for columns in self._columns.values() if len(columns)]

    def clearances(self, postures: Array, pairs: Sequence[Pair] | None = None) -> Array:
        """Postures × pairs: the least distance between the surfaces of each pair, m; negative where they overlap."""
        chosen = self.model.pairs if pairs is None else pairs
        found = np.empty((len(postures), len(chosen)))
        centres = {
            side: self.model.chains[side].ball_centres(postures[:, self._columns[side]]) for side in _sides(chosen)
        }
        for number, (one, two) in enumerate(chosen):
            if two == FLOOR:
                apart = centres[one][:, 2] - self.model.chains[one].radii - self.model.floor_m
            else:
                between = centres[one][:, :, :, None] - centres[two][:, :, None, :]
                radii = self.model.chains[one].radii[:, None] + self.model.chains[two].radii
                apart = (np.sqrt((between * between).sum(axis=1)) - radii).reshape(len(between), -1)
            found[:, number] = apart.min(axis=1)
        return found

    def in_doubt(self, way: Array) -> list[Pair]:
        """Pairs that this way, from where the robot is, could bring nearer than the margin; one posture is looked at.

        No part can move farther than its joints turn times their reach, so that all other pairs are surely free.

        Args:
            way: postures × joints, the first one the present.
        """
        turned = np.abs(np.diff(way, axis=0)).sum(axis=0)
        moving = {pair: float(self._reach[pair] @ turned) for pair in self.model.pairs}
        if not any(moving.values()):
            return []
        present = self.model.clearances({name: float(way[0, number]) for name, number in self._named})
        margin = self.model.margin_m
        return [pair for pair, far in moving.items() if far > 1e-9 and present[pair] - far < margin]

    def approaching(self, way: Array, pairs: Sequence[Pair], branch: Array | None = None) -> list[Pair]:
        """Pairs that come nearer than the margin, and nearer than at the beginning, anywhere on the way.

        Between two postures the distance cannot fall by more than the joints turn times their reach; where that could
        close a gap that was there, the pair counts as approaching too.

        Args:
            way: postures × joints.
            pairs: to look at.
            branch: another way from the way's first posture, looked at as well.
        """
        if not pairs:
            return []
        ways = [way] if branch is None else [way, branch]
        found = self.clearances(np.concatenate(ways), pairs)
        begin, margin = found[0], self.model.margin_m
        near = np.any((found < margin) & (found < begin - 1e-6), axis=0)
        least = np.minimum.reduce([self._least_between(*part, pairs) for part in _split(ways, found)])
        closed = (least < 0.0) & (begin >= margin)
        return [pair for number, pair in enumerate(pairs) if near[number] or closed[number]]

    def _least_between(self, way: Array, found: Array, pairs: Sequence[Pair]) -> Array:
        """What the clearance of each pair cannot fall below between the postures that were looked at."""
        turned = np.abs(np.diff(way, axis=0))
        far = turned @ np.stack([self._reach[pair] for pair in pairs], axis=1)
        return np.asarray((found[:-1] + found[1:] - far).min(axis=0, initial=np.inf))

    def to_hold(self, way: Array, near: Sequence[Pair]) -> list[int]:
        """Columns of joints that alone bring these pairs nearer, so that the others can slide past."""
        joints = self.joints_of(near)
        apart = np.repeat(way[None, :1], len(joints), axis=0).repeat(len(way), axis=1)
        for row, joint in enumerate(joints):
            apart[row, :, joint] = way[:, joint]
        found = self.clearances(apart.reshape(-1, way.shape[1]), near).reshape(len(joints), len(way), len(near))
        nearer = found < np.minimum(found[:, :1] - 1e-6, self.model.margin_m)
        brings = np.asarray(nearer.reshape(len(joints), -1).any(axis=1))
        return [joint for row, joint in enumerate(joints) if brings[row]]

    def steps(self, start: Array, end: Array, spacing_m: float) -> int:
        """Into how many steps a straight way must be cut for no two parts to come nearer by more than the spacing."""
        turned = np.abs(end - start)
        return math.ceil(max(float(reach @ turned) for reach in self._reach.values()) / spacing_m)

    def _reaches(self, pair: Pair, count: int) -> Array:
        reach = np.zeros(count)
        for side in _sides([pair]):
            for number, joint in zip(self._columns[side], self.model.chains[side].joints, strict=True):
                reach[number] += self.model.chains[side].reaches[joint.name]
        return reach


def _sides(pairs: Sequence[Pair]) -> list[str]:
    return sorted({side for pair in pairs for side in pair if side != FLOOR})


def _split(ways: Sequence[Array], found: Array) -> list[tuple[Array, Array]]:
    return [(ways[0], found[: len(ways[0])])] + [(way, found[len(ways[0]) :]) for way in ways[1:]]


def _least(one: Sequence[Ball], two: Sequence[Ball]) -> float:
    return min(math.dist(a[:3], b[:3]) - a[3] - b[3] for a in one for b in two)
