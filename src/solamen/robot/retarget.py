"""From action units and a point to look at to places of a robot's channels."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from solamen.core.intents import Expression, Point
from solamen.robot.description import RobotDescription
from solamen.robot.kinematics import head_rotation

BODY_SHARE = 0.5
"""Part of a turn in which the body joins where it can turn below the head."""


class Retargeter:
    """Turns an expression into places of all channels, always within their limits.

    Args:
        description: of the robot.
        head_share: 0–1, the part of the way to a gaze target that the head makes; the eyes make the rest. A robot
            whose eyes do not move turns its head all the way.
    """

    def __init__(self, description: RobotDescription, head_share: float = 0.6) -> None:
        self._description, self._gaze = description, description.gaze
        self._head_share = head_share if description.gaze.eyes_yaw else 1.0
        self._joints = {joint.name: joint for joint in description.joints}
        used = {name for joints in description.units.values() for name in joints}
        self._face = tuple(name for name in description.names() if name in used)
        self._ways = {unit: self._way(joints) for unit, joints in description.units.items()}
        self._neutral = np.array([self._joints[name].neutral for name in self._face])
        self._lower = np.array([self._joints[name].lower for name in self._face])
        self._upper = np.array([self._joints[name].upper for name in self._face])

    def retarget(self, expression: Expression) -> dict[str, float]:
        """Places of all channels (rad, m, or 0–1 for a light) for an expression in its final form.

        Units that are NaN or that the robot cannot show are passed over, and so is a gaze target that is not finite.
        Where the head stands for a face, what a unit adds to it is added to where it looks.
        """
        neutral = self._description.neutral()
        positions = neutral | self.face(expression.activation)
        target = expression.gaze_target
        if target is not None and is_target(target):
            for name, place in self.head(target).items():
                positions[name] = self._joints[name].within(place + positions[name] - neutral[name])
            positions |= self.eyes(target, positions)
        return positions

    def face(self, activation: Mapping[int, float]) -> dict[str, float]:
        """Places of the channels that show units, for units at 0–1."""
        total = self._neutral.copy()
        for unit, value in activation.items():
            if unit in self._ways and math.isfinite(value):
                total += min(max(value, 0.0), 1.0) * self._ways[unit]
        return dict(zip(self._face, np.clip(total, self._lower, self._upper).tolist(), strict=True))

    def head(self, target: Point) -> dict[str, float]:
        """Places of body and neck that bring the head its share of the way to a point, metres in base_link."""
        gaze = self._gaze
        x, y, z = (goal - pivot for goal, pivot in zip(target, gaze.neck, strict=True))
        distance = max(math.hypot(x, y, z), 1e-3)
        height = sum(centre[2] for centre in gaze.eyes) / len(gaze.eyes)
        # The line of sight passes the neck at the height of the eyes.
        pitch = math.asin(min(max(height / distance, -1.0), 1.0)) - math.atan2(z, math.hypot(x, y))
        yaw, positions = self._head_share * math.atan2(y, x), {}
        if gaze.body_yaw is not None:
            positions[gaze.body_yaw] = self._turned(gaze.body_yaw, BODY_SHARE * yaw)
        positions[gaze.head_yaw] = self._turned(gaze.head_yaw, yaw)
        positions[gaze.head_pitch] = self._turned(gaze.head_pitch, self._head_share * pitch)
        return positions

    def eyes(self, target: Point, head: Mapping[str, float]) -> dict[str, float]:
        """Places of the eyes that look at a point, metres in base_link, from a head turned as `head` says."""
        gaze = self._gaze
        if gaze.eyes_pitch is None:
            return {}
        rotation = head_rotation(self._description, head)
        seen = rotation.T @ (np.asarray(target) - np.asarray(gaze.neck))
        positions, pitches = {}, []
        for name, centre in zip(gaze.eyes_yaw, gaze.eyes, strict=True):
            x, y, z = seen - np.asarray(centre)
            positions[name] = self._turned(name, math.atan2(y, x))
            pitches.append(math.atan2(-z, math.hypot(x, y)))
        positions[gaze.eyes_pitch] = self._turned(gaze.eyes_pitch, 0.5 * (pitches[0] + pitches[1]))
        return positions

    def _way(self, joints: Mapping[str, float]) -> NDArray[np.float64]:
        return np.array([joints.get(name, 0.0) for name in self._face])

    def _turned(self, name: str, angle_rad: float) -> float:
        """The place of a channel that turns by an angle counted as REP-103 does."""
        return self._joints[name].within(self._gaze.sign(name) * angle_rad)


def is_target(target: Point) -> bool:
    """Whether a gaze target can be looked at: NaN and infinity are no places."""
    return all(math.isfinite(value) for value in target)
