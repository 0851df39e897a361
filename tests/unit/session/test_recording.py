import errno
import io
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_run import EPOCH_S, encoder, record, state
from mcap.reader import make_reader
from mcap_ros2._dynamic import generate_dynamic
from mcap_ros2.decoder import DecoderFactory

from solamen.core.errors import OutsideError
from solamen.session.definition import message_definition
from solamen.session.recording import MessageRecorder, merge_parts, part_paths, recorded_messages

HEADER = "std_msgs/msg/Header"
REFERENCE = generate_dynamic(HEADER, message_definition(HEADER))[HEADER]


def write_headers(run: Path, times_s: list[float], part_s: float = 10.0) -> MessageRecorder:
    with MessageRecorder(run, part_s) as recorder:
        write(recorder, times_s)
    return recorder


def write(recorder: MessageRecorder, times_s: list[float]) -> None:
    for time_s in times_s:
        cdr = encoder(HEADER)({"stamp": {"sec": 1, "nanosec": 0}, "frame_id": f"{time_s:.3f}"})
        log_ns = round((EPOCH_S + time_s) * 1e9)
        recorder.write("/name/header", HEADER, message_definition(HEADER), cdr, log_ns, log_ns)


def frame_ids(path: Path) -> list[str]:
    return [message.frame_id for _, message in decoded(path)]


def decoded(path: Path) -> list[tuple[str, Any]]:
    """Topic and message, as the readers of others find them: by the index, in the order of log times."""
    with path.open("rb") as stream:
        reader = make_reader(stream, validate_crcs=True, decoder_factories=[DecoderFactory()])
        return [(each.channel.topic, each.decoded_message) for each in reader.iter_decoded_messages()]


def frame_ids_as_written(path: Path) -> list[str]:
    """In the order in which they stand in the file; readers sort by themselves."""
    return [REFERENCE(message.cdr).frame_id for message in recorded_messages(path)]


class FillingFile(io.BytesIO):
    """A file on a disk that is full after so many bytes."""

    def __init__(self, path: Path, room: int) -> None:
        super().__init__()
        self._path, self._room = path, room
        path.touch()

    def write(self, data) -> int:
        fits = bytes(data)[: max(self._room, 0)]
        self._room -= len(data)
        with self._path.open("ab") as file:
            file.write(fits)
        if len(fits) < len(data):
            raise OSError(errno.ENOSPC, "No space left on device")
        return super().write(data)


def test_a_recording_opens_with_the_ros_reader(tmp_path):
    write_headers(tmp_path, [0.0, 0.1, 0.2])
    assert frame_ids(merge_parts(tmp_path)) == ["0.000", "0.100", "0.200"]


def test_messages_of_our_own_types_keep_their_fields(tmp_path):
    record(tmp_path, [state(0.0, 3.5, weights=[{"modality": "face", "weight": 1.0}])])
    ((topic, message),) = decoded(merge_parts(tmp_path))
    assert message.pain_mean == 3.5
    assert message.weights[0].modality == "face"
    assert topic == "/user_state"


def test_a_part_ends_after_its_time(tmp_path):
    write_headers(tmp_path, [0.0, 4.9, 5.1, 9.0, 11.0], part_s=5.0)
    assert [path.name for path in part_paths(tmp_path)] == ["000.mcap", "001.mcap", "002.mcap"]


def test_a_recorder_that_starts_again_overwrites_nothing(tmp_path):
    write_headers(tmp_path, [0.0])
    write_headers(tmp_path, [1.0])
    assert len(part_paths(tmp_path)) == 2
    assert frame_ids(merge_parts(tmp_path)) == ["0.000", "1.000"]


def test_the_joined_file_is_in_the_order_of_log_times_where_parts_overlap(tmp_path):
    write_headers(tmp_path, [0.0, 2.0, 4.0])
    write_headers(tmp_path, [3.0, 1.0, 5.0])
    messages = list(recorded_messages(merge_parts(tmp_path)))
    assert [message.log_ns for message in messages] == sorted(message.log_ns for message in messages)
    assert len(messages) == 6


def test_joining_removes_the_parts_and_can_be_repeated(tmp_path):
    write_headers(tmp_path, [0.0])
    first = merge_parts(tmp_path)
    assert part_paths(tmp_path) == []
    assert merge_parts(tmp_path) == first
    assert sorted(path.name for path in tmp_path.iterdir()) == ["session.mcap"]


def test_a_recording_is_readable_by_its_owner_alone(tmp_path):
    write_headers(tmp_path, [0.0])
    assert part_paths(tmp_path)[0].stat().st_mode & 0o077 == 0
    assert merge_parts(tmp_path).stat().st_mode & 0o077 == 0


def test_a_folder_without_recording_is_told_about(tmp_path):
    with pytest.raises(OutsideError, match="nothing was recorded"):
        merge_parts(tmp_path)


