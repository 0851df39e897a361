"""The robot's node, in this process: gestures on request, a mouth that follows the voice, a mirrored head."""

import math
from itertools import pairwise

import pytest
from geometry_msgs.msg import Point, Pose
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from sensor_msgs.msg import JointState
from solamen_msgs.action import PlayGesture
from solamen_msgs.msg import Expression, JointCommand, PersonPose, SafetyStatus, SpeechStatus

from solamen.nodes.qos import ESTIMATE
from solamen.nodes.robot import RobotNode
from solamen.robot.description import load_robot

ABORTED, CANCELED, SUCCEEDED = 6, 5, 4
CALM = {"breaths_per_min": 0.0, "blink_interval_s": 0.0, "fidget_rad": 0.0}


class Bench:
    """The node, and another one that asks and listens."""

    def __init__(self, ros, **parameters):
        chosen = {**CALM, **parameters}
        self.node = RobotNode(parameter_overrides=[Parameter(name, value=value) for name, value in chosen.items()])
        self.node.trigger_configure()
        self.node.trigger_activate()
        self.probe = ros.create_node("probe")
        self.commands, self.progress = [], []
        self.probe.create_subscription(JointCommand, "robot/command", self.commands.append, 50)
        self.client = ActionClient(self.probe, PlayGesture, "play_gesture")
        self.executor = SingleThreadedExecutor()
        self.executor.add_node(self.node)
        self.executor.add_node(self.probe)
        self._publishers = {}

    def until(self, condition, turns=3000):
        for _ in range(turns):
            if condition():
                return True
            self.executor.spin_once(timeout_sec=0.02)
        return bool(condition())

    def publish(self, topic, message):
        if topic not in self._publishers:
            self._publishers[topic] = self.probe.create_publisher(type(message), topic, ESTIMATE)
            assert self.until(lambda: self._publishers[topic].get_subscription_count() > 0), topic
        if hasattr(message, "header"):
            message.header.stamp = self.probe.get_clock().now().to_msg()
        self._publishers[topic].publish(message)

    def stand(self):
        rest = load_robot(self.node.option("robot_file")).neutral()
        self.publish("joint_states", JointState(name=list(rest), position=list(rest.values())))
        assert self.until(lambda: self.commands)
        return self

    def ask(self, name, amplitude=1.0, speed=1.0):
        assert self.until(self.client.server_is_ready)
        goal = PlayGesture.Goal(name=name, amplitude=amplitude, speed=speed)
        future = self.client.send_goal_async(goal, lambda told: self.progress.append(told.feedback.progress))
        assert self.until(future.done)
        return future.result()

    def end(self, handle):
        future = handle.get_result_async()
        assert self.until(future.done)
        return future.result()

    def places(self, joint, since=0):
        return [dict(zip(c.name, c.position, strict=True))[joint] for c in self.commands[since:]]

    def speeds(self, joint, since=0):
        return [dict(zip(c.name, c.velocity, strict=True))[joint] for c in self.commands[since:]]

    def close(self):
        self.executor.shutdown()
        self.client.destroy()
        self.node.close()
        self.node.destroy_node()
        self.probe.destroy_node()


@pytest.fixture
def bench(ros):
    made = []

    def start(**parameters):
        made.append(Bench(ros, **parameters))
        return made[-1]

    yield start
    for one in made:
        one.close()


def test_a_gesture_is_played_with_feedback_and_succeeds_at_rest(bench):
    robot = bench().stand()
    result = robot.end(robot.ask("nod"))
    assert (result.status, result.result.success) == (SUCCEEDED, True)
    assert result.result.message == "nod was played"
    assert max(robot.places("neck_pitch")) > 0.1
    assert robot.places("neck_pitch")[-1] == pytest.approx(0.0, abs=0.01)
    assert robot.progress == sorted(robot.progress) and len(robot.progress) > 5


@pytest.mark.parametrize(
    "goal", [("curtsy", 1.0, 1.0), ("../robot", 1.0, 1.0), ("nod", math.nan, 1.0), ("nod", 1.5, 1.0), ("nod", 1.0, 0.0)]
)
def test_what_no_robot_could_play_is_rejected(bench, goal):
    assert not bench().stand().ask(*goal).accepted


def test_a_robot_without_the_channels_says_so(bench):
    robot = bench(robot_file="reachy_mini").stand()
    result = robot.end(robot.ask("lean_in", speed=1.0))
    assert result.result.message == "lean_in was played, without glow: reachy_mini has no channel for it"


def test_a_robot_that_does_not_move_yet_says_so(bench):
    robot = bench()
    result = robot.end(robot.ask("nod"))
    assert result.status == ABORTED
    assert "joint_states" in result.result.message


