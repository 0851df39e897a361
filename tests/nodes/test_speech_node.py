"""The robot's voice, in this process: it speaks, moves the mouth, and falls silent when the person wants it."""

import math
import time

import pytest
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from solamen_msgs.action import Say
from solamen_msgs.msg import HumanCall, PersonCue, SpeechStatus
from std_msgs.msg import Bool

from solamen.core.cues import WITHOUT_STOP
from solamen.nodes.qos import RECORD, STATE
from solamen.nodes.speech import SpeechNode

ABORTED, CANCELED, SUCCEEDED = 6, 5, 4
LONG = "One two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen."


class Bench:
    def __init__(self, ros, **parameters):
        chosen = {"engine": "text", "player": "none", **parameters}
        self.node = SpeechNode(parameter_overrides=[Parameter(name, value=value) for name, value in chosen.items()])
        self.node.trigger_configure()
        self.node.trigger_activate()
        self.probe = ros.create_node("probe")
        self.told, self.came_s, self.feedback = [], [], []
        self.probe.create_subscription(SpeechStatus, "robot/speech", self._hear, RECORD)
        self.client = ActionClient(self.probe, Say, "say")
        self.executor = SingleThreadedExecutor()
        for node in (self.node, self.probe):
            self.executor.add_node(node)
        self._publishers = {}

    def _hear(self, status):
        self.told.append(status)
        self.came_s.append(time.monotonic())

    def until(self, condition, within_s=15.0):
        end_s = time.monotonic() + within_s
        while not condition() and time.monotonic() < end_s:
            self.executor.spin_once(timeout_sec=0.02)
        return bool(condition())

    def publish(self, message, topic, qos=RECORD):
        if topic not in self._publishers:
            self._publishers[topic] = self.probe.create_publisher(type(message), topic, qos)
            assert self.until(lambda: self._publishers[topic].get_subscription_count() > 0), topic
        self._publishers[topic].publish(message)

    def ask(self, text, language="en", rate=1.0, interruptible=True):
        assert self.until(self.client.server_is_ready)
        goal = Say.Goal(text=text, language=language, rate=rate, interruptible=interruptible)
        future = self.client.send_goal_async(goal, lambda told: self.feedback.append(told.feedback))
        assert self.until(future.done)
        return future.result()

    def end(self, handle):
        future = handle.get_result_async()
        assert self.until(future.done)
        return future.result()

    def speaking(self):
        return bool(self.told) and self.told[-1].speaking

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


def test_what_is_said_moves_the_mouth_and_ends_in_silence(bench):
    robot = bench()
    result = robot.end(robot.ask("I am here with you."))
    assert (result.status, result.result.success) == (SUCCEEDED, True)
    assert result.result.message == "said by text only"
    assert robot.until(lambda: robot.told and not robot.speaking())
    spoken = [status for status in robot.told if status.speaking]
    assert len(spoken) >= 10 and {len(status.utterance_id) for status in spoken} == {12 + len(WITHOUT_STOP)}
    assert all(status.utterance_id.endswith(WITHOUT_STOP) for status in spoken)
    assert max(status.loudness for status in spoken) > 0.8
    assert math.isnan(robot.told[-1].loudness)
    assert [one.progress for one in robot.feedback] == sorted(one.progress for one in robot.feedback)


@pytest.mark.parametrize(
    ("kind", "source", "silent"),
    [
        ("stop", "console", True),
        ("speech", "voice", True),
        ("no", "voice", True),
        ("nod", "face", False),
        ("moan", "voice", False),
    ],
)
def test_the_robot_falls_silent_when_the_person_speaks_or_says_stop(bench, kind, source, silent):
    robot = bench()
    handle = robot.ask(LONG)
    assert robot.until(robot.speaking)
    robot.publish(PersonCue(kind="blink", source="face", confidence=1.0), "cues")
    said_s = time.monotonic()
    robot.publish(PersonCue(kind=kind, source=source, confidence=0.9), "cues")
    if not silent:
        assert not robot.until(lambda: not robot.speaking(), within_s=0.5)
        return
    assert robot.until(lambda: not robot.speaking())
    assert robot.came_s[-1] - said_s < 1.0  # on a busy machine; how quick it is stands in the test of a whole run
    result = robot.end(handle)
    assert (result.status, result.result.interrupted) == (ABORTED, True)
    assert "the person" in result.result.message


def test_what_matters_is_said_to_its_end_unless_the_person_says_stop(bench):
    robot = bench()
    handle = robot.ask(LONG, interruptible=False)
    assert robot.until(robot.speaking)
    robot.publish(PersonCue(kind="speech", source="voice", confidence=0.9), "cues")
    assert not robot.until(lambda: not robot.speaking(), within_s=0.4)
    robot.publish(PersonCue(kind="stop", source="voice", confidence=math.nan), "cues")
    assert robot.until(lambda: not robot.speaking())
    assert robot.end(handle).result.message == "the person said stop"


def test_a_stop_of_the_robot_silences_it(bench):
    robot = bench()
    handle = robot.ask(LONG)
    assert robot.until(robot.speaking)
    robot.publish(Bool(data=True), "robot/stop", STATE)
    assert robot.end(handle).result.message == "the robot was stopped"


def test_a_goal_that_is_cancelled_is_silenced_and_told_so(bench):
    robot = bench()
    handle = robot.ask(LONG)
    assert robot.until(robot.speaking)
    handle.cancel_goal_async()
    result = robot.end(handle)
    assert (result.status, result.result.interrupted) == (CANCELED, True)
    assert robot.until(lambda: not robot.speaking())


@pytest.mark.parametrize(
    ("text", "language", "rate", "reason"),
    [
        ("", "en", 1.0, "empty"),
        ("x" * 5000, "en", 1.0, "in parts"),
        ("a \x07 bell", "en", 1.0, "control characters"),
        ("hello", "en; rm", 1.0, "BCP 47"),
        ("hello", "en", math.nan, "0.5 to 1.5"),
    ],
)
def test_what_cannot_be_said_is_told_in_one_sentence(bench, text, language, rate, reason):
    robot = bench()
    result = robot.end(robot.ask(text, language, rate))
    assert result.status == ABORTED and reason in result.result.message
    assert robot.node.figures()["voice"] == "text only"


def test_a_call_that_should_be_heard_is_heard_without_a_moving_mouth(bench):
    robot = bench()
    robot.publish(HumanCall(call_id="1", level=1), "human_call", STATE)
    assert not robot.until(robot.speaking, within_s=0.4)
    robot.publish(HumanCall(call_id="1", level=2), "human_call", STATE)
    assert robot.until(robot.speaking)
    assert robot.until(lambda: not robot.speaking())
    assert all(math.isnan(status.loudness) for status in robot.told)


def test_silence_is_told_once_a_second_and_costs_no_quick_timer(bench):
    robot = bench()
    robot.end(robot.ask("Yes."))
    count = len(robot.told)
    robot.until(lambda: False, within_s=2.2)
    assert 1 <= len(robot.told) - count <= 4
