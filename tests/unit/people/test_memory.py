"""The store: nothing committed is lost, nobody who was forgotten can be found, and tampering shows."""

import contextlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

from solamen.core.errors import OutsideError
from solamen.core.states import Consent
from solamen.people import keys, store
from solamen.people.backup import Restored, back_up, restore
from solamen.people.consent import ConsentLedger, Statement
from solamen.people.forget import forget
from solamen.people.kept_consent import keep_consent, recall_consent
from solamen.people.memory import STORE_FILE, Memory
from solamen.people.runs import keep_run
from solamen.people.store import MIGRATIONS

KEY = bytes(range(32))
MARKER = "planted-marker-7"
KILL_ROUNDS = Path(__file__).parents[2] / "durability" / "kill_rounds.py"


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "people"


@pytest.fixture
def memory(folder):
    with Memory(folder, KEY) as opened:
        yield opened


def everything_readable(folder, *others):
    """All that anybody who has the key of the house can read: records, keys, copies, files as they are."""
    found = []
    for place in (folder, *others):
        for path in [place] if place.is_file() else place.rglob("*"):
            found += [path.read_bytes().decode("latin-1")] if path.is_file() else []
    with Memory(folder, KEY) as opened:
        for person_id in opened.people():
            found += [person_id, *(str(opened.all(person_id, kind)) for kind in opened.kinds(person_id))]
        found += [str(entry) for entry in opened.log.entries()]
    return "\n".join(found)


def test_what_was_kept_is_read_again(memory):
    memory.add("p-1", "note", {"words": "a"}, 1.0)
    memory.add("p-2", "note", {"words": "b"}, 2.0)
    memory.add("p-1", "note", {"words": "c"}, 3.0)
    assert memory.all("p-1", "note") == [{"words": "a"}, {"words": "c"}]
    assert memory.people() == ["p-1", "p-2"]


def test_nothing_is_kept_of_somebody_anonymous(memory):
    with pytest.raises(OutsideError, match="anonymous"):
        memory.add("", "note", {}, 1.0)


def test_a_forgotten_person_was_there_before_and_is_nowhere_after(folder, tmp_path):
    run, copy = tmp_path / "runs" / "r1", tmp_path / "copies" / "people.backup"
    run.mkdir(parents=True)
    (run / "session.mcap").write_text(MARKER)
    with Memory(folder, KEY) as memory:
        memory.add("p-1", "note", {"words": MARKER}, 1.0)
        memory.add("p-2", "note", {"words": "stays"}, 1.0)
        keep_run(memory, "p-1", run, 2.0)
        back_up(memory, copy, 3.0)
    run.rename(run.with_name("r1.1"))
    before = everything_readable(folder, tmp_path)
    assert before.count(MARKER) >= 2
    assert "p-1" in before
    with Memory(folder, KEY) as memory:
        done = forget(memory, "p-1", 4.0)
    after = everything_readable(folder, tmp_path)
    assert MARKER not in after
    assert "p-1" not in after
    assert "stays" in after
    assert not done.missed


def test_a_backup_from_before_brings_nobody_back_who_was_forgotten_since(folder, tmp_path):
    copy, elsewhere = tmp_path / "people.backup", tmp_path / "elsewhere.backup"
    with Memory(folder, KEY) as memory:
        memory.add("p-1", "note", {"words": MARKER}, 1.0)
        memory.add("p-2", "note", {"words": "stays"}, 1.0)
        back_up(memory, copy, 2.0)
    copy.rename(elsewhere)  # out of reach when the person is forgotten
    with Memory(folder, KEY) as memory:
        assert forget(memory, "p-1", 3.0).missed == (copy,)
    assert restore(folder, KEY, elsewhere, 4.0) == Restored(dropped=1, asked_anew=False)
    with Memory(folder, KEY) as memory:
        assert memory.people() == ["p-2"]
        assert memory.all("p-2", "note") == [{"words": "stays"}]
        assert memory.problem() == ""