def test_a_robot_whose_joints_are_told_by_several_drivers_moves_when_all_are_known(bench):
    robot = bench()
    rest = load_robot("sol").neutral() | {"neck_yaw": 0.5}
    head, others = {"neck_yaw": rest.pop("neck_yaw"), "wheel": 7.0}, rest
    for part in (head, others | {"jaw": math.nan}):
        robot.publish("joint_states", JointState(name=list(part), position=list(part.values())))
        assert not robot.until(lambda: robot.commands, turns=20)
    assert robot.node.figures() == {"waits_for": "jaw"}
    robot.publish("joint_states", JointState(name=["jaw"], position=[0.0]))
    assert robot.until(lambda: robot.commands)
    assert robot.places("neck_yaw")[0] == pytest.approx(0.5, abs=0.01)
    assert robot.node.figures() == {"waits_for": "nothing"}


def test_a_new_gesture_takes_the_place_of_the_old_one_without_a_step_in_velocity(bench):
    robot = bench().stand()
    first = robot.ask("shake")
    assert robot.until(lambda: max(map(abs, robot.speeds("neck_yaw"))) > 0.2)
    second = robot.ask("nod")
    result = robot.end(first)
    assert (result.status, result.result.message) == (ABORTED, "nod took its place")
    assert robot.end(second).result.success
    joint = load_robot("sol").joint("neck_yaw")
    speeds = robot.speeds("neck_yaw")
    steps = [abs(b - a) for a, b in pairwise(speeds)]
    assert max(steps) <= joint.limit.max_acceleration / 50.0 + 1e-6


def test_a_cancelled_gesture_fades_out_and_is_then_told_to_be_cancelled(bench):
    robot = bench().stand()
    handle = robot.ask("open_arms")
    assert robot.until(lambda: robot.places("shoulder_roll_left")[-1] > 0.4)
    handle.cancel_goal_async()
    result = robot.end(handle)
    assert (result.status, result.result.success) == (CANCELED, False)
    assert robot.places("shoulder_roll_left")[-1] == pytest.approx(0.18, abs=0.03)


def test_a_gesture_on_a_stopped_robot_is_given_up(bench):
    robot = bench().stand()
    handle = robot.ask("open_arms")
    robot.publish("safety/status", SafetyStatus(stopped=True, stop_reason="robot/stop was published"))
    result = robot.end(handle)
    assert result.result.message == "the robot was stopped: robot/stop was published"
    again = robot.end(robot.ask("nod"))
    assert (again.status, again.result.message) == (ABORTED, "the robot is stopped: robot/stop was published")


def test_the_jaw_follows_the_loudness_and_closes_when_it_is_not_known(bench):
    robot = bench().stand()

    def say(loudness):
        robot.publish("robot/speech", SpeechStatus(speaking=True, loudness=loudness))
        robot.executor.spin_once(timeout_sec=0.02)
        return robot.places("jaw")[-1]

    assert robot.until(lambda: say(0.9) > 0.008)
    assert robot.until(lambda: say(math.nan) < 0.001)


def test_the_mouth_closes_when_nothing_more_is_heard_of_the_voice(bench):
    robot = bench().stand()
    robot.publish("robot/speech", SpeechStatus(speaking=True, loudness=1.0))
    assert robot.until(lambda: max(robot.places("jaw")) > 0.008)
    assert robot.until(lambda: robot.places("jaw")[-1] < 0.001)


def turned_head(yaw_rad):
    """A head one metre before the robot that faces it but for a turn to its own left, in base_link."""
    angle = math.pi + yaw_rad
    pose = Pose(position=Point(x=1.0, y=0.0, z=0.5))
    pose.orientation.w, pose.orientation.z = math.cos(angle / 2), math.sin(angle / 2)
    message = PersonPose(present=True, head=pose, head_visibility=1.0)
    message.header.frame_id = "base_link"
    return message


def mirror(robot, cause, message, visibility=1.0):
    robot.publish("robot/expression", Expression(cause=cause))
    message.head_visibility = visibility
    robot.publish("face/pose", message)
    robot.executor.spin_once(timeout_sec=0.02)
    return robot.places("neck_yaw")[-1]


def test_a_turned_head_is_mirrored_while_the_face_is(bench):
    robot = bench(mirror_head=0.4).stand()
    assert robot.until(lambda: mirror(robot, "mirror", turned_head(0.5)) < -0.17)
    assert robot.until(lambda: mirror(robot, "concern", turned_head(0.5)) > -0.02)


@pytest.mark.parametrize(("cause", "visibility"), [("attend", 1.0), ("mirror", 0.2), ("mirror", math.nan)])
def test_a_head_is_not_mirrored_unasked_or_unseen(bench, cause, visibility):
    robot = bench(mirror_head=0.4).stand()
    for _ in range(60):
        mirror(robot, cause, turned_head(0.5), visibility)
    assert min(robot.places("neck_yaw")) > -0.01


def test_a_pose_in_a_strange_frame_is_told_and_harms_nothing(bench):
    robot = bench(mirror_head=0.4).stand()
    message = turned_head(0.5)
    message.header.frame_id = "kitchen"
    assert robot.until(lambda: mirror(robot, "mirror", message) is not None and "kitchen" in robot.node.wrong())
