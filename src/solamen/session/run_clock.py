"""The time of a run, which goes on evenly when the machine's clock is set; and what stamps of that clock mean in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np

from solamen.core.clock import Clock
from solamen.session.series import Floats

RUN_CLOCK = "clock"
"""File in the runtime folder of a run, from which all its processes take this time."""

LEAST_STEP_S = 1.0
"""Less than this is put right a little, or a message that was under way for long."""
MOST_STEPS = 20
"""More are no clock that was set, but a recording of another kind."""


class RunClock:
    """The wall time at which a run began, and from then on what has passed.

    Args:
        clock: of the machine.
        ahead_ns: of this time before the monotonic clock; None where a run begins now.
        simulated: nobody sets the clock, and its time is that of the run.
    """

    def __init__(self, clock: Clock, ahead_ns: int | None = None, *, simulated: bool = False) -> None:
        self._clock, self._simulated = clock, simulated
        self.ahead_ns = round(clock.now_s() * 1e9) - clock.monotonic_ns() if ahead_ns is None else ahead_ns

    def now_s(self) -> float:
        """Seconds since 1970, as the clock stood when the run began."""
        return self._clock.now_s() if self._simulated else (self._clock.monotonic_ns() + self.ahead_ns) * 1e-9

    def monotonic_ns(self) -> int:
        """Nanoseconds of the machine's monotonic clock."""
        return self._clock.monotonic_ns()

    def of_wall(self, stamp_s: float) -> float:
        """The time of the run at a stamp that the machine's clock has just given."""
        return stamp_s - (self._clock.now_s() - self.now_s())


def begin_run_clock(runtime: Path, clock: Clock) -> RunClock:
    """The clock of a run that begins now, left for its processes."""
    made = RunClock(clock)
    (runtime / RUN_CLOCK).write_text(json.dumps({"ahead_ns": made.ahead_ns}))
    return made


class ClockSteps:
    """By how much the machine's clock was set in a recording, from the publish and log times of its messages.

    Attributes:
        seconds: what was to be subtracted from its stamps, one for each time that it was set; first 0.
    """

    def __init__(self) -> None:
        self.seconds = [0.0]

    def see(self, stamp_ns: int, log_ns: int) -> None:
        """Takes in when a message came, by the machine's clock and by that of the run."""
        step_s = (stamp_ns - log_ns) * 1e-9
        stepped = stamp_ns > 0 and abs(step_s - self.seconds[-1]) >= LEAST_STEP_S
        if stepped and len(self.seconds) <= MOST_STEPS:
            self.seconds.append(step_s)

    def settled(self, stamp_s: Floats, log_s: Floats) -> Floats:
        """Stamps in the time of the run; what was on its way when the clock was set is known by its nearness."""
        times = stamp_s[None, :] - np.array(self.seconds)[:, None]
        return np.asarray(times[np.abs(times - log_s).argmin(axis=0), np.arange(len(stamp_s))])

    def settled_one(self, stamp_s: float, log_s: float) -> float:
        """Likewise for one; NaN stays."""
        return float(min((stamp_s - step_s for step_s in self.seconds), key=lambda time_s: abs(time_s - log_s)))


def told_of_steps(seconds: Sequence[float]) -> list[str]:
    """What a reader should know of a clock that was set; nothing where it was not."""
    steps = [after - before for before, after in pairwise(seconds)]
    return [
        f"The machine's clock was set {'back' if step < 0.0 else 'forward'} by {abs(step):.1f} s in this run;"
        " times here go on as if it had not been."
        for step in steps
    ]
