"""`python tests/gazebo/run.py ROOT [PREFIX ...]`: Gazebo Classic in ROOT against MuJoCo. Status 1 where they differ."""

from __future__ import annotations

import sys
from pathlib import Path

from body_comparison import compare, complaints, perform, summary, table
from classic_body import ClassicBody

from solamen.core.errors import OutsideError
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.description import load_robot


def main(root: str, *prefix: str) -> int:
    """Prints what each joint did."""
    robot = load_robot("sol")
    try:
        with MujocoBackend(robot) as body:
            mujoco = perform(robot, body)
        with ClassicBody(robot, Path(root), prefix) as body:
            gazebo = perform(robot, body)
    except OutsideError as error:
        print(f"gazebo-test failed: {error}", file=sys.stderr)
        return 1
    results = compare(robot, gazebo, mujoco)
    wrong = complaints(results, (gazebo, mujoco))
    print(table(results), summary(results, gazebo, mujoco), sep="\n")
    print(*(f"gazebo-test failed: {complaint}" for complaint in wrong), sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
