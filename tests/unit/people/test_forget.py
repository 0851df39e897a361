"""Forgetting is ended however often it is interrupted, and takes from others no more than it must."""

import json
from pathlib import Path

import pytest

from solamen.people import forget as forgetting
from solamen.people import runs
from solamen.people.backup import back_up
from solamen.people.forget import end_forgetting, forget
from solamen.people.keys import Keyring
from solamen.people.memory import Memory
from solamen.people.picture import keep_picture
from solamen.people.runs import SETTLING_S, RunMark, keep_run, leave_run, runs_of

KEY = bytes(range(32))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "people"


@pytest.fixture
def memory(folder):
    with Memory(folder, KEY) as opened:
        yield opened


class Parted:
    """Stands for taking a person out of a recording."""

    def __init__(self, fails=False):
        self.asked, self.fails = [], fails

    def __call__(self, run, spans, spared):
        if self.fails:
            raise OSError(28, "no space left")
        self.asked.append((run, spans, spared))


def a_run(memory, tmp_path, *persons, name="r1", at_s=10.0):
    """A run in which persons were in care one after the other, each for 10 s."""
    run = tmp_path / "runs" / name
    (run / "logs").mkdir(parents=True)
    for file in ("run.json", "session.mcap", "robot.mp4", "logs/people.log"):
        (run / file).write_text("{}")
    for place, person in enumerate(persons):
        keep_run(memory, person, run, at_s + 10.0 * place)
    return run


def names(run):
    return {path.name for path in run.iterdir()} if run.exists() else set()


@pytest.mark.parametrize("place", ["_sweep_runs", "_clear_store", "_clean_backups", "_leave_nothing_between"])
def test_what_was_interrupted_is_ended_by_whoever_opens_the_store_next(folder, tmp_path, monkeypatch, place):
    copy = tmp_path / "people.backup"
    with Memory(folder, KEY) as memory:
        run = a_run(memory, tmp_path, "p-1")
        memory.add("p-2", "note", {"words": "stays"}, 1.0)
        back_up(memory, copy, 2.0)
        with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
            killed.setattr(forgetting, place, _interrupt)
            forget(memory, "p-1", 20.0)
    with Memory(folder, KEY) as memory:
        assert memory.people() == ["p-2"]
        assert len(end_forgetting(memory, Parted())) == 1
        assert not run.exists()
        assert memory.connection.execute("SELECT count(*) FROM record").fetchone() == (1,)
        assert [entry.event for entry in memory.log.entries()].count("forgotten") == 1
        assert memory.problem() == "" and not list((folder / "forgetting").iterdir())
        assert end_forgetting(memory, Parted()) == []


def _interrupt(*_, **__):
    raise KeyboardInterrupt


def test_who_was_to_be_forgotten_before_the_key_was_reached_is_forgotten_later(folder, tmp_path, monkeypatch):
    with Memory(folder, KEY) as memory:
        run = a_run(memory, tmp_path, "p-1")
        with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
            killed.setattr(Keyring, "destroy", _interrupt)
            forget(memory, "p-1", 20.0)
    with Memory(folder, KEY) as memory:
        end_forgetting(memory, Parted())
        assert memory.people() == [] and not run.exists()


def test_a_run_that_could_not_be_deleted_is_deleted_as_soon_as_it_can_be(memory, tmp_path, monkeypatch):
    run = a_run(memory, tmp_path, "p-1")
    with monkeypatch.context() as locked:
        locked.setattr(forgetting.shutil, "rmtree", _refuse)
        assert forget(memory, "p-1", 20.0).missed == (run,)
    assert "person.json" in names(run)  # by which it is known
    assert end_forgetting(memory, Parted())[0].runs == (run,)
    assert not run.exists() and end_forgetting(memory, Parted()) == []


def _refuse(*_, **__):
    raise PermissionError(13, "not permitted")


def test_a_folder_that_is_anothers_by_now_is_left_alone(memory, tmp_path, monkeypatch):
    run = a_run(memory, tmp_path, "p-1")
    with monkeypatch.context() as locked:
        locked.setattr(forgetting.shutil, "rmtree", _refuse)
        forget(memory, "p-1", 20.0)
    (run / "person.json").unlink()
    (run / "session.mcap").write_text("of p-2")
    keep_run(memory, "p-2", run, 30.0)
    end_forgetting(memory, Parted())
    assert "session.mcap" in names(run)


def test_what_is_noted_meanwhile_tells_nobody_whom_it_is_about(memory, folder, tmp_path, monkeypatch):
    a_run(memory, tmp_path, "p-1", name="visit-of-anna")
    with monkeypatch.context() as locked:
        locked.setattr(forgetting.shutil, "rmtree", _refuse)
        forget(memory, "p-1", 20.0)
    noted = b"".join(path.read_bytes() for path in (folder / "forgetting").iterdir())
    assert noted and b"anna" not in noted and b"p-1" not in noted


