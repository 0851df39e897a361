"""Time of a command in the safety layer, with and without the watch over collisions: part of the robot's 20 ms tick."""

from __future__ import annotations

import math
import statistics
import time

from solamen.core.intents import JointCommand
from solamen.robot.description import load_robot
from solamen.robot.safety.collision import CollisionModel
from solamen.robot.safety.collision_file import load_collision_model
from solamen.robot.safety.layer import SafetyLayer

COMMANDS = 2000
TICK_S = 0.02


def milliseconds(model: CollisionModel | None, swing: float) -> tuple[float, float]:
    """Median and 95 % of the time of one command of all joints while the arms swing by that much, ms."""
    robot = load_robot("sol")
    safety = SafetyLayer(robot.limits(), robot.neutral(), collision=model)
    safety.joint_states(robot.neutral(), {}, 0.0)
    spent, told = [], robot.neutral()
    for step in range(COMMANDS):
        now_s, place = step * TICK_S, robot.neutral()
        for side in ("left", "right"):
            place[f"shoulder_pitch_{side}"] -= swing * (1 - math.cos(now_s))
            place[f"elbow_{side}"] -= 0.5 * swing * (1 - math.cos(1.3 * now_s))
        safety.joint_states(told, {}, now_s)
        begun = time.thread_time()
        points = safety.command(JointCommand(now_s, place), now_s)
        told = points[0].position if points else told
        spent.append((time.thread_time() - begun) * 1e3)
    return statistics.median(spent), sorted(spent)[int(0.95 * COMMANDS)]


def main() -> None:
    """Prints the figures."""
    model = load_collision_model("sol")
    for words, watched, swing in (
        ("no watch over collisions", None, 0.5),
        ("arms in free space", model, 0.5),
        ("arms sent into head and table", model, 1.4),
    ):
        median, high = milliseconds(watched, swing)
        print(f"safety command, {words:32s} median {median:.3f} ms, p95 {high:.3f} ms")


if __name__ == "__main__":
    main()
