"""The slow move to calm neutral, around whatever of the robot is in the way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from solamen.robot.safety.chains import Array, Numbers
from solamen.robot.safety.homeward import Homeward, Way

LAG_RAD = 0.06
"""A plan that is farther behind than this is waited for."""
PATIENCE_S = 1.0
"""Waited for so long, another way is looked for."""


class Pursuit:
    """A place that wanders along a way, no joint faster than it may.

    Args:
        way: postures; straight from one to the next.
        fastest: of each joint, per second.
    """

    def __init__(self, way: Way, fastest: Array) -> None:
        self._way = way
        lengths_s = [float(np.max(np.abs(two - one) / fastest)) for one, two in pairwise(way)]
        self._times_s = np.concatenate(([0.0], np.cumsum(np.maximum(lengths_s, 1e-6))))
        self._time_s = 0.0

    def advance(self, seconds: float) -> None:
        """Wanders on."""
        self._time_s = min(self._time_s + seconds, float(self._times_s[-1]))

    def place(self) -> tuple[Array, Array]:
        """Where it is, and how fast it wanders."""
        row = min(int(np.searchsorted(self._times_s, self._time_s, side="right")), len(self._way) - 1)
        begin_s, end_s = self._times_s[row - 1], self._times_s[row]
        slope = (self._way[row] - self._way[row - 1]) / (end_s - begin_s)
        arrived = self._time_s >= self._times_s[-1]
        return self._way[row - 1] + (self._time_s - begin_s) * slope, np.zeros_like(slope) if arrived else slope


class CalmWay:
    """Leads the joints to neutral: those that could touch something on a way that was found free, the others at once.

    Args:
        homeward: finds ways; None where nothing can touch.
        joints: numbers of the joints that could touch something.
        neutral: where all go.
        fastest: of each joint on this move, per second.
        looks: how many pieces of way the search may look at in one turn.
    """

    def __init__(self, homeward: Homeward | None, joints: Numbers, neutral: Array, fastest: Array, looks: int) -> None:
        self._homeward, self._joints, self._neutral = homeward, joints, neutral
        self._fastest, self._looks = fastest, looks
        self._pursuit: Pursuit | None = None
        self._last_s = -np.inf
        self._late_s = 0.0

    def forget(self) -> None:
        """The next move begins with a search of its own; harmless when there was none."""
        self._pursuit, self._late_s, self._last_s = None, 0.0, -np.inf
        if self._homeward is not None:
            self._homeward.forget()

    def target(self, position: Array, now_s: float) -> tuple[Array, Array]:
        """Where to go next from where the plan is now, and how fast.

        Args:
            position: of all joints.
            now_s: the clock.
        """
        place, speed = self._neutral.copy(), np.zeros_like(self._neutral)
        if self._homeward is None:
            return place, speed
        passed_s = min(max(now_s - self._last_s, 0.0), 0.1)
        self._last_s = now_s
        self._look(position)
        if self._pursuit is None:
            place[self._joints] = position[self._joints]
            return place, speed
        self._wander(position, passed_s)
        led, slope = self._pursuit.place() if self._pursuit is not None else (position, speed)
        place[self._joints], speed[self._joints] = led[self._joints], slope[self._joints]
        return place, speed

    def _look(self, position: Array) -> None:
        if self._homeward is None or self._pursuit is not None:
            return
        if not self._homeward.searching:
            self._homeward.begin(position)
        self._homeward.step(self._looks)
        if self._homeward.way is not None:
            self._pursuit = Pursuit(self._homeward.way, self._fastest)

    def _wander(self, position: Array, passed_s: float) -> None:
        """Goes on along the way where the plan follows; gives the way up where it does not."""
        assert self._pursuit is not None
        led = self._pursuit.place()[0]
        if np.max(np.abs(led - position)[self._joints]) <= LAG_RAD:
            self._late_s = 0.0
            self._pursuit.advance(passed_s)
        else:
            self._late_s += passed_s
        if self._late_s > PATIENCE_S:
            self._pursuit, self._late_s = None, 0.0
