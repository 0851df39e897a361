"""The robot node: expressions in, requests for joints out at a fixed rate."""

from __future__ import annotations

from typing import Any

from sensor_msgs.msg import JointState
from solamen_msgs import msg

from solamen.nodes.convert import command_message, expression_from
from solamen.nodes.qos import ESTIMATE
from solamen.nodes.shell import Shell, main_of
from solamen.robot.description import load_robot
from solamen.robot.motion import Motion
from solamen.robot.settings import MotionSettings

RATE_HZ = 50.0


class RobotNode(Shell[MotionSettings]):
    """Turns what the face should show into smooth motion."""

    settings_type = MotionSettings
    options = {"robot_file": "sol"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        super().__init__("robot", **arguments)

    def start(self) -> None:
        """Waits for the joints' positions, so that a respawned node goes on from where the robot stands."""
        self._robot = load_robot(self.option("robot_file"))
        self._motion = Motion(self._robot, RATE_HZ, self.settings)
        self._standing = False
        self._command = self.create_publisher(msg.JointCommand, "robot/command", ESTIMATE)
        self.listen(msg.Expression, "robot/expression", self._on_expression, ESTIMATE)
        self._joints = self.listen(JointState, "joint_states", self._on_joints, ESTIMATE)
        self.every(1.0 / RATE_HZ, self._tick)

    def _on_expression(self, message: msg.Expression) -> None:
        self._motion.set_expression(expression_from(message))

    def _on_joints(self, message: JointState) -> None:
        if not self._standing and len(message.name) == len(message.position):
            self._motion.start_from(dict(zip(message.name, message.position, strict=True)))
            self._standing = True
            # Once is enough, and fifty messages a second would cost more than the motion itself.
            self.destroy_subscription(self._joints)

    def _tick(self) -> None:
        if self._standing:
            self._command.publish(command_message(self._motion.tick(self.solamen_clock.now_s())))


main = main_of("robot", RobotNode)

if __name__ == "__main__":
    main()
