"""Consent taken back in the middle of a run: silence on every topic, within 200 ms, in the recording too."""

import pytest
from mcap_ros2.reader import read_ros2_messages

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


def test_before_it_the_person_was_told_of(told_run):
    assert {"/face/action_units", "/face/pain", "/face/pose", "/user_state"} <= set(told_run.heard["before"])


def test_after_200_ms_nothing_is_told_of_the_person_on_any_topic(told_run):
    late = {topic: at for topic, at in told_run.heard["last"].items() if topic in ABOUT_THE_PERSON and at > ALLOWED_S}
    assert late == {}


def test_the_state_is_emptied_and_a_late_subscriber_sees_nothing_else(told_run):
    assert told_run.heard["emptied"]
    assert told_run.heard["state"] == [0, False, True, "nan", False]


def test_the_recording_is_closed_within_the_same_time(told_run):
    messages = read_ros2_messages(str(told_run.out / "session.mcap"))
    last_s = max(message.log_time_ns for message in messages) * 1e-9
    assert last_s - told_run.heard["asked"] <= ALLOWED_S


def test_the_run_ends_well_all_the_same(told_run):
    assert told_run.status == 0, told_run.told
