"""A way to calm neutral on which no part touches another, looked for in small steps beside the watch.

Two trees of postures grow towards each other (RRT-Connect, Kuffner & LaValle 2000); before that the plain ways are
tried: all joints at once, and one chain after the other in every order. The same start gives the same way.
"""

from __future__ import annotations

import random
from collections.abc import Generator
from itertools import pairwise, permutations

import numpy as np

from solamen.robot.safety.chains import Array, Numbers
from solamen.robot.safety.collision import Sweep

SPARE_M = 0.004
"""Kept free beyond the margin, so that the watch over the plans, which lag a little, does not hold them back."""
SPACING_M = 0.015
"""Between two postures that are looked at no two parts come nearer than this."""
STRIDE_RAD = 0.7
"""Greatest turn of a joint in one step of a tree."""
TRIES = 1500
"""Steps of the trees before the search is given up."""
SHORTCUTS = 40

Way = list[Array]
Search = Generator[Way | None, None, None]
Looks = Generator[None, None, Way | None]
"""Pauses after each look at a piece of way; returns what was found."""


class Homeward:
    """Looks for ways; `begin`, then `step` until there is one.

    Args:
        sweep: what must not touch.
        low, high: ends of the joints' ranges.
        neutral: where all ways lead.
    """

    def __init__(self, sweep: Sweep, low: Array, high: Array, neutral: Array) -> None:
        self._sweep, self._low, self._high, self._neutral = sweep, low, high, neutral
        self._joints, self._blocks = sweep.joints, sweep.blocks()
        self._search: Search | None = None
        self._seed = 0
        self.way: Way | None = None

    @property
    def searching(self) -> bool:
        """Whether a search is under way."""
        return self._search is not None

    def forget(self) -> None:
        """Drops the way and the search."""
        self._search, self.way, self._seed = None, None, 0

    def begin(self, start: Array) -> None:
        """Begins a search from a posture; joints that can touch nothing stay where they are in it."""
        end = start.copy()
        end[self._joints] = self._neutral[self._joints]
        self.way, self._search = None, self._found(start, end)
        self._seed += 1

    def step(self, looks: int) -> None:
        """Goes on with the search for so many looks at a piece of way; `way` is set once one is found."""
        for _ in range(looks):
            if self._search is None:
                return
            try:
                self.way = next(self._search)
            except StopIteration:
                self._search = None  # given up; another one may be begun
            if self.way is not None:
                self._search = None

    def _found(self, start: Array, end: Array) -> Search:
        dice = random.Random(self._seed)
        least = np.minimum(self._sweep.model.margin_m + SPARE_M, self._sweep.clearances(end[None])[0] - 1e-4)
        before: Way = [start]
        if np.any(self._sweep.clearances(start[None])[0] < least):
            out = yield from self._out(start, least, dice)
            if out is None:
                return
            before, start = out, out[-1]
        way = yield from self._plain(start, end, least)
        if way is None:
            way = yield from self._grown(start, end, least, dice)
        if way is not None:
            way = yield from self._shortened(way, least, dice)
            yield [*before[:-1], *way]

    def _out(self, start: Array, least: Array, dice: random.Random) -> Looks:
        """To a posture near by that is free, on a way on which no near pair comes nearer."""
        for attempt in range(TRIES):
            size = 0.15 + 0.9 * attempt / TRIES
            end = start.copy()
            for joint in self._joints:
                end[joint] += dice.gauss(0.0, size)
            end = np.clip(end, self._low, self._high)
            yield
            found = self._sweep.clearances(self._between(start, end))
            rising = np.diff(found, axis=0) >= -1e-5
            if np.all(found[-1] >= least) and np.all(rising | (found[1:] >= least)):
                return [start, end]
        return None

    def _plain(self, start: Array, end: Array, least: Array) -> Looks:
        """Straight on, or one chain after the other."""
        orders: list[tuple[Numbers, ...]] = [(self._joints,), *permutations(self._blocks)]
        for order in orders:
            way = [start]
            for block in order:
                place = way[-1].copy()
                place[block] = end[block]
                way.append(place)
            yield
            if all(self._free(one, two, least) for one, two in pairwise(way)):
                return way
        return None

    def _grown(self, start: Array, end: Array, least: Array, dice: random.Random) -> Looks:
        trees: tuple[_Tree, _Tree] = (_Tree(start), _Tree(end))
        for attempt in range(TRIES):
            one, two = trees if attempt % 2 == 0 else trees[::-1]
            goal = self._sample(start, end, dice)
            near = one.nearest(goal, self._joints)
            grown = self._towards(one.places[near], goal)
            yield
            if not self._free(one.places[near], grown, least):
                continue
            here = one.add(grown, near)
            there = two.nearest(grown, self._joints)
            yield
            if self._free(two.places[there], grown, least):
                ways = one.back(here)[::-1], two.back(there)
                return [*ways[0], *ways[1]] if one is trees[0] else [*ways[1][::-1], *ways[0][::-1]]
        return None

    def _sample(self, start: Array, end: Array, dice: random.Random) -> Array:
        """A posture in which each chain is at its start, at its end or anywhere."""
        sampled = start.copy()
        for block in self._blocks:
            kind = dice.random()
            for joint in block:
                anywhere = dice.uniform(self._low[joint], self._high[joint])
                sampled[joint] = start[joint] if kind < 0.15 else end[joint] if kind < 0.4 else anywhere
        return sampled

    def _towards(self, place: Array, goal: Array) -> Array:
        far = float(np.max(np.abs(goal - place)))
        return goal if far <= STRIDE_RAD else np.asarray(place + (goal - place) * STRIDE_RAD / far)

    def _shortened(self, way: Way, least: Array, dice: random.Random) -> Generator[None, None, Way]:
        for _ in range(SHORTCUTS):
            if len(way) < 3:
                break
            one, two = sorted(dice.sample(range(len(way)), 2))
            if two - one < 2:
                continue
            yield
            if self._free(way[one], way[two], least):
                way = [*way[: one + 1], *way[two:]]
        return way

    def _free(self, start: Array, end: Array, least: Array) -> bool:
        return bool(np.all(self._sweep.clearances(self._between(start, end)) >= least))

    def _between(self, start: Array, end: Array) -> Array:
        count = max(self._sweep.steps(start, end, SPACING_M), 1)
        return np.asarray(start + np.linspace(0.0, 1.0, count + 1)[:, None] * (end - start))


class _Tree:
    """Postures, each with the one that it was reached from."""

    def __init__(self, root: Array) -> None:
        self.places, self._before = [root], [-1]

    def nearest(self, goal: Array, joints: Numbers) -> int:
        return int(np.argmin(np.max(np.abs(np.array(self.places)[:, joints] - goal[joints]), axis=1)))

    def add(self, place: Array, before: int) -> int:
        self.places.append(place)
        self._before.append(before)
        return len(self.places) - 1

    def back(self, number: int) -> Way:
        """From a posture to the root."""
        way = []
        while number >= 0:
            way.append(self.places[number])
            number = self._before[number]
        return way
