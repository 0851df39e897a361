"""Copies of the store, and going back to one. Keys of persons are never copied: see `keys.Keyring`."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from solamen.core.errors import OutsideError
from solamen.core.states import Consent
from solamen.people.forget import drop_forgotten, note_forgotten
from solamen.people.kept_consent import CONSENT
from solamen.people.keyless import Owners, being_forgotten, keys_are_missing
from solamen.people.keys import Keyring
from solamen.people.memory import KEYS_FOLDER, STORE_FILE, Memory
from solamen.people.runs import PICTURE, RUN
from solamen.people.store import StoreInUseError, StoreUnwritableError, copy_store, open_store


def back_up(memory: Memory, target: Path, stamp_s: float) -> None:
    """Copies the store into a file, and notes where, so that whoever is forgotten is deleted there, too.

    Raises:
        OutsideError: the file cannot be written, would stand among those of the store itself, or is another's.
    """
    if target.resolve().is_relative_to(memory.folder.resolve()):
        remedy = "Give a file outside of the store's folder, best on another disk."
        raise OutsideError("a backup cannot stand in the folder of the store itself", str(target), remedy)
    place = str(target.absolute())
    known = memory.connection.execute("SELECT 1 FROM backup WHERE path = ?", (place,)).fetchone()
    if target.exists() and not known and not target.is_dir():
        raise OutsideError("there is such a file, and it is no backup of this store", place, "Give another name.")
    with memory.writing():  # before it is there, so that no copy is ever unknown
        memory.connection.execute("INSERT OR REPLACE INTO backup VALUES (?, ?)", (place, stamp_s))
    memory.note("", "backup", stamp_s)
    try:
        copy_store(memory.connection, target, memory.master)
    except OutsideError:
        if not known:
            with memory.writing():
                memory.connection.execute("DELETE FROM backup WHERE path = ?", (place,))
        raise


@dataclass(frozen=True)
class Restored:
    """What came of going back to a backup.

    Attributes:
        dropped: records that were left out since their person was forgotten.
        asked_anew: the store that went could not be read, and with it what was said of consent since the backup; what
            was agreed to before then holds no longer, for it may have been taken back.
        keyless: persons whose key is missing, as far as can be told without having been forgotten; what is kept of them
            is there, and is read again as soon as their key is.
    """

    dropped: int
    asked_anew: bool
    keyless: int = 0

    def told_of_keys(self, folder: Path) -> str:
        """What an operator must know where keys are missing, in words."""
        remedy = "It stays, locked. Bring that folder back as it was, unless they were forgotten since the backup."
        return f"{keys_are_missing(self.keyless)}: {folder / KEYS_FOLDER}. {remedy}"


def restore(folder: Path, master: bytes, source: Path, stamp_s: float) -> Restored:
    """Puts a backup in the place of the store; whoever was forgotten since stays forgotten.

    What was said last of consent stays, too: a refusal since the backup is not undone by it, and neither are runs and
    copies since then out of reach of a later forgetting. No run may be going on.

    Raises:
        OutsideError: the backup or the keys of persons cannot be read, or keys are missing; the store then stays as it
            was.
    """
    remedy = "Give the file that `solamen people backup` wrote."
    if not source.is_file():
        raise OutsideError("there is no such backup", str(source), remedy)
    if not source.stat().st_size:
        raise OutsideError("the backup is empty", str(source), remedy)
    store = folder / STORE_FILE
    fresh = store.with_name(f"{store.name}.restored")
    copied = _copy_backup(source, fresh, folder, master)
    try:
        keys = {key.pseudonym for key in Keyring(folder / KEYS_FOLDER, master)}  # each can be opened
        since = _since(folder, master)
        forgotten = {*copied.forgotten, *(since.owners.forgotten if since else ()), *being_forgotten(folder, master)}
        _refuse_without_keys(folder, keys, copied, since, forgotten)
    except (OutsideError, OSError):
        fresh.unlink()
        raise
    for tail in ("-wal", "-shm"):  # the journal belongs to the file that goes, and must not be taken for the other's
        store.with_name(store.name + tail).unlink(missing_ok=True)
    fresh.replace(store)
    with Memory(folder, master) as memory:
        dropped = drop_forgotten(memory, forgotten)
        if since is None:
            _ask_anew(memory, stamp_s)
        else:
            since.carry_into(memory, stamp_s)
        memory.note("", "restored", stamp_s, dropped=dropped)
    return Restored(dropped, since is None, len(copied.keyless(keys, forgotten)))


def _refuse_without_keys(
    folder: Path, keys: set[str], copied: Owners, since: _Since | None, forgotten: set[str]
) -> None:
    """Keeps the store where its keys are lost: once they are back, it tells more than any backup.

    A backup of which some can be read is not held up by others whose keys are missing, as they may have been forgotten
    in a store that cannot be read any more.
    """
    place, remedy = str(folder / KEYS_FOLDER), "Nothing was restored. Bring that folder back as it was, then try again."
    missing = since.owners.keyless(keys, forgotten) if since else set()
    if missing:
        raise OutsideError(f"in the store of people, {keys_are_missing(len(missing))}", place, remedy)
    missing = copied.keyless(keys, forgotten)
    if missing and not copied.recorded & keys:
        remedy = "Nothing was restored. Bring that folder back from the store that the backup is of, then try again."
        raise OutsideError(f"for this backup, {keys_are_missing(len(missing))}", place, remedy)


def _copy_backup(source: Path, fresh: Path, folder: Path, master: bytes) -> Owners:
    """Copies the backup beside the store; of whom it is."""
    try:
        copy = open_store(source, master, mark=folder)
    except StoreUnwritableError as error:
        what = f"the backup cannot be opened where it stands ({error.__cause__})"
        raise OutsideError(what, str(source), "Copy it to where it can be written, then restore that copy.") from error
    except OutsideError as error:
        raise OutsideError(f"the backup cannot be used ({error.what})", str(source), "Give another one.") from error
    try:
        copy_store(copy, fresh, master)
        return Owners.of(copy)
    finally:
        with contextlib.suppress(dbapi2.Error):
            copy.execute("PRAGMA journal_mode = DELETE")
        copy.close()


@dataclass(frozen=True)
class _Since:
    """What the store that goes tells and no backup may undo.

    Attributes:
        consent: person id to the last that was said.
        noted: kind and person id to all runs and pictures that are noted of them.
        backups: rows of their table.
        owners: of whom it has records, and who was forgotten.
    """

    consent: dict[str, dict[str, Any] | None]
    noted: dict[tuple[str, str], list[dict[str, Any]]]
    backups: list[tuple[str, float]]
    owners: Owners

    def carry_into(self, memory: Memory, stamp_s: float) -> None:
        """Adds what the backup does not know."""
        for person_id, consent in self.consent.items():
            if consent is not None and memory.latest(person_id, CONSENT) != consent:
                memory.add(person_id, CONSENT, consent, stamp_s, "consent: as it was before the restoring")
        for (kind, person_id), noted in self.noted.items():
            known = memory.all(person_id, kind)
            for each in [each for each in noted if each not in known]:
                memory.add(person_id, kind, each, stamp_s)
        with memory.writing():
            memory.connection.executemany("INSERT OR IGNORE INTO backup VALUES (?, ?)", self.backups)
            for pseudonym, forgotten_s in self.owners.forgotten.items():
                note_forgotten(memory, pseudonym, forgotten_s)


def _since(folder: Path, master: bytes) -> _Since | None:
    """What the store that goes tells; None where it is damaged or gone.

    Raises:
        StoreInUseError: another program has it, so that it cannot be told.
        StoreUnwritableError: nor can it be where it cannot be written.
    """
    if not (folder / STORE_FILE).exists():
        return None
    try:
        with Memory(folder, master) as memory:
            people = memory.people()
            backups = memory.connection.execute("SELECT path, stamp_s FROM backup").fetchall()
            return _Since(
                {person_id: memory.latest(person_id, CONSENT) for person_id in people},
                {(kind, who): memory.all(who, kind) for kind in (RUN, PICTURE) for who in people},
                backups,
                Owners.of(memory.connection),
            )
    except (StoreInUseError, StoreUnwritableError):
        raise
    except (OutsideError, dbapi2.Error):
        return None


def _ask_anew(memory: Memory, stamp_s: float) -> None:
    """What was agreed to before the backup may have been taken back since; refusals stay."""
    for person_id in memory.people():
        said = memory.latest(person_id, CONSENT)
        if said is None:
            continue
        refused = {who: each for who, each in said.items() if each["level"] == Consent.NONE}
        if refused != said:
            memory.add(person_id, CONSENT, refused, stamp_s, "consent: to be asked anew after the restoring")
