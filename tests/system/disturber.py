"""Stands in a run's domain, disturbs the robot in motion, and writes down what the joints did; for test_stops.py.

Usage: python disturber.py '{"behavior": pid, "robot": pid, "safety": pid}', in the environment of the run.
Prints one JSON object of what it saw. All times are monotonic seconds of this machine.
"""

import json
import math
import os
import signal
import sys
import time

import rclpy
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from sensor_msgs.msg import JointState
from solamen_msgs import msg
from solamen_msgs.action import PlayGesture
from std_msgs.msg import Bool
from std_srvs.srv import Trigger
from trajectory_msgs.msg import JointTrajectory

from solamen.core.intents import Expression, JointCommand
from solamen.nodes.convert import command_message, expression_message
from solamen.nodes.qos import ESTIMATE, STATE

TRAJECTORY = "sol_controller/joint_trajectory"
JOINT = "shoulder_pitch_left"
WAVING = "elbow_right"
"""The fastest joint of the fastest gesture, `wave`."""
BACK, FRONT = 0.1, -1.8
"""Where the gesture goes to and fro, rad; farther than it comes, so that it is at its fastest for long."""


class Disturber:
    def __init__(self, pids):
        self.pids = pids
        self.node = rclpy.create_node("disturber")
        # The cheaper one that waits for events cannot tell when a message was sent.
        self.executor = SingleThreadedExecutor()
        self.executor.add_node(self.node)
        self.joints, self.trajectories, self.statuses = [], [], []
        self.command = self.node.create_publisher(msg.JointCommand, "robot/command", ESTIMATE)
        self.expression = self.node.create_publisher(msg.Expression, "robot/expression", ESTIMATE)
        self.stop = self.node.create_publisher(Bool, "robot/stop", STATE)
        self.reset = self.node.create_client(Trigger, "robot/reset_stop")
        self.node.create_subscription(JointState, "joint_states", self._on_joints, ESTIMATE)
        self.node.create_subscription(JointTrajectory, TRAJECTORY, self._on_trajectory, ESTIMATE)
        self.node.create_subscription(msg.SafetyStatus, "safety/status", self._on_status, ESTIMATE)

    def _on_joints(self, message):
        place = dict(zip(message.name, zip(message.position, message.velocity, strict=True), strict=True))
        self.joints.append((time.monotonic(), place))

    def _on_trajectory(self, message, info):
        """By the time at which safety sent it: on a busy machine this process may be late to hear."""
        first = dict(zip(message.joint_names, message.points[0].velocities, strict=True))
        ago_s = time.time() - info["source_timestamp"] * 1e-9
        self.trajectories.append((time.monotonic() - ago_s, first))

    def _on_status(self, message):
        self.statuses.append((time.monotonic(), message.stopped, message.rejected))

    def watch(self, seconds, each=None):
        """Listens for a while; `each` is called every 20 ms."""
        end_s = next_s = time.monotonic()
        end_s += seconds
        while time.monotonic() < end_s:
            self.executor.spin_once(timeout_sec=max(min(next_s, end_s) - time.monotonic(), 0.0))
            if each is not None and time.monotonic() >= next_s:
                next_s += 0.02
                each()

    def until(self, condition, what, seconds, each=None):
        end_s = time.monotonic() + seconds
        while not condition():
            if time.monotonic() > end_s:
                raise SystemExit(f"waited {seconds:g} s in vain: {what}")
            self.watch(0.02, each)

    def kill(self, name):
        os.kill(self.pids[name], signal.SIGKILL)
        return time.monotonic()

    def ask(self, target):
        now_s = self.node.get_clock().now().nanoseconds * 1e-9
        self.command.publish(command_message(JointCommand(now_s, {JOINT: target})))

    def look_left(self):
        now_s = self.node.get_clock().now().nanoseconds * 1e-9
        aside = Expression(now_s, gaze_target=(0.6, 0.8, 0.5), cause="attend")
        self.expression.publish(expression_message(aside))

    def speed(self):
        return self.joints[-1][1][JOINT][1]

    def heard(self, begin_s, joint):
        return [(round(t - begin_s, 4), *place[joint]) for t, place in self.joints if t >= begin_s - 0.3]

    def ordered(self, begin_s, joint):
        return [(round(t - begin_s, 4), first[joint]) for t, first in self.trajectories if t >= begin_s - 0.1]

    def let_go_on(self):
        """Clears the stop."""
        self.reset.wait_for_service(5.0)
        answer = self.reset.call_async(Trigger.Request())
        self.until(answer.done, "no answer of reset_stop", 5.0)

    def waved(self):
        """A stop in the midst of the fastest gesture, which the robot node plays."""
        client = ActionClient(self.node, PlayGesture, "play_gesture")
        self.until(client.server_is_ready, "nobody plays gestures", 20.0)
        sent = client.send_goal_async(PlayGesture.Goal(name="wave", amplitude=1.0, speed=1.0))
        self.until(sent.done, "no answer of play_gesture", 5.0)
        ended = sent.result().get_result_async()
        self.until(lambda: abs(self.joints[-1][1][WAVING][1]) > 0.6, "the gesture is not at its fastest", 8.0)
        begin_s = time.monotonic()
        self.stop.publish(Bool(data=True))
        self.watch(1.0)
        seen = {"joint": self.heard(begin_s, WAVING), "trajectory": self.ordered(begin_s, WAVING)}
        self.let_go_on()
        self.until(ended.done, "the gesture did not end", 10.0)
        seen["success"] = ended.result().result.success
        self.watch(1.0)
        return seen

    def full_speed(self):
        """Swings the arm back, then forward, until it is at its fastest."""
        self.until(
            lambda: self.joints[-1][1][JOINT][0] > BACK - 0.05, "the arm is not back", 10.0, lambda: self.ask(BACK)
        )
        self.until(lambda: self.speed() < -1.1, "the arm is not at its fastest", 3.0, lambda: self.ask(FRONT))

    def silence(self):
        """Kills those who command the robot while it looks aside."""
        self.kill("behavior")
        self.watch(3.0, self.look_left)
        begin_s = self.kill("robot")
        self.watch(2.5)
        return self.heard(begin_s, "neck_yaw")

    def stopped(self):
        """A stop in mid-gesture, which goes on asking; then `false`, which must change nothing; then the reset."""
        self.full_speed()
        begin_s = time.monotonic()
        self.stop.publish(Bool(data=True))
        self.watch(1.0, lambda: self.ask(FRONT))
        seen = {"joint": self.heard(begin_s, JOINT)}
        seen["trajectory"] = self.ordered(begin_s, JOINT)
        self.stop.publish(Bool(data=False))
        before = self.joints[-1][1][JOINT][0]
        self.watch(0.7, lambda: self.ask(FRONT))
        seen["after_false"] = self.joints[-1][1][JOINT][0] - before
        seen["latched"] = self.statuses[-1][1]
        self.let_go_on()
        self.watch(0.7, lambda: self.ask(FRONT))
        seen["after_reset"] = self.joints[-1][1][JOINT][0] - before
        return seen

    def killed_safety(self):
        self.full_speed()
        begin_s = self.kill("safety")
        self.watch(1.0, lambda: self.ask(FRONT))
        return self.heard(begin_s, JOINT)

    def publishers(self):
        return len(self.node.get_publishers_info_by_topic("/" + TRAJECTORY))


def main():
    rclpy.init()
    disturber = Disturber(json.loads(sys.argv[1]))
    disturber.until(lambda: disturber.joints and disturber.statuses, "the run is silent", 20.0)
    disturber.watch(1.0)
    seen = {"publishers": disturber.publishers()}
    seen["gesture"] = disturber.waved()
    seen["silence"] = disturber.silence()
    seen["stop"] = disturber.stopped()
    seen["safety"] = disturber.killed_safety()
    assert all(math.isfinite(value) for row in seen["silence"] for value in row)
    print(json.dumps(seen), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
