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

    def resume(self, elapsed_s: float) -> None:
        """As if it had been started so long ago."""
        self._start_s = seconds(self._clock) - elapsed_s

    def reset(self) -> None:
        """Back to never started."""
        self._start_s = -math.inf

    def s(self) -> float:
        """Seconds since the last start."""
        return seconds(self._clock) - self._start_s

    def within(self, duration_s: float) -> bool:
        """Whether less than a duration has passed since the last start."""
        return self.s() < duration_s


class SteadyClock:
    """A clock of which the durations never run backwards, even where a simulation begins anew.

    Attributes:
        jumps: how often the monotonic part of the injected clock ran backwards.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._last_ns = clock.monotonic_ns()
        self._sum_ns = max(self._last_ns, 0)
        self.jumps = 0

    def now_s(self) -> float:
        """Seconds of the injected clock, for stamps; may step."""
        return self._clock.now_s()

    def monotonic_ns(self) -> int:
        """Nanoseconds that never run backwards; a backward jump of the injected clock counts as no time at all."""
        now_ns = self._clock.monotonic_ns()
        if now_ns < self._last_ns:
            self.jumps += 1
        self._sum_ns += max(now_ns - self._last_ns, 0)
        self._last_ns = now_ns
        return self._sum_ns
