"""Copies of the store, and going back to one. Keys of persons are never copied: see `keys.Keyring`."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from solamen.core.errors import OutsideError
from solamen.people.forget import drop_orphans
from solamen.people.kept_consent import CONSENT
from solamen.people.memory import STORE_FILE, Memory
from solamen.people.store import copy_store, open_store


def back_up(memory: Memory, target: Path, stamp_s: float) -> None:
    """Copies the store into a file, and notes where, so that whoever is forgotten is deleted there, too.

    Raises:
        OutsideError: the file cannot be written, or would stand among those of the store itself.
    """
    if target.resolve().is_relative_to(memory.folder.resolve()):
        remedy = "Give a file outside of the store's folder, best on another disk."
        raise OutsideError("a backup cannot stand in the folder of the store itself", str(target), remedy)
    with memory.writing():
        row = (str(target.absolute()), stamp_s)
        memory.connection.execute("INSERT OR REPLACE INTO backup VALUES (?, ?)", row)
    memory.note("", "backup", stamp_s)
    copy_store(memory.connection, target, memory.master)


def restore(folder: Path, master: bytes, source: Path, stamp_s: float) -> int:
    """Puts a backup in the place of the store; whoever was forgotten since stays forgotten.

    What was said last of consent stays, too: a refusal since the backup is not undone by it. That needs the store that
    goes to be readable. No run may be going on.

    Returns:
        How many records were left out since their person was forgotten.

    Raises:
        OutsideError: the backup cannot be read with this key; the store then stays as it was.
    """
    if not source.is_file():
        raise OutsideError("there is no such backup", str(source), "Give the file that `solamen people backup` wrote.")
    copy = open_store(source, master, mark=folder)
    store = folder / STORE_FILE
    fresh = store.with_name(f"{store.name}.restored")
    try:
        copy_store(copy, fresh, master)
    finally:
        with contextlib.suppress(dbapi2.Error):
            copy.execute("PRAGMA journal_mode = DELETE")
        copy.close()
    said = _last_words(folder, master)
    for tail in ("-wal", "-shm"):  # the journal belongs to the file that goes, and must not be taken for the other's
        store.with_name(store.name + tail).unlink(missing_ok=True)
    fresh.replace(store)
    with Memory(folder, master) as memory:
        dropped = drop_orphans(memory)
        for person_id, consent in said.items():
            if memory.latest(person_id, CONSENT) != consent:
                memory.add(person_id, CONSENT, consent, stamp_s, "consent: as it was before the restoring")
        memory.note("", "restored", stamp_s, dropped=dropped)
    return dropped


def _last_words(folder: Path, master: bytes) -> dict[str, dict[str, Any]]:
    """What the store keeps of each person's consent; nothing where it is gone or damaged."""
    if not (folder / STORE_FILE).exists():
        return {}
    try:
        with Memory(folder, master) as memory:
            kept = {person_id: memory.latest(person_id, CONSENT) for person_id in memory.people()}
    except (OutsideError, dbapi2.Error):
        return {}
    return {person_id: consent for person_id, consent in kept.items() if consent is not None}
