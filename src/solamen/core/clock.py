"""Time, as it is passed in. This is the only file that reads a clock of the machine."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """What time it is, for stamps, and how much has passed, for durations."""

    def now_s(self) -> float:
        """Seconds since the epoch of this clock, for stamps. May step."""
        ...

    def monotonic_ns(self) -> int:
        """Nanoseconds that never run backwards, for durations and latencies."""
        ...


class SystemClock:
    """The clock of the machine; the monotonic part is shared by all its processes."""

    def now_s(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def monotonic_ns(self) -> int:
        """Nanoseconds of the machine's monotonic clock."""
        return time.monotonic_ns()


class SteppedClock:
    """A clock that moves only when told to, for tests and for stepped simulation."""

    def __init__(self, start_s: float = 0.0) -> None:
        self._now_s = start_s
        self._monotonic_ns = int(start_s * 1e9)

    def advance(self, seconds: float) -> None:
        """Moves the time on; `seconds` must be at least 0."""
        if not seconds >= 0.0:
            raise ValueError(f"a clock advances by 0 s or more, not by {seconds} s")
        self._now_s += seconds
        self._monotonic_ns += round(seconds * 1e9)

    def step_wall(self, seconds: float) -> None:
        """Steps the wall time alone, as a correction of the machine's clock does."""
        self._now_s += seconds

    def now_s(self) -> float:
        """Seconds since the start of the stepped time."""
        return self._now_s

    def monotonic_ns(self) -> int:
        """Nanoseconds that never run backwards."""
        return self._monotonic_ns
