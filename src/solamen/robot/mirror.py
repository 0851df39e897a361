"""Which of the poses that were seen are fresh and visible enough to be mirrored, and what they ask of the robot."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from solamen.core.intents import HeadPose
from solamen.robot.body import CameraPose, RobotDescription
from solamen.robot.mimicry import KEYPOINTS, arm_posture, head_posture, pose_in_base
from solamen.robot.settings import MotionSettings

AHEAD_S = 0.05
"""A stamp further ahead of the clock than this is wrong."""

NOTHING: dict[str, float] = {}


@dataclass(frozen=True)
class SeenPerson:
    """One look at a person.

    Attributes:
        stamp_s: capture time of the frame, seconds.
        head: in the camera's optical frame or, without a camera, in base_link; None where not known.
        head_visibility: 0–1.
        keypoints: 33 × 3 in the same frame, metres, in the order of BlazePose; NaN where not seen; None: no body.
        visibility: 0–1 for each keypoint.
    """

    stamp_s: float
    head: HeadPose | None = None
    head_visibility: float = 0.0
    keypoints: ArrayLike | None = None
    visibility: Sequence[float] = ()


class PostureMirror:
    """Keeps the newest head and arms that were seen and forgets them when they are old.

    Args:
        description: of the robot.
        settings: gains, least visibility, oldest age.
    """

    def __init__(self, description: RobotDescription, settings: MotionSettings) -> None:
        self._description, self._settings = description, settings
        self.clear()

    def clear(self) -> None:
        """Forgets what was seen."""
        self._head, self._arms = NOTHING, NOTHING
        self._head_s = self._arms_s = -math.inf

    def see(self, person: SeenPerson, camera: CameraPose | None, now_s: float) -> bool:
        """Takes in a look at the person.

        Args:
            person: what was seen.
            camera: where it was when it saw; None: the pose stands in base_link already.
            now_s: the clock, seconds.

        Returns:
            Whether something of it can be mirrored.

        Raises:
            ValueError: keypoints or visibility have another shape.
        """
        if not self._fresh(person.stamp_s, now_s):
            return False
        head, arms = self._see_head(person, camera), self._see_arms(person, camera)
        if head and person.stamp_s >= self._head_s:
            self._head, self._head_s = head, person.stamp_s
        if arms and person.stamp_s >= self._arms_s:
            self._arms, self._arms_s = arms, person.stamp_s
        return bool(head or arms)

    def places(self, now_s: float) -> dict[str, float]:
        """Channel to its place; what was not seen lately is left out, and so goes to neutral."""
        head = self._head if self._fresh(self._head_s, now_s) else NOTHING
        arms = self._arms if self._fresh(self._arms_s, now_s) else NOTHING
        return {**arms, **head}

    def _fresh(self, stamp_s: float, now_s: float) -> bool:
        return -AHEAD_S <= now_s - stamp_s <= self._settings.mirror_silence_s  # False for NaN too

    def _see_head(self, person: SeenPerson, camera: CameraPose | None) -> dict[str, float]:
        seen = person.head_visibility >= self._settings.mirror_seen
        if person.head is None or not seen or self._settings.mirror_head == 0.0:
            return NOTHING
        head = pose_in_base(person.head, camera) if camera is not None else person.head
        return head_posture(self._description, head, self._settings.mirror_head)

    def _see_arms(self, person: SeenPerson, camera: CameraPose | None) -> dict[str, float]:
        if person.keypoints is None or self._settings.mirror_arms == 0.0:
            return NOTHING
        points, visibility = np.array(person.keypoints, dtype=np.float64), np.asarray(person.visibility, np.float64)
        if points.shape != (KEYPOINTS, 3) or visibility.shape != (KEYPOINTS,):
            raise ValueError(f"a person's pose must have {KEYPOINTS} keypoints, each with a visibility")
        points[~(visibility >= self._settings.mirror_seen)] = math.nan  # also where the visibility is no number
        if camera is not None:
            points = points @ camera.rotation.T + np.asarray(camera.position)
        return arm_posture(self._description, points, self._settings.mirror_arms)
