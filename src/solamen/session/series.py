"""A recorded run as numpy arrays, one class per topic.

In every class row i belongs to message i; `log_s` is when it was received and `stamp_s` what its header says, both in
seconds since 1970. NaN is "not known".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import UNITS

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]


def _floats() -> Floats:
    return np.zeros(0)


def _units() -> Floats:
    return np.zeros((0, len(UNITS)))


def _columns() -> Floats:
    return np.zeros((0, 0))


def _bools() -> Bools:
    return np.zeros(0, dtype=bool)


def _ints() -> Ints:
    return np.zeros(0, dtype=np.int64)


@dataclass(frozen=True, kw_only=True)
class Series:
    """What every topic has."""

    log_s: Floats = field(default_factory=_floats)
    stamp_s: Floats = field(default_factory=_floats)

    def __len__(self) -> int:
        return len(self.log_s)


@dataclass(frozen=True, kw_only=True)
class Truth(Series):
    """`truth/face`: pain 0–10, PSPI 0–16, units as in `core.action_units.UNITS` 0–5, the scenario's event."""

    pain: Floats = field(default_factory=_floats)
    pspi: Floats = field(default_factory=_floats)
    intensity: Floats = field(default_factory=_units)
    event: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class State(Series):
    """`user_state`: mean and ends of the 90 % interval 0–10, probability 0–1."""

    mean: Floats = field(default_factory=_floats)
    lower: Floats = field(default_factory=_floats)
    upper: Floats = field(default_factory=_floats)
    probability: Floats = field(default_factory=_floats)
    abstained: Bools = field(default_factory=_bools)
    present: Bools = field(default_factory=_bools)
    words: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Face(Series):
    """`face/action_units`: units as in `UNITS` 0–5, PSPI 0–16, quality 0–1."""

    present: Bools = field(default_factory=_bools)
    intensity: Floats = field(default_factory=_units)
    pspi: Floats = field(default_factory=_floats)
    quality: Floats = field(default_factory=_floats)


@dataclass(frozen=True, kw_only=True)
class Pain(Series):
    """`face/pain`: intensity and stddev in points of 0–10."""

    intensity: Floats = field(default_factory=_floats)
    stddev: Floats = field(default_factory=_floats)
    abstained: Bools = field(default_factory=_bools)
    reason: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Shown(Series):
    """`robot/expression`: units as in `UNITS` 0–1, 0 where not named; `breath` 0–1, NaN where it is not led."""

    activation: Floats = field(default_factory=_units)
    cause: tuple[str, ...] = ()
    breath: Floats = field(default_factory=_floats)


@dataclass(frozen=True, kw_only=True)
class Joints(Series):
    """`joint_states`: rad or m and rad/s or m/s, columns as in `name`."""

    name: tuple[str, ...] = ()
    position: Floats = field(default_factory=_columns)
    velocity: Floats = field(default_factory=_columns)


@dataclass(frozen=True, kw_only=True)
class Behavior(Series):
    """`behavior/status`; `since_s` in seconds since 1970, `mirror_gain` 0–1."""

    behavior: tuple[str, ...] = ()
    reason: tuple[str, ...] = ()
    since_s: Floats = field(default_factory=_floats)
    mirror_gain: Floats = field(default_factory=_floats)


@dataclass(frozen=True, kw_only=True)
class Safety(Series):
    """`safety/status`; the counts are since the start of the process."""

    stopped: Bools = field(default_factory=_bools)
    stop_reason: tuple[str, ...] = ()
    accepted: Ints = field(default_factory=_ints)
    limited: Ints = field(default_factory=_ints)
    rejected: Ints = field(default_factory=_ints)


@dataclass(frozen=True, kw_only=True)
class Trace(Series):
    """`robot/trace`, nanoseconds of the monotonic clock."""

    answers_ns: Ints = field(default_factory=_ints)
    command_ns: Ints = field(default_factory=_ints)


@dataclass(frozen=True, kw_only=True)
class Frames(Series):
    """`camera/status`; the counts are since the start of the process."""

    frames: Ints = field(default_factory=_ints)
    processed: Ints = field(default_factory=_ints)
    dropped: Ints = field(default_factory=_ints)
    source: tuple[str, ...] = ()
    state: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class SimSpeed(Series):
    """The simulator's real-time factor, from `/diagnostics`."""

    realtime_factor: Floats = field(default_factory=_floats)


@dataclass(frozen=True, kw_only=True)
class RunSeries:
    """A whole run.

    Attributes:
        run: what the supervisor wrote in `run.json`; empty where it is missing.
        clock_steps_s: what the machine's clock was ahead of the time of the run (see `run_clock.ClockSteps`).
        cut_off: the run did not end by itself: its recording still lies in parts, or it never noted its end.
    """

    truth: Truth = field(default_factory=Truth)
    user_state: State = field(default_factory=State)
    face: Face = field(default_factory=Face)
    pain: Pain = field(default_factory=Pain)
    expression: Shown = field(default_factory=Shown)
    joints: Joints = field(default_factory=Joints)
    behavior: Behavior = field(default_factory=Behavior)
    safety: Safety = field(default_factory=Safety)
    trace: Trace = field(default_factory=Trace)
    frames: Frames = field(default_factory=Frames)
    sim: SimSpeed = field(default_factory=SimSpeed)
    run: Mapping[str, Any] = field(default_factory=dict)
    cut_off: bool = False
    clock_steps_s: tuple[float, ...] = (0.0,)

    def span_s(self) -> tuple[float, float]:
        """First and last time at which anything was received, seconds since 1970; NaN where nothing was."""
        topics = (self.truth, self.user_state, self.face, self.pain, self.expression, self.joints, self.behavior)
        times = [float(edge) for series in topics if len(series) for edge in (series.log_s[0], series.log_s[-1])]
        return (min(times), max(times)) if times else (float("nan"), float("nan"))
