"""A recorded session lived through again."""

import math

import pytest
from made_run import face, record

from solamen.cli import main
from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError
from solamen.session.recording import merge_parts, part_paths
from solamen.session.replay import replay

UNITS = (4, 6, 7, 9, 10, 43)


def pain(at_s, value):
    fields = {"modality": "face", "intensity": value, "stddev": 1.0, "quality": 0.9, "probability": 0.5, "prior": 0.2}
    return at_s, "/face/pain", "solamen_msgs/msg/PainEstimate", {**fields, "log_likelihood_ratio": 0.0}


def seen(at_s, value):
    at, topic, kind, fields = face(at_s, dict.fromkeys(UNITS, 0.3 * value))
    return at, topic, kind, {**fields, "confidence": [1.0] * len(UNITS), "observable": [True] * len(UNITS)}


def session(length_s=20.0, rate_hz=10.0):
    for index in range(int(length_s * rate_hz)):
        at_s = index / rate_hz
        value = 4.0 + 3.0 * math.sin(0.5 * at_s)
        yield seen(at_s, value)
        yield pain(at_s + 0.01, value)


@pytest.fixture
def run(tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    record(folder, session())
    return folder


class Slow:
    """A machine on which each look at the clock takes a second."""

    def __init__(self):
        self.at_ns = 0

    def now_s(self):
        return 0.0

    def monotonic_ns(self):
        self.at_ns += 10**9
        return self.at_ns


def test_two_replays_give_identical_bytes_at_any_speed(run, tmp_path):
    one = replay(run, SystemClock(), tmp_path / "one")
    two = replay(run, Slow(), tmp_path / "two")
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert one.sha256 == two.sha256
    assert one.lines > 400


def test_another_recording_gives_other_bytes(run, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    record(other, session(length_s=19.0))
    assert replay(run, SystemClock()).sha256 != replay(other, SystemClock()).sha256


def test_a_folder_without_a_recording_is_told_as_such(tmp_path):
    with pytest.raises(OutsideError, match="holds no recording"):
        replay(tmp_path, SystemClock())


def test_a_damaged_recording_is_replayed_up_to_the_damage_and_told_as_such(run, capsys):
    whole, cut = replay(run, SystemClock()), part_paths(run)[0]
    assert whole.damaged == ()
    cut.write_bytes(cut.read_bytes()[: cut.stat().st_size // 2])
    rest = replay(run, SystemClock())
    assert 0 < rest.messages < whole.messages and rest.damaged == (str(cut),)
    with pytest.raises(SystemExit):
        main(["replay", "--run", str(run)])
    assert f"{cut} is damaged or cut off" in " ".join(capsys.readouterr().out.split())


def test_a_recording_that_is_damaged_from_the_start_is_not_called_empty(run):
    merge_parts(run).write_bytes(b"noise" * 100)
    with pytest.raises(OutsideError, match="damaged or cut off"):
        replay(run, SystemClock())


@pytest.mark.parametrize(("name", "told"), [("nowhere", "no such folder"), ("bare", "damaged or cut off")])
def test_where_there_is_nothing_to_replay_that_is_said_and_no_file_is_left(tmp_path, name, told):
    (tmp_path / "bare").mkdir()
    record(tmp_path / "bare", [])
    (tmp_path / "bare" / "session.mcap").touch()
    with pytest.raises(OutsideError, match=told):
        replay(tmp_path / name, SystemClock())
    assert not list(tmp_path.glob("*/*replay*"))


def test_a_file_that_cannot_be_written_is_told_in_a_sentence(run, capsys):
    (run / "replay.jsonl").mkdir()
    with pytest.raises(SystemExit) as left:
        main(["replay", "--run", str(run)])
    told = capsys.readouterr().err
    assert left.value.code == 2 and told.startswith("solamen: the file cannot be read or written (Is a directory)")
