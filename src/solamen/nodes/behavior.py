"""The behavior node: action units and the person's state in, expressions and behaviour status out."""

from __future__ import annotations

import math
from typing import Any

from sensor_msgs.msg import JointState
from solamen_msgs import msg

from solamen.core.intents import Point
from solamen.empathy.companion import Companion
from solamen.empathy.settings import EmpathySettings
from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import behavior_message, expression_message, head_from, state_from, units_from
from solamen.nodes.qos import ESTIMATE, STATE
from solamen.nodes.shell import Shell, main_of
from solamen.robot.description import load_robot
from solamen.robot.kinematics import camera_at

TICK_S = 0.1
SAME_FRAME_S = 0.5
"""A head pose older than this against the units says nothing of where the face is now."""


class BehaviorNode(Shell[EmpathySettings]):
    """Answers faces at once (system I) and ticks the tree (system II)."""

    settings_type = EmpathySettings
    options = {"robot_file": "sol"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        super().__init__("behavior", **arguments)

    def start(self) -> None:
        """Listens to the face and to the fused state."""
        self._robot = load_robot(self.option("robot_file"))
        self._companion = Companion(self.settings, self.solamen_clock)
        self._head: Point | None = None
        self._head_s = -math.inf
        self._expression = self.create_publisher(msg.Expression, "robot/expression", ESTIMATE)
        self._status = self.create_publisher(msg.BehaviorStatus, "behavior/status", STATE)
        self._camera = self._robot.camera
        if self._camera.on_head:
            self.listen(JointState, "joint_states", self._on_joints, ESTIMATE)
        self.listen(msg.PersonPose, "face/pose", self._on_pose, ESTIMATE)
        self.listen(msg.ActionUnits, "face/action_units", self._on_units, ESTIMATE)
        self.listen(msg.UserState, "user_state", self._on_state, STATE)
        self.every(TICK_S, self._tick)

    def _on_joints(self, message: JointState) -> None:
        """Where the camera is while the head moves; otherwise a robot would chase its own gaze."""
        self._camera = camera_at(self._robot, dict(zip(message.name, message.position, strict=True)))

    def _on_pose(self, message: msg.PersonPose) -> None:
        head = head_from(message.head) if message.present else None
        self._head = self._camera.to_base(head.position) if head else None
        self._head_s = to_seconds(message.header.stamp)

    def _on_units(self, message: msg.ActionUnits) -> None:
        units = units_from(message)
        fresh = abs(units.stamp_s - self._head_s) < SAME_FRAME_S
        self._expression.publish(expression_message(self._companion.see(units, self._head if fresh else None)))

    def _on_state(self, message: msg.UserState) -> None:
        self._companion.know(state_from(message))

    def _tick(self) -> None:
        turn = self._companion.tick()
        if turn.expression is not None:
            self._expression.publish(expression_message(turn.expression))
        self._status.publish(behavior_message(turn.status))


main = main_of("behavior", BehaviorNode)

if __name__ == "__main__":
    main()