def test_a_killed_recorder_loses_less_than_a_second(tmp_path):
    recorder = MessageRecorder(tmp_path)
    write(recorder, [index / 10 for index in range(100)])
    (part,) = part_paths(tmp_path)
    kept = [message.log_ns * 1e-9 - EPOCH_S for message in recorded_messages(part)]
    assert max(kept) >= 9.9 - 1.0
    recorder.close()


def test_flush_saves_the_last_messages_before_a_silence(tmp_path):
    recorder = MessageRecorder(tmp_path)
    write(recorder, [0.0, 0.1])
    recorder.flush()
    assert len(list(recorded_messages(part_paths(tmp_path)[0]))) == 2
    recorder.close()


def test_a_long_part_over_two_short_ones_is_sorted_with_both(tmp_path):
    write_headers(tmp_path, [0.0, 9.0])
    write_headers(tmp_path, [1.0, 2.0])
    write_headers(tmp_path, [5.0, 10.0])
    assert [float(name) for name in frame_ids_as_written(merge_parts(tmp_path))] == [0.0, 1.0, 2.0, 5.0, 9.0, 10.0]


def test_a_step_back_of_the_clock_begins_a_new_part(tmp_path):
    write_headers(tmp_path, [1000.0, 0.0, 1.0])
    assert len(part_paths(tmp_path)) == 2
    assert frame_ids(merge_parts(tmp_path)) == ["0.000", "1.000", "1000.000"]


@pytest.fixture(scope="module")
def whole_part(tmp_path_factory) -> bytes:
    run = tmp_path_factory.mktemp("whole")
    write_headers(run, [index / 20 for index in range(100)])
    return part_paths(run)[0].read_bytes()


@given(share=st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_part_cut_off_anywhere_gives_a_whole_beginning(whole_part, tmp_path, share):
    part = tmp_path / "cut.mcap"
    part.write_bytes(whole_part[: round(share * len(whole_part))])
    times = [message.log_ns for message in recorded_messages(part)]
    expected = [round((EPOCH_S + index / 20) * 1e9) for index in range(100)]
    assert times == expected[: len(times)]
    assert len(times) == 100 or share < 1.0


@given(place=st.floats(0.0, 1.0), byte=st.integers(0, 255))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_damaged_byte_never_makes_up_a_message(whole_part, tmp_path, place, byte):
    damaged = bytearray(whole_part)
    damaged[min(round(place * len(damaged)), len(damaged) - 1)] = byte
    part = tmp_path / "damaged.mcap"
    part.write_bytes(damaged)
    found = [message.cdr for message in recorded_messages(part)]
    part.write_bytes(whole_part)
    assert set(found) <= {message.cdr for message in recorded_messages(part)}


def test_a_cut_part_is_joined_with_the_whole_ones(tmp_path):
    write_headers(tmp_path, [0.0, 0.6, 1.2, 1.8])
    part = part_paths(tmp_path)[0]
    part.write_bytes(part.read_bytes()[:-1200])
    write_headers(tmp_path, [10.0])
    found = frame_ids(merge_parts(tmp_path))
    assert found[0] == "0.000"
    assert found[-1] == "10.000"


def test_an_empty_part_is_no_obstacle(tmp_path):
    write_headers(tmp_path, [0.0])
    (tmp_path / "parts" / "001.mcap").touch()
    assert frame_ids(merge_parts(tmp_path)) == ["0.000"]


def test_a_full_disk_never_reaches_the_caller_and_is_told_in_one_sentence(tmp_path):
    with MessageRecorder(tmp_path, open_file=lambda path: FillingFile(path, 2500)) as recorder:
        write(recorder, [index / 10 for index in range(200)])
    assert recorder.failed.startswith("Recording stopped (No space left on device)")
    assert recorder.dropped > 100
    assert recorder.written + recorder.dropped == 200


def test_what_was_written_before_the_disk_was_full_stays_readable(tmp_path):
    with MessageRecorder(tmp_path, open_file=lambda path: FillingFile(path, 2500)) as recorder:
        write(recorder, [index / 10 for index in range(200)])
    found = frame_ids(merge_parts(tmp_path))
    assert found[:5] == ["0.000", "0.100", "0.200", "0.300", "0.400"]


def test_the_device_that_is_always_full_only_counts_drops(tmp_path):
    with MessageRecorder(tmp_path, open_file=lambda _: Path("/dev/full").open("wb")) as recorder:
        write(recorder, [0.0, 1.0, 2.0])
    assert recorder.failed
    assert recorder.dropped >= 2


def test_a_folder_that_cannot_be_made_is_a_failure_and_no_exception(tmp_path):
    with MessageRecorder(tmp_path / "gone" / "run") as recorder:
        write(recorder, [0.0])
    assert recorder.failed
    assert recorder.dropped == 1


def test_parts_stay_where_they_cannot_be_joined(tmp_path):
    write_headers(tmp_path, [0.0])
    (tmp_path / "session.mcap").mkdir()
    with pytest.raises(OutsideError, match="cannot join the recording"):
        merge_parts(tmp_path)
    assert len(part_paths(tmp_path)) == 1
    assert not list(tmp_path.glob(".*"))
