"""What is still to be deleted of whoever was forgotten, noted before it begins, so that it can be ended later."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import secrets
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from solamen.people.keys import NONCE_BYTES, derived, shred, write_private

FORGETTING = "forgetting"
"""Folder beside the store."""
_SUFFIX = ".begun"


@dataclass(frozen=True)
class Begun:
    """A forgetting that has begun, as it is kept until it has ended.

    Attributes:
        pseudonym: of whom.
        key: name of the file of their key.
        stamp_s: when, seconds since 1970.
        runs: folders that are still to be deleted.
        pictures: files that are still to be deleted.
        current: of the folders, that of a run that was going on; empty where none was.
        stored: in the store and in its backups nothing is left to be done.
    """

    pseudonym: str
    key: str
    stamp_s: float
    runs: tuple[str, ...]
    pictures: tuple[str, ...] = ()
    current: str = ""
    stored: bool = False


def any_begun(folder: Path) -> bool:
    """Whether beside the store in this folder anything is noted."""
    return any((folder / FORGETTING).glob(f"*{_SUFFIX}"))


class Notes:
    """What was begun, one file for each person, locked with the key of the house."""

    def __init__(self, folder: Path, master: bytes) -> None:
        self._folder, self._lock = folder, AESGCM(derived(master, FORGETTING))

    def read(self) -> list[Begun]:
        """All that has begun and not ended."""
        found = []
        for path in sorted(self._folder.glob(f"*{_SUFFIX}")):
            raw = path.read_bytes()
            with contextlib.suppress(InvalidTag, ValueError, TypeError):  # changed from outside: no folder is named
                values = json.loads(self._lock.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None))
                found.append(
                    Begun(**{**values, **{name: tuple(values.get(name, ())) for name in ("runs", "pictures")}})
                )
        return found

    def write(self, begun: Begun) -> None:
        """Notes it, or what is left of it."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = json.dumps(asdict(begun)).encode()
        write_private(self._path(begun), nonce + self._lock.encrypt(nonce, text, None))

    def end(self, begun: Begun) -> None:
        """Nothing is left to be done."""
        shred(self._path(begun))

    def _path(self, begun: Begun) -> Path:
        return self._folder / f"{begun.pseudonym}{_SUFFIX}"


@contextlib.contextmanager
def alone(folder: Path, master: bytes, *, wait: bool = True) -> Iterator[Notes]:
    """No other process forgets anybody meanwhile.

    Raises:
        BlockingIOError: one does, and it is not to be waited for.
    """
    folder = folder / FORGETTING
    folder.mkdir(mode=0o700, exist_ok=True)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        yield Notes(folder, master)
    finally:
        os.close(descriptor)
