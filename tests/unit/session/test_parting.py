"""A person is taken out of a recording that is another's, too."""

import pytest

from solamen.session.parting import part_run
from solamen.session.recording import MessageRecorder, merge_parts, part_paths, recorded_messages

KEPT = ("run.json", "person.json")


@pytest.fixture
def run(tmp_path):
    """100 s of messages in parts of 10 s, and what was made of them."""
    with MessageRecorder(tmp_path, part_s=10.0) as recorder:
        for second in range(100):
            stamp_ns = second * 10**9
            recorder.write("/n", "std_msgs/msg/String", "string data", bytes([second]), stamp_ns, stamp_ns)
    (tmp_path / "logs").mkdir()
    for name in ("robot-000.mp4", "summary.html", "summary.json", "run.json", "person.json", "logs/people.log"):
        (tmp_path / name).write_text("{}")
    return tmp_path


def seconds(run):
    files = [run / "session.mcap"] if (run / "session.mcap").exists() else part_paths(run)
    return [message.cdr[0] for file in files for message in recorded_messages(file)]


def names(run):
    return {path.name for path in run.iterdir()}


def test_what_was_recorded_in_the_others_time_is_left_and_nothing_else(run):
    merge_parts(run)
    part_run(run, [(5.0, 12.0), (80.0, float("inf"))], KEPT)
    assert seconds(run) == [*range(5, 12), *range(80, 100)]
    assert {"robot-000.mp4", "logs"}.isdisjoint(names(run)) and set(KEPT) < names(run)


def test_a_run_that_goes_on_can_be_joined_afterwards(run):
    part_run(run, [(5.0, 12.0)], (*KEPT, "logs"))
    assert seconds(run) == list(range(5, 12))
    assert names(run) == {*KEPT, "parts", "logs"}
    with MessageRecorder(run, part_s=10.0) as recorder:
        recorder.write("/n", "std_msgs/msg/String", "string data", bytes([200]), 200 * 10**9, 200 * 10**9)
    merge_parts(run)
    assert seconds(run) == [*range(5, 12), 200]


def test_doing_it_twice_is_harmless(run):
    merge_parts(run)
    for _ in range(2):
        part_run(run, [(5.0, 8.0)], KEPT)
    assert seconds(run) == [5, 6, 7]


def test_where_nothing_is_left_no_recording_is(run):
    merge_parts(run)
    part_run(run, [(500.0, 600.0)], KEPT)
    assert names(run) == set(KEPT)