def test_the_log_stands_after_somebody_was_forgotten(memory):
    memory.add("p-1", "note", {}, 1.0)
    forget(memory, "p-1", 2.0)
    assert memory.problem() == ""
    assert [entry.event for entry in memory.log.entries()] == ["enrolled", "kept note", "forgotten"]


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE log SET event = 'consent: learn by the person' WHERE number = 2",
        "DELETE FROM log WHERE number = 2",
        "DELETE FROM log WHERE number = 3",
        "UPDATE log SET stamp_s = 0.5 WHERE number = 1",
        "UPDATE log SET number = 9 WHERE number = 3",
    ],
)
def test_tampering_with_the_log_shows(memory, tampering):
    memory.note("", "one", 1.0)
    memory.note("", "two", 2.0)
    memory.note("", "three", 3.0)
    assert memory.problem() == ""
    memory.connection.execute(tampering)
    assert "the log" in memory.problem()


def refusal(folder, key=KEY):
    with pytest.raises(OutsideError) as refused:
        Memory(folder, key)
    return str(refused.value)


def test_a_wrong_key_is_told_as_such(folder):
    Memory(folder, KEY).close()
    assert refusal(folder, bytes(32)).startswith("the key does not fit the store of people: ")


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.9])
def test_a_file_that_was_cut_off_is_told_as_such(folder, share):
    with Memory(folder, KEY) as memory:
        for number in range(20):
            memory.add("p-1", "note", {"words": "x" * 3000}, float(number))
    file = folder / STORE_FILE
    os.truncate(file, int(share * file.stat().st_size))
    assert refusal(folder).startswith("the store of people is damaged or cut off: ")


@pytest.fixture(params=["its disk", "its folder"])
def locked(request, folder, monkeypatch):
    """A whole store that SQLite can read, but not write."""
    with Memory(folder, KEY) as memory:
        memory.add("p-1", "note", {"words": "a"}, 1.0)
        memory.connection.execute("PRAGMA journal_mode = DELETE")
    if request.param == "its folder":
        (folder / f"{STORE_FILE}-wal").mkdir()  # no journal can be made
    else:
        connect = store.dbapi2.connect

        def reading(path, **given):
            own = path == str(folder / STORE_FILE)
            return connect(f"file:{path}?mode=ro", uri=True, **given) if own else connect(path, **given)

        monkeypatch.setattr(store.dbapi2, "connect", reading)
    return folder


def test_a_store_that_cannot_be_written_is_not_called_damaged(locked):
    told = refusal(locked)
    assert told.startswith("the store of people cannot be written (")
    assert f"{locked / STORE_FILE}. Check the disk and the rights" in told


def test_a_store_that_cannot_be_written_is_not_replaced_by_a_backup(locked, tmp_path):
    copy = tmp_path / "people.backup"
    with Memory(tmp_path / "other", KEY) as memory:
        back_up(memory, copy, 1.0)
    before = (locked / STORE_FILE).read_bytes()
    with pytest.raises(OutsideError, match="the store of people cannot be written"):
        restore(locked, KEY, copy, 2.0)
    assert (locked / STORE_FILE).read_bytes() == before and not list(locked.glob("*.restored"))


def test_a_backup_that_cannot_be_written_is_not_called_damaged(locked, tmp_path):
    with pytest.raises(OutsideError, match=r"cannot be opened where it stands \(.*\).*Copy it"):
        restore(tmp_path / "new", KEY, locked / STORE_FILE, 2.0)


def test_a_place_that_cannot_be_written_is_not_told_to_be_full(memory, tmp_path, monkeypatch):
    def read_only(*_, **__):
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "touch", read_only)
    with pytest.raises(OutsideError, match="Check the disk and the rights"):
        store.copy_store(memory.connection, tmp_path / "copy", KEY)


def test_a_newer_schema_is_told_as_such(folder):
    with Memory(folder, KEY) as memory:
        memory.connection.execute("PRAGMA user_version = 99")
    assert refusal(folder).startswith("the store of people has schema 99, and this version of Solamen knows 2")


def test_an_older_store_is_brought_to_the_newest_schema(folder):
    with Memory(folder, KEY) as memory:
        memory.add("p-1", "note", {"words": "old"}, 1.0)
        memory.connection.execute("DROP TABLE backup")
        memory.connection.execute("PRAGMA user_version = 1")
    with Memory(folder, KEY) as memory:
        assert memory.all("p-1", "note") == [{"words": "old"}]
        assert memory.connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS),)


