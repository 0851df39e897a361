"""A trajectory as a controller executes it: cubic between the points."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from solamen.core.intents import TrajectoryPoint

Vector = NDArray[np.float64]
State = tuple[Vector, Vector]
Limits = tuple[Sequence[str], Vector]


@dataclass(frozen=True)
class Trajectory:
    """Positions and velocities at rising times; at rest before the first and after the last.

    Attributes:
        time_s: rising, from the moment of sending.
        position, velocity: times × joints.
    """

    time_s: tuple[float, ...]
    position: Vector
    velocity: Vector

    @classmethod
    def at_rest(cls, names: Sequence[str], position: Vector) -> Self:
        """Stays at `position`."""
        return cls((0.0,), position[None, :].copy(), np.zeros((1, len(names))))

    @classmethod
    def through(cls, start: State, points: Sequence[TrajectoryPoint], limits: Limits, age_s: float = 0.0) -> Self:
        """From the present state through those points that still lie ahead.

        A trajectory that begins elsewhere than the body is reached within the joints' velocities, and starts later by
        the time that takes. Joints that a point does not name stay where they are; values that are no number are
        passed over.

        Args:
            start: position and velocity now.
            points: in rising order of time.
            limits: names and fastest velocities of the joints, in the order of `start`.
            age_s: seconds since the trajectory's start.
        """
        names, fastest = limits
        times, positions, velocities = [0.0], [start[0]], [start[1]]
        for number, point in enumerate(points):
            ahead_s = point.time_from_start_s - max(age_s, 0.0)
            last = number == len(points) - 1
            if not math.isfinite(ahead_s) or (ahead_s <= times[-1] + 1e-6 and not last):
                continue
            times.append(max(ahead_s, times[-1] + 1e-3))
            positions.append(_values(names, point.position, positions[-1]))
            velocities.append(_values(names, point.velocity, np.zeros(len(names))))
        if len(times) > 1:
            late_s = max(
                _shortest_s(positions[1] - positions[0], velocities[0] + velocities[1], fastest) - times[1], 0.0
            )
            times = [0.0, *(time_s + late_s for time_s in times[1:])]
            slope = (positions[1] - positions[0]) / times[1]
            velocities[0], velocities[1] = _straight(velocities[0], slope), _straight(velocities[1], slope)
        return cls(tuple(times), np.array(positions), np.array(velocities))

    def state(self, now_s: float) -> State:
        """Position and velocity at a time after sending."""
        last = len(self.time_s) - 1
        if now_s >= self.time_s[last]:
            return self.position[last], np.zeros_like(self.velocity[last])
        row = 0
        while now_s >= self.time_s[row + 1]:
            row += 1
        return self._between(row, max(now_s, 0.0))

    def _between(self, row: int, now_s: float) -> State:
        """Cubic Hermite between two points."""
        span = self.time_s[row + 1] - self.time_s[row]
        t = (now_s - self.time_s[row]) / span
        start, end = self.position[row], self.position[row + 1]
        leave, arrive = span * self.velocity[row], span * self.velocity[row + 1]
        way = end - start
        square, cube = t * t, t * t * t
        position = start + (3 * square - 2 * cube) * way + (cube - 2 * square + t) * leave + (cube - square) * arrive
        velocity = (6 * (t - square) * way + (3 * square - 4 * t + 1) * leave + (3 * square - 2 * t) * arrive) / span
        return position, velocity


def _shortest_s(way: Vector, end_speeds: Vector, fastest: Vector) -> float:
    """The shortest time in which a cubic makes its way without passing the fastest velocity.

    In its middle it has 1.5 times its mean velocity, less a quarter of the sum of those at its ends.
    """
    ahead = np.clip(np.sign(way) * end_speeds, 0.0, 2 * fastest)
    return float(np.max(1.5 * np.abs(way) / (fastest + 0.25 * ahead)))


def _straight(velocity: Vector, slope: Vector) -> Vector:
    """Velocities at the ends of a cubic with which it never leaves the span between its ends (Fritsch & Carlson 1980).

    Their bound is three times the slope; two is what constant acceleration from rest needs.
    """
    return np.asarray(np.clip(velocity, 2 * np.minimum(slope, 0.0), 2 * np.maximum(slope, 0.0)))


def _values(names: Sequence[str], given: Mapping[str, float], otherwise: Vector) -> Vector:
    values = otherwise.copy()
    for index, name in enumerate(names):
        value = given.get(name, math.nan)
        if math.isfinite(value):
            values[index] = value
    return values
