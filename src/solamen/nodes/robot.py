"""The robot node: expressions, gestures, poses and speech in, requests for joints out at a fixed rate."""

from __future__ import annotations

import math
from typing import Any

from sensor_msgs.msg import JointState
from solamen_msgs import msg

from solamen.core.intents import JointCommand
from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import command_message, expression_from
from solamen.nodes.gesture_server import GestureServer
from solamen.nodes.person import seen_person_from
from solamen.nodes.qos import ESTIMATE
from solamen.nodes.shell import Shell, main_of
from solamen.robot.body import CameraPose
from solamen.robot.description import load_robot
from solamen.robot.kinematics import camera_at
from solamen.robot.mirror import PostureMirror
from solamen.robot.motion import Motion
from solamen.robot.settings import MotionSettings

RATE_HZ = 50.0

STOP, STOP_FROM = "stop", 0.3
"""Of a cue, and the confidence from which on it counts: it is worse to miss one than to heed one too many."""

MIRRORING = "mirror"
"""The cause of an expression with which the person is mirrored; empathy decides when, and the posture goes with it."""

OPTICAL_FRAME, BASE_FRAME = "camera_optical", "base_link"


class RobotNode(Shell[MotionSettings]):
    """Turns what the robot should show into smooth motion."""

    settings_type = MotionSettings
    options = {"robot_file": "sol"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        self._gestures: GestureServer | None = None
        super().__init__("robot", **arguments)

    def start(self) -> None:
        """Waits for the joints' positions, so that a respawned node goes on from where the robot stands."""
        self._robot = load_robot(self.option("robot_file"))
        self._motion = Motion(self._robot, RATE_HZ, self.settings)
        self._mirror, self._mirroring = PostureMirror(self._robot, self.settings), False
        self._standing = False
        self._places: dict[str, float] = {}
        self._unseen = set(self._robot.neutral())
        self._last: JointCommand | None = None
        self._command = self.create_publisher(msg.JointCommand, "robot/command", ESTIMATE)
        self.listen(msg.Expression, "robot/expression", self._on_expression, ESTIMATE)
        self.listen(msg.SpeechStatus, "robot/speech", self._on_speech, ESTIMATE)
        self.listen(msg.PersonCue, "cues", self._on_cue, ESTIMATE)
        self.listen(msg.SafetyStatus, "safety/status", self._on_safety, ESTIMATE)
        self._listen_to_poses()
        self._joints = self.listen(JointState, "joint_states", self._on_joints, ESTIMATE)
        self._gestures = GestureServer(self, self._robot, self._motion, lambda: self._standing)
        self.every(1.0 / RATE_HZ, self._tick)

    def finish(self) -> None:
        """Ends the action."""
        if self._gestures is not None:
            self._gestures.destroy()
            self._gestures = None

    def figures(self) -> dict[str, Any]:
        """Joints whose place is not known yet, so that nothing moves."""
        return {"waits_for": " ".join(sorted(self._unseen)) or "nothing"} if self.active else {}

    def _listen_to_poses(self) -> None:
        """Poses are heard only where they are mirrored: thirty-three keypoints, many times a second, cost something."""
        if self.settings.mirror_head > 0.0:
            self.listen(msg.PersonPose, "face/pose", self._on_pose, ESTIMATE)
        if self.settings.mirror_arms > 0.0:
            self.listen(msg.PersonPose, "body/pose", self._on_pose, ESTIMATE)

    def _on_expression(self, message: msg.Expression) -> None:
        expression = expression_from(message)
        self._motion.set_expression(expression)
        was, self._mirroring = self._mirroring, expression.cause == MIRRORING
        if was and not self._mirroring:
            self._mirror.clear()
            self._motion.set_posture({}, self.solamen_clock.now_s())

    def _on_pose(self, message: msg.PersonPose) -> None:
        if not (self._mirroring and message.present):
            return
        now_s = self.solamen_clock.now_s()
        person = seen_person_from(message, with_arms=self.settings.mirror_arms > 0.0)
        if self._mirror.see(person, self._camera(message.header.frame_id), now_s):
            self._motion.set_posture(self._mirror.places(now_s), now_s)

    def _camera(self, frame_id: str) -> CameraPose | None:
        """Where the camera is by the last command; None for points that stand in base_link already."""
        if frame_id == BASE_FRAME:
            return None
        if frame_id != OPTICAL_FRAME:
            raise ValueError(f"a pose stands in the frame {frame_id!r}; use {OPTICAL_FRAME} or {BASE_FRAME}")
        return camera_at(self._robot, self._last.position if self._last is not None else {})

    def _on_speech(self, message: msg.SpeechStatus) -> None:
        # By the time of its coming: what is said now moves the mouth now. When no more comes, the mouth closes.
        loudness = message.loudness if message.speaking else 0.0
        age_s = self.solamen_clock.now_s() - to_seconds(message.header.stamp)
        if abs(age_s) <= self.settings.speech_silence_s:
            self._motion.set_loudness(loudness, self.solamen_clock.now_s())

    def _on_cue(self, cue: msg.PersonCue) -> None:
        """A stop ends the gesture that is played, whoever asked for it, before empathy has thought of it."""
        if cue.kind == STOP and not cue.confidence < STOP_FROM and self._gestures is not None:
            self._gestures.interrupt("the person said stop")

    def _on_safety(self, message: msg.SafetyStatus) -> None:
        if self._gestures is not None:
            self._gestures.stopped((message.stop_reason or "no reason was given") if message.stopped else "")

    def _on_joints(self, message: JointState) -> None:
        if self._standing or len(message.name) != len(message.position):
            return
        told = zip(message.name, message.position, strict=True)
        self._places |= {name: place for name, place in told if name in self._unseen and math.isfinite(place)}
        self._unseen -= self._places.keys()
        if not self._unseen:  # a robot may tell of its joints by several drivers
            self._motion.start_from(self._places)
            self._standing = True
            # Once is enough, and fifty messages a second would cost more than the motion itself.
            self.destroy_subscription(self._joints)

    def _tick(self) -> None:
        if not self._standing:
            return
        now_s = self.solamen_clock.now_s()
        self._last = self._motion.tick(now_s)
        self._command.publish(command_message(self._last))
        if self._gestures is not None:
            self._gestures.tick(now_s)


main = main_of("robot", RobotNode)

if __name__ == "__main__":
    main()
