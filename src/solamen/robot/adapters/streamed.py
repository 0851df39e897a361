"""A backend for bodies that take set points: a thread of its own, so that a slow body never holds up the node."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from threading import Event, Thread
from typing import Self

from solamen.core.clock import Clock
from solamen.core.intents import TrajectoryPoint
from solamen.robot.adapters.backend import JointStates, RobotBackend
from solamen.robot.adapters.stream import Body, Stream
from solamen.robot.safety.limits import JointLimit

ENDING_S = 5.0
"""How long the thread may take to end; a body that answers has long let go by then."""


class StreamedBackend(RobotBackend):
    """A body behind a stream of set points. Entering it reaches the body; its thread lives until it is left.

    Args:
        body: that is spoken to.
        limits: one per joint.
        neutral: joint name to rad or m.
        clock: whose monotonic time passes.
        rate_hz: set points per second.

    Raises:
        OutsideError: on entering, where the body is not there. Later nothing is raised: see `problem`.
    """

    def __init__(
        self,
        body: Body,
        limits: Sequence[JointLimit],
        neutral: Mapping[str, float],
        clock: Clock,
        rate_hz: float = 50.0,
    ) -> None:
        self._period_s = 1.0 / rate_hz
        self._clock = clock
        self._stream = Stream(body, limits, neutral, clock, self._period_s)
        self._ending = Event()
        self._thread: Thread | None = None

    def __enter__(self) -> Self:
        self._stream.open()
        self._thread = Thread(target=self._run, name="robot body", daemon=True)
        self._thread.start()
        return self

    def send(self, points: Sequence[TrajectoryPoint], age_s: float = 0.0) -> None:
        """Replaces the trajectory; passed over while the body is lost."""
        self._stream.send(points, age_s)

    def advance(self, seconds: float) -> None:
        """Nothing: a real body has its own time."""

    def joint_states(self) -> JointStates:
        """Positions as last measured; NaN where not known, as are all velocities."""
        return self._stream.joint_states()

    def problem(self) -> str:
        """What keeps the body from moving, in one sentence; empty where all is well."""
        return self._stream.problem()

    def close(self) -> None:
        """Ends the thread and lets go of the body, which stays where it is."""
        self._ending.set()
        if self._thread is not None:
            self._thread.join(ENDING_S)
            self._thread = None
        self._stream.close()

    def _run(self) -> None:
        next_ns = self._clock.monotonic_ns()
        while not self._ending.is_set():
            self._stream.turn()
            now_ns = self._clock.monotonic_ns()
            # A turn that came late is not made up for: two set points at once would be a jump.
            next_ns = max(next_ns + round(self._period_s * 1e9), now_ns)
            self._ending.wait((next_ns - now_ns) * 1e-9)
