"""A lost key is told from a forgotten person, and nothing that could be read again with it is destroyed."""

import shutil

import pytest

from solamen import cli
from solamen.core.errors import OutsideError
from solamen.core.states import Consent
from solamen.people import forget as forgetting
from solamen.people.backup import Restored, back_up, restore
from solamen.people.consent import ConsentLedger, Statement
from solamen.people.forget import forget
from solamen.people.kept_consent import keep_consent, recall_consent
from solamen.people.keys import Keyring
from solamen.people.memory import STORE_FILE, Memory

KEY = bytes(range(32))


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "people"


@pytest.fixture
def copy(folder, tmp_path):
    """A backup of p-1 and p-2, out of reach of whoever forgets one of them."""
    place = tmp_path / "people.backup"
    with Memory(folder, KEY) as memory:
        for person in ("p-1", "p-2"):
            memory.add(person, "note", {"words": f"of {person}"}, 1.0)
        back_up(memory, place, 2.0)
    return place.rename(tmp_path / "elsewhere.backup")


def problem(folder):
    with Memory(folder, KEY) as memory:
        return memory.problem()


def notes(folder):
    with Memory(folder, KEY) as memory:
        return [each["words"] for person in memory.people() for each in memory.all(person, "note")]


def refuse(person, folder):
    """Kept as the person's own word."""
    ledger, said = ConsentLedger(), Statement(level=Consent.NONE, stamp_s=3.0)
    ledger.say(said, 3.0)
    with Memory(folder, KEY) as memory:
        keep_consent(memory, person, ledger, said)


def test_a_store_whose_keys_are_lost_is_not_called_whole(folder, copy):
    (folder / "keys").rename(folder / "away")
    assert problem(folder) == (
        "the keys of 2 persons are missing, without which nothing that is kept of them can be read: "
        f"{folder / 'keys'}. Bring that folder back as it was."
    )
    (folder / "keys").rmdir()
    (folder / "away").rename(folder / "keys")
    assert problem(folder) == ""


def test_one_lost_key_is_told_beside_somebody_who_was_forgotten(folder, copy):
    with Memory(folder, KEY) as memory:
        memory.add("p-3", "note", {}, 1.0)
        forget(memory, "p-1", 3.0)
        assert memory.problem() == ""
        memory.keys.find("p-2").path.unlink()
        assert memory.problem().startswith("the key of 1 person is missing")


@pytest.mark.parametrize("place", ["_sweep_runs", "_clear_store"])
def test_somebody_whose_forgetting_was_interrupted_is_no_lost_key(folder, copy, monkeypatch, place):
    def killed(*_, **__):
        raise KeyboardInterrupt

    with Memory(folder, KEY) as memory:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(forgetting, place, killed)
            forget(memory, "p-1", 3.0)
        assert memory.people() == ["p-2"] and memory.problem() == ""
    assert restore(folder, KEY, copy, 4.0) == Restored(dropped=1, asked_anew=False)


def test_a_backup_whose_keys_are_elsewhere_replaces_nothing_and_is_restored_once_they_are_there(folder, copy, tmp_path):
    fresh = tmp_path / "fresh"
    with pytest.raises(OutsideError, match=f"the keys of 2 persons are missing.*{fresh / 'keys'}"):
        restore(fresh, KEY, copy, 4.0)
    assert not list(fresh.glob(f"{STORE_FILE}*"))
    shutil.copytree(folder / "keys", fresh / "keys", dirs_exist_ok=True)
    assert restore(fresh, KEY, copy, 5.0) == Restored(dropped=0, asked_anew=True)
    assert sorted(notes(fresh)) == ["of p-1", "of p-2"] and problem(fresh) == ""


@pytest.mark.parametrize("lost", ["all", "one"])
def test_a_store_whose_keys_are_lost_is_not_replaced_by_a_backup_that_knows_less(folder, copy, lost):
    refuse("p-1", folder)
    with Memory(folder, KEY) as memory:
        paths = [key.path for key in memory.keys if lost == "all" or key.person_id == "p-1"]
    (folder / "away").mkdir()
    for path in paths:
        path.rename(folder / "away" / path.name)
    with pytest.raises(OutsideError, match=r"in the store of people, the keys? of \d persons? (is|are) missing"):
        restore(folder, KEY, copy, 4.0)
    for path in paths:
        (folder / "away" / path.name).rename(path)
    with Memory(folder, KEY) as memory:
        assert recall_consent(memory, "p-1", 5.0).standing(5.0).withdrawn
    assert restore(folder, KEY, copy, 6.0) == Restored(dropped=0, asked_anew=False)


