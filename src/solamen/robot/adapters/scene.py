"""The robot's picture, drawn from joint positions."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self

import mujoco
import numpy as np

from solamen.core.errors import OutsideError
from solamen.core.frames import Image
from solamen.core.intents import Point
from solamen.robot.adapters.lights import Lights, light_links
from solamen.robot.adapters.model import Coupling, build_spec, followers, joint_addresses, read_urdf
from solamen.robot.description import RobotDescription

VISUAL_GROUP, COLLISION_GROUP = 1, 0


@dataclass(frozen=True)
class Framing:
    """A camera: what it looks at (m), from how far (m), from where (degrees; 180 is the robot's front), how high."""

    look_at: Point
    distance_m: float
    azimuth_deg: float = 180.0
    elevation_deg: float = -4.0


HEAD = Framing((0.0, 0.0, 0.478), 0.52)
"""Head and shoulders."""

FACE = Framing((0.0, 0.0, 0.512), 0.42, elevation_deg=0.0)
"""The face alone."""

BODY = Framing((0.0, 0.0, 0.31), 0.95, azimuth_deg=165.0)
"""The whole robot."""


class RobotRenderer:
    """Draws the robot; a context manager, since it holds a drawing context.

    Args:
        description: of the robot.
        width, height: of the picture, pixels, up to 960.
        framing: `HEAD`, `FACE`, `BODY` or another.
        samples: per pixel; 4 gives smooth edges, 0 takes a third of the time.

    Raises:
        OutsideError: no off-screen drawing on this machine, or the model cannot be read.
    """

    def __init__(
        self, description: RobotDescription, width: int, height: int, framing: Framing = HEAD, samples: int = 0
    ) -> None:
        self._names = description.names()
        urdf = read_urdf(description)
        self._coupling = Coupling(self._names, followers(urdf), light_links(description).values())
        spec = build_spec(description, urdf)
        spec.visual.quality.offsamples = samples
        self._model: Any = spec.compile()
        self._data: Any = mujoco.MjData(self._model)
        self._lights = Lights(self._model, description)
        self._qpos, _ = joint_addresses(self._model, self._coupling.names)
        self._place = np.array([joint.neutral for joint in description.joints])
        self._camera = _camera(framing)
        self._option = mujoco.MjvOption()
        self._option.geomgroup[COLLISION_GROUP] = 0
        self._renderer = self._open(width, height)

    def render(self, positions: Mapping[str, float]) -> Image:
        """The robot with its joints there (rad or m) and its lights so bright (0–1), height × width × 3, RGB.

        Channels that are not named, or are no number, stay as they were in the last picture.
        """
        for index, name in enumerate(self._names):
            value = positions.get(name, math.nan)
            if math.isfinite(value):
                self._place[index] = value
        self._lights.show(dict(zip(self._names, self._place.tolist(), strict=True)))
        self._data.qpos[self._qpos] = self._coupling.spread(self._place)
        mujoco.mj_kinematics(self._model, self._data)
        mujoco.mj_camlight(self._model, self._data)
        self._renderer.update_scene(self._data, self._camera, self._option)
        self._renderer.scene.flags[mujoco.mjtRndFlag.mjRND_SHADOW] = 0
        self._renderer.scene.flags[mujoco.mjtRndFlag.mjRND_REFLECTION] = 0
        return np.asarray(self._renderer.render(), dtype=np.uint8)

    def close(self) -> None:
        """Gives the drawing context back; harmless when called again."""
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _open(self, width: int, height: int) -> Any:
        try:
            return mujoco.Renderer(self._model, height, width)
        except Exception as error:  # the drawing libraries raise what they like
            raise OutsideError(
                f"cannot draw off screen ({error})",
                f"MUJOCO_GL={os.environ.get('MUJOCO_GL')}",
                "Install libegl1 and libgl1-mesa-dri, or set MUJOCO_GL=osmesa.",
            ) from error


def _camera(framing: Framing) -> Any:
    camera = mujoco.MjvCamera()
    camera.type = mujoco.mjtCamera.mjCAMERA_FREE
    camera.lookat[:] = framing.look_at
    camera.distance, camera.azimuth, camera.elevation = (
        framing.distance_m,
        framing.azimuth_deg,
        framing.elevation_deg,
    )
    return camera
