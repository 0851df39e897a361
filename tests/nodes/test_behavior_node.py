"""Empathy's node, in this process: calls reach humans, humans are obeyed, and what is missing holds up nothing."""

import math
import time

import pytest
from rclpy.action import ActionClient, ActionServer
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from solamen_msgs import msg
from solamen_msgs.action import GuideBreathing, Say
from solamen_msgs.srv import AcknowledgeCall, SetBehaviorLocks, SetMode

from solamen.core.intents import GestureRequest, HeadPose, Utterance
from solamen.nodes.behavior import BehaviorNode
from solamen.nodes.convert import pose_message
from solamen.nodes.qos import RECORD, STATE


class Bench:
    def __init__(self, ros, **parameters):
        chosen = [Parameter(name, value=value) for name, value in parameters.items()]
        self.node = BehaviorNode(parameter_overrides=chosen)
        self.node.trigger_configure()
        self.node.trigger_activate()
        self.probe = ros.create_node("console")
        self.calls, self.status, self.cues, self.reports = [], [], [], []
        for kind, topic, qos, heard in (
            (msg.BehaviorStatus, "behavior/status", STATE, self.status),
            (msg.PersonCue, "cues", RECORD, self.cues),
            (msg.SelfReport, "self_report", RECORD, self.reports),
        ):
            self.probe.create_subscription(kind, topic, heard.append, qos)
        self.executor = SingleThreadedExecutor()
        for node in (self.node, self.probe):
            self.executor.add_node(node)
        self._publishers = {}

    def hear_calls(self):
        self.probe.create_subscription(msg.HumanCall, "human_call", self.calls.append, STATE)
        assert self.until(lambda: self.node.figures()["call_receivers"] > 0)
        self.node._look_for_receivers()
        return self

    def until(self, condition, within_s=15.0):
        end_s = time.monotonic() + within_s
        while not condition() and time.monotonic() < end_s:
            self.executor.spin_once(timeout_sec=0.02)
        return bool(condition())

    def publish(self, message, topic, qos=RECORD):
        if topic not in self._publishers:
            self._publishers[topic] = self.probe.create_publisher(type(message), topic, qos)
            assert self.until(lambda: self._publishers[topic].get_subscription_count() > 0), topic
        if hasattr(message, "header"):
            message.header.stamp = self.probe.get_clock().now().to_msg()
        self._publishers[topic].publish(message)

    def cue(self, kind, **fields):
        self.publish(msg.PersonCue(kind=kind, source="console", confidence=1.0, **fields), "cues")

    def serve(self, kind, name, **fields):
        client = self.probe.create_client(kind, name)
        assert self.until(client.service_is_ready)
        future = client.call_async(kind.Request(**fields))
        assert self.until(future.done)
        return future.result()

    def close(self):
        self.executor.shutdown()
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


def test_help_calls_a_human_who_can_say_that_they_come(bench):
    robot = bench().hear_calls()
    robot.cue("help")
    assert robot.until(lambda: robot.calls)
    call = robot.calls[0]
    assert (call.acknowledged, list(call.reached)) == (False, ["1 on human_call"])
    assert "button" in call.reason
    assert "nobody" not in robot.node.figures()["red"]
    wrong = robot.serve(AcknowledgeCall, "acknowledge_call", call_id="another", by="nurse")
    assert not wrong.success and "no call" in wrong.message
    assert robot.serve(AcknowledgeCall, "acknowledge_call", call_id=call.call_id, by="nurse").success
    assert robot.until(lambda: robot.calls[-1].acknowledged)


def test_calls_that_reach_nobody_are_red(bench):
    robot = bench()
    assert robot.until(lambda: "No receiver" in robot.node.figures()["red"])
    robot.cue("help")
    assert robot.until(lambda: robot.status and "No receiver" in robot.status[-1].reason)


