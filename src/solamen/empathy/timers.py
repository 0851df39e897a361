"""Timers on the injected clock; py_trees' own follow the machine's, and a step of its wall time ends them early."""

from __future__ import annotations

import math

from solamen.core.clock import Clock


def seconds(clock: Clock) -> float:
    """Seconds that never run backwards, for durations."""
    return clock.monotonic_ns() * 1e-9


class Elapsed:
    """Time since a start, in seconds of the monotonic clock; infinite before the first start."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start_s = -math.inf

    def start(self) -> None:
        """Starts, or starts again."""
        self._start_s = seconds(self._clock)

    def reset(self) -> None:
        """Back to never started."""
        self._start_s = -math.inf

    def s(self) -> float:
        """Seconds since the last start."""
        return seconds(self._clock) - self._start_s

    def within(self, duration_s: float) -> bool:
        """Whether less than a duration has passed since the last start."""
        return self.s() < duration_s
