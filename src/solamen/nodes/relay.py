"""The relay node: the safety node's trajectories, split among a robot's own controllers.

It stands below the safety node and makes no motion of its own: what it is not sent, it does not send. It has
work only where a robot of ros2_control has several controllers, takes trajectories as goals (`action: true`), has
other names for its joints, or lights, which nobody measures: these it adds to `joint_states`.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from rclpy.action import ActionClient
from sensor_msgs.msg import JointState
from trajectory_msgs.msg import JointTrajectory, JointTrajectoryPoint

from solamen.core.errors import OutsideError
from solamen.nodes.qos import ESTIMATE
from solamen.nodes.shell import Shell, main_of
from solamen.robot.adapters.relay_settings import RelaySettings
from solamen.robot.description import RobotDescription, load_robot

RELAYED = "relay"
"""Frame of the joint states that this node tells, by which it knows its own."""


def part_of(message: JointTrajectory, joints: Collection[str], names: Mapping[str, str]) -> JointTrajectory | None:
    """The columns of a trajectory that belong to some joints, under the driver's names; None where there are none.

    Raises:
        ValueError: a point has not as many positions or velocities as the message has names.
    """
    columns = [index for index, name in enumerate(message.joint_names) if name in joints]
    if not columns or not message.points:
        return None
    part = JointTrajectory(header=message.header)
    part.joint_names = [names.get(message.joint_names[index], message.joint_names[index]) for index in columns]
    for point in message.points:
        if {len(point.positions), len(point.velocities)} != {len(message.joint_names)}:
            raise ValueError("a trajectory has points of another length than its names")
        entry = JointTrajectoryPoint(time_from_start=point.time_from_start)
        entry.positions = [point.positions[index] for index in columns]
        entry.velocities = [point.velocities[index] for index in columns]
        part.points.append(entry)
    return part


def own_states(message: JointState, own: Mapping[str, str], lights: Mapping[str, float]) -> JointState | None:
    """What a driver tells of joints that it has other names for, and the lights that nobody can measure.

    Args:
        message: of the driver.
        own: the driver's name to ours, where they differ.
        lights: to where they were told to be.
    """
    at = [index for index, name in enumerate(message.name) if name in own and index < len(message.position)]
    if not at and not lights:
        return None
    told = JointState(header=message.header, name=[*(own[message.name[index]] for index in at), *lights])
    told.position = [*(message.position[index] for index in at), *lights.values()]
    if len(message.velocity) == len(message.name):
        told.velocity = [*(message.velocity[index] for index in at), *(0.0 for _ in lights)]
    told.header.frame_id = RELAYED
    return told


def goal_type() -> Any:
    """The action of ros2_control's controllers.

    Raises:
        OutsideError: control_msgs is not installed.
    """
    try:
        from control_msgs.action import FollowJointTrajectory
    except ImportError as error:
        remedy = "Install ros-<distro>-control-msgs, or write `action: false` below `backend` in the robot's file."
        raise OutsideError("control_msgs is not installed", "the action follow_joint_trajectory", remedy) from error
    return FollowJointTrajectory


class GoalSender:
    """Sends trajectories to one controller as goals: the newest one only, and one at a time.

    Args:
        node: that owns the client.
        controller: name of the controller, relative to the namespace.
        silence_s: an answer that takes longer is not waited for any more.
    """

    def __init__(self, node: Shell[Any], controller: str, silence_s: float) -> None:
        self._node, self._controller, self._silence_ns = node, controller, round(silence_s * 1e9)
        self._kind = goal_type()
        self._client = ActionClient(node, self._kind, f"{controller}/follow_joint_trajectory")
        self._next: JointTrajectory | None = None
        self._asked_ns: int | None = None

    def send(self, trajectory: JointTrajectory) -> None:
        """Sends it at once, or when the controller has answered to the one before."""
        self._next = trajectory
        now_ns = self._node.solamen_clock.monotonic_ns()
        if self._asked_ns is None or now_ns - self._asked_ns > self._silence_ns:
            self._send_next(now_ns)

    def destroy(self) -> None:
        """Lets go of the action."""
        self._client.destroy()

    def _send_next(self, now_ns: int) -> None:
        trajectory, self._next = self._next, None
        if trajectory is None:
            return
        if not self._client.server_is_ready():
            what = f"{self._controller} does not offer follow_joint_trajectory; start the controller"
            self._node.problem(what, self._controller)
            return
        self._asked_ns = now_ns
        answer = self._client.send_goal_async(self._kind.Goal(trajectory=trajectory))
        answer.add_done_callback(self._node.guard(self._on_answer))

    def _on_answer(self, answer: Any) -> None:
        self._asked_ns = None
        if answer.result().accepted:
            self._node.solved(self._controller)
        else:
            what = f"{self._controller} rejects the trajectory; compare its joints with the robot's file"
            self._node.problem(what, self._controller)
        self._send_next(self._node.solamen_clock.monotonic_ns())


class TopicSender:
    """Sends trajectories to one controller on its topic."""

    def __init__(self, node: Shell[Any], controller: str) -> None:
        self._publisher = node.create_publisher(JointTrajectory, f"{controller}/joint_trajectory", ESTIMATE)

    def send(self, trajectory: JointTrajectory) -> None:
        """Sends it at once."""
        self._publisher.publish(trajectory)

    def destroy(self) -> None:
        """Nothing: the node owns the publisher."""


class RelayNode(Shell[RelaySettings]):
    """Passes on what the safety node sends, and nothing else."""

    settings_type = RelaySettings
    options = {"robot_file": "sol"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        self._senders: dict[str, GoalSender | TopicSender] = {}
        super().__init__("relay", **arguments)

    def start(self) -> None:
        """Finds out who takes which joints."""
        robot = load_robot(self.option("robot_file"))
        as_goals = bool(robot.backend.settings.get("action", False))
        joints = {joint.name for joint in robot.joints if joint.in_model}
        self._names = robot.drivers()
        self._joints = {name: joints & set(members) for name, members in robot.controllers.items()}
        self._relayed = 0
        for controller in self._joints:
            self._add(robot, controller, as_goals)
        self._own = {driver: name for name, driver in self._names.items() if driver != name and name in joints}
        self._lights = {joint.name: joint.neutral for joint in robot.joints if not joint.in_model}
        if self._own or self._lights:
            self._states = self.create_publisher(JointState, "joint_states", ESTIMATE)
            self.listen(JointState, "joint_states", self._on_states, ESTIMATE)
        if self._senders or self._lights:
            self.listen(JointTrajectory, f"{robot.controller}/joint_trajectory", self._on_trajectory, ESTIMATE)

    def _add(self, robot: RobotDescription, controller: str, as_goals: bool) -> None:
        if as_goals:
            self._senders[controller] = GoalSender(self, controller, self.settings.answer_silence_s)
        elif controller != robot.controller:  # that one hears the safety node itself
            self._senders[controller] = TopicSender(self, controller)

    def finish(self) -> None:
        """Lets go of the controllers; each trajectory that they have ends at rest within 0.2 s."""
        for sender in self._senders.values():
            sender.destroy()
        self._senders = {}

    def figures(self) -> dict[str, Any]:
        """How many trajectories were passed on."""
        return {"controllers": len(self._senders), "trajectories": getattr(self, "_relayed", 0)}

    def _on_trajectory(self, message: JointTrajectory) -> None:
        for controller, sender in self._senders.items():
            part = part_of(message, self._joints[controller], self._names)
            if part is not None:
                sender.send(part)
        if message.points:  # a light counts as being where it was told to be
            told = zip(message.joint_names, message.points[-1].positions, strict=False)
            self._lights |= {name: place for name, place in told if name in self._lights}
        self._relayed += 1

    def _on_states(self, message: JointState) -> None:
        """Only with what the driver tells, so that its silence stays silence."""
        if message.header.frame_id == RELAYED:
            return
        self._lights = {name: place for name, place in self._lights.items() if name not in message.name}
        told = own_states(message, self._own, self._lights)
        if told is not None:
            self._states.publish(told)


main = main_of("relay", RelayNode)

if __name__ == "__main__":
    main()
