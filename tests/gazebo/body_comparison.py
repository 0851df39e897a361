"""The same expression and the same gesture in two bodies, and what came of it."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.core.intents import Expression
from solamen.robot.adapters.backend import RobotBackend
from solamen.robot.description import RobotDescription
from solamen.robot.gestures import Gesture, load_gesture
from solamen.robot.motion import Motion
from solamen.robot.safety.layer import SafetyLayer
from solamen.robot.settings import MotionSettings

Matrix = NDArray[np.float64]

TICK_S, LENGTH_S, AGAIN_TICKS = 0.02, 10.0, 25
EXPRESSION_AT_S, GESTURE_AT_S, SECOND_AT_S = 0.5, 1.0, 6.0
GESTURE = "open_arms"

STILL = MotionSettings(blink_interval_s=0.0, fidget_rad=0.0, breaths_per_min=0.0)
"""No life of its own, so that the target at the end stands still."""

MIRROR = {1: 0.6, 4: 0.7, 6: 0.5, 7: 0.4, 10: 0.4, 25: 0.8, 26: 0.3}
CONCERN = {1: 0.9, 2: 0.5, 6: 0.3, 12: 0.5, 25: 0.8, 26: 0.2}
GAZE = (0.8, 0.25, 0.35)

ARMS_LIFTED = {
    "shoulder_pitch_right": -0.75,
    "shoulder_roll_right": -0.35,
    "upper_arm_yaw_right": 1.0,
    "elbow_right": -1.75,
    "forearm_yaw_right": 0.6,
    "wrist_pitch_right": 0.3,
    "wrist_roll_right": -0.25,
    "shoulder_pitch_left": -0.5,
    "shoulder_roll_left": 0.5,
    "upper_arm_yaw_left": -0.6,
    "elbow_left": -1.2,
    "forearm_yaw_left": -0.5,
    "wrist_pitch_left": 0.3,
    "wrist_roll_left": 0.3,
}
"""Joint to rad; a posture that every joint of both arms takes part in."""

REACH_RAD, REACH_M, AGREE_RAD, AGREE_M = 0.05, 0.002, 0.1, 0.002
MOVED_RAD, MOVED_M = 0.05, 0.001
"""A joint counts as commanded when its target is further from neutral than this."""
FEWEST_JOINTS = 20


@dataclass(frozen=True)
class Trace:
    """What a body did.

    Attributes:
        names: of the joints.
        asked, seen: ticks × joints, rad or m; what was asked of the safety layer, and where the joints were then.
        realtime_factor: simulated seconds in a second.
        rejected: commands that the safety layer dropped.
    """

    names: tuple[str, ...]
    asked: Matrix
    seen: Matrix
    realtime_factor: float
    rejected: int


def perform(robot: RobotDescription, body: RobotBackend) -> Trace:
    """Drives a body through motion and safety, as the robot and the safety node do; time is that of the simulation."""
    motion, safety = Motion(robot, 1.0 / TICK_S, STILL), SafetyLayer(robot.limits(), robot.neutral())
    gesture = load_gesture(GESTURE)
    names, places, _ = body.joint_states()
    motion.start_from(dict(zip(names, places, strict=True)))
    asked, seen, begun_s = [], [], time.perf_counter()
    for tick in range(round(LENGTH_S / TICK_S)):
        now_s = tick * TICK_S
        _ask(motion, tick, gesture)
        names, places, speeds = body.joint_states()
        safety.joint_states(dict(zip(names, places, strict=True)), dict(zip(names, speeds, strict=True)), now_s)
        command = motion.tick(now_s)
        points = safety.command(command, now_s)
        if points:
            body.send(points)
        body.advance(TICK_S)
        asked.append([command.position[name] for name in names])
        seen.append(body.joint_states()[1])
    taken_s = time.perf_counter() - begun_s
    return Trace(names, np.array(asked), np.array(seen), LENGTH_S / taken_s, safety.status().rejected)


def _ask(motion: Motion, tick: int, gesture: Gesture) -> None:
    """Pain mirrored, a gesture, then concern with both arms lifted; said again twice a second, as empathy does."""
    now_s = tick * TICK_S
    if tick == round(GESTURE_AT_S / TICK_S):
        motion.play_gesture(gesture, now_s)
    if now_s < EXPRESSION_AT_S or tick % AGAIN_TICKS:
        return
    motion.set_expression(Expression(now_s, CONCERN if now_s >= SECOND_AT_S else MIRROR, GAZE, blend_s=0.4))
    if now_s >= SECOND_AT_S:
        motion.set_posture(ARMS_LIFTED, now_s)


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
        """Whether it stood at its target in Gazebo at the end."""
        return abs(self.gazebo - self.target) <= (REACH_M if self.slides else REACH_RAD)

    @property
    def agrees(self) -> bool:
        """Whether both simulators moved it alike."""
        return self.rms <= (AGREE_M if self.slides else AGREE_RAD)


def compare(robot: RobotDescription, gazebo: Trace, mujoco: Trace) -> list[JointResult]:
    """The joints of face and arms that were commanded away from neutral, with what became of each."""
    results = []
    for index, name in enumerate(gazebo.names):
        joint = robot.joint(name)
        slides = joint.kind == "prismatic"
        target = float(gazebo.asked[-1, index])
        rms = float(np.sqrt(np.mean((gazebo.seen[:, index] - mujoco.seen[:, index]) ** 2)))
        of_face_or_arm = joint.kind in ("revolute", "prismatic") and not name.startswith("neck_")
        if of_face_or_arm and abs(target - joint.neutral) > (MOVED_M if slides else MOVED_RAD):
            ends = float(gazebo.seen[-1, index]), float(mujoco.seen[-1, index])
            results.append(JointResult(name, slides, target, *ends, rms))
    return results


def complaints(results: Sequence[JointResult], traces: Sequence[Trace]) -> list[str]:
    """What is wrong, in words; empty where the bodies did alike and as they were told."""
    found = [f"{len(results)} joints moved, {FEWEST_JOINTS} are asked for"] if len(results) < FEWEST_JOINTS else []
    found += [f"{result.name} did not reach its target in Gazebo" for result in results if not result.reached]
    found += [f"{result.name} moved otherwise in MuJoCo" for result in results if not result.agrees]
    found += ["the safety layer dropped commands" for trace in traces if trace.rejected]
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
        f" {gazebo.realtime_factor:.2f} in Gazebo, {mujoco.realtime_factor:.1f} in MuJoCo"
    )
