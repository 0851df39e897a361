"""Nods and shakes of the person, from `face/pose`, told on `cues`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from solamen_msgs import msg

from solamen.face.nods import NodDetector, face_turn
from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import head_from
from solamen.nodes.convert_person import cue_message
from solamen.nodes.qos import ESTIMATE
from solamen.nodes.shell import Shell
from solamen.robot.body import CameraPose


class NodWatch:
    """Looks at poses and publishes what they say.

    Args:
        node: that publishes.
        camera: where the camera is now; a robot that nods itself would otherwise see everybody nod.
    """

    def __init__(self, node: Shell[Any], camera: Callable[[], CameraPose]) -> None:
        self._camera = camera
        self._detector = NodDetector()
        self._cues = node.create_publisher(msg.PersonCue, "cues", ESTIMATE)

    def forget(self) -> None:
        """What was seen is gone."""
        self._detector = NodDetector()

    def see(self, pose: msg.PersonPose) -> None:
        """Takes in a pose in the camera's frame."""
        head = head_from(pose.head) if pose.present else None
        if head is None:
            return
        yaw_rad, pitch_rad = face_turn(head, self._camera().rotation)
        cue = self._detector.see(to_seconds(pose.header.stamp), yaw_rad, pitch_rad)
        if cue is not None:
            self._cues.publish(cue_message(cue))
