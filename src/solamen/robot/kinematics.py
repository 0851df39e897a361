"""Where head and camera of a robot are, from the places of its channels; frames by REP-103."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray
from transforms3d.euler import euler2mat

from solamen.robot.body import CameraPose, RobotDescription

Rotation = NDArray[np.float64]


def head_rotation(description: RobotDescription, positions: Mapping[str, float]) -> Rotation:
    """3×3, from the head's frame (x out of the face) to base_link; channels that are not named are at neutral."""
    gaze, neutral = description.gaze, description.neutral()

    def angle(name: str | None) -> float:
        return gaze.sign(name) * positions.get(name, neutral[name]) if name is not None else 0.0

    return np.asarray(euler2mat(angle(gaze.head_yaw), angle(gaze.head_pitch), angle(gaze.head_roll), "rzyx"))


def camera_at(description: RobotDescription, positions: Mapping[str, float]) -> CameraPose:
    """Where the camera is while the channels stand at `positions`; the same as at rest where it is on the body."""
    camera = description.camera
    if not camera.on_head:
        return camera
    turn = head_rotation(description, positions) @ head_rotation(description, {}).T
    neck = np.asarray(description.gaze.neck)
    x, y, z = neck + turn @ (np.asarray(camera.position) - neck)
    return CameraPose((float(x), float(y), float(z)), turn @ camera.rotation, on_head=True)