def test_who_records_all_topics_or_looks_at_one_in_a_terminal_brings_no_call_to_a_human(bench, ros):
    robot = bench()
    tools = [ros.create_node(name) for name in ("rosbag2_recorder", "_ros2cli_4711")]
    for tool in tools:
        tool.create_subscription(msg.HumanCall, "human_call", lambda _: None, STATE)
    assert robot.until(lambda: robot.node.count_subscribers("human_call") == len(tools))
    assert robot.node.figures()["call_receivers"] == 0
    robot.hear_calls()
    assert robot.node.figures()["call_receivers"] == 1
    for tool in tools:
        tool.destroy_node()


def test_a_command_of_the_users_choice_gets_the_reason_as_one_argument(bench, tmp_path):
    script = tmp_path / "page the nurse"
    script.write_text(
        f'#!/bin/sh\nprintf "%s|" "$@" > {tmp_path}/said; echo "$SOLAMEN_CALL_LEVEL" >> {tmp_path}/said\n'
    )
    script.chmod(0o700)
    robot = bench(call_command=[str(script), "room 4; rm -rf /"])
    assert robot.node.figures()["call_receivers"] == 1
    robot.cue("help")
    assert robot.until(lambda: (tmp_path / "said").is_file() and (tmp_path / "said").read_text().endswith("\n"))
    said = (tmp_path / "said").read_text()
    assert said.startswith("room 4; rm -rf /|") and said.count("|") == 2


@pytest.mark.parametrize(("command", "reason"), [("/no/such/program", "cannot be started"), ("/bin/false", "status 1")])
def test_a_command_that_fails_is_told_and_the_call_goes_on(bench, command, reason):
    robot = bench(call_command=[command]).hear_calls()
    robot.cue("help")
    assert robot.until(lambda: robot.calls)
    assert robot.until(lambda: reason in robot.node.wrong())


def test_modes_and_locks_are_set_or_refused_in_words(bench):
    robot = bench()
    assert robot.serve(SetMode, "set_mode", mode="mirror_only").success
    assert robot.until(lambda: robot.status and robot.status[-1].mode == "mirror_only")
    assert "study_id" in robot.serve(SetMode, "set_mode", mode="sham").message
    assert "there is no mode" in robot.serve(SetMode, "set_mode", mode="loud").message
    assert "there is no behaviour" in robot.serve(SetBehaviorLocks, "set_behavior_locks", forbidden=["juggle"]).message
    assert robot.serve(SetBehaviorLocks, "set_behavior_locks", forbidden=["mirror"]).success


def test_what_is_asked_of_parts_that_are_not_there_fails_at_once(bench):
    robot = bench()
    robot.node._talk.say([Utterance("say-1", "Hello.")])
    robot.node._talk.play([GestureRequest("nod")])
    news = robot.node._talk.news()
    assert news.utterances == {"say-1": "failed"} and news.gestures == {"nod": "failed"}
    assert "speech" not in news.channels and "face" in news.channels and news.gesture_names == frozenset()
    assert "nobody serves" in robot.node.wrong()


def test_words_are_carried_to_the_voice_and_its_end_is_told(bench):
    robot = bench()
    said = []

    def speak(goal):
        said.append((goal.request.text, goal.request.language))
        goal.abort() if "interrupt" in goal.request.text else goal.succeed()
        return Say.Result(success=True, message="", interrupted="interrupt" in goal.request.text)

    server = ActionServer(robot.probe, Say, "say", execute_callback=speak)
    talk, over = robot.node._talk, {}
    assert robot.until(lambda: talk._say.ready)
    talk.say([Utterance("u1", "Ich bin da.", "de"), Utterance("u2", "interrupt me")])

    def ended():
        over.update(talk._say.over())
        return len(over) == 2

    assert robot.until(ended)
    assert said == [("Ich bin da.", "de"), ("interrupt me", "en")]
    assert over == {"u1": "ended", "u2": "interrupted"}
    assert {"speech", "sound"} <= talk.news().channels  # whoever speaks plays tunes, too
    server.destroy()


def test_a_tune_is_given_its_own_time_whatever_its_letters(bench, monkeypatch):
    robot = bench()
    asked = []
    monkeypatch.setattr(robot.node._talk._say, "ask", lambda key, goal, longest_s: asked.append(longest_s))
    robot.node._talk.say([Utterance("u1", "♪ G4:50"), Utterance("u2", "Hello.")])
    assert asked[0] >= 60.0 > 20.0 > asked[1]


