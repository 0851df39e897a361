"""Ends a run: one recording, one video, `summary.json` and `summary.html`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from solamen.core.action_units import PAIN_UNITS
from solamen.core.errors import OutsideError
from solamen.robot.description import RobotDescription, load_robot
from solamen.session.figures import as_json
from solamen.session.folder import write_private
from solamen.session.metrics import summarise
from solamen.session.mirroring import Mirroring
from solamen.session.page import render
from solamen.session.reading import read_run
from solamen.session.recording import merge_parts, part_paths
from solamen.session.run_clock import told_of_steps
from solamen.session.series import RunSeries
from solamen.session.video import merge_video

SUMMARY_FILE = "summary.json"
PAGE_FILE = "summary.html"


def finish_run(run: Path) -> dict[str, Any]:
    """Joins the parts of a run whose processes have ended, and writes its summary.

    Where parts cannot be joined, as on a full disk, they are kept, the figures are computed from them, and the reason
    stands under `problems`.

    Returns:
        The figures, as in `summary.json`.

    Raises:
        OutsideError: nothing of the run can be read, or the summary cannot be written.
    """
    problems = []
    for join in (merge_parts, merge_video) if part_paths(run) else (merge_video,):
        try:
            join(run)
        except OutsideError as error:
            problems.append(str(error))
    return write_summary(run, problems)


def write_summary(run: Path, problems: Sequence[str] = ()) -> dict[str, Any]:
    """Writes `summary.json` and `summary.html` from what was recorded, joined or in parts.

    Args:
        run: its folder.
        problems: sentences about what went wrong, for the reader.

    Returns:
        The figures.

    Raises:
        OutsideError: nothing of the run can be read, or the summary cannot be written.
    """
    series = read_run(run)
    noted = str(series.run.get("problem") or "")
    told = [*filter(None, [noted]), *problems, *told_of_steps(series.clock_steps_s)]
    figures = {**figures_of(series), "problems": told}
    write_private(run / SUMMARY_FILE, as_json(figures) + "\n")
    write_private(run / PAGE_FILE, render(series, figures))
    return figures


def figures_of(series: RunSeries) -> dict[str, Any]:
    """The figures of a run, judged by the limits and the mirroring joints of the robot that `run.json` names."""
    try:
        robot = load_robot(str(dict(series.run.get("options", {})).get("robot") or "sol"))
    except OutsideError:  # a file of the user's own, which is elsewhere by now: what asks for it is not known
        return summarise(series)
    return summarise(series, robot.limits(), mirroring_of(robot), breathing_of(robot))


def mirroring_of(robot: RobotDescription) -> dict[int, Mirroring]:
    """For each unit of pain the joint that shows it most: the greatest share of its range at full activation.

    AU43 is left out: the robot also blinks of its own accord.
    """
    found = {}
    for unit in PAIN_UNITS:
        travels = robot.units.get(unit, {})
        if unit != 43 and travels:
            joint = max(travels, key=lambda name: _share_of_range(robot, name, travels[name]))
            found[unit] = Mirroring(joint, travels[joint])
    return found


def breathing_of(robot: RobotDescription) -> str:
    """The joint that breathes with the greatest share of its range; empty where none does."""
    ways = robot.breathing
    return max(ways, key=lambda name: _share_of_range(robot, name, ways[name]), default="")


def _share_of_range(robot: RobotDescription, name: str, travel: float) -> float:
    joint = robot.joint(name)
    return abs(travel) / (joint.upper - joint.lower)
