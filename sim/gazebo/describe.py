#!/usr/bin/env python3
"""Prints the robot as Gazebo wants it: `python3 describe.py urdf/sol.urdf.xacro [name:=value ...]`; needs xacro alone.

The robot is fixed to the world; its links are weightless, as robots of this size are balanced; no other reader's
element is left in, nor a halo, which Gazebo would draw as a solid body. A rotor's inertia is added to the parts of the
face, as MuJoCo's model has it: without it their servos would have to hold some 1e-7 kg·m².
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

import xacro

SLIDING_MASS_KG = 0.02
TURNING_INERTIA = 2e-5
"""Of the smallest motor behind a joint, kg·m²."""


def describe(path: Path, arguments: dict[str, str]) -> str:
    """The URDF for Gazebo.

    Args:
        path: of the xacro file.
        arguments: of xacro; `meshes` is set to the folder beside the file where it is not given.
    """
    meshes = {"meshes": (path.resolve().parent / "meshes").as_uri()}
    robot = ElementTree.fromstring(xacro.process_file(str(path), mappings=meshes | arguments).toxml())
    for foreign in robot.findall("mujoco"):
        robot.remove(foreign)
    remove_halos(robot)
    add_rotors(robot)
    fix_to_world(robot)
    for link in robot.findall("link"):
        if link.attrib["name"] != "world":
            balanced = SubElement(robot, "gazebo", reference=link.attrib["name"])
            SubElement(balanced, "turnGravityOff").text = "true"
    return ElementTree.tostring(robot, encoding="unicode")


def remove_halos(robot: Element) -> None:
    """Takes away the parts that can be looked through: an SDF material has no opacity of its own."""
    colours = {material.attrib.get("name"): material.find("color") for material in robot.findall("material")}
    halos = {
        name for name, colour in colours.items() if colour is not None and float(colour.attrib["rgba"].split()[3]) < 1.0
    }
    for link in robot.findall("link"):
        for visual in link.findall("visual"):
            material = visual.find("material")
            if material is not None and material.get("name") in halos:
                link.remove(visual)


def add_rotors(robot: Element) -> None:
    """Makes no moving part lighter than the motor that moves it."""
    inertials = {link.attrib["name"]: link.find("inertial") for link in robot.findall("link")}
    for joint in robot.findall("joint"):
        child = joint.find("child")
        inertial = None if child is None else inertials[child.attrib["link"]]
        if inertial is None or joint.attrib["type"] == "fixed":
            continue
        mass, inertia = inertial.find("mass"), inertial.find("inertia")
        if mass is not None and joint.attrib["type"] == "prismatic":
            mass.attrib["value"] = str(max(float(mass.attrib["value"]), SLIDING_MASS_KG))
        if inertia is not None:
            for key in ("ixx", "iyy", "izz"):
                inertia.attrib[key] = str(float(inertia.attrib[key]) + TURNING_INERTIA)


def fix_to_world(robot: Element) -> None:
    """Screws base_link to the world."""
    SubElement(robot, "link", name="world")
    joint = SubElement(robot, "joint", name="world_to_base", type="fixed")
    SubElement(joint, "parent", link="world")
    SubElement(joint, "child", link="base_link")


def main(words: list[str]) -> int:
    """Status: 0, or 2 where the call is wrong."""
    pairs = [word.split(":=", 1) for word in words[1:]]
    if not words or any(len(pair) != 2 for pair in pairs):
        print("say: describe.py FILE.urdf.xacro [name:=value ...]", file=sys.stderr)
        return 2
    print(describe(Path(words[0]), dict(pairs)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
