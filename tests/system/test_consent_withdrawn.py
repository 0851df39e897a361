"""Consent taken back in the middle of a run: silence on every topic, within 200 ms, in the recording too."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from live_run import LiveRun
from mcap_ros2.reader import read_ros2_messages

from solamen.session.environment import run_environment

pytestmark = pytest.mark.system

ALLOWED_S = 0.2
ABOUT_THE_PERSON = {
    "/face/action_units",
    "/face/pain",
    "/face/pose",
    "/camera/preview",
    "/voice/pain",
    "/body/pain",
    "/biosignals/pain",
    "/cues",
    "/self_report",
}
PROBE = Path(__file__).with_name("silence_probe.py")


@pytest.fixture(scope="module")
def withdrawn(tmp_path_factory):
    with LiveRun(tmp_path_factory.mktemp("runs") / "withdrawn") as run:
        run.wait_up()
        environment = run_environment(Path(run.runtime()), run.domain(), network=False)
        answer = subprocess.run(
            [sys.executable, str(PROBE)], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert answer.returncode == 0, answer.stderr
        run.heard = json.loads(answer.stdout.strip().splitlines()[-1])
        time.sleep(1.0)
        run.interrupt()
        run.status, run.printed, run.told = run.end()
        yield run


def test_before_it_the_person_was_told_of(withdrawn):
    assert {"/face/action_units", "/face/pain", "/face/pose", "/user_state"} <= set(withdrawn.heard["before"])


def test_after_200_ms_nothing_is_told_of_the_person_on_any_topic(withdrawn):
    late = {topic: at for topic, at in withdrawn.heard["last"].items() if topic in ABOUT_THE_PERSON and at > ALLOWED_S}
    assert late == {}


def test_the_state_is_emptied_and_a_late_subscriber_sees_nothing_else(withdrawn):
    assert withdrawn.heard["emptied"]
    assert withdrawn.heard["state"] == [0, False, True, "nan", False]


def test_the_recording_is_closed_within_the_same_time(withdrawn):
    messages = read_ros2_messages(str(withdrawn.out / "session.mcap"))
    last_s = max(message.log_time_ns for message in messages) * 1e-9
    assert last_s - withdrawn.heard["asked"] <= ALLOWED_S


def test_the_run_ends_well_all_the_same(withdrawn):
    assert withdrawn.status == 0, withdrawn.told
