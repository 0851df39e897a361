"""Where the robot looks: at the face, around for a lost one, or at rest; and the dip of a nod."""

from __future__ import annotations

import math

from solamen.core.intents import Point
from solamen.empathy.scene import Look
from solamen.empathy.settings import EmpathySettings


class Gaze:
    """Moves the gaze without jitter or jumps. Points are metres in `base_link`."""

    def __init__(self, settings: EmpathySettings) -> None:
        self._settings = settings
        self._face: Point | None = None
        self._point: Point | None = None

    def see(self, head: Point | None) -> None:
        """Takes the head of a frame; one that is no number is left out."""
        if head is not None and len(head) == 3 and all(math.isfinite(value) for value in head):
            self._face = head

    def look(self, where: Look, dt_s: float, lost_s: float, nod_age_s: float) -> Point:
        """The point to look at.

        Args:
            where: at the face, around for it, or straight ahead.
            dt_s: seconds since the last look.
            lost_s: seconds since the face was given up.
            nod_age_s: seconds since a nod began.
        """
        target = self._target(where, lost_s)
        constant_s = self._settings.gaze_s if where == "face" else self._settings.pose_s
        share = 1.0 - math.exp(-dt_s / constant_s) if constant_s > 0.0 else 1.0
        old = self._point or target
        x, y, z = (was + share * (aim - was) for was, aim in zip(old, target, strict=True))
        self._point = (x, y, z)
        return x, y, z - self._dip(nod_age_s)

    def forget(self) -> None:
        """Forgets where the face was."""
        self._face = None

    def _target(self, where: Look, lost_s: float) -> Point:
        ahead = (self._settings.gaze_distance_m, 0.0, self._settings.gaze_height_m)
        if where in ("ahead", "straight") or self._face is None:
            return ahead
        x, y, z = self._face
        if where == "face":
            return self._face
        yaw = self._settings.search_yaw_rad * math.sin(2.0 * math.pi * lost_s / self._settings.search_period_s)
        return x * math.cos(yaw) - y * math.sin(yaw), x * math.sin(yaw) + y * math.cos(yaw), z

    def _dip(self, age_s: float) -> float:
        """Metres down: twice there and back within the time of a nod."""
        if not 0.0 <= age_s < self._settings.nod_s:
            return 0.0
        return self._settings.nod_depth_m * math.sin(2.0 * math.pi * age_s / self._settings.nod_s) ** 2
