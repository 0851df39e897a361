"""From a person's head and arms to a robot's, as a mirror shows them; frames by REP-103.

The person's right arm moves the robot's left one, and a head that tilts to the person's right tilts to its left.
What is not seen is left out, and a channel that is left out goes to neutral (`Motion.set_posture`).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from transforms3d.euler import mat2euler
from transforms3d.quaternions import mat2quat, quat2mat

from solamen.core.intents import HeadPose
from solamen.robot.body import CameraPose, RobotDescription

Points = NDArray[np.float64]

KEYPOINTS = 33
"""Of BlazePose (Bazarevsky et al. 2020)."""

SHOULDER, ELBOW, WRIST, HIP = ((11, 12), (13, 14), (15, 16), (23, 24))
"""Indices of the person's left and right."""

RIGHT_ANGLE_RAD = math.pi / 2.0
LEAST_LENGTH_M = 0.03
"""Two keypoints that are nearer to each other give no direction."""

STEEP = 0.3
"""Below this cosine of the sideways angle an arm points so far sideways that "forwards" means little: it fades out."""


@dataclass(frozen=True)
class HeadAngles:
    """How a head is held by one who faces the robot: rad; to the own left, down, to the own right shoulder."""

    yaw: float
    pitch: float
    roll: float


@dataclass(frozen=True)
class ArmAngles:
    """How an arm is held: rad from hanging, forwards and up, sideways and out; bend of the elbow, 0 is straight."""

    forwards: float
    sideways: float
    bend: float


def pose_in_base(pose: HeadPose, camera: CameraPose) -> HeadPose:
    """A head pose of the camera's optical frame in base_link; NaN stays NaN."""
    rotation = _rotation(pose)
    quaternion = mat2quat(camera.rotation @ rotation) if rotation is not None else np.full(4, math.nan)
    w, x, y, z = (float(value) for value in quaternion)
    return HeadPose(camera.to_base(pose.position), (w, x, y, z))


def head_angles(pose: HeadPose | None) -> HeadAngles | None:
    """Angles of a head, its pose in base_link, against a head that faces the robot; None where it is not known."""
    rotation = _rotation(pose) if pose is not None else None
    if pose is None or rotation is None or not all(math.isfinite(value) for value in pose.position):
        return None
    towards = math.atan2(-pose.position[1], -pose.position[0])
    cosine, sine = math.cos(towards), math.sin(towards)
    facing = np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
    yaw, pitch, roll = mat2euler(facing.T @ rotation, "rzyx")
    return HeadAngles(float(yaw), float(pitch), float(roll))


def arm_angles(keypoints: ArrayLike) -> tuple[ArmAngles | None, ArmAngles | None]:
    """Angles of the person's left and right arm; None for an arm of which shoulder, elbow or wrist is not seen.

    Args:
        keypoints: 33 × 3 in the order of BlazePose, metres in base_link; NaN where not seen.

    Raises:
        ValueError: it has another shape.
    """
    points = np.asarray(keypoints, dtype=np.float64)
    if points.shape != (KEYPOINTS, 3):
        raise ValueError(f"keypoints are of shape {points.shape}, but must be of ({KEYPOINTS}, 3)")
    trunk = _trunk(points)
    if trunk is None:
        return None, None
    left, right = (_arm(points, trunk, side) for side in (0, 1))
    return left, right


def head_posture(description: RobotDescription, pose: HeadPose | None, gain: float = 0.5) -> dict[str, float]:
    """Places of the robot's head that mirror a person's, pose in base_link; empty where it is not known.

    Args:
        description: of the robot; angles that its head cannot make are left out.
        pose: of the person's head.
        gain: 0–1 of the person's angles.
    """
    angles = head_angles(pose)
    if angles is None:
        return {}
    mirrored = {"head_yaw": -angles.yaw, "head_pitch": angles.pitch, "head_roll": -angles.roll}
    gaze, places = description.gaze, {}
    for word, name in gaze.head.items():
        joint = description.joint(name)
        places[name] = joint.within(joint.neutral + gaze.sign(name) * gain * mirrored[word])
    return places


def arm_posture(description: RobotDescription, keypoints: ArrayLike, gain: float = 1.0) -> dict[str, float]:
    """Places of the robot's arms that mirror a person's; an arm that is not seen is left out.

    Args:
        description: of the robot.
        keypoints: 33 × 3 in the order of BlazePose, metres in base_link; NaN where not seen.
        gain: 0–1 of the person's angles.

    Raises:
        ValueError: keypoints have another shape.
    """
    left, right = arm_angles(keypoints)
    places: dict[str, float] = {}
    for side, angles in (("right", left), ("left", right)):  # mirrored
        arm = description.arms.get(side)
        if arm is not None and angles is not None:
            given = {"raise": angles.forwards, "open": angles.sideways, "bend": angles.bend}
            words = {word: gain * angle / RIGHT_ANGLE_RAD for word, angle in given.items()}
            places |= {name: description.joint(name).within(place) for name, place in arm.place(words).items()}
    return places


def _rotation(pose: HeadPose) -> Points | None:
    """3×3, or None where the quaternion is none."""
    length = math.hypot(*pose.rotation)
    if not 0.5 < length < 2.0:  # False for NaN too
        return None
    return np.asarray(quat2mat(pose.rotation), dtype=np.float64)


def _direction(vector: Points) -> Points | None:
    length = float(np.linalg.norm(vector))
    if not LEAST_LENGTH_M < length < math.inf:
        return None
    return vector / length


def _trunk(points: Points) -> Points | None:
    """3×3, rows are forwards, left and up of the person's trunk in base_link; up is vertical where a hip is hidden."""
    left = _direction(points[SHOULDER[0]] - points[SHOULDER[1]])
    up = _direction(points[list(SHOULDER)].mean(axis=0) - points[list(HIP)].mean(axis=0))
    if up is None:
        up = np.array([0.0, 0.0, 1.0])
    if left is None or abs(float(left @ up)) > 0.8:
        return None
    forwards = np.cross(left, up)
    forwards /= np.linalg.norm(forwards)
    return np.array([forwards, np.cross(up, forwards), up])


def _arm(points: Points, trunk: Points, side: int) -> ArmAngles | None:
    places: Sequence[Points] = [points[pair[side]] for pair in (SHOULDER, ELBOW, WRIST)]
    upper, fore = _direction(places[1] - places[0]), _direction(places[2] - places[1])
    if upper is None or fore is None:
        return None
    forwards, left, up = (float(value) for value in trunk @ upper)
    out = left if side == 0 else -left
    steepness = math.hypot(forwards, up)
    return ArmAngles(
        forwards=math.atan2(forwards, -up) * min(steepness / STEEP, 1.0),
        sideways=math.asin(min(max(out, -1.0), 1.0)),
        bend=math.acos(min(max(float(upper @ fore), -1.0), 1.0)),
    )
