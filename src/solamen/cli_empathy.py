"""The commands `solamen simulate` and `solamen tree`."""

from __future__ import annotations

import argparse
import json
import sys

from rich.console import Console


def add_simulate(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `simulate` to the commands of `solamen`."""
    simulate = commands.add_parser(
        "simulate",
        help="try the companion's conduct on virtual patients, faster than real time",
        description="Lives through scenarios with virtual patients who answer, in three conditions (companion, mirror"
        " only, still), without rendering, on two processes; judges what the companion does.",
    )
    add = simulate.add_argument
    add("--scenario", default="all", metavar="all|NAME|FILE", help="of sim/scenarios, or a file (default: all)")
    add("--hours", type=_hours, default=1.0, metavar="H", help="simulated, for each seed and condition (default: 1)")
    add("--seeds", type=_seeds, default=2, metavar="N", help="how many persons (default: 2)")
    add("--json", action="store_true", help="one JSON object, nothing else")
    simulate.set_defaults(command=_simulate)


def _hours(text: str) -> float:
    hours = float(text)
    if not 0.0 < hours <= 1000.0:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of hours above 0, up to 1000")
    return hours


def _seeds(text: str) -> int:
    count = int(text)
    if not 1 <= count <= 1000:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of seeds from 1 to 1000")
    return count


def _simulate(parsed: argparse.Namespace) -> int:
    from solamen.session.simulation import simulate

    told = [0]

    def tell(share: float) -> None:
        if int(20 * share) > told[0]:
            told[0] = int(20 * share)
            print(f"{100 * share:.0f} % simulated", file=sys.stderr, flush=True)

    found = simulate(parsed.scenario, parsed.hours, parsed.seeds, tell)
    if parsed.json:
        print(json.dumps(found, allow_nan=False))
    else:
        from solamen.session.simulation_table import print_tables

        print_tables(found, Console(highlight=False))
    return 0


def add_tree(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds `tree` to the commands of `solamen`."""
    tree = commands.add_parser(
        "tree",
        help="what the companion does, and in which order, on one page",
        description="Draws the tree of behaviours as a page for people (.svg), for Graphviz (.dot), or as text (-).",
    )
    tree.add_argument("-o", "--out", default="-", metavar="FILE", help="tree.svg, tree.dot, or - for text (default)")
    tree.set_defaults(command=_tree)


def _tree(parsed: argparse.Namespace) -> int:
    from solamen.empathy.tree_file import write_tree

    print(write_tree(parsed.out), end="")
    return 0
