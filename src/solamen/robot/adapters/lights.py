"""What shines: the channels of kind `light`, and how the parts of the model that stand for them look."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.robot.description import RobotDescription

Rgba = NDArray[np.float64]

KIND = "light"

LINK = "{}_link"
"""A light called `glow` is whatever is visible of the link `glow_link`."""

LAMP = "light/"
MATERIAL = LAMP + "{}/"
"""Stands before the number of a material of that light."""

GLASS_SHARE = 0.64
"""Of a lamp's colour that its glass has: so dark is it when it is out."""

EMISSION = 0.95
"""Of that colour, what a full lamp sends out on top of what the room's light makes of it; more would turn it white."""


def light_links(description: RobotDescription) -> dict[str, str]:
    """Link to the light channel that it stands for; whether the model has such a link is not looked at."""
    return {LINK.format(joint.name): joint.name for joint in description.joints if joint.kind == KIND}


def shining(colour: Rgba, level: float) -> tuple[Rgba, float]:
    """How a lamp looks at 0–1: its colour in the room's light, and the share of it that it sends out besides.

    Args:
        colour: red, green, blue, opacity, 0–1, of the full lamp. A part that can be looked through is a halo: it is
            not there while the lamp is out.
        level: 0–1.
    """
    seen = colour.copy()
    seen[:3] *= GLASS_SHARE
    if colour[3] < 1.0:
        seen[3] *= level
    return seen, EMISSION * level


def is_lamp(model: Any, material: int) -> bool:
    """Whether a material of a compiled model is that of a light."""
    return LAMP in str(model.material(material).name)


class Lights:
    """The lamps of a compiled model, each with the materials that `model.build_spec` gave it.

    Args:
        model: MuJoCo's; its materials are written to.
        description: of the robot; its lights without a link in the model are passed over.
    """

    def __init__(self, model: Any, description: RobotDescription) -> None:
        self._model = model
        names = [model.material(number).name for number in range(model.nmat)]
        self._materials = {
            light: [number for number, name in enumerate(names) if MATERIAL.format(light) in name]
            for light in light_links(description).values()
        }
        self._full: Rgba = np.array(model.mat_rgba, dtype=np.float64)

    def show(self, levels: Mapping[str, float]) -> None:
        """Lets each lamp shine at its level, 0–1; channels that are no lights are passed over."""
        for light, materials in self._materials.items():
            level = min(max(levels.get(light, 0.0), 0.0), 1.0)
            for number in materials:
                self._model.mat_rgba[number], self._model.mat_emission[number] = shining(self._full[number], level)
