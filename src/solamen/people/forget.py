"""Forgetting a person: their key first, then all that lies about of them, however often that is interrupted."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path

from sqlcipher3 import dbapi2

from solamen.core.errors import OutsideError
from solamen.people.begun import Begun, Notes, alone, any_begun
from solamen.people.keyless import FORGOTTEN
from solamen.people.memory import Memory
from solamen.people.runs import MARK_FILE, Part, RunMark, pictures_of, runs_of
from solamen.people.store import open_store

_DESCRIPTION, _LOGS = "run.json", "logs"
"""In the folder of a run; a run that goes on still needs both."""


@dataclass(frozen=True)
class Forgotten:
    """What was done.

    Attributes:
        records: deleted from the store.
        runs: folders that were deleted.
        backups: files from which the records were deleted.
        missed: what could not be reached; it stays locked with a key that is gone, unless it is a run.
        parted: runs of others, too: what was recorded while those were in care is left, and nothing else.
        taken_along: of `runs`, those of others, too, which could not be told apart.
        left: runs of others, too, that are still to be parted: see `end_forgetting`.
    """

    records: int = 0
    runs: tuple[Path, ...] = ()
    backups: tuple[Path, ...] = ()
    missed: tuple[Path, ...] = ()
    parted: tuple[Path, ...] = ()
    taken_along: tuple[Path, ...] = ()
    left: tuple[Path, ...] = ()

    def of_others(self) -> list[str]:
        """What became of runs that others were in, too, a sentence for each."""
        kept = "what was recorded while those were in care stays, the film does not"
        alone = "others were in this run, too; it could not be told apart, so it is gone for them as well"
        told = [(f"others are in this run, too; {kept}", run) for run in self.parted]
        told += [
            (f"others are in this run, too; the person is being taken out of it; {kept}", run) for run in self.left
        ]
        told += [(alone, run) for run in self.taken_along]
        return [f"{words}: {run}" for words, run in told]


def forget(
    memory: Memory, person_id: str, stamp_s: float, current: Path | None = None, part: Part | None = None
) -> Forgotten:
    """Destroys all that is kept of a person.

    Their key goes first: whatever else happens then, no copy of a record can be read any more. What is to be deleted
    is noted before, so that whoever opens the store next ends what was interrupted.

    Args:
        memory: the store.
        person_id: who.
        stamp_s: when, seconds since 1970.
        current: the folder of a run that is going on; its recordings are deleted, its log of processes stays.
        part: takes them out of a run that others are in, too; None: that is left to `end_forgetting`.

    Raises:
        OutsideError: nothing is kept of that person.
    """
    key = memory.keys.find(person_id)
    if key is None:
        raise OutsideError(f"nothing is kept of {person_id[:40]!r}", "the store of people", "See: solamen people list.")
    runs, gone = runs_of(memory, person_id)
    inside = str(current.absolute()) if current is not None else ""
    pictures = tuple(map(str, pictures_of(memory, person_id)))
    begun = Begun(key.pseudonym, key.path.name, stamp_s, tuple(map(str, runs)), pictures, inside)
    with alone(memory.folder, memory.master) as notes:
        with contextlib.suppress(OSError):  # a full disk keeps nobody from being forgotten
            notes.write(begun)
        done = _go_on(memory, notes, begun, part)
    return replace(done, missed=(*gone, *done.missed))


def end_forgetting(memory: Memory, part: Part) -> list[Forgotten]:
    """Ends what was interrupted, and deletes what could not be reached then; what came of each.

    Does nothing while another process is about it.
    """
    if not any_begun(memory.folder):
        return []
    try:
        with alone(memory.folder, memory.master, wait=False) as notes:
            return [_go_on(memory, notes, begun, part) for begun in notes.read()]
    except BlockingIOError:
        return []


def _go_on(memory: Memory, notes: Notes, begun: Begun, part: Part | None) -> Forgotten:
    """Does what is still to be done, and notes what is left."""
    memory.keys.destroy(begun.key)
    swept = _sweep_runs(memory, begun, part)  # before the store, for which this may make room
    hung = _delete_pictures(begun)
    records, backups, unreached = 0, (), ()  # type: tuple[int, tuple[Path, ...], tuple[Path, ...]]
    if not begun.stored:
        records, backups, unreached = _clear_store(memory, begun)
    still = (*swept.stuck, *swept.left)
    if still or hung:
        with contextlib.suppress(OSError):  # then all of it is done once more
            left = replace(begun, runs=tuple(map(str, still)), pictures=tuple(map(str, hung)), stored=True)
            notes.write(left)
    else:
        notes.end(begun)
    return Forgotten(
        records,
        tuple(swept.deleted),
        backups,
        (*swept.stuck, *hung, *unreached),
        tuple(swept.parted),
        tuple(swept.taken_along),
        tuple(swept.left),
    )


def _clear_store(memory: Memory, begun: Begun) -> tuple[int, tuple[Path, ...], tuple[Path, ...]]:
    """Records deleted, backups cleaned, and what could not be reached."""
    with memory.writing():
        records = memory.connection.execute("DELETE FROM record WHERE owner = ?", (begun.pseudonym,)).rowcount
        note_forgotten(memory, begun.pseudonym, begun.stamp_s)
    stuck = _leave_nothing_between(memory)
    cleaned, unreached = _clean_backups(memory, begun.pseudonym)
    return int(records), tuple(cleaned), (*stuck, *unreached)


def note_forgotten(memory: Memory, pseudonym: str, stamp_s: float) -> None:
    """Leaves the entry in the log by which a forgotten person is told from a lost key; to be called while writing."""
    if not any(entry.event == FORGOTTEN for entry in memory.log.entries(pseudonym)):
        memory.log.append(stamp_s, pseudonym, FORGOTTEN)


@dataclass
class _Swept:
    """What became of runs."""

    deleted: list[Path] = field(default_factory=list)
    stuck: list[Path] = field(default_factory=list)
    parted: list[Path] = field(default_factory=list)
    taken_along: list[Path] = field(default_factory=list)
    left: list[Path] = field(default_factory=list)


def _sweep_runs(memory: Memory, begun: Begun, part: Part | None) -> _Swept:
    swept, others = _Swept(), {key.pseudonym for key in memory.keys} - {begun.pseudonym}
    for run in map(Path, begun.runs):
        mark = RunMark.of(run)
        if begun.pseudonym not in mark.persons:
            continue  # it is gone, or another's by now
        shared, ended = bool(others & set(mark.persons)), str(run) != begun.current
        spans = mark.spans(others)
        try:
            if not spans:
                _delete(run, whole=ended)
                swept.deleted.append(run)
                swept.taken_along += [run] if shared else []
            elif part is None:
                swept.left.append(run)
            else:
                part(run, spans, (MARK_FILE, _DESCRIPTION, *(() if ended else (_LOGS,))))
                mark.without(begun.pseudonym).write(run)
                swept.parted.append(run)
        except OSError:
            swept.stuck.append(run)
    return swept


def _delete(run: Path, *, whole: bool) -> None:
    """Deletes what is in the folder of a run, the mark by which it is found again last."""
    spared = (MARK_FILE, *(() if whole else (_DESCRIPTION, _LOGS)))
    for path in [path for path in run.iterdir() if path.name not in spared]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    (run / MARK_FILE).unlink()
    if whole:
        run.rmdir()


def _delete_pictures(begun: Begun) -> list[Path]:
    """Deletes the pictures that are still where they were written; those that cannot be deleted."""
    hung = []
    for picture in map(Path, begun.pictures):
        try:
            if begun.pseudonym.encode() in picture.read_bytes():
                picture.unlink()
        except FileNotFoundError:
            continue  # whoever it belonged to has deleted it, or moved it
        except OSError:
            hung.append(picture)
    return hung


def drop_forgotten(memory: Memory, forgotten: Collection[str]) -> int:
    """Deletes what an old backup brings back of people who were forgotten, and keys of theirs that were brought back.

    Args:
        memory: the store.
        forgotten: their pseudonyms.

    Returns:
        How many records there were.
    """
    for key in [key for key in memory.keys if key.pseudonym in forgotten]:
        memory.keys.destroy(key.path.name)
    with memory.writing():
        delete = "DELETE FROM record WHERE owner = ?"
        return sum(int(memory.connection.execute(delete, (each,)).rowcount) for each in forgotten)


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
