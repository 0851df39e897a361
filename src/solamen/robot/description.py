"""A robot as its file in `config/robots/` describes it."""

from __future__ import annotations

from pathlib import Path

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.robot.body import Arm, Backend, CameraPose, GazeJoints, Joint, RobotDescription, Ways
from solamen.robot.reading import FileReader

__all__ = [
    "Arm",
    "Backend",
    "CameraPose",
    "GazeJoints",
    "Joint",
    "RobotDescription",
    "Ways",
    "known_robots",
    "load_robot",
    "robot_file",
]


def load_robot(path: Path | str) -> RobotDescription:
    """Reads a robot's file; a bare name such as "sol" means the one in `config/robots/`.

    Raises:
        OutsideError: the file cannot be read, a key is unknown or missing, a channel is unknown, a number is not one.
            It tells of the first mistake; `check.check_file` tells of all.
    """
    file = robot_file(path)
    reader = FileReader(file.parent)
    description = reader.read(read_yaml(file))
    if description is None:
        first = reader.mistakes[0]
        raise OutsideError(first.what, str(file), first.remedy)
    return description


def robot_file(path: Path | str) -> Path:
    """The file of a robot that is named by its name or by its path."""
    file = Path(path)
    return file if file.suffix else resource("config", "robots", f"{path}.yaml")


def known_robots() -> tuple[str, ...]:
    """Names of the robots in `config/robots/`, sorted."""
    return tuple(sorted(file.stem for file in resource("config", "robots").glob("*.yaml")))
