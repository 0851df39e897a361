"""`solamen send` beside a run: what is done is told, and what is not done is told with its reason."""

import contextlib
import json
import threading

import pytest
from rclpy.action import ActionServer, GoalResponse
from rclpy.executors import ExternalShutdownException, SingleThreadedExecutor
from solamen_msgs.action import PlayGesture, Say
from solamen_msgs.msg import SafetyStatus, SelfReport, UserState
from std_msgs.msg import Bool

from solamen.core.states import Consent
from solamen.nodes import send
from solamen.nodes.qos import ESTIMATE, STATE
from solamen.nodes.send import NotDone, Sender, in_namespace
from solamen.nodes.send_people import PeopleSender
from solamen.session.order import read_order
from solamen.session.service import NAMESPACE


class Robot:
    """A stand-in that plays `nod`, fails at `wave`, and rejects the rest; it says what it is told to."""

    def __init__(self, ros):
        self.node = ros.create_node("robot")
        self.goals = []
        self._servers = (
            ActionServer(self.node, PlayGesture, "play_gesture", self._play, goal_callback=self._judge),
            ActionServer(self.node, Say, "say", self._say),
        )
        self._executor = SingleThreadedExecutor()
        self._executor.add_node(self.node)
        self._thread = threading.Thread(target=self._spin)
        self._thread.start()

    def close(self):
        self._executor.shutdown()
        self._thread.join()
        for server in self._servers:
            server.destroy()
        self.node.destroy_node()

    def _spin(self):
        with contextlib.suppress(ExternalShutdownException):
            self._executor.spin()

    def _judge(self, request):
        return GoalResponse.ACCEPT if request.name in ("nod", "wave") else GoalResponse.REJECT

    def _play(self, goal):
        self.goals.append(goal.request)
        if goal.request.name == "wave":
            goal.abort()
            return PlayGesture.Result(success=False, message="the robot is stopped: a human asked for it")
        goal.succeed()
        return PlayGesture.Result(success=True, message="nod was played")

    def _say(self, goal):
        self.goals.append(goal.request)
        goal.succeed()
        return Say.Result(success=True)


@pytest.fixture
def robot(ros):
    made = Robot(ros)
    yield made
    made.close()


class Listeners:
    """Stand-ins for those who hear a report: fusion takes it up as it consents to, and safety is stopped."""

    def __init__(self, ros):
        self.consent, self.deaf, self.stops, self.kept = Consent.OBSERVE, False, [], None
        behavior, fusion, safety = self.nodes = [ros.create_node(name) for name in ("behavior", "fusion", "safety")]
        behavior.create_subscription(SelfReport, "self_report", lambda _: None, ESTIMATE)
        fusion.create_subscription(SelfReport, "self_report", self._on_report, ESTIMATE)
        safety.create_subscription(Bool, "robot/stop", lambda stop: self.stops.append(stop.data), STATE)
        safety.create_timer(0.05, lambda: self._status.publish(SafetyStatus(stopped=any(self.stops))))
        self._states = fusion.create_publisher(UserState, "user_state", STATE)
        self._status = safety.create_publisher(SafetyStatus, "safety/status", ESTIMATE)
        self._executor = SingleThreadedExecutor()
        for node in self.nodes:
            self._executor.add_node(node)
        self._thread = threading.Thread(target=self._spin)
        self._thread.start()

    def close(self):
        self._executor.shutdown()
        self._thread.join()
        for node in self.nodes:
            node.destroy_node()

    def _spin(self):
        with contextlib.suppress(ExternalShutdownException):
            self._executor.spin()

    def _on_report(self, report):
        state = UserState(consent=int(self.consent))
        if self.consent > Consent.NONE and not self.deaf:
            state.has_self_report, state.last_self_report = True, self.kept or report
        self._states.publish(state)


@pytest.fixture
def listeners(ros):
    made = Listeners(ros)
    yield made
    made.close()


def test_a_report_that_fusion_takes_up_is_told_so(listeners, order):
    assert order("report", "6.3") == "the report of 6.3 of 10 is taken up"


