"""Forgetting a person: their key first, then all that lies about of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlcipher3 import dbapi2

from solamen.core.errors import OutsideError
from solamen.people.memory import Memory
from solamen.people.store import open_store

MARK_FILE = "person.json"
"""In the folder of a run: the pseudonyms of whom it is of, so that it is found again where it was renamed."""


@dataclass(frozen=True)
class Forgotten:
    """What was done.

    Attributes:
        records: deleted from the store.
        runs: folders that were deleted.
        backups: files from which the records were deleted.
        missed: what could not be reached; it stays locked with a key that is gone, unless it is a run.
    """

    records: int
    runs: tuple[Path, ...]
    backups: tuple[Path, ...]
    missed: tuple[Path, ...]


def keep_run(memory: Memory, person_id: str, run: Path, stamp_s: float) -> None:
    """Notes that a run is of a person, here and in its folder, so that it is forgotten with them."""
    key = memory.enrol(person_id, stamp_s)
    folder = run.absolute()
    kept = any(record["folder"] == str(folder) for record in memory.all(person_id, "run"))
    if not kept:
        memory.add(person_id, "run", {"folder": str(folder)}, stamp_s)
    mark = folder / MARK_FILE
    persons = sorted({*_marked_with(mark), key.pseudonym})
    mark.touch(mode=0o600)
    mark.write_text(json.dumps({"persons": persons}), encoding="utf-8")


def runs_of(memory: Memory, person_id: str) -> tuple[list[Path], list[Path]]:
    """A person's runs: folders that are there, wherever they were renamed to, and folders that are not."""
    key = memory.keys.find(person_id)
    if key is None:
        return [], []
    noted = [Path(record["folder"]) for record in memory.all(person_id, "run")]
    marks = {mark for parent in {folder.parent for folder in noted} for mark in parent.glob(f"*/{MARK_FILE}")}
    found = sorted({mark.parent for mark in marks if key.pseudonym in _marked_with(mark)})
    # A run that was renamed is found by its mark: as many may be missing as were noted beyond what was found.
    gone = [folder for folder in noted if folder not in found and not folder.exists()]
    return found, gone[: max(0, len(noted) - len(found))]


def forget(memory: Memory, person_id: str, stamp_s: float, current: Path | None = None) -> Forgotten:
    """Destroys all that is kept of a person.

    Their key goes first: whatever else happens then, no copy of a record can be read any more.

    Args:
        memory: the store.
        person_id: who.
        stamp_s: when, seconds since 1970.
        current: the folder of a run that is going on; its recordings are deleted, its log of processes stays.

    Raises:
        OutsideError: nothing is kept of that person.
    """
    key = memory.keys.find(person_id)
    if key is None:
        raise OutsideError(f"nothing is kept of {person_id[:40]!r}", "the store of people", "See: solamen people list.")
    runs, gone = runs_of(memory, person_id)
    memory.keys.destroy(key)
    deleted, stuck = _delete_runs(runs, current)  # before the store, for which this may make room
    with memory.writing():
        records = memory.connection.execute("DELETE FROM record WHERE owner = ?", (key.pseudonym,)).rowcount
        memory.log.append(stamp_s, key.pseudonym, "forgotten")
    stuck += _leave_nothing_between(memory)
    cleaned, unreached = _clean_backups(memory, key.pseudonym)
    return Forgotten(records, tuple(deleted), tuple(cleaned), (*gone, *stuck, *unreached))


def drop_orphans(memory: Memory) -> int:
    """Deletes records whose person has no key any more, as an old backup may bring back; how many there were."""
    owners = [key.pseudonym for key in memory.keys]
    marks = ", ".join("?" * len(owners))
    with memory.writing():
        return int(memory.connection.execute(f"DELETE FROM record WHERE owner NOT IN ({marks})", owners).rowcount)


def _marked_with(mark: Path) -> list[str]:
    """The pseudonyms in the folder of a run; empty where they cannot be read."""
    try:
        return [str(each) for each in json.loads(mark.read_text(encoding="utf-8"))["persons"]]
    except (OSError, ValueError, LookupError, TypeError):
        return []


def _leave_nothing_between(memory: Memory) -> list[Path]:
    """Deleted pages leave the file and its journal; another reader that is busy lets the journal stay for a while.

    Returns:
        The store where that was not possible, as on a full disk.
    """
    try:
        memory.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        memory.connection.execute("VACUUM")
        memory.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    except dbapi2.OperationalError:
        return [memory.folder]
    return []


def _delete_runs(runs: Sequence[Path], current: Path | None) -> tuple[list[Path], list[Path]]:
    deleted, stuck = [], []
    for run in runs:
        try:
            if current is not None and run == current.absolute():
                _empty(run)
            else:
                shutil.rmtree(run)
            deleted.append(run)
        except OSError:
            stuck.append(run)
    return deleted, stuck


def _empty(run: Path) -> None:
    """Leaves what the run itself still needs: its description and the logs of its processes."""
    for path in run.iterdir():
        if path.is_dir() and path.name != "logs":
            shutil.rmtree(path)
        elif path.is_file() and path.name != "run.json":
            path.unlink()


def _clean_backups(memory: Memory, pseudonym: str) -> tuple[list[Path], list[Path]]:
    cleaned, unreached = [], []
    for (name,) in memory.connection.execute("SELECT path FROM backup ORDER BY path").fetchall():
        path = Path(name)
        try:
            if not path.is_file():
                unreached.append(path)
                continue
            copy = open_store(path, memory.master, mark=memory.folder)
            try:
                copy.execute("PRAGMA journal_mode = DELETE")
                copy.execute("DELETE FROM record WHERE owner = ?", (pseudonym,))
                copy.execute("VACUUM")
            finally:
                copy.close()
            cleaned.append(path)
        except (OutsideError, OSError, dbapi2.Error):
            unreached.append(path)
    return cleaned, unreached
