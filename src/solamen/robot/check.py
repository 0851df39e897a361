"""Explains every mistake in a robot's file, and where it disagrees with the robot's model."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

import xacro
import yaml

from solamen.core.errors import OutsideError
from solamen.core.settings import read_yaml
from solamen.robot.description import RobotDescription, load_robot, robot_file
from solamen.robot.gestures import known_gestures, load_gesture, moves
from solamen.robot.reading import FileReader, Mistake
from solamen.robot.safety.collision_file import load_collision_model

SLACK = 1e-6
"""Limits may differ from the model's by this much, rad or m: numbers are rounded when they are written."""


def check_file(path: Path | str) -> list[str]:
    """All mistakes in a robot's file, one sentence each, with place and remedy; empty where there are none.

    Args:
        path: of the file, or the bare name of a robot in `config/robots/`.
    """
    file = robot_file(path)
    try:
        content = read_yaml(file)
        mistakes = list(_twice(file))
    except OutsideError as error:
        return [str(error)]
    reader = FileReader(file.parent)
    description = reader.read(content)
    mistakes += reader.mistakes
    if description is not None:
        mistakes += _against_model(description)
        mistakes += _silent(description)
    return [str(OutsideError(what, str(file), remedy)) for what, remedy in mistakes]


def unguarded(path: Path | str) -> str:
    """What the safety layer does not know of a robot whose file has no mistakes, in a sentence; empty: nothing."""
    name = load_robot(path).name
    if load_collision_model(name) is not None:
        return ""
    return f"There is no config/collision/{name}.yaml: contact of its parts, or with a person, is not avoided."


def _twice(file: Path) -> Iterator[Mistake]:
    """Keys that stand twice in one place: YAML keeps the last one and says nothing."""
    places = [yaml.compose(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)]
    while places:
        node = places.pop()
        if isinstance(node, yaml.SequenceNode):
            places += node.value
        elif isinstance(node, yaml.MappingNode):
            seen: set[str] = set()
            for key, value in node.value:
                if key.value in seen:
                    yield Mistake(f"{key.value!r} stands twice, again in line {key.start_mark.line + 1}", "Remove one.")
                seen.add(key.value)
                places.append(value)


def _against_model(description: RobotDescription) -> Iterator[Mistake]:
    if not description.has_model:
        return
    try:
        tree = ElementTree.fromstring(_model_text(description.urdf))
    except Exception as error:  # xacro raises its own errors and those of the XML parser and of Python expressions
        first = (str(error).splitlines() or [type(error).__name__])[0]
        yield Mistake(f"the model {description.urdf.name} cannot be read ({first})", "Correct the model.")
        return
    found = {joint.get("name", ""): joint for joint in tree.findall("joint")}
    for joint in description.joints:
        if joint.in_model and joint.name not in found:
            yield Mistake(f"joint {joint.name} is not in the model", "Correct its name, or move it to `channels`.")
        elif joint.in_model:
            yield from _against_joint(description, joint.name, found[joint.name])


def _model_text(model: Path) -> str:
    if model.suffix != ".xacro":
        return model.read_text(encoding="utf-8")
    return str(xacro.process_file(str(model), mappings={"meshes": str(model.parent / "meshes")}).toxml())


def _against_joint(description: RobotDescription, name: str, element: ElementTree.Element) -> Iterator[Mistake]:
    joint, kind = description.joint(name), element.get("type")
    if kind == "continuous":
        return
    if kind != joint.kind:
        yield Mistake(f"joint {name} is {joint.kind} here but {kind} in the model", "Write the model's kind.")
    limit: Mapping[str, str] = found.attrib if (found := element.find("limit")) is not None else {}
    lower, upper, velocity = (float(limit.get(key, "0")) for key in ("lower", "upper", "velocity"))
    if joint.lower < lower - SLACK or joint.upper > upper + SLACK:
        what = (
            f"joint {name} may go from {joint.lower:g} to {joint.upper:g}, but in the model from {lower:g} to {upper:g}"
        )
        yield Mistake(what, "Narrow its limits to the model's.")
    if joint.limit.max_velocity > velocity + SLACK:
        what = f"joint {name} may move at {joint.limit.max_velocity:g}, but in the model at {velocity:g}"
        yield Mistake(what, "Lower its max_velocity to the model's.")
    effort = float(limit.get("effort", "inf"))
    if math.isfinite(joint.limit.max_effort) and joint.limit.max_effort > effort + SLACK:
        what = f"joint {name} may push with {joint.limit.max_effort:g}, but in the model with {effort:g}"
        yield Mistake(what, "Lower its max_effort to the model's.")


def _silent(description: RobotDescription) -> Iterator[Mistake]:
    """A unit or a gesture that moves nothing, because every channel that it asks for is already at its end."""
    neutral = description.neutral()
    for unit, ways in description.units.items():
        if all(description.joint(name).within(neutral[name] + way) == neutral[name] for name, way in ways.items()):
            yield Mistake(
                f"unit {unit} moves nothing: its channels rest at that end", "Turn a sign, or move a neutral."
            )
    for name in known_gestures():
        if description.arms and not moves(description, load_gesture(name)):
            yield Mistake(
                f"the gesture {name} moves nothing", "Give its words channels: arms, lean, glow or breathing."
            )