@pytest.mark.parametrize(
    ("consent", "told"),
    [
        (Consent.NONE, "there is no consent to observe the person.*solamen consent ask observe"),
        (Consent.LEARN, "rejected"),
    ],
)
def test_a_report_that_fusion_drops_is_told_with_the_reason(listeners, order, monkeypatch, consent, told):
    monkeypatch.setattr(send, "ANSWER_WITHIN_S", 0.5)
    listeners.consent, listeners.deaf = consent, True
    with pytest.raises(NotDone, match=told):
        order("report", "6", "caregiver")


def test_a_caregiver_learns_that_the_persons_own_word_still_counts(listeners, order, monkeypatch):
    monkeypatch.setattr(send, "ANSWER_WITHIN_S", 0.5)
    listeners.kept = SelfReport(value=7.0, normalised=7.0)
    with pytest.raises(NotDone, match=r"own word, 7 of 10, still counts.*\. Ask .* without --caregiver$"):
        order("report", "2", "caregiver")


def test_a_robot_that_is_stopped_is_told_by_its_safety_process(listeners, ros):
    sender = Sender()
    assert sender.carry_out({"do": "halt"}) == "the robot is stopped; only `solamen reset-stop` lets it move again"
    sender.node.destroy_node()


@pytest.fixture
def order(ros):
    sender = Sender()

    def carry_out(*words):
        return sender.carry_out(read_order(words))

    yield carry_out
    sender.node.destroy_node()


def test_a_gesture_is_played_at_full_size_and_its_end_is_told(robot, order):
    assert order("gesture", "nod") == "nod was played"
    assert [(goal.name, goal.amplitude, goal.speed) for goal in robot.goals] == [("nod", 1.0, 1.0)]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("wave", "the robot is stopped: a human asked for it"),
        ("shake", "play_gesture was rejected; the log"),
        ("backflip", "there is no gesture 'backflip'; use one of: breathe, .*nod"),
    ],
)
def test_a_gesture_that_fails_or_is_rejected_is_told_with_the_reason(robot, order, name, told):
    with pytest.raises(NotDone, match=told):
        order("gesture", name)


def test_words_are_said_and_their_end_is_told(robot, order):
    assert order("say", "I am here.") == "done"
    assert robot.goals[0].text == "I am here."


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("gesture", "nod"), "nobody serves play_gesture"),
        (("stop",), "the process behavior does not listen"),
        (("report", "3"), "the process behavior and the process fusion do not listen"),
        (("free",), "the behavior process does not answer"),
    ],
)
def test_without_a_run_each_order_says_who_is_missing(order, monkeypatch, words, told):
    monkeypatch.setattr(send, "FOUND_WITHIN_S", 0.5)
    with pytest.raises(NotDone, match=told):
        order(*words)


@pytest.mark.parametrize(("told", "namespace"), [("ward/bed_2", "/ward/bed_2"), ("", "/")])
def test_what_asks_stands_in_the_namespace_of_the_run(ros, monkeypatch, told, namespace):
    monkeypatch.setenv(NAMESPACE, told)
    node = ros.create_node("asks", cli_args=in_namespace())
    assert node.get_namespace() == namespace
    node.destroy_node()


LOST = {"consent": "observe", "person_id": "p-1", "reason": "the face was lost"}
UNKNOWN = {"consent": "learn", "person_id": "", "reason": "the person agreed to learn"}
KNOWN = {"consent": "learn", "person_id": "p-1", "reason": "the person agreed to learn"}


@pytest.mark.parametrize(
    ("level", "named", "standing", "told"),
    [
        (Consent.RECORD, "", LOST, ", but for now observe holds: the face was lost"),
        (Consent.LEARN, "", UNKNOWN, ", but nothing is learned of somebody unknown: solamen people confirm ID"),
        (Consent.LEARN, "p-1", KNOWN, ""),
        (Consent.RECORD, "p-9", LOST, ""),
        (Consent.NONE, "", LOST, ""),
    ],
)
def test_what_a_consent_does_not_bring_about_is_told_with_it(ros, monkeypatch, level, named, standing, told):
    sender = PeopleSender()
    monkeypatch.setattr(sender, "_standing", lambda: json.dumps(standing))
    assert sender._but(level, named).startswith(told) and bool(sender._but(level, named)) == bool(told)
    sender.node.destroy_node()
