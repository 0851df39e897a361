"""The encrypted file: SQLite with SQLCipher, its schema and the migrations that lead to it."""

from __future__ import annotations

import contextlib
import errno
import hmac
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlcipher3 import dbapi2

from solamen.core.errors import OutsideError
from solamen.people.keys import derived, write_private

MIGRATIONS = (
    """
    CREATE TABLE record (number INTEGER PRIMARY KEY AUTOINCREMENT, owner TEXT NOT NULL, kind TEXT NOT NULL,
                         stamp_s REAL NOT NULL, sealed BLOB NOT NULL);
    CREATE INDEX record_by_owner ON record (owner, kind, number);
    CREATE TABLE log (number INTEGER PRIMARY KEY, stamp_s REAL NOT NULL, owner TEXT NOT NULL, event TEXT NOT NULL,
                      detail TEXT NOT NULL, link TEXT NOT NULL);
    """,
    """
    CREATE TABLE backup (path TEXT PRIMARY KEY, stamp_s REAL NOT NULL);
    """,
)
"""What leads from each schema to the next; the number of those applied is the file's `user_version`."""

BUSY_S = 10.0
"""So long another process that writes is waited for."""
_RESTORE = "Restore a backup: solamen people restore FILE."
RIGHTS = "Check the disk and the rights: who may write there, and whether it can be written at all."

Connection = Any
"""Of SQLCipher, which tells no types."""


class StoreInUseError(OutsideError):
    """Another program has the store for itself."""


class StoreUnwritableError(OutsideError):
    """The store is whole as far as can be told, but cannot be written where it stands."""


def open_store(path: Path, master: bytes, mark: Path | None = None) -> Connection:
    """Opens the store, makes it where there is none, and brings it to the newest schema.

    Args:
        path: the file.
        master: the key of the house.
        mark: folder of the mark by which a wrong key is known; that of the file where it is None.

    Raises:
        OutsideError: the key is wrong, the file is damaged or cut off, or of a newer version of Solamen.
        StoreInUseError: another program has it for itself.
        StoreUnwritableError: its disk or its rights let nobody write there.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    _check_key(path, master, mark or path.parent)
    if not path.exists():
        path.touch(mode=0o600)
    connection = None
    try:
        connection = dbapi2.connect(str(path), timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        _unlock(connection, master)
        connection.execute("PRAGMA journal_mode = WAL")
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > len(MIGRATIONS):
            connection.close()
            what = f"the store of people has schema {version}, and this version of Solamen knows {len(MIGRATIONS)}"
            raise OutsideError(what, str(path), "Use the newer Solamen, or restore a backup of this one.")
        (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
        if verdict != "ok":
            raise dbapi2.DatabaseError(verdict)
        _migrate(connection)
    except dbapi2.Error as error:
        if connection is not None:
            connection.close()
        if "locked" in str(error) or "busy" in str(error):
            remedy = "End the other program, then try again."
            raise StoreInUseError("the store of people is in use by another program", str(path), remedy) from error
        if unwritable(error):
            raise StoreUnwritableError(f"the store of people cannot be written ({error})", str(path), RIGHTS) from error
        raise OutsideError("the store of people is damaged or cut off", str(path), _RESTORE) from error
    return connection


def unwritable(error: Exception) -> bool:
    """Whether an error tells of the disk and the rights, and not of what stands in the file."""
    if isinstance(error, OSError):
        return error.errno in (errno.EROFS, errno.EACCES, errno.EPERM)
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of it tells why
    return code in (dbapi2.SQLITE_READONLY, dbapi2.SQLITE_CANTOPEN, dbapi2.SQLITE_PERM)


def _unlock(connection: Connection, master: bytes) -> None:
    connection.execute(f"PRAGMA key = \"x'{derived(master, 'store').hex()}'\"")
    connection.execute("PRAGMA cipher_log_level = NONE")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA synchronous = FULL")


def _check_key(path: Path, master: bytes, folder: Path) -> None:
    """Tells a wrong key from a damaged file, which SQLCipher cannot."""
    mark, file = derived(master, "check").hex(), folder / "key.check"
    if not file.exists() or not file.stat().st_size:  # a full disk leaves an empty one
        if path.exists() and path.stat().st_size:
            return
        write_private(file, mark.encode())
    elif not hmac.compare_digest(file.read_text(encoding="utf-8"), mark):
        raise OutsideError("the key does not fit the store of people", str(path), "Give the key it was made with.")


def _migrate(connection: Connection) -> None:
    with transaction(connection):
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        for number, script in enumerate(MIGRATIONS[version:], start=version + 1):
            for statement in filter(str.strip, script.split(";")):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version = {number}")


@contextlib.contextmanager
def transaction(connection: Connection) -> Iterator[None]:
    """All that is done inside is kept whole, or nothing of it."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        if connection.in_transaction:  # on a full disk it was rolled back already
            connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def copy_store(connection: Connection, target: Path, master: bytes) -> None:
    """Copies the whole store into another file, locked with the same key.

    Raises:
        OutsideError: the file cannot be written.
    """
    temporary = target.with_name(f".{target.name}.part")
    try:
        temporary.unlink(missing_ok=True)
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary.touch(mode=0o600)
        copy = dbapi2.connect(str(temporary), isolation_level=None)
        try:
            _unlock(copy, master)
            connection.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")
        finally:
            copy.close()
        temporary.replace(target)
    except (OSError, dbapi2.Error) as error:
        with contextlib.suppress(OSError):  # of a place that cannot be written at all
            temporary.unlink(missing_ok=True)
        remedy = RIGHTS if unwritable(error) else "Free some space, or choose another place."
        raise OutsideError(f"the copy of the store cannot be written ({error})", str(target), remedy) from error
