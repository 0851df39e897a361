"""What is remembered of people: records that only their own key opens, and the log of who touched them."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from sqlcipher3 import dbapi2

from solamen.core.errors import OutsideError
from solamen.people.chain import HOUSE, Chain, Entry
from solamen.people.identity import id_problem
from solamen.people.keyless import Owners, being_forgotten, keys_are_missing
from solamen.people.keys import Keyring, PersonKey, master_key, store_folder
from solamen.people.settings import PeopleSettings
from solamen.people.store import Connection, open_store, transaction

STORE_FILE, KEYS_FOLDER = "people.db", "keys"
_BRING_BACK = "Bring that folder back as it was."


class Memory:
    """The store of people. Use it in a `with` statement; several processes may have it open.

    Every record belongs to a person and is sealed with that person's own key; every kind of access leaves an entry in
    the log. Nothing can be kept of somebody anonymous.

    Args:
        folder: where the store stands.
        master: the key of the house, 32 bytes.

    Raises:
        OutsideError: the store cannot be opened; says why and what to do.
    """

    def __init__(self, folder: Path, master: bytes) -> None:
        self.folder, self.master = folder, master
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            _refuse_emptied(folder)
            self.connection: Connection = open_store(folder / STORE_FILE, master)
            self.keys = Keyring(folder / KEYS_FOLDER, master)
        except OSError as error:
            what = f"the store of people cannot be used ({error.strerror})"
            raise OutsideError(what, str(folder), "Check who may write there, or name another folder.") from error
        self.log = Chain(self.connection, folder, master)

    @staticmethod
    def place(settings: PeopleSettings) -> tuple[Path, bytes]:
        """Folder and key, as the settings and the environment name them; the first time a key is made.

        Raises:
            OutsideError: there is a store, but no key, or it is malformed.
        """
        folder = store_folder(settings.store, os.environ)
        make = not (folder / STORE_FILE).exists()
        return folder, master_key(settings.key_file, os.environ, make=make)

    @classmethod
    def of(cls, settings: PeopleSettings) -> Memory:
        """The store that the settings and the environment name.

        Raises:
            OutsideError: there is no key, or the store cannot be opened.
        """
        return cls(*cls.place(settings))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Lets go of the file."""
        self.connection.close()

    def people(self) -> list[str]:
        """Ids of all persons of whom something is kept."""
        return sorted(key.person_id for key in self.keys)

    def knows(self, person_id: str) -> bool:
        """Whether anything is kept of a person."""
        return self.keys.find(person_id) is not None

    def enrol(self, person_id: str, stamp_s: float) -> PersonKey:
        """A person's key, made where there is none.

        Raises:
            OutsideError: it is no id; nothing is kept of somebody anonymous.
        """
        problem = id_problem(person_id)
        if problem:
            raise OutsideError(problem, "the store of people", "Nothing is kept of anonymous persons.")
        key = self.keys.find(person_id)
        if key is None:
            with self.writing():
                key = self.keys.make(person_id)
                self.log.append(stamp_s, key.pseudonym, "enrolled")
        return key

    def add(self, person_id: str, kind: str, content: dict[str, Any], stamp_s: float, event: str = "") -> int:
        """Keeps a record; gives its number.

        Args:
            person_id: whose it is.
            kind: such as consent or baseline/face.
            content: plain values.
            stamp_s: seconds since 1970.
            event: what the log says of it; empty: `kept` and the kind.
        """
        key = self.enrol(person_id, stamp_s)
        sealed = key.seal(content, kind)
        with self.writing():
            cursor = self.connection.execute(
                "INSERT INTO record (owner, kind, stamp_s, sealed) VALUES (?, ?, ?, ?)",
                (key.pseudonym, kind, stamp_s, sealed),
            )
            self.log.append(stamp_s, key.pseudonym, event or f"kept {kind}")
        return int(cursor.lastrowid or 0)

    def all(self, person_id: str, kind: str) -> list[dict[str, Any]]:
        """A person's records of a kind, oldest first; empty where there are none."""
        key = self.keys.find(person_id)
        if key is None:
            return []
        query = "SELECT sealed FROM record WHERE owner = ? AND kind = ? ORDER BY number"
        rows = self.connection.execute(query, (key.pseudonym, kind)).fetchall()
        return [dict(key.open(sealed, kind)) for (sealed,) in rows]  # type: ignore[call-overload]

    def latest(self, person_id: str, kind: str) -> dict[str, Any] | None:
        """A person's newest record of a kind."""
        return next(iter(self.all(person_id, kind)[::-1]), None)

    def kinds(self, person_id: str) -> dict[str, int]:
        """How many records of each kind are kept of a person."""
        key = self.keys.find(person_id)
        query = "SELECT kind, count(*) FROM record WHERE owner = ? GROUP BY kind ORDER BY kind"
        return dict(self.connection.execute(query, (key.pseudonym,)).fetchall()) if key else {}

    def note(self, person_id: str, event: str, stamp_s: float, **detail: Any) -> None:
        """Leaves an entry in the log; of no person where the id is empty or unknown."""
        key = self.keys.find(person_id) if person_id else None
        with self.writing():
            owner = key.pseudonym if key else HOUSE
            self.log.append(stamp_s, owner, event, json.dumps(detail, sort_keys=True) if detail else "")

    def history(self, person_id: str) -> list[Entry]:
        """The log of one person."""
        key = self.keys.find(person_id)
        return self.log.entries(key.pseudonym) if key else []

    def problem(self) -> str:
        """What is wrong with the store or its log, in a sentence; empty where nothing is. Reads every page."""
        if self.connection.execute("PRAGMA cipher_integrity_check").fetchall():
            return "pages of the store were changed from outside, or are damaged"
        for key in self.keys:
            for kind in self.kinds(key.person_id):
                self.all(key.person_id, kind)
        return self.log.problem() or self._problem_of_keys()

    def _problem_of_keys(self) -> str:
        missing = self._keyless()
        return f"{keys_are_missing(missing)}: {self.folder / KEYS_FOLDER}. {_BRING_BACK}" if missing else ""

    def refuse_without_keys(self) -> None:
        """Refuses a store of which all keys are lost: what people refused could not be read either.

        Raises:
            OutsideError: nobody's key is there, though people are kept who were not forgotten.
        """
        if not any(self.keys) and (missing := self._keyless()):
            raise OutsideError(keys_are_missing(missing), str(self.folder / KEYS_FOLDER), _BRING_BACK)

    def _keyless(self) -> int:
        owners, keys = Owners.of(self.connection), {key.pseudonym for key in self.keys}
        return len(owners.keyless(keys, being_forgotten(self.folder, self.master)))

    @contextlib.contextmanager
    def writing(self) -> Iterator[None]:
        """What is done inside is kept whole, with its entries in the log, or nothing of it.

        Raises:
            OutsideError: it cannot be kept, such as on a full disk.
        """
        try:
            with transaction(self.connection):
                yield
            self.log.settle()
        except (dbapi2.OperationalError, OSError) as error:
            what = f"the store of people cannot be written ({error})"
            raise OutsideError(what, str(self.folder), "Free some space, or check who may write there.") from error


def _refuse_emptied(folder: Path) -> None:
    """Keys of persons without a store: it was cut off to nothing or lost, and must not be begun anew unnoticed."""
    store = folder / STORE_FILE
    if any((folder / KEYS_FOLDER).glob("*.key")) and not (store.exists() and store.stat().st_size):
        remedy = "Restore a backup: solamen people restore FILE."
        raise OutsideError("the store of people is damaged or cut off", str(store), remedy)
