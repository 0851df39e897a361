"""The robot's MuJoCo model: its URDF in the room."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import mujoco
import numpy as np
import xacro
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.robot.adapters.lights import MATERIAL, light_links
from solamen.robot.description import RobotDescription

ROOM = ("sim", "worlds", "room.xml")

PREFIX = "robot/"
"""Stands before the robot's names in the model, so that they never meet those of the world."""

UNPAINTED = (0.5, 0.5, 0.5, 1.0)
"""MuJoCo's default; any other colour of a part hides that of its material, which is what a lamp changes."""


def read_urdf(description: RobotDescription) -> str:
    """The robot's URDF as text, with mesh paths of this machine.

    Raises:
        OutsideError: the file is no valid xacro or URDF.
    """
    meshes = str(description.urdf.parent / "meshes")
    try:
        return str(xacro.process_file(str(description.urdf), mappings={"meshes": meshes}).toxml())
    except Exception as error:  # xacro raises its own errors and those of the XML parser and of Python expressions
        first = (str(error).splitlines() or [type(error).__name__])[0]
        raise OutsideError(
            f"the robot's model cannot be read ({first})", str(description.urdf), "Correct the file."
        ) from error


def build_spec(description: RobotDescription, urdf: str, world: Path | None = None) -> Any:
    """The model before compilation (`mujoco.MjSpec`), its base_link at the origin of the world, names behind `PREFIX`.

    Raises:
        OutsideError: MuJoCo cannot read the model.
    """
    try:
        spec = mujoco.MjSpec.from_file(str(world or resource(*ROOM)))
        robot = mujoco.MjSpec.from_string(urdf)
        for equality in list(robot.equalities):
            robot.delete(equality)  # followers have servos of their own, which cost less than constraints
        _finish(robot, light_links(description))
        _exclude_neighbours(robot)
        spec.attach(robot, frame=spec.worldbody.add_frame(), prefix=PREFIX)
    except ValueError as error:
        raise OutsideError(f"MuJoCo cannot read the model ({error})", str(description.urdf), "Correct it.") from error
    return spec


def _finish(robot: Any, lights: Mapping[str, str]) -> None:
    """Gives each colour of the URDF, which knows no more than colours, a soft gloss; and each lamp one of its own."""
    materials: dict[tuple[Any, ...], str] = {}
    for body in robot.bodies:
        lamp = MATERIAL.format(lights[body.name]) if body.name in lights else "colour/"
        for geom in body.geoms:
            key = (*geom.rgba.tolist(), lamp)
            if key not in materials:
                materials[key] = f"{lamp}{len(materials)}"
                robot.add_material(name=materials[key], rgba=geom.rgba, specular=0.12, shininess=0.35, emission=0.0)
            geom.material = materials[key]
            if body.name in lights:
                geom.rgba = UNPAINTED


def _exclude_neighbours(robot: Any) -> None:
    """Links that meet at a joint overlap there by design: no contact between a link and the next solid one above it."""
    for body in robot.bodies:
        above = body.parent if _solid(body) else None
        while above is not None and not _solid(above):
            above = above.parent
        if above is not None:
            robot.add_exclude(bodyname1=above.name, bodyname2=body.name)


def _solid(body: Any) -> bool:
    return any(geom.contype for geom in body.geoms)


def joint_addresses(model: Any, names: Sequence[str]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Where the joints stand in qpos and in qvel.

    Raises:
        OutsideError: a joint is not in the model.
    """
    numbers = [mujoco.mj_name2id(model, mujoco.mjtObj.mjOBJ_JOINT, PREFIX + name) for name in names]
    if -1 in numbers:
        missing = names[numbers.index(-1)]
        raise OutsideError(
            f"the joint {missing!r} is not in the robot's model", "its URDF", "Correct the name in config/robots/."
        )
    return np.array(model.jnt_qposadr[numbers], dtype=np.int64), np.array(model.jnt_dofadr[numbers], dtype=np.int64)


class Coupling:
    """Spreads the positions of the described channels over the joints among them and the ones that follow them.

    Args:
        described: all channels.
        follows: joint to its leader and its factor.
        without: channels that are no joints of the model, such as lights.

    Attributes:
        names: all joints that move, the described ones first.
        moving: which of the described channels are joints.
    """

    def __init__(
        self, described: Sequence[str], follows: Mapping[str, tuple[str, float]], without: Collection[str] = ()
    ) -> None:
        self.moving = [number for number, name in enumerate(described) if name not in without]
        self.names = (*(described[number] for number in self.moving), *follows)
        index = {name: number for number, name in enumerate(described)}
        leaders = [index[leader] for leader, _ in follows.values()]
        self._source = np.array([*self.moving, *leaders])
        self._factor = np.array([1.0] * len(self.moving) + [factor for _, factor in follows.values()])

    def spread(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions or velocities of all joints from those of the described ones."""
        return np.asarray(values[self._source] * self._factor)


def followers(urdf: str) -> dict[str, tuple[str, float]]:
    """Joints that follow another one: name to (leader, factor)."""
    found = {}
    for joint in ElementTree.fromstring(urdf).iter("joint"):
        mimic = joint.find("mimic")
        if mimic is not None:
            found[joint.attrib["name"]] = (mimic.attrib["joint"], float(mimic.get("multiplier", "1")))
    return found