def test_of_a_run_of_two_persons_what_is_the_others_stays(memory, tmp_path):
    run, part = a_run(memory, tmp_path, "p-1", "p-2", "p-1"), Parted()
    done = forget(memory, "p-1", 60.0, part=part)
    assert part.asked == [(run, [(20.0 + SETTLING_S, 30.0)], ("person.json", "run.json"))]
    assert (done.runs, done.parted, done.missed) == ((), (run,), ())
    assert "others are in this run, too" in done.of_others()[0]
    assert runs_of(memory, "p-2") == ([run], []) and len(RunMark.of(run).persons) == 1
    assert forget(memory, "p-2", 70.0).runs == (run,)


def test_a_run_of_others_is_parted_later_where_that_would_hold_something_up(memory, tmp_path):
    run, part = a_run(memory, tmp_path, "p-1", "p-2"), Parted()
    assert forget(memory, "p-1", 60.0, current=run).left == (run,)
    assert memory.people() == ["p-2"]
    assert end_forgetting(memory, part)[0].parted == (run,)
    assert part.asked[0][2] == ("person.json", "run.json", "logs")
    assert end_forgetting(memory, part) == []


def test_a_full_disk_while_a_run_is_parted_costs_the_other_nothing(memory, tmp_path):
    run = a_run(memory, tmp_path, "p-1", "p-2")
    assert forget(memory, "p-1", 60.0, part=Parted(fails=True)).missed == (run,)
    assert "session.mcap" in names(run)
    assert end_forgetting(memory, Parted())[0].parted == (run,)


@pytest.mark.parametrize("broken", ["no turns", "clock set back"])
def test_a_run_that_cannot_be_told_apart_goes_for_the_other_too_and_that_is_said(memory, tmp_path, broken):
    run, part = a_run(memory, tmp_path, "p-1", "p-2"), Parted()
    mark = json.loads((run / "person.json").read_text())
    turns = [] if broken == "no turns" else mark["turns"][::-1]
    (run / "person.json").write_text(json.dumps({**mark, "turns": turns}))
    done = forget(memory, "p-1", 60.0, part=part)
    assert (done.runs, done.taken_along, part.asked) == ((run,), (run,), [])
    assert "gone for them as well" in done.of_others()[0]


def test_who_was_forgotten_before_is_no_other(memory, tmp_path):
    run = a_run(memory, tmp_path, "p-1", "p-2")
    forget(memory, "p-1", 60.0, part=Parted())
    done = forget(memory, "p-2", 70.0, part=Parted())
    assert (done.runs, done.of_others()) == ((run,), [])


def test_only_the_time_in_which_somebody_was_recorded_is_theirs(memory, tmp_path):
    run = a_run(memory, tmp_path, "p-1")
    leave_run(run, 15.0)
    leave_run(run, 17.0)
    keep_run(memory, "p-2", run, 20.0)
    keep_run(memory, "p-2", run, 25.0)
    one, two = (memory.keys.find(person).pseudonym for person in ("p-1", "p-2"))
    assert RunMark.of(run).turns == ((10.0, one), (15.0, runs.NOBODY), (20.0, two))
    assert RunMark.of(run).spans({one}) == [(10.0 + SETTLING_S, 15.0)]
    assert RunMark.of(run).spans({two}) == [(20.0 + SETTLING_S, float("inf"))]


def test_a_run_of_which_the_mark_is_gone_is_told_and_not_touched(memory, tmp_path):
    run = a_run(memory, tmp_path, "p-1")
    Path(run / "person.json").unlink()
    assert forget(memory, "p-1", 60.0).missed == (run,)
    assert "session.mcap" in names(run)


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"persons": 7}', '{"persons": ["a"], "turns": [[1]]}', "\xff"])
def test_a_damaged_mark_names_nobody(tmp_path, text):
    (tmp_path / "person.json").write_text(text, encoding="latin-1")
    assert RunMark.of(tmp_path).persons == ()


def test_pictures_of_a_person_go_with_them_and_what_stands_in_their_place_stays(memory, tmp_path):
    one, two, gone = (tmp_path / name for name in ("one.png", "two.png", "gone.png"))
    memory.add("p-1", "note", {}, 1.0)
    for file in (one, one, two, gone):
        keep_picture(memory, "p-1", file, 2.0)
    two.write_bytes(b"a picture of a cat")
    gone.unlink()
    assert memory.kinds("p-1")["picture"] == 3 and one.stat().st_mode & 0o077 == 0
    assert forget(memory, "p-1", 3.0).missed == ()
    assert not one.exists() and two.exists() and end_forgetting(memory, Parted()) == []
