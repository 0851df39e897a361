"""A body that is none: it notes what it was sent and moves ideally, for tests and for looking at what would be sent."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from solamen.core.intents import TrajectoryPoint
from solamen.robot.adapters.backend import JointStates, RobotBackend
from solamen.robot.adapters.trajectory import Trajectory
from solamen.robot.safety.limits import JointLimit

MOST_NOTED = 100_000
"""Older trajectories are forgotten: half an hour at 50 Hz."""


@dataclass(frozen=True)
class Sent:
    """A trajectory as it was sent.

    Attributes:
        time_s: of the body, from 0, at which it came.
        points: in rising order of time.
        age_s: seconds since the trajectory's start.
    """

    time_s: float
    points: tuple[TrajectoryPoint, ...]
    age_s: float


class DryBackend(RobotBackend):
    """Moves along each trajectory exactly, without mass, load or delay. Its time is moved on by `advance`.

    Args:
        limits: one per joint.
        neutral: joint name to where it begins, rad or m.

    Attributes:
        sent: what came, oldest first.
        time_s: how far its time has been moved on.
    """

    def __init__(self, limits: Sequence[JointLimit], neutral: Mapping[str, float]) -> None:
        self._names = tuple(limit.name for limit in limits)
        self._fastest = np.array([limit.max_velocity for limit in limits])
        self.sent: deque[Sent] = deque(maxlen=MOST_NOTED)
        self.time_s = self._since_s = 0.0
        self._trajectory = Trajectory.at_rest(self._names, np.array([float(neutral[name]) for name in self._names]))

    def send(self, points: Sequence[TrajectoryPoint], age_s: float = 0.0) -> None:
        """Notes the trajectory and goes on along it from where the body stands."""
        self.sent.append(Sent(self.time_s, tuple(points), age_s))
        limits = (self._names, self._fastest)
        self._trajectory = Trajectory.through(self._state(), points, limits, age_s)
        self._since_s = self.time_s

    def advance(self, seconds: float) -> None:
        """Moves the body's time on."""
        self.time_s += seconds

    def joint_states(self) -> JointStates:
        """Where the trajectory is."""
        position, velocity = self._state()
        return self._names, tuple(position.tolist()), tuple(velocity.tolist())

    def close(self) -> None:
        """Nothing to let go of; what was noted stays."""

    def _state(self) -> tuple[np.ndarray, np.ndarray]:
        return self._trajectory.state(self.time_s - self._since_s)