def test_a_voice_that_never_answers_counts_as_failed(bench, monkeypatch):
    robot = bench()
    monkeypatch.setattr("solamen.nodes.asking.ANSWER_S", 0.2)
    talk, over = robot.node._talk, {}
    monkeypatch.setattr(type(talk._say), "ready", property(lambda _: True))
    talk._say.ask("u1", Say.Goal(text="Hello."), 5.0)

    def ended():
        over.update(talk._say.over())
        return over

    assert robot.until(ended)
    assert over == {"u1": "failed"}


def test_a_breathing_guide_out_of_range_is_told_so(bench):
    robot = bench()
    client = ActionClient(robot.probe, GuideBreathing, "guide_breathing")
    assert robot.until(client.server_is_ready)
    sent = client.send_goal_async(GuideBreathing.Goal(breaths_per_min=40.0, duration_s=60.0))
    assert robot.until(sent.done)
    result = sent.result().get_result_async()
    assert robot.until(result.done)
    assert "4 to 12" in result.result().result.message
    client.destroy()


def test_a_head_that_nods_is_told_as_a_cue(bench):
    robot = bench()
    camera = robot.node._camera.rotation
    begin_s = 1000.0
    for step in range(100):
        time_s = step / 25.0
        dip = 0.1 * (1.0 - math.cos(2.0 * math.pi * 2.0 * (time_s - 1.5))) if 1.5 <= time_s <= 3.0 else 0.0
        robot.node._nods.see(_pose(camera, dip, begin_s + time_s))
    assert robot.until(lambda: robot.cues)
    assert robot.cues[0].kind == "nod" and robot.cues[0].confidence > 0.5


def _pose(camera, down_rad, stamp_s):
    """A face before the robot that looks at it, so many rad down, in the camera's frame."""
    import mujoco
    import numpy as np

    facing = np.array([[-1.0, 0.0, 0.0], [0.0, -1.0, 0.0], [0.0, 0.0, 1.0]])
    c, s = math.cos(down_rad), math.sin(down_rad)
    rotation = camera.T @ facing @ np.array([[c, 0.0, s], [0.0, 1.0, 0.0], [-s, 0.0, c]])
    quaternion = np.zeros(4)
    mujoco.mju_mat2Quat(quaternion, rotation.flatten())
    message = msg.PersonPose(present=True)
    message.header.stamp.sec, message.header.stamp.nanosec = int(stamp_s), int(stamp_s % 1.0 * 1e9)
    message.head = pose_message(HeadPose((0.0, 0.0, 1.0), tuple(map(float, quaternion))))
    return message


def test_messages_that_make_no_sense_do_no_harm(bench):
    robot = bench()
    robot.publish(msg.Context(company=77), "context", STATE)
    assert robot.until(lambda: "company 77" in robot.node.wrong())
    robot.publish(msg.PersonCue(kind=" "), "cues")
    assert robot.until(lambda: "PersonCue" in robot.node.wrong())
    chunk = msg.BiosignalChunk(channel=["ecg", "respiration"], samples=[1.0, 2.0, 3.0], sampling_rate_hz=25.0)
    robot.publish(chunk, "biosignals/raw")
    assert robot.until(lambda: "3 samples for 2 channels" in robot.node.wrong())
    count = len(robot.status)
    assert robot.until(lambda: len(robot.status) > count)


def test_what_a_caregiver_forbade_and_a_call_outlive_the_process(bench, tmp_path, monkeypatch):
    monkeypatch.setenv("SOLAMEN_RUNTIME_DIR", str(tmp_path))
    before = bench().hear_calls()
    assert before.serve(SetMode, "set_mode", mode="still").success
    assert before.serve(SetBehaviorLocks, "set_behavior_locks", forbidden=["hold_hand"], locked="").success
    before.cue("help")
    assert before.until(lambda: before.calls)
    before.executor.remove_node(before.node)
    before.node.close()
    after = bench().hear_calls()
    assert after.until(lambda: after.calls and after.status)
    assert after.calls[0].call_id == before.calls[0].call_id and after.status[-1].mode == "still"
