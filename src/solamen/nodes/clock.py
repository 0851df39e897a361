"""The clock of a node, in the shape that the library asks for."""

from __future__ import annotations

from builtin_interfaces.msg import Time
from rclpy.clock import Clock

from solamen.core.clock import SystemClock


class NodeClock:
    """Stamps from the node's clock (which obeys `use_sim_time`), durations from the machine's monotonic clock."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._machine = SystemClock()

    def now_s(self) -> float:
        """Seconds of the node's clock."""
        return self._clock.now().nanoseconds * 1e-9

    def monotonic_ns(self) -> int:
        """Nanoseconds of the machine's monotonic clock, shared by all its processes."""
        return self._machine.monotonic_ns()


def to_stamp(seconds: float) -> Time:
    """A stamp from seconds; NaN and negative times become 0, which means "none"."""
    if not 0.0 <= seconds < 2**31:
        return Time()
    nanoseconds = round(seconds * 1e9)
    return Time(sec=nanoseconds // 10**9, nanosec=nanoseconds % 10**9)


def to_seconds(stamp: Time) -> float:
    """Seconds from a stamp."""
    return stamp.sec + stamp.nanosec * 1e-9


def answered_s(stamp: Time) -> float:
    """Seconds from the stamp of an answered frame; NaN where there is none."""
    return to_seconds(stamp) if stamp.sec or stamp.nanosec else float("nan")
