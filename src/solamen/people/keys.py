"""Keys: one of the house, and one of each person, which dies when they are forgotten."""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from solamen.core.errors import OutsideError

KEY_BYTES, NONCE_BYTES = 32, 12
GONE = ".gone"
"""Suffix of a key that is being destroyed: from the moment that it bears it nobody is known by it."""
KEY_VARIABLE, KEY_FILE_VARIABLE, STORE_VARIABLE = "SOLAMEN_PEOPLE_KEY", "SOLAMEN_PEOPLE_KEY_FILE", "SOLAMEN_PEOPLE"


def store_folder(asked: str, environment: Mapping[str, str]) -> Path:
    """Where the store stands: as asked, as the environment says, or in the user's data folder."""
    named = asked or environment.get(STORE_VARIABLE, "")
    return Path(named).expanduser() if named else Path.home() / ".local" / "share" / "solamen" / "people"


def master_key(asked_file: str, environment: Mapping[str, str], *, make: bool) -> bytes:
    """The key of the house: 64 hexadecimal digits from the environment, or from a file that its owner alone may read.

    Args:
        asked_file: the file; empty: as the environment says, or in the user's settings.
        environment: variables of the process.
        make: write a new key where there is no file yet; only before there is anything to read with it.

    Raises:
        OutsideError: there is no key, or it is malformed.
    """
    if environment.get(KEY_VARIABLE):
        return _key(environment[KEY_VARIABLE], KEY_VARIABLE)
    named = asked_file or environment.get(KEY_FILE_VARIABLE, "")
    path = Path(named).expanduser() if named else Path.home() / ".config" / "solamen" / "people.key"
    try:
        if make and not path.exists():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_private(path, secrets.token_bytes(KEY_BYTES).hex().encode())
        return _key(path.read_text(encoding="utf-8"), str(path))
    except (OSError, UnicodeDecodeError) as error:
        what = "the key of the store of people cannot be read"
        remedy = f"Put the key back there, or give it with {KEY_VARIABLE} or {KEY_FILE_VARIABLE}."
        raise OutsideError(what, str(path), remedy) from error


def _key(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise OutsideError("the key of the store of people is no key", where, "Give 64 hexadecimal digits.")
    return key


def derived(master: bytes, purpose: str) -> bytes:
    """A key for one purpose (HMAC-SHA256 of its name)."""
    return hmac.new(master, purpose.encode(), hashlib.sha256).digest()


@dataclass(frozen=True)
class PersonKey:
    """A person's own key.

    Attributes:
        person_id: whose it is.
        data: seals all that is kept of the person.
        salt: makes the pseudonym; without it a pseudonym leads to nobody.
        path: its file.
    """

    person_id: str
    data: bytes = field(repr=False)
    salt: bytes = field(repr=False)
    path: Path

    @property
    def pseudonym(self) -> str:
        """What the store calls the person: HMAC-SHA256 of the id."""
        return hmac.new(self.salt, self.person_id.encode(), hashlib.sha256).hexdigest()[:32]

    def seal(self, content: object, kind: str) -> bytes:
        """Plain values, encrypted for this person and this kind of record alone (AES-256-GCM)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        text = json.dumps(content, sort_keys=True).encode()
        return nonce + AESGCM(self.data).encrypt(nonce, text, f"{self.pseudonym}/{kind}".encode())

    def open(self, sealed: bytes, kind: str) -> object:
        """What was sealed.

        Raises:
            OutsideError: it was changed, or sealed for somebody else.
        """
        nonce, rest = sealed[:NONCE_BYTES], sealed[NONCE_BYTES:]
        try:
            text = AESGCM(self.data).decrypt(nonce, rest, f"{self.pseudonym}/{kind}".encode())
        except (InvalidTag, ValueError) as error:
            what = "a record of the store of people was changed from outside"
            raise OutsideError(what, f"records of kind {kind}", "Restore a backup.") from error
        content: object = json.loads(text)
        return content


class Keyring:
    """The keys of all persons, one file each, with a random name and locked with the key of the house.

    They stand beside the store and never in a backup: what a backup keeps of a person cannot be read any more once
    their key is destroyed.
    """

    def __init__(self, folder: Path, master: bytes) -> None:
        self._folder, self._lock = folder, AESGCM(derived(master, "keyring"))
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for path in folder.glob(f"*{GONE}"):  # whoever destroyed it was killed meanwhile
            shred(path)

    def __iter__(self) -> Iterator[PersonKey]:
        for path in sorted(self._folder.glob("*.key")):
            raw = path.read_bytes()
            try:
                values = json.loads(self._lock.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], None))
            except (InvalidTag, ValueError) as error:
                remedy = "Put the key back as it was; without it what is kept of that person is lost."
                raise OutsideError("the key of a person cannot be opened", str(path), remedy) from error
            yield PersonKey(values["id"], bytes.fromhex(values["data"]), bytes.fromhex(values["salt"]), path)

    def find(self, person_id: str) -> PersonKey | None:
        """A person's key; None where nothing is kept of them."""
        return next((key for key in self if key.person_id == person_id), None)

    def make(self, person_id: str) -> PersonKey:
        """A new key."""
        path = self._folder / f"{secrets.token_hex(8)}.key"
        key = PersonKey(person_id, secrets.token_bytes(KEY_BYTES), secrets.token_bytes(KEY_BYTES), path)
        text = json.dumps({"id": person_id, "data": key.data.hex(), "salt": key.salt.hex()})
        nonce = secrets.token_bytes(NONCE_BYTES)
        write_private(path, nonce + self._lock.encrypt(nonce, text.encode(), None))
        return key

    def destroy(self, name: str) -> None:
        """Overwrites the file of a key and removes it; where that is interrupted, whoever opens the keys next ends it.

        Args:
            name: of the file; nothing is done where it is gone already.
        """
        path = self._folder / name
        if not path.exists():
            return
        gone = path.with_suffix(GONE)
        path.rename(gone)
        _sync(self._folder)
        shred(gone)


def shred(path: Path) -> None:
    """Overwrites a file and removes it; harmless where it is gone."""
    with contextlib.suppress(FileNotFoundError):  # another process ended it
        with path.open("r+b") as file:
            file.write(secrets.token_bytes(path.stat().st_size))
            file.flush()
            os.fsync(file.fileno())
        path.unlink()
    _sync(path.parent)


def write_private(path: Path, content: bytes) -> None:
    """Writes a file for its owner alone, whole or not at all, down to the disk."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)  # half of a picture, or of a key, is nobody's to keep
        raise
    _sync(path.parent)


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
