"""The driver node: a robot that others make, behind a joint trajectory and joint states as the sim node has them."""

from __future__ import annotations

from typing import Any

from sensor_msgs.msg import JointState
from trajectory_msgs.msg import JointTrajectory

from solamen.nodes.convert import trajectory_from
from solamen.nodes.qos import ESTIMATE
from solamen.nodes.shell import Shell, main_of
from solamen.nodes.states import states_message
from solamen.robot.adapters.backend import RobotBackend
from solamen.robot.adapters.drive import as_filed, drive
from solamen.robot.adapters.driver_settings import DriverSettings
from solamen.robot.description import load_robot


class DriverNode(Shell[DriverSettings]):
    """Passes the safe trajectories on to a robot, and says where it is."""

    settings_type = DriverSettings
    options = {"robot_file": "sol"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        self._backend: RobotBackend | None = None
        super().__init__("driver", **arguments)

    def start(self) -> None:
        """Reaches the robot; where it is not there, the node does not start."""
        robot = load_robot(self.option("robot_file"))
        where = f"the file of the robot {robot.name}"
        self._chosen = as_filed(self.settings, robot.backend.name, robot.backend.settings, where)
        made = drive(self._chosen, robot.limits(), robot.neutral(), robot.drivers(), self.solamen_clock)
        self._backend = made.__enter__()
        self._sent = self._told = 0
        self._lost = False
        self._wall_ns = self.solamen_clock.monotonic_ns()
        self._states = self.create_publisher(JointState, "joint_states", ESTIMATE)
        self.listen(JointTrajectory, f"{robot.controller}/joint_trajectory", self._on_trajectory, ESTIMATE)
        self.every(1.0 / self.settings.rate_hz, self._step)

    def finish(self) -> None:
        """Lets go of the robot, which stays where it is."""
        if self._backend is not None:
            self._backend.close()
            self._backend = None

    def figures(self) -> dict[str, Any]:
        """What passed since the start."""
        if self._backend is None:
            return {}
        return {"backend": self._chosen.backend, "trajectories": self._sent, "joint_states": self._told}

    def _on_trajectory(self, message: JointTrajectory) -> None:
        if self._backend is not None:
            self._backend.send(trajectory_from(message))
            self._sent += 1

    def _step(self) -> None:
        if self._backend is None:
            return
        now_ns = self.solamen_clock.monotonic_ns()
        self._backend.advance((now_ns - self._wall_ns) * 1e-9)
        self._wall_ns = now_ns
        self._publish()
        self._tell_problem(self._backend.problem())

    def _tell_problem(self, problem: str) -> None:
        if problem:
            self.problem(problem)
        elif self._lost:
            self.solved()
            self.get_logger().info("the robot answers again")
        self._lost = bool(problem)

    def _publish(self) -> None:
        """Publishes the joints whose places are known; nothing where none is, so that their silence is heard."""
        assert self._backend is not None
        message = states_message(self._backend.joint_states(), self._backend.efforts())
        if message is None:
            return
        message.header.stamp = self.get_clock().now().to_msg()
        self._states.publish(message)
        self._told += 1


main = main_of("driver", DriverNode)

if __name__ == "__main__":
    main()
