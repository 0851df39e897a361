"""`python tests/gazebo/run.py ROOT [PREFIX ...]`: Gazebo Classic in ROOT against MuJoCo. Status 1 where they differ.

Each body gets a robot node and a safety node of its own; what is asked of both goes by the same messages.
"""

from __future__ import annotations

import sys
from pathlib import Path

from body_comparison import compare, complaints, summary, table
from performance import node_command, perform

from solamen.core.errors import OutsideError
from solamen.robot.description import load_robot
from solamen.session.environment import own_domain, return_shared_memory, runtime_folder

GAZEBO = Path(__file__).with_name("gazebo_node.py")


def main(root: str, *prefix: str) -> int:
    """Prints what each joint did."""
    bodies = {
        "MuJoCo": node_command("sim", publish_clock=True),
        "Gazebo": [sys.executable, str(GAZEBO), root, *prefix],
    }
    traces = {}
    for name, command in bodies.items():
        try:
            with own_domain() as domain, runtime_folder() as runtime:
                traces[name] = perform(command, runtime, domain)
        except OutsideError as error:
            print(f"gazebo-test failed in {name}: {error}", file=sys.stderr)
            return 1
        finally:
            return_shared_memory()
    results = compare(load_robot("sol"), traces["Gazebo"], traces["MuJoCo"])
    wrong = complaints(results, list(traces.values()))
    print(table(results), summary(results, traces["Gazebo"], traces["MuJoCo"]), sep="\n")
    print(*(f"gazebo-test failed: {complaint}" for complaint in wrong), sep="\n", end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
