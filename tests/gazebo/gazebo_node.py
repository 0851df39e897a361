"""`python tests/gazebo/gazebo_node.py ROOT [PREFIX ...]`: Gazebo Classic in the place of the sim node.

It takes `<controller>/joint_trajectory` and tells `joint_states` and `/clock`, as the sim node does; time is Gazebo's.
"""

from __future__ import annotations

import sys
from pathlib import Path

import rclpy
from classic_body import ClassicBody
from rclpy.executors import ExternalShutdownException
from rclpy.node import Node
from rosgraph_msgs.msg import Clock
from sensor_msgs.msg import JointState
from trajectory_msgs.msg import JointTrajectory

from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError
from solamen.nodes.clock import to_stamp
from solamen.nodes.convert import trajectory_from
from solamen.nodes.qos import ESTIMATE
from solamen.robot.description import RobotDescription, load_robot

TICK_S = 0.02


class GazeboNode(Node):
    """Moves Gazebo on by 20 ms in every 20 ms, or as fast as it can."""

    def __init__(self, robot: RobotDescription, body: ClassicBody) -> None:
        super().__init__("gazebo_body")
        self._body, self._epoch_s, self._ticks = body, SystemClock().now_s(), 0
        self._states = self.create_publisher(JointState, "joint_states", ESTIMATE)
        self._time = self.create_publisher(Clock, "/clock", 1)
        self.create_subscription(JointTrajectory, f"{robot.controller}/joint_trajectory", self._take, ESTIMATE)
        self.create_timer(TICK_S, self._tick)

    def _take(self, message: JointTrajectory) -> None:
        self._body.send(trajectory_from(message))

    def _tick(self) -> None:
        self._body.advance(TICK_S)
        self._ticks += 1
        stamp = to_stamp(self._epoch_s + self._ticks * TICK_S)
        names, positions, velocities = self._body.joint_states()
        message = JointState(name=list(names), position=list(positions), velocity=list(velocities))
        message.header.stamp = stamp
        self._time.publish(Clock(clock=stamp))
        self._states.publish(message)


def main(root: str, *prefix: str) -> int:
    """Runs until it is interrupted; status 1 where Gazebo does not start or falls silent."""
    robot = load_robot("sol")
    try:
        with ClassicBody(robot, Path(root), prefix) as body:
            rclpy.init(args=[])
            rclpy.spin(GazeboNode(robot, body))
    except OutsideError as error:
        print(f"gazebo-test failed: {error}", file=sys.stderr)
        return 1
    except (KeyboardInterrupt, ExternalShutdownException):
        pass
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
