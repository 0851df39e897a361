"""What a body must be able to do."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from solamen.core.intents import TrajectoryPoint

JointStates = tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]
"""Names, positions (rad or m) and velocities (rad/s or m/s)."""


class RobotBackend(ABC):
    """A body, simulated or real; use it as a context manager."""

    @abstractmethod
    def send(self, points: Sequence[TrajectoryPoint], age_s: float = 0.0) -> None:
        """Replaces the trajectory that is being executed.

        Args:
            points: in rising order of time; the last one is at rest.
            age_s: seconds since the trajectory's start.
        """

    @abstractmethod
    def advance(self, seconds: float) -> None:
        """Moves simulated time on; a real body does nothing here."""

    @abstractmethod
    def joint_states(self) -> JointStates:
        """Where the joints are and how fast they move."""

    @abstractmethod
    def close(self) -> None:
        """Lets go of the body; harmless when called again."""

    def efforts(self) -> tuple[float, ...]:
        """What the motors push with, N·m or N, in the order of `joint_states`; NaN where the body does not know."""
        return (math.nan,) * len(self.joint_states()[0])

    def problem(self) -> str:
        """What keeps the body from moving as it is told, in one sentence; empty where all is well."""
        return ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
