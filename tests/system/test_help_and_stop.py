"""A whole run: who asks for help is heard, and who says stop has silence. Everything is read from the record."""

import pytest
from mcap_ros2.reader import read_ros2_messages

pytestmark = pytest.mark.system


def messages(run, topic):
    return [item.ros_msg for item in read_ros2_messages(str(run.out / "session.mcap"), topics=[topic])]


def seconds(stamp):
    return stamp.sec + stamp.nanosec * 1e-9


def test_who_asks_for_help_is_heard_within_two_seconds(told_run):
    assert told_run.answers["help"][0] == "sent help\n", told_run.answers["help"]
    asked_s = next(seconds(cue.header.stamp) for cue in messages(told_run, "/cues") if cue.kind == "help")
    call = messages(told_run, "/human_call")[0]
    assert 0.0 <= seconds(call.header.stamp) - asked_s <= 2.0
    assert "button" in call.reason


def test_somebody_says_that_they_come(told_run):
    assert "acknowledged" in told_run.answers["acknowledge"][0], told_run.answers["acknowledge"]
    assert messages(told_run, "/human_call")[-1].acknowledged


def test_a_stop_silences_the_robot_within_a_fifth_of_a_second(told_run):
    assert told_run.answers["stop"][0] == "sent stop\n", told_run.answers["stop"]
    assert "the person said stop" in told_run.answers["say"][1], told_run.answers["say"]
    stop_s = next(seconds(cue.header.stamp) for cue in messages(told_run, "/cues") if cue.kind == "stop")
    heard = [(seconds(status.header.stamp), status.speaking) for status in messages(told_run, "/robot/speech")]
    before = [speaking for stamp_s, speaking in heard if stamp_s <= stop_s]
    assert before[-1], "the robot did not speak when it was told to stop"
    silent_s = next(stamp_s for stamp_s, speaking in heard if stamp_s > stop_s and not speaking)
    assert silent_s - stop_s <= 0.2


def test_the_mouth_moved_while_the_robot_spoke(told_run):
    assert max(status.loudness for status in messages(told_run, "/robot/speech") if status.speaking) > 0.5