def test_a_writer_that_is_killed_in_mid_write_loses_nothing_that_was_committed():
    answer = subprocess.run([sys.executable, KILL_ROUNDS, "20"], capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert answer.stdout.startswith("20 kills, ")


def test_a_refusal_since_a_backup_stays_when_the_backup_is_restored(folder, tmp_path):
    agreed = Statement(level=Consent.RECORD, stamp_s=1.0, expires_s=1e6)
    refused = Statement(level=Consent.NONE, stamp_s=3.0)
    ledger = ConsentLedger()
    with Memory(folder, KEY) as memory:
        for statement in (agreed, refused):
            ledger.say(statement, statement.stamp_s)
            keep_consent(memory, "p-1", ledger, statement)
            if statement is agreed:
                back_up(memory, tmp_path / "people.backup", 2.0)
    restore(folder, KEY, tmp_path / "people.backup", 4.0)
    with Memory(folder, KEY) as memory:
        assert recall_consent(memory, "p-1", 5.0).standing(5.0).level == Consent.NONE
        assert memory.problem() == ""


def with_consent(folder, copy):
    """A store in which p-1 agreed and p-2 refused before a backup, and a run of p-1 was recorded after it."""
    with Memory(folder, KEY) as memory:
        for person, level in (("p-1", Consent.RECORD), ("p-2", Consent.NONE)):
            ledger, said = ConsentLedger(), Statement(level=level, stamp_s=1.0, expires_s=1e6)
            ledger.say(said, 1.0)
            keep_consent(memory, person, ledger, said)
        back_up(memory, copy, 2.0)
        run = copy.parent / "r1"
        run.mkdir()
        keep_run(memory, "p-1", run, 3.0)
    return run


@pytest.mark.parametrize("broken", ["damaged", "gone"])
def test_where_the_store_before_cannot_be_read_nobodys_consent_from_before_holds_but_refusals_do(
    folder, tmp_path, broken
):
    copy = tmp_path / "people.backup"
    with_consent(folder, copy)
    if broken == "gone":
        (folder / STORE_FILE).unlink()
    else:
        os.truncate(folder / STORE_FILE, 5000)
    assert restore(folder, KEY, copy, 4.0) == Restored(dropped=0, asked_anew=True)
    with Memory(folder, KEY) as memory:
        assert recall_consent(memory, "p-1", 5.0) is None
        assert recall_consent(memory, "p-2", 5.0).standing(5.0).withdrawn
        assert memory.people() == ["p-1", "p-2"] and memory.problem() == ""


def test_a_run_since_the_backup_is_forgotten_with_the_person(folder, tmp_path):
    copy = tmp_path / "people.backup"
    run = with_consent(folder, copy)
    assert restore(folder, KEY, copy, 4.0) == Restored(dropped=0, asked_anew=False)
    with Memory(folder, KEY) as memory:
        assert recall_consent(memory, "p-1", 5.0).standing(5.0).level == Consent.RECORD
        assert forget(memory, "p-1", 6.0).runs == (run,)
    assert not run.exists()


@pytest.mark.parametrize("broken", ["in use", "a key"])
def test_where_it_cannot_be_told_what_would_be_lost_nothing_is_restored(folder, tmp_path, monkeypatch, broken):
    copy = tmp_path / "people.backup"
    with_consent(folder, copy)
    monkeypatch.setattr(store, "BUSY_S", 0.0)
    before = (folder / STORE_FILE).read_bytes()
    with contextlib.closing(Memory(folder, KEY)) as other:
        if broken == "in use":
            other.connection.execute("PRAGMA locking_mode = EXCLUSIVE")
            other.connection.execute("BEGIN EXCLUSIVE")
        else:
            other.keys.find("p-2").path.write_bytes(b"short")
        with pytest.raises(OutsideError, match=r"in use by another|cannot be opened"):
            restore(folder, KEY, copy, 4.0)
    assert (folder / STORE_FILE).read_bytes() == before and not list(folder.glob("*.restored"))


def test_a_forgetting_that_is_interrupted_locks_nobody_else_out(folder, memory, monkeypatch):
    def killed(path):
        raise KeyboardInterrupt

    for person in ("p-1", "p-2"):
        memory.add(person, "note", {"words": MARKER}, 1.0)
    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(keys, "shred", killed)
        forget(memory, "p-1", 2.0)
    with Memory(folder, KEY) as again:
        assert again.people() == ["p-2"]
    assert len(list((folder / "keys").iterdir())) == 1


@pytest.mark.parametrize("left", [b"", b"short", bytes(200)])
def test_a_damaged_key_or_record_is_told_as_such(memory, left):
    memory.add("p-1", "note", {}, 1.0)
    memory.connection.execute("UPDATE record SET sealed = ?", (left,))
    with pytest.raises(OutsideError, match="changed from outside"):
        memory.all("p-1", "note")
    memory.keys.find("p-1").path.write_bytes(left)
    with pytest.raises(OutsideError, match="cannot be opened"):
        memory.people()


def test_a_full_disk_is_told_as_such_and_what_was_kept_stays(folder, memory):
    memory.add("p-1", "note", {"words": "a"}, 1.0)
    memory.connection.execute("PRAGMA max_page_count = 8")
    with pytest.raises(OutsideError, match="full"):
        memory.add("p-1", "note", {"words": "x" * 200_000}, 2.0)
    assert memory.all("p-1", "note") == [{"words": "a"}]
    assert memory.problem() == ""


def test_a_disk_that_was_full_when_the_store_was_made_locks_nobody_out(folder):
    folder.mkdir()
    (folder / "key.check").touch()
    Memory(folder, KEY).close()
    with pytest.raises(OutsideError, match="key does not fit"):
        Memory(folder, bytes(32))


@pytest.mark.parametrize("name", [STORE_FILE, "log.head", "copy.backup", "keys/1.key"])
def test_a_backup_never_overwrites_the_store_itself(folder, memory, name):
    memory.add("p-1", "note", {"words": "a"}, 1.0)
    with pytest.raises(OutsideError, match="store itself"):
        back_up(memory, folder / name, 2.0)
    memory.add("p-1", "note", {"words": "b"}, 3.0)
    with Memory(folder, KEY) as again:
        assert len(again.all("p-1", "note")) == 2 and again.problem() == ""


def test_a_backup_that_could_not_be_written_at_all_is_not_looked_for_later(memory, tmp_path):
    memory.add("p-1", "note", {"words": "a"}, 1.0)
    (tmp_path / "file").write_text("")
    with pytest.raises(OutsideError, match="the copy of the store cannot be written"):
        back_up(memory, tmp_path / "file" / "backup", 2.0)
    assert forget(memory, "p-1", 3.0).missed == ()


@pytest.mark.parametrize(
    ("content", "told"), [(b"", "the backup is empty"), (bytes(9000), "the backup cannot be used")]
)
def test_a_backup_that_was_cut_off_replaces_nothing(folder, memory, tmp_path, content, told):
    memory.add("p-1", "note", {"words": "a"}, 1.0)
    copy = tmp_path / "people.backup"
    copy.write_bytes(content)
    with pytest.raises(OutsideError, match=told):
        restore(folder, KEY, copy, 2.0)
    assert copy.read_bytes() == content
    with Memory(folder, KEY) as again:
        assert again.all("p-1", "note") == [{"words": "a"}]


def test_a_backup_that_could_not_be_written_is_not_looked_for_later(memory, tmp_path):
    memory.add("p-1", "note", {"words": "a"}, 1.0)
    (tmp_path / "folder").mkdir()
    with pytest.raises(OutsideError, match="cannot be written"):
        back_up(memory, tmp_path / "folder", 2.0)
    assert forget(memory, "p-1", 3.0).missed == ()


def test_a_backup_overwrites_an_earlier_one_and_nothing_else(memory, tmp_path):
    copy, letter = tmp_path / "people.backup", tmp_path / "letter.odt"
    letter.write_text("dear")
    with pytest.raises(OutsideError, match="no backup of this store"):
        back_up(memory, letter, 1.0)
    for stamp_s in (1.0, 2.0):
        back_up(memory, copy, stamp_s)
    assert letter.read_text() == "dear" and copy.stat().st_size > 4096
