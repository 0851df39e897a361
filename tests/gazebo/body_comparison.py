"""What two bodies did when the same was asked of them: where they agree and where they do not."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.robot.description import RobotDescription

Vector = NDArray[np.float64]
Matrix = NDArray[np.float64]

REACH_RAD, REACH_M, AGREE_RAD, AGREE_M = 0.05, 0.002, 0.1, 0.002
MOVED_RAD, MOVED_M = 0.05, 0.001
"""A joint counts as commanded when it is asked to go further from neutral than this."""
FEWEST_JOINTS = 20
SETTLING_S = 0.4
"""A joint is at its target when it is there within this time: safety and servo are a little behind what is asked."""
GRID_S = 0.02
DROPPED_SHARE = 0.05


@dataclass(frozen=True)
class Trace:
    """What a body did, in its own time.

    Attributes:
        names: of the channels.
        asked_s, asked: when and what the robot node asked for, s; commands × channels, rad, m or 0–1.
        seen_s, seen: when and where the channels were, the same.
        realtime_factor: simulated seconds in a second.
        rejected: commands that the safety node dropped.
    """

    names: tuple[str, ...]
    asked_s: Vector
    asked: Matrix
    seen_s: Vector
    seen: Matrix
    realtime_factor: float
    rejected: int


@dataclass(frozen=True)
class JointResult:
    """One joint: rad, or m where it slides."""

    name: str
    slides: bool
    target: float
    gazebo: float
    mujoco: float
    rms: float

    @property
    def reached(self) -> bool:
        """Whether it came to its target in Gazebo."""
        return abs(self.gazebo - self.target) <= (REACH_M if self.slides else REACH_RAD)

    @property
    def agrees(self) -> bool:
        """Whether both simulators moved it alike."""
        return self.rms <= (AGREE_M if self.slides else AGREE_RAD)


def compare(robot: RobotDescription, gazebo: Trace, mujoco: Trace) -> list[JointResult]:
    """The joints of face and arms that were asked away from neutral, with what became of each.

    A joint's target is what was asked of it furthest from neutral; of a body, the place that came nearest to it soon
    after.
    """
    end_s = min(gazebo.seen_s[-1], mujoco.seen_s[-1])
    grid = np.arange(max(gazebo.seen_s[0], mujoco.seen_s[0]), end_s, GRID_S)
    results = []
    for joint in robot.joints:
        slides = joint.kind == "prismatic"
        if not joint.in_model or joint.name.startswith("neck_"):
            continue
        column = gazebo.names.index(joint.name), mujoco.names.index(joint.name)
        peak = int(np.argmax(np.abs(gazebo.asked[:, column[0]] - joint.neutral)))
        target, at_s = float(gazebo.asked[peak, column[0]]), float(gazebo.asked_s[peak])
        if abs(target - joint.neutral) <= (MOVED_M if slides else MOVED_RAD):
            continue
        ways = [
            np.interp(grid, trace.seen_s, trace.seen[:, index])
            for trace, index in zip((gazebo, mujoco), column, strict=True)
        ]
        rms = float(np.sqrt(np.mean((ways[0] - ways[1]) ** 2)))
        ends = [_nearest(trace, index, at_s, target) for trace, index in zip((gazebo, mujoco), column, strict=True)]
        results.append(JointResult(joint.name, slides, target, *ends, rms))
    return results


def _nearest(trace: Trace, index: int, at_s: float, target: float) -> float:
    """The place of a channel, within the settling time after `at_s`, that came nearest to the target."""
    soon = (trace.seen_s >= at_s) & (trace.seen_s <= at_s + SETTLING_S)
    places = trace.seen[soon, index] if np.any(soon) else trace.seen[-1:, index]
    return float(places[np.argmin(np.abs(places - target))])


def complaints(results: Sequence[JointResult], traces: Sequence[Trace]) -> list[str]:
    """What is wrong, in words; empty where the bodies did alike and as they were told."""
    found = [f"{len(results)} joints moved, {FEWEST_JOINTS} are asked for"] if len(results) < FEWEST_JOINTS else []
    found += [f"{result.name} did not reach its target in Gazebo" for result in results if not result.reached]
    found += [f"{result.name} moved otherwise in MuJoCo" for result in results if not result.agrees]
    for trace in traces:
        if trace.rejected > DROPPED_SHARE * len(trace.asked):
            found.append(f"the safety node dropped {trace.rejected} of {len(trace.asked)} commands")
    found += ["a joint state is no finite number" for trace in traces if not np.all(np.isfinite(trace.seen))]
    return found


def table(results: Sequence[JointResult]) -> str:
    """A line for each joint and the worst of each column; degrees nowhere, millimetres for what slides."""
    lines = [f"{'joint':<22}{'target':>9}{'Gazebo':>9}{'MuJoCo':>9}{'RMS':>9}"]
    for result in results:
        factor, unit = (1e3, "mm") if result.slides else (1.0, "rad")
        values = (factor * value for value in (result.target, result.gazebo, result.mujoco, result.rms))
        lines.append(f"{result.name:<22}" + "".join(f"{value:9.4f}" for value in values) + f" {unit}")
    return "\n".join(lines)


def summary(results: Sequence[JointResult], gazebo: Trace, mujoco: Trace) -> str:
    """The worst figures, in words."""
    turning = [result for result in results if not result.slides]
    sliding = [result for result in results if result.slides]
    rms = math.sqrt(sum(result.rms**2 for result in turning) / max(len(turning), 1))
    return (
        f"{sum(result.reached for result in results)} of {len(results)} joints reached their targets in Gazebo, worst"
        f" {max((abs(r.gazebo - r.target) for r in turning), default=math.nan):.4f} rad and"
        f" {1e3 * max((abs(r.gazebo - r.target) for r in sliding), default=math.nan):.2f} mm; MuJoCo differs by"
        f" {rms:.4f} rad RMS, worst joint {max((r.rms for r in turning), default=math.nan):.4f} rad and"
        f" {1e3 * max((r.rms for r in sliding), default=math.nan):.2f} mm; real-time factor"
        f" {gazebo.realtime_factor:.2f} in Gazebo, {mujoco.realtime_factor:.2f} in MuJoCo"
    )
