"""A whole run on the virtual patient."""

import json
import stat
import subprocess
import sys

import av
import pytest
from mcap_ros2.reader import read_ros2_messages

pytestmark = pytest.mark.system

FIGURES = {
    "frames", "face_fps", "dropped_frames", "latency_ms", "pain_pcc", "pain_mae", "abstained_share", "mirror_lag_ms",
    "joint_limit_violations", "restarts", "pss_mb", "cpu", "realtime_factor",
}  # fmt: skip


def inspect(run):
    command = [sys.executable, "-m", "solamen.cli", "inspect", str(run.out), "--json"]
    return json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def test_it_ends_with_status_0_and_names_its_folder(patient_run):
    assert patient_run.status == 0, patient_run.told
    assert patient_run.printed.strip() == str(patient_run.out)


def test_everything_is_written_and_for_its_owner_alone(patient_run):
    files = {path.name: path for path in patient_run.out.iterdir()}
    assert {"session.mcap", "robot.mp4", "summary.html", "summary.json", "run.json"} <= set(files)
    assert stat.S_IMODE(patient_run.out.stat().st_mode) == 0o700
    assert [name for name, path in files.items() if path.is_file() and stat.S_IMODE(path.stat().st_mode) != 0o600] == []


def test_inspect_prints_every_figure(patient_run):
    figures = inspect(patient_run)
    assert set(figures) >= FIGURES
    assert {"p50", "p95"} <= set(figures["latency_ms"])


def test_the_estimate_follows_the_truth(patient_run):
    figures = inspect(patient_run)
    assert figures["pain_pcc"] >= 0.7
    assert figures["abstained_share"] <= 0.15


def test_no_joint_leaves_its_limits_and_nothing_restarts(patient_run):
    figures = inspect(patient_run)
    assert figures["joint_limit_violations"] == 0
    assert figures["restarts"] == 0


def test_the_robot_answers_frames(patient_run):
    assert inspect(patient_run)["latency_ms"]["n"] >= 100


def test_the_recording_opens_and_holds_what_was_said(patient_run):
    counts = {}
    for message in read_ros2_messages(str(patient_run.out / "session.mcap")):
        topic = message.channel.topic.lstrip("/")
        counts[topic] = counts.get(topic, 0) + 1
    wanted = {
        "truth/face": 150, "face/action_units": 150, "face/pain": 150, "user_state": 300, "robot/expression": 150,
        "voice/pain": 100,
        "behavior/status": 200, "safety/status": 200, "joint_states": 1000, "diagnostics": 100,
    }  # fmt: skip
    assert {topic: counts.get(topic, 0) for topic, least in wanted.items() if counts.get(topic, 0) < least} == {}


def test_the_patient_is_heard_only_when_there_is_something_to_hear(patient_run):
    heard = [item.ros_msg for item in read_ros2_messages(str(patient_run.out / "session.mcap"), topics=["/voice/pain"])]
    answers = [estimate for estimate in heard if not estimate.abstained]
    assert 5 <= len(answers) < len(heard), {estimate.reason for estimate in heard}
    assert all(0.0 <= estimate.intensity <= 10.0 for estimate in answers)


def test_the_film_plays_as_long_as_the_run(patient_run):
    with av.open(str(patient_run.out / "robot.mp4")) as film:
        times = [frame.time for frame in film.decode(video=0)]
    assert times[-1] - times[0] >= 27.0
    assert len(times) >= 150


def test_no_raw_picture_or_sound_is_recorded(patient_run):
    kinds = {message.schema.name for message in read_ros2_messages(str(patient_run.out / "session.mcap"))}
    assert kinds.isdisjoint({"sensor_msgs/msg/Image", "sensor_msgs/msg/CompressedImage", "solamen_msgs/msg/AudioChunk"})