def test_what_no_key_opens_is_kept_where_nobody_can_tell_any_more_why(folder, copy):
    with Memory(folder, KEY) as memory:
        key = memory.keys.find("p-1").path
    away = key.rename(folder / "away")
    (folder / STORE_FILE).unlink()
    done = restore(folder, KEY, copy, 4.0)
    assert done == Restored(dropped=0, asked_anew=True, keyless=1)
    assert str(folder / "keys") in done.told_of_keys(folder)
    assert notes(folder) == ["of p-2"] and problem(folder).startswith("the key of 1 person is missing")
    away.rename(key)
    assert sorted(notes(folder)) == ["of p-1", "of p-2"] and problem(folder) == ""


def test_who_was_forgotten_is_still_known_to_be_after_two_restorings(folder, copy):
    with Memory(folder, KEY) as memory:
        forget(memory, "p-1", 3.0)
    for stamp_s in (4.0, 5.0):
        assert restore(folder, KEY, copy, stamp_s) == Restored(dropped=1, asked_anew=False)
        assert notes(folder) == ["of p-2"] and problem(folder) == ""


def test_an_old_copy_of_the_keys_brings_nobody_back_who_was_forgotten(folder, copy, tmp_path):
    shutil.copytree(folder / "keys", tmp_path / "safe")
    with Memory(folder, KEY) as memory:
        forget(memory, "p-1", 3.0)
    shutil.copytree(tmp_path / "safe", folder / "keys", dirs_exist_ok=True)
    assert restore(folder, KEY, copy, 4.0) == Restored(dropped=1, asked_anew=False)
    assert [key.person_id for key in Keyring(folder / "keys", KEY)] == ["p-2"]


def test_the_commands_tell_of_missing_keys_and_do_not_end_well(folder, copy, monkeypatch, capsys):
    monkeypatch.setenv("SOLAMEN_PEOPLE", str(folder))
    monkeypatch.setenv("SOLAMEN_PEOPLE_KEY", KEY.hex())
    with Memory(folder, KEY) as memory:
        memory.keys.find("p-1").path.unlink()
    with pytest.raises(SystemExit) as ended:
        cli.main(["people", "verify"])
    assert ended.value.code == 1
    (folder / STORE_FILE).unlink()
    with pytest.raises(SystemExit) as ended:
        cli.main(["people", "restore", str(copy)])
    assert ended.value.code == 1
    assert capsys.readouterr().out.count("the key of 1 person is missing") == 2


def test_a_store_without_any_key_is_not_opened_as_if_nobody_had_refused(folder, copy):
    refuse("p-1", folder)
    (folder / "keys").rename(folder / "away")
    with Memory(folder, KEY) as memory, pytest.raises(OutsideError, match="keys of 2 persons are missing"):
        memory.refuse_without_keys()
    (folder / "keys").rmdir()
    (folder / "away").rename(folder / "keys")
    with Memory(folder, KEY) as memory:
        memory.refuse_without_keys()
        assert recall_consent(memory, "p-1", 4.0).standing(4.0).level == Consent.NONE


def test_a_store_of_people_who_were_all_forgotten_needs_no_key(folder, copy):
    with Memory(folder, KEY) as memory:
        forget(memory, "p-1", 3.0)
        forget(memory, "p-2", 3.0)
        memory.refuse_without_keys()


def test_no_command_opens_a_store_of_which_all_keys_are_lost(folder, copy, monkeypatch, capsys):
    monkeypatch.setenv("SOLAMEN_PEOPLE", str(folder))
    monkeypatch.setenv("SOLAMEN_PEOPLE_KEY", KEY.hex())
    (folder / "keys").rename(folder / "away")
    for command in (["people", "list"], ["consent", "show", "--person", "p-1"]):
        with pytest.raises(SystemExit) as ended:
            cli.main(command)
        told = capsys.readouterr()
        assert ended.value.code == 2 and not told.out
        assert "the keys of 2 persons are missing" in told.err and "Bring that folder back" in told.err
