"""The same expression and the same gesture for any body, through the robot node and the safety node, each a process."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import rclpy
from body_comparison import Trace
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.node import Node
from sensor_msgs.msg import JointState
from solamen_msgs import action, msg

from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError
from solamen.core.intents import Expression
from solamen.core.resources import resource
from solamen.nodes.clock import to_seconds
from solamen.nodes.convert import expression_message
from solamen.nodes.qos import ESTIMATE
from solamen.session.environment import run_environment

EXPRESSION_AT_S, GESTURE_AT_S, SECOND_AT_S, END_S = 0.5, 1.0, 6.5, 8.5
AGAIN_S = 0.5
GESTURE = "open_arms"
MIRROR = {1: 0.6, 4: 0.7, 6: 0.5, 7: 0.4, 10: 0.4, 25: 0.8, 26: 0.3}
CONCERN = {1: 0.9, 2: 0.5, 6: 0.3, 12: 0.5, 25: 0.8, 26: 0.2}
GAZE = (0.8, 0.35, 0.35)

NO_LIFE_OF_ITS_OWN = {"blink_interval_s": 0.0, "fidget_rad": 0.0, "breaths_per_min": 0.0}
"""So that both bodies are asked for the same."""

FEWEST_COMMANDS_HZ = 40.0
"""Of the robot node's 50 a second of the body's time; with fewer, the machine is too busy to judge its motion."""
START_TIMEOUT_S, PATIENCE_S = 60.0, 100.0
END_TIMEOUT_S = 15.0


class BusyError(OutsideError):
    """The machine was too busy; another try may well succeed."""


def node_command(process: str, **parameters: Any) -> list[str]:
    """Starts one of the project's own nodes with its file in config/ and a few parameters besides."""
    words = [sys.executable, "-m", f"solamen.nodes.{process}", "--ros-args"]
    words += ["--params-file", str(resource("config", f"{process}.yaml"))]
    for name, value in parameters.items():
        words += ["-p", f"{name}:={str(value).lower() if isinstance(value, bool) else value}"]
    return words


@contextmanager
def processes(commands: Sequence[Sequence[str]], environment: dict[str, str], log: Path) -> Iterator[list[Any]]:
    """Runs them while the context lasts; interrupts them at its end, and kills those that do not heed it."""
    started: list[subprocess.Popen[bytes]] = []
    with log.open("wb") as file:
        try:
            for command in commands:
                started.append(subprocess.Popen(command, env=environment, stdout=file, stderr=file))
            yield started
        finally:
            for process in started:
                process.send_signal(signal.SIGINT)
            for process in started:
                try:
                    process.wait(END_TIMEOUT_S)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def perform(body: Sequence[str], runtime: Path, domain: int) -> Trace:
    """Starts a body, given by its command, with the robot node and the safety node, and drives them by messages.

    Raises:
        BusyError: the robot node came to too few of its turns.
        OutsideError: a process ended or fell silent, or what was asked for was not done.
    """
    environment = run_environment(runtime, domain, network=False)
    nodes = [node_command("safety", use_sim_time=True), node_command("robot", use_sim_time=True, **NO_LIFE_OF_ITS_OWN)]
    log = runtime / "performance.log"
    with processes([body, *nodes], environment, log) as started, _ros(environment, domain):
        director, executor, clock = Director(), SingleThreadedExecutor(), SystemClock()
        executor.add_node(director)
        begun_ns = clock.monotonic_ns()
        while not director.over:
            executor.spin_once(timeout_sec=0.2)
            waited_s = (clock.monotonic_ns() - begun_ns) * 1e-9
            ended = [process.args for process in started if process.poll() is not None]
            slow = waited_s > (PATIENCE_S if director.begun else START_TIMEOUT_S)
            if ended or slow or director.problem:
                what = director.problem or (f"{' '.join(ended[0][:4])} ended" if ended else director.missing())
                director.complain_if_starved()
                raise OutsideError(what, "the last lines of its log", _end_of(log))
        director.complain_if_starved()
        trace = director.trace()
        director.destroy_node()
        return trace


@contextmanager
def _ros(environment: dict[str, str], domain: int) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(environment)
    rclpy.init(args=[], domain_id=domain)
    try:
        yield
    finally:
        rclpy.try_shutdown()
        for name in environment.keys() - before.keys():
            del os.environ[name]
        os.environ.update(before)


def _end_of(log: Path) -> str:
    return " | ".join(log.read_text(errors="replace").splitlines()[-5:]) or "it is empty."


