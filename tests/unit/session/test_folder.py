import json
import subprocess
import sys
from pathlib import Path

import pytest

from solamen.core.clock import SteppedClock
from solamen.core.errors import OutsideError
from solamen.session import folder
from solamen.session.folder import in_use, new_run_folder, note_end, write_private

CLOCK = SteppedClock(1_800_000_000.0)


def test_a_run_without_a_folder_gets_one_with_the_time_in_its_name(tmp_path):
    run = new_run_folder(None, CLOCK, runs=tmp_path / "runs")
    assert run.parent == tmp_path / "runs"
    assert run.name.startswith("2027-01-1")
    assert run.is_dir()


def test_two_runs_in_the_same_second_do_not_share_a_folder(tmp_path):
    first, second = (new_run_folder(None, CLOCK, runs=tmp_path / "runs") for _ in range(2))
    assert first != second


def test_a_run_is_open_to_its_owner_alone(tmp_path):
    run = new_run_folder(None, CLOCK, runs=tmp_path / "runs")
    assert run.stat().st_mode & 0o777 == 0o700
    assert run.parent.stat().st_mode & 0o777 == 0o700


def test_an_empty_folder_is_used_and_closed_to_others(tmp_path):
    out = tmp_path / "r1"
    out.mkdir(mode=0o755)
    assert new_run_folder(out, CLOCK) == out
    assert out.stat().st_mode & 0o777 == 0o700


def test_a_run_that_still_goes_on_keeps_its_folder(tmp_path):
    out = new_run_folder(tmp_path / "r1", CLOCK)
    with in_use(out):
        write_private(out / "run.json", "{}")
        with pytest.raises(OutsideError, match="another run is recording"):
            new_run_folder(out, CLOCK)
        assert [path.name for path in tmp_path.iterdir()] == ["r1"]
    assert new_run_folder(out, CLOCK) == out
    assert (tmp_path / "r1.1" / "run.json").is_file()


def test_an_earlier_run_is_kept_under_the_next_free_number(tmp_path):
    out = tmp_path / "r1"
    for content in ("first", "second", "third"):
        new_run_folder(out, CLOCK)
        write_private(out / "run.json", content)
    assert (tmp_path / "r1.1" / "run.json").read_text() == "first"
    assert (tmp_path / "r1.2" / "run.json").read_text() == "second"
    assert (out / "run.json").read_text() == "third"


def test_a_folder_with_other_things_is_refused_and_untouched(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(OutsideError, match="is not empty and holds no earlier run"):
        new_run_folder(tmp_path, CLOCK)
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_a_file_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(OutsideError, match="the output folder is a file"):
        new_run_folder(tmp_path / "out", CLOCK)


def test_a_file_on_the_way_to_the_folder_is_refused(tmp_path):
    (tmp_path / "out").touch()
    with pytest.raises(OutsideError, match="part of the output path is a file"):
        new_run_folder(tmp_path / "out" / "r1", CLOCK)


def test_a_folder_where_nothing_can_be_made_is_refused():
    with pytest.raises(OutsideError, match="cannot write the output folder"):
        new_run_folder(Path("/proc/solamen/r1"), CLOCK, free_mb=1000.0)


def test_a_read_only_folder_is_refused_before_anything_is_made(tmp_path, monkeypatch):
    monkeypatch.setattr(folder.os, "access", lambda *_: False)
    with pytest.raises(OutsideError, match="read-only"):
        new_run_folder(tmp_path / "r1", CLOCK)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("free_mb", [0.0, 199.9, float("nan")])
def test_a_nearly_full_disk_is_refused_before_anything_is_made(tmp_path, free_mb):
    with pytest.raises(OutsideError, match="200 MB are needed"):
        new_run_folder(tmp_path / "a" / "r1", CLOCK, free_mb=free_mb)
    assert list(tmp_path.iterdir()) == []


def test_a_private_file_appears_whole_or_not_at_all(tmp_path):
    target = tmp_path / "taken"
    target.mkdir()
    with pytest.raises(OutsideError, match="cannot write the file"):
        write_private(target, "content")
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


def test_the_end_of_a_run_without_supervisor_is_noted_beside_what_stands(tmp_path):
    (tmp_path / "run.json").write_text('{"options": {"seed": 3}, "ended_s": 0.0}')
    note_end(tmp_path, 12.5)
    assert json.loads((tmp_path / "run.json").read_text()) == {"options": {"seed": 3}, "ended_s": 12.5}


def test_a_process_that_holds_a_folder_keeps_it_until_it_ends(tmp_path):
    out = new_run_folder(tmp_path / "r1", CLOCK)
    write_private(out / "run.json", "{}")
    words = "import sys; from pathlib import Path; from solamen.session.folder import hold; hold(Path(sys.argv[1]))"
    command = [sys.executable, "-u", "-c", f"{words}; print(1); input()", str(out)]
    holder = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert holder.stdout.readline() == b"1\n"
    with pytest.raises(OutsideError, match="another run is recording"):
        new_run_folder(out, CLOCK)
    holder.communicate(b"\n")
    assert new_run_folder(out, CLOCK) == out
