"""The sim node: MuJoCo behind a joint trajectory and joint states, as a real robot's driver would be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from geometry_msgs.msg import WrenchStamped
from rosgraph_msgs.msg import Clock as ClockMessage
from sensor_msgs.msg import JointState
from std_msgs.msg import Header
from trajectory_msgs.msg import JointTrajectory

from solamen.nodes.clock import to_stamp
from solamen.nodes.convert import trajectory_from
from solamen.nodes.qos import ESTIMATE
from solamen.nodes.runtime import keep, kept
from solamen.nodes.shell import Shell, main_of
from solamen.nodes.states import states_message
from solamen.nodes.window import Window, there_is_a_display
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.adapters.settings import SimSettings
from solamen.robot.description import load_robot

RATE_HZ = 50.0
BEHIND_S = 0.1
"""Time that the simulation lost beyond this is given up instead of being made up for in one leap."""
AFTER_CONTACT_S = 2.0
"""For so long after the last contact it is told that there is none; then the hands are silent, which costs nothing."""


class SimNode(Shell[SimSettings]):
    """A simulated robot in real time."""

    settings_type = SimSettings
    options = {"robot_file": "sol", "headless": True, "publish_clock": False}  # noqa: RUF012 (ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        self._backend: MujocoBackend | None = None
        self._window: Window | None = None
        super().__init__("sim", **arguments)

    def start(self) -> None:
        """Builds the model; a respawned simulator goes on at the last joint state."""
        robot = load_robot(self.option("robot_file"))
        self._backend = MujocoBackend(robot, self.settings).__enter__()
        last = kept("sim")
        if last:
            self._backend.restore(last["position"])
        self._states = self.create_publisher(JointState, "joint_states", ESTIMATE)
        self._contacts = {
            hand: self.create_publisher(WrenchStamped, f"hand_{hand}/contact", ESTIMATE)
            for hand in self._backend.contacts()
        }
        self._contact_told_until_s: dict[str, float] = {}
        self._time = self.create_publisher(ClockMessage, "/clock", 1) if self.option("publish_clock") else None
        self.listen(JointTrajectory, f"{robot.controller}/joint_trajectory", self._on_trajectory, ESTIMATE)
        self._begin_ns = self._wall_ns = self.solamen_clock.monotonic_ns()
        self._simulated_s = self._owed_s = 0.0
        self._epoch_s = self.solamen_clock.now_s()
        self.every_real(1.0 / RATE_HZ, self._step)
        if not self.option("headless") and there_is_a_display():
            self.guard(self._open_window)()

    def every_real(self, period_s: float, work: Callable[[], None]) -> None:
        """A timer on the machine's time, also where this node is the source of simulated time."""
        from rclpy.clock import Clock, ClockType

        self.create_timer(period_s, self.guard(work), clock=Clock(clock_type=ClockType.STEADY_TIME))

    def finish(self) -> None:
        """Closes the window and the simulation."""
        if self._window is not None:
            self._window.close()
            self._window = None
        if self._backend is not None:
            self._keep()
            self._backend.close()
            self._backend = None

    def figures(self) -> dict[str, Any]:
        """How much simulated time passes in a second of real time."""
        if self._backend is None:
            return {}
        real_s = (self.solamen_clock.monotonic_ns() - self._begin_ns) * 1e-9
        return {"realtime_factor": round(self._simulated_s / max(real_s, 1e-3), 4)}

    def _open_window(self) -> None:
        if self._backend is not None:
            self._window = Window(self._backend.model)

    def _on_trajectory(self, message: JointTrajectory) -> None:
        if self._backend is not None:
            self._backend.send(trajectory_from(message))

    def _step(self) -> None:
        if self._backend is None:
            return
        now_ns = self.solamen_clock.monotonic_ns()
        self._owed_s = min(self._owed_s + (now_ns - self._wall_ns) * 1e-9, BEHIND_S)
        self._wall_ns = now_ns
        # Whole steps only; what is left over is owed to the next turn, so that no time is lost by rounding.
        step_s = self.settings.timestep_s * int(self._owed_s / self.settings.timestep_s)
        self._owed_s -= step_s
        self._backend.advance(step_s)
        self._simulated_s += step_s
        self._publish()
        self._keep()
        if self._window is not None:
            self._window.show(self._backend.data.qpos)

    def _publish(self) -> None:
        assert self._backend is not None
        message = states_message(self._backend.joint_states(), self._backend.efforts())
        assert message is not None, "the simulator knows where its joints are"
        if self._time is not None:
            stamp = to_stamp(self._epoch_s + self._simulated_s)
            self._time.publish(ClockMessage(clock=stamp))
            message.header.stamp = stamp
        else:
            message.header.stamp = self.get_clock().now().to_msg()
        self._states.publish(message)
        self._publish_contacts(message.header)

    def _publish_contacts(self, header: Header) -> None:
        """Forces of a person on the hands, each in the frame of its hand."""
        assert self._backend is not None
        for hand, force in self._backend.contacts().items():
            if any(force):
                self._contact_told_until_s[hand] = self._simulated_s + AFTER_CONTACT_S
            if self._simulated_s <= self._contact_told_until_s.get(hand, 0.0):
                message = WrenchStamped(header=Header(stamp=header.stamp, frame_id=f"hand_{hand}"))
                message.wrench.force.x, message.wrench.force.y, message.wrench.force.z = force
                self._contacts[hand].publish(message)

    def _keep(self) -> None:
        if self._backend is not None:
            names, positions, _ = self._backend.joint_states()
            keep("sim", {"position": dict(zip(names, map(float, positions), strict=True))})


main = main_of("sim", SimNode)

if __name__ == "__main__":
    main()