class Director(Node):
    """Says what is to be shown, and notes what was asked of the joints and where they were; time is the body's."""

    def __init__(self) -> None:
        super().__init__("director")
        self.over, self.problem = False, ""
        self._asked: list[tuple[float, dict[str, float]]] = []
        self._seen: list[tuple[float, dict[str, float]]] = []
        self._begin_s = self._said_s = 0.0
        self._asked_for_gesture = self._played = False
        self._rejected = self._rejected_before = 0
        self._clock = SystemClock()
        self._expression = self.create_publisher(msg.Expression, "robot/expression", ESTIMATE)
        self._gesture = ActionClient(self, action.PlayGesture, "play_gesture")
        self.create_subscription(msg.JointCommand, "robot/command", self._on_command, ESTIMATE)
        self.create_subscription(JointState, "joint_states", self._on_joints, ESTIMATE)
        self.create_subscription(msg.SafetyStatus, "safety/status", self._on_status, ESTIMATE)

    @property
    def begun(self) -> bool:
        """Whether all nodes are up and the performance goes on."""
        return self._begin_s > 0.0

    def missing(self) -> str:
        """What has not been heard of."""
        if self.begun:
            return "the performance did not come to its end"
        waiting = {"joint_states": self._seen, "robot/command": self._asked, "play_gesture": self._serves_gestures()}
        return f"no {' and no '.join(name for name, there in waiting.items() if not there)}"

    def commands_hz(self) -> float:
        """How often the robot node asked, in the body's time; infinite before a second of it has passed."""
        lasted_s = self._seen[-1][0] - self._begin_s if self.begun else 0.0
        return sum(self._begin_s <= at_s for at_s, _ in self._asked) / lasted_s if lasted_s > 1.0 else math.inf

    def complain_if_starved(self) -> None:
        """Raises BusyError where the robot node came to too few of its turns, in the body's time."""
        rate_hz = self.commands_hz()
        if rate_hz < FEWEST_COMMANDS_HZ:
            what = f"the robot node asked {rate_hz:.0f} times a second instead of 50"
            raise BusyError(what, "this machine is too busy", "End other work and call again.")

    def trace(self) -> Trace:
        """What was asked and what was seen, from the beginning on, in the body's time."""
        names = tuple(self._seen[0][1])
        asked_s, asked = self._columns(self._asked, names)
        seen_s, seen = self._columns(self._seen, names)
        factor = (seen_s[-1] - seen_s[0]) / ((self._end_ns - self._begin_ns) * 1e-9)
        return Trace(names, asked_s, asked, seen_s, seen, factor, self._rejected - self._rejected_before)

    def _columns(self, rows: Sequence[tuple[float, dict[str, float]]], names: Sequence[str]) -> tuple[Any, Any]:
        kept = [(at_s - self._begin_s, place) for at_s, place in rows if self._begin_s <= at_s]
        return np.array([at_s for at_s, _ in kept]), np.array([[place[name] for name in names] for _, place in kept])

    def _serves_gestures(self) -> bool:
        return self._gesture.server_is_ready()

    def _on_status(self, status: msg.SafetyStatus) -> None:
        self._rejected = status.rejected
        if status.stopped:
            self.problem = f"the safety node stopped the robot: {status.stop_reason}"

    def _on_command(self, message: msg.JointCommand) -> None:
        place = dict(zip(message.name, message.position, strict=True))
        self._asked.append((to_seconds(message.header.stamp), place))

    def _on_joints(self, message: JointState) -> None:
        now_s = to_seconds(message.header.stamp)
        self._seen.append((now_s, dict(zip(message.name, message.position, strict=True))))
        if not self.begun:
            if self._asked and self._serves_gestures():
                self._begin_s, self._begin_ns = now_s, self._clock.monotonic_ns()
                self._rejected_before = self._rejected
            return
        self._direct(now_s, now_s - self._begin_s)

    def _direct(self, now_s: float, passed_s: float) -> None:
        """Pain mirrored, a gesture, then concern; each face is said again twice a second, as empathy does."""
        if passed_s >= EXPRESSION_AT_S and now_s - self._said_s >= AGAIN_S:
            self._said_s = now_s
            activation = CONCERN if passed_s >= SECOND_AT_S else MIRROR
            self._expression.publish(expression_message(Expression(now_s, activation, GAZE, blend_s=0.4)))
        if passed_s >= GESTURE_AT_S and not self._asked_for_gesture:
            self._asked_for_gesture = True
            goal = action.PlayGesture.Goal(name=GESTURE, amplitude=1.0, speed=1.0)
            self._gesture.send_goal_async(goal).add_done_callback(self._on_answer)
        if passed_s >= END_S and self._played and not self.over:
            self.over, self._end_ns = True, self._clock.monotonic_ns()

    def _on_answer(self, answer: Any) -> None:
        handle = answer.result()
        if not handle.accepted:
            self.problem = f"the robot node does not play the gesture {GESTURE}"
            return
        handle.get_result_async().add_done_callback(self._on_result)

    def _on_result(self, result: Any) -> None:
        outcome = result.result().result
        self._played = outcome.success
        if not outcome.success:
            self.problem = f"the gesture {GESTURE} failed: {outcome.message}"
