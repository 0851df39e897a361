"""From trajectories to set points: for bodies that are told where to be now, many times a second."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from solamen.core.clock import Clock
from solamen.core.errors import OutsideError
from solamen.core.intents import TrajectoryPoint
from solamen.robot.adapters.backend import JointStates
from solamen.robot.adapters.trajectory import Trajectory
from solamen.robot.safety.limits import JointLimit

RETRY_S = 1.0
"""Between two attempts to reach a body that was lost."""

STALE_S = 0.5
"""A measurement older than this says nothing about where the body is."""


class Body(Protocol):
    """A machine, or the program in front of it, spoken to by one thread. Whatever goes wrong is an `OutsideError`."""

    def open(self) -> None:
        """Reaches the body; called again after it was lost."""
        ...

    def read(self) -> Mapping[str, float]:
        """What came since the last call: joint name to rad or m; empty where nothing came."""
        ...

    def show(self, positions: Mapping[str, float]) -> None:
        """Asks the body to be there now."""
        ...

    def unmeasured(self) -> frozenset[str]:
        """Joints that the body cannot measure, such as lights: they are taken to be where they were told to be."""
        ...

    def close(self) -> None:
        """Lets go; harmless when called again."""
        ...


class Stream:
    """Follows trajectories on a body, one set point per turn; a lost body is looked for again and again.

    Nothing is sent before the first trajectory comes, and after a loss not before the next one, which begins where the
    body then stands: what was asked for while nobody listened is forgotten.

    Args:
        body: that is spoken to.
        limits: one per joint; set points never leave them.
        neutral: joint name to rad or m, from where joints begin that cannot be measured.
        clock: whose monotonic time passes.
        lead_s: how far a set point lies ahead: the time to the next turn.
    """

    def __init__(
        self, body: Body, limits: Sequence[JointLimit], neutral: Mapping[str, float], clock: Clock, lead_s: float
    ) -> None:
        self._body, self._clock, self._lead_s = body, clock, lead_s
        self._names = tuple(limit.name for limit in limits)
        self._fastest = np.array([limit.max_velocity for limit in limits])
        self._lower = np.array([limit.lower for limit in limits])
        self._upper = np.array([limit.upper for limit in limits])
        self._told = np.array([float(neutral[name]) for name in self._names])
        self._seen = np.full(len(self._names), math.nan)
        self._lock = Lock()
        self._trajectory: Trajectory | None = None
        self._since_s = self._seen_s = self._retry_s = -math.inf
        self._problem = ""
        self._connected = False

    def open(self) -> None:
        """Reaches the body for the first time.

        Raises:
            OutsideError: it is not there.
        """
        self._body.open()
        self._connected = True
        self._seen_s = self._now_s()

    def send(self, points: Sequence[TrajectoryPoint], age_s: float) -> None:
        """Replaces the trajectory; passed over while the body cannot be reached or has not said where it is."""
        with self._lock:
            start = self._start()
            if start is not None:
                self._trajectory = Trajectory.through(start, points, (self._names, self._fastest), age_s)
                self._since_s = self._now_s()

    def turn(self) -> None:
        """Takes in where the body is and tells it where to be; what goes wrong is said by `problem`."""
        try:
            if not self._connected:
                self._reach_again()
            if self._connected:
                self._take_in(self._body.read())
                self._tell()
        except OutsideError as error:
            self._lose(str(error))
        except Exception as error:  # what others' libraries raise: the thread must not end in silence
            self._lose(f"the robot's program failed: {type(error).__name__}: {error}. It is tried again.")

    def joint_states(self) -> JointStates:
        """Positions as measured, NaN where not known; velocities are not known."""
        with self._lock:
            positions = self._positions().tolist()
        return self._names, tuple(positions), (math.nan,) * len(self._names)

    def problem(self) -> str:
        """What is wrong, in one sentence; empty where all is well."""
        with self._lock:
            return self._problem

    def close(self) -> None:
        """Lets go of the body; harmless when called again."""
        self._connected = False
        self._body.close()

    def _now_s(self) -> float:
        return self._clock.monotonic_ns() * 1e-9

    def _positions(self) -> NDArray[np.float64]:
        if not self._connected or self._now_s() - self._seen_s > STALE_S:
            return np.full(len(self._names), math.nan)
        unmeasured = [name in self._body.unmeasured() for name in self._names]
        return np.where(unmeasured, self._told, self._seen)

    def _start(self) -> tuple[NDArray[np.float64], NDArray[np.float64]] | None:
        """Where a new trajectory begins: on the last one, or where the body stands; None where that is not known."""
        if self._trajectory is not None:
            return self._trajectory.state(self._now_s() - self._since_s)
        position = self._positions()
        return (position, np.zeros(len(self._names))) if np.all(np.isfinite(position)) else None

    def _take_in(self, measured: Mapping[str, float]) -> None:
        with self._lock:
            for index, name in enumerate(self._names):
                value = measured.get(name, math.nan)
                if math.isfinite(value):
                    self._seen[index] = value
            now_s = self._now_s()
            if measured:
                self._seen_s, self._problem = now_s, ""
        if now_s - self._seen_s > STALE_S:
            raise OutsideError(
                f"the robot has not said where it is for {STALE_S:g} s", "its joint states", "Is its program busy?"
            )

    def _tell(self) -> None:
        with self._lock:
            if self._trajectory is None:
                return
            wanted, _ = self._trajectory.state(self._now_s() - self._since_s + self._lead_s)
            wanted = np.clip(wanted, self._lower, self._upper)
        self._body.show(dict(zip(self._names, wanted.tolist(), strict=True)))
        with self._lock:
            self._told = wanted

    def _reach_again(self) -> None:
        now_s = self._now_s()
        if now_s - self._retry_s < RETRY_S:
            return
        self._retry_s = now_s
        self._body.open()
        with self._lock:
            self._connected, self._problem = True, ""
            self._seen_s = self._now_s()

    def _lose(self, problem: str) -> None:
        self._body.close()
        with self._lock:
            self._problem, self._connected, self._trajectory = problem, False, None
            self._seen[:] = math.nan
            self._retry_s = self._now_s()
