"""The safety node: the only one that moves joints. It works with any node above it dead."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from geometry_msgs.msg import WrenchStamped
from sensor_msgs.msg import JointState
from solamen_msgs import msg
from std_msgs.msg import Bool
from std_srvs.srv import Trigger
from trajectory_msgs.msg import JointTrajectory

from solamen.core.intents import JointCommand, TrajectoryPoint
from solamen.nodes.clock import to_stamp
from solamen.nodes.convert import command_from, trajectory_message
from solamen.nodes.qos import ESTIMATE, FROM_ANYBODY, STATE
from solamen.nodes.runtime import keep, kept
from solamen.nodes.shell import Shell, main_of
from solamen.robot.description import load_robot
from solamen.robot.safety.collision_file import load_collision_model
from solamen.robot.safety.layer import SafetyLayer
from solamen.robot.safety.settings import SafetySettings

TICK_S = 0.02
STATUS_PERIOD_S = 0.1


class SafetyNode(Shell[SafetySettings]):
    """Passes, limits or drops requests for joints; stops the robot when told to."""

    settings_type = SafetySettings
    options = {"robot_file": "sol"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        super().__init__("safety", **arguments)

    def start(self) -> None:
        """Reads the limits and takes the controller's topic for itself."""
        robot = load_robot(self.option("robot_file"))
        # Who was killed in mid-motion does not know why: a respawned safety process stands still until a human says so.
        respawned = kept("safety") is not None
        keep("safety", {"started": True})
        self._layer = SafetyLayer(
            robot.limits(),
            robot.neutral(),
            self.settings,
            start_stopped=respawned,
            collision=load_collision_model(robot.name),
        )
        self._answered_ns = 0
        self._trajectory = self.create_publisher(JointTrajectory, f"{robot.controller}/joint_trajectory", ESTIMATE)
        self._trace = self.create_publisher(msg.CommandTrace, "robot/trace", ESTIMATE)
        self._status = self.create_publisher(msg.SafetyStatus, "safety/status", ESTIMATE)
        self.listen(msg.JointCommand, "robot/command", self._on_command, ESTIMATE)
        self.listen(JointState, "joint_states", self._on_joints, ESTIMATE)
        for hand in ("left", "right"):
            self.listen(WrenchStamped, f"hand_{hand}/contact", partial(self._on_contact, hand), ESTIMATE)
        for qos in (STATE, FROM_ANYBODY):  # a button with rclpy's own defaults stops the robot, too
            self.listen(Bool, "robot/stop", self._on_stop, qos)
        self.create_service(Trigger, "robot/reset_stop", self.guard(self._on_reset))
        self.every(TICK_S, self._tick)
        self.every(STATUS_PERIOD_S, self._tell)

    def _on_command(self, message: msg.JointCommand) -> None:
        command = command_from(message)
        if self._send(self._layer.command(command, self.solamen_clock.now_s())):
            self._trace_answer(command)

    def _send(self, points: Sequence[TrajectoryPoint] | None) -> bool:
        if not points:
            return False
        # Stamp 0: the controller begins at once, whatever its clock says.
        self._trajectory.publish(trajectory_message(points, 0.0))
        return True

    def _trace_answer(self, command: JointCommand) -> None:
        """Tells of the first safe command that answers a frame."""
        if command.answers_monotonic_ns <= self._answered_ns:
            return
        self._answered_ns = command.answers_monotonic_ns
        trace = msg.CommandTrace(answers=to_stamp(command.answers_s), answers_monotonic_ns=self._answered_ns)
        trace.header.stamp = to_stamp(command.stamp_s)
        trace.command_monotonic_ns = self.solamen_clock.monotonic_ns()
        self._trace.publish(trace)

    def _on_joints(self, message: JointState) -> None:
        if len(message.name) != len(message.position):
            raise ValueError("joint_states has fewer positions than names")
        positions = dict(zip(message.name, message.position, strict=True))
        velocities = dict(zip(message.name, message.velocity, strict=False))
        efforts = dict(zip(message.name, message.effort, strict=False))
        self._layer.joint_states(positions, velocities, self.solamen_clock.now_s(), efforts)

    def _on_contact(self, hand: str, message: WrenchStamped) -> None:
        force = message.wrench.force
        self._send(self._layer.contact(hand, (force.x, force.y, force.z), self.solamen_clock.now_s()))

    def _on_stop(self, message: Bool) -> None:
        if message.data:
            self._send(self._layer.stop("robot/stop was published", self.solamen_clock.now_s()))

    def _on_reset(self, request: Trigger.Request, response: Trigger.Response) -> Trigger.Response:
        cleared = self._layer.reset_stop()
        told = "the stop is cleared; the robot moves again" if cleared else "the robot was not stopped"
        response.success, response.message = True, told
        return response

    def _tick(self) -> None:
        self._send(self._layer.tick(self.solamen_clock.now_s()))

    def _tell(self) -> None:
        state = self._layer.status()
        status = msg.SafetyStatus(
            stopped=state.stopped,
            stop_reason=state.stop_reason,
            in_contact=state.in_contact,
            command_silent=state.command_silent,
            joints_silent=state.joints_silent,
            limits_hit=list(state.limits_hit),
            accepted=state.accepted,
            limited=state.limited,
            rejected=state.rejected,
            last_rejection=state.last_rejection,
        )
        status.header.stamp = self.get_clock().now().to_msg()
        self._status.publish(status)


main = main_of("safety", SafetyNode)

if __name__ == "__main__":
    main()
