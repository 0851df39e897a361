"""`python tests/gazebo/run.py ROOT [PREFIX ...]`: Gazebo Classic in ROOT against MuJoCo. Status 1 where they differ.

Each body gets a robot node and a safety node of its own; what is asked of both goes by the same messages.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from body_comparison import Trace, compare, complaints, summary, table
from performance import BusyError, node_command, perform

from solamen.core.errors import OutsideError
from solamen.robot.description import load_robot
from solamen.session.environment import own_domain, return_shared_memory, runtime_folder

GAZEBO = Path(__file__).with_name("gazebo_node.py")


TRIES = 3


def perform_somehow(body: Sequence[str]) -> Trace:
    """The performance of a body; once more, up to three times, where the machine was too busy.

    Raises:
        OutsideError: see `perform`.
    """
    for _ in range(TRIES - 1):
        try:
            return perform_alone(body)
        except BusyError as error:
            print(f"once more: {error}", file=sys.stderr, flush=True)
    return perform_alone(body)


def perform_alone(body: Sequence[str]) -> Trace:
    """The performance of a body in a ROS domain of its own."""
    try:
        with own_domain() as domain, runtime_folder() as runtime:
            return perform(body, runtime, domain)
    finally:
        return_shared_memory()


def main(root: str, *prefix: str) -> int:
    """Prints what each joint did."""
    bodies = {
        "MuJoCo": node_command("sim", publish_clock=True),
        "Gazebo": [sys.executable, str(GAZEBO), root, *prefix],
    }
    traces = {}
    for name, command in bodies.items():
        try:
            traces[name] = perform_somehow(command)
        except OutsideError as error:
            print(f"gazebo-test failed in {name}: {error}", file=sys.stderr)
            return 1
    results = compare(load_robot("sol"), traces["Gazebo"], traces["MuJoCo"])
    wrong = complaints(results, list(traces.values()))
    print(table(results), summary(results, traces["Gazebo"], traces["MuJoCo"]), sep="\n")
    print(*(f"gazebo-test failed: {complaint}" for complaint in wrong), sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
