"""A robot that moves in this process: motion, safety layer and simulated body, as in a run but without ROS."""

from __future__ import annotations

from collections.abc import Mapping

from solamen.core.clock import Clock
from solamen.core.intents import Expression, Point, TrajectoryPoint
from solamen.robot.adapters.backend import RobotBackend
from solamen.robot.description import RobotDescription
from solamen.robot.gestures import Gesture
from solamen.robot.motion import Motion
from solamen.robot.safety.collision_file import load_collision_model
from solamen.robot.safety.layer import SafetyLayer, SafetyState
from solamen.robot.safety.settings import SafetySettings

RATE_HZ = 50.0
TICK_S = 1.0 / RATE_HZ
LONGEST_S = 0.1
"""Time that a slow machine lost beyond this is given up instead of being made up for in one leap."""

REPEAT_S = 0.5
"""An expression that does not change is said again this often, so that the face holds it."""


class LiveRobot:
    """Shows what it is asked to; every motion passes the safety layer.

    Args:
        description: of the robot.
        backend: its body, entered; it stays the caller's.
        clock: whose time passes.
        safety: settings of the safety layer.
    """

    def __init__(
        self, description: RobotDescription, backend: RobotBackend, clock: Clock, safety: SafetySettings | None = None
    ) -> None:
        self._backend, self._clock = backend, clock
        self._motion = Motion(description, RATE_HZ)
        collision = load_collision_model(description.name)
        self._safety = SafetyLayer(description.limits(), description.neutral(), safety, collision=collision)
        self._asked: tuple[Mapping[int, float], Point | None] = ({}, None)
        self._said: tuple[Mapping[int, float], Point | None] | None = None
        self._said_s = self._clock.now_s()
        self._wall_ns = self._clock.monotonic_ns()
        self._look_at_joints()
        self._motion.start_from(self.positions())

    def positions(self) -> dict[str, float]:
        """Joint name to where it is, rad or m."""
        names, positions, _ = self._backend.joint_states()
        return dict(zip(names, positions, strict=True))

    def status(self) -> SafetyState:
        """What the safety layer does."""
        return self._safety.status()

    def show(self, activation: Mapping[int, float], gaze_target: Point | None = None) -> None:
        """Asks for a face: FACS number to 0–1; and for a look at a point, metres in base_link."""
        self._asked = (dict(activation), gaze_target)

    def play(self, gesture: Gesture) -> None:
        """Plays a gesture over the face; one that is being played fades out."""
        self._motion.play_gesture(gesture, self._clock.now_s())

    def stop(self) -> None:
        """Stops the robot until `reset_stop`."""
        self._send(self._safety.stop("stopped by hand", self._clock.now_s()))

    def reset_stop(self) -> None:
        """Lets it move again, on from where it stands."""
        self._safety.reset_stop()
        self._motion.start_from(self.positions())

    def step(self) -> None:
        """One turn of `TICK_S`: asks, limits, moves, and looks where the joints are."""
        now_s = self._clock.now_s()
        self._say(now_s)
        self._send(self._safety.command(self._motion.tick(now_s), now_s))
        self._send(self._safety.tick(now_s))
        now_ns = self._clock.monotonic_ns()
        self._backend.advance(min((now_ns - self._wall_ns) * 1e-9, LONGEST_S))
        self._wall_ns = now_ns
        self._look_at_joints()

    def _say(self, now_s: float) -> None:
        """Passes the expression on where it is new, or has not been said for long."""
        if self._asked != self._said or not 0.0 <= now_s - self._said_s < REPEAT_S:
            self._said, self._said_s = self._asked, now_s
            activation, gaze_target = self._asked
            self._motion.set_expression(Expression(now_s, activation, gaze_target, cause="by hand"))

    def _send(self, points: list[TrajectoryPoint] | None) -> None:
        if points:
            self._backend.send(points)

    def _look_at_joints(self) -> None:
        names, positions, velocities = self._backend.joint_states()
        self._safety.joint_states(
            dict(zip(names, positions, strict=True)),
            dict(zip(names, velocities, strict=True)),
            self._clock.now_s(),
        )
