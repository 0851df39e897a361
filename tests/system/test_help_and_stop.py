"""A whole run: who asks for help is heard, and who says stop has silence. Everything is read from the record."""

import os
import subprocess
import sys
import time

import pytest
from live_run import LiveRun
from mcap_ros2.reader import read_ros2_messages

LONG = (
    "I can tell you a little about the sea. It is wide and calm today, and the waves come in one by one. "
    "Each of them takes its time, and each of them goes back again, and there is nothing that you have to do."
)


def send(domain, *words):
    environment = {**os.environ, "ROS_DOMAIN_ID": str(domain)}
    command = [sys.executable, "-m", "solamen.cli", "send", *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.fixture(scope="module")
def told_run(tmp_path_factory):
    """A run that is asked for help, speaks, and is told to stop."""
    runs = tmp_path_factory.mktemp("runs")
    quiet = runs / "quiet.yaml"  # a patient who neither speaks nor moans, at which the robot would fall silent
    quiet.write_text("person: adult\nperiod_s: 60.0\n", encoding="utf-8")
    with LiveRun(runs / "told", "--duration", "60", "--scenario", str(quiet)) as run:
        run.wait_up()
        time.sleep(2.0)  # for all to know one another
        domain = run.domain()
        run.answers = {}
        for words in (["help"], ["acknowledge", "by=nurse"]):
            process = send(domain, *words)
            run.answers[words[0]] = process.communicate(timeout=60)
        for _ in range(3):  # where the person speaks, the robot falls silent at once and must be asked again
            speaking = send(domain, "say", LONG)
            send(domain, "company", "alone").communicate(timeout=60)  # meanwhile the robot begins to speak
            if speaking.poll() is None:
                break
        stop = send(domain, "stop")
        run.answers["stop"] = stop.communicate(timeout=60)
        run.answers["say"] = speaking.communicate(timeout=60)
        run.interrupt()
        run.status, run.printed, run.told = run.end()
        yield run


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
