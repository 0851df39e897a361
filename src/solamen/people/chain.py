"""The log of consent and access: a chain of keyed hashes, in which any change shows.

Each entry's link is an HMAC-SHA256 over the link before it and its own content. The newest link is also kept beside the
store, so that a tail that was cut off shows too. Persons stand in it by pseudonym alone.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from pathlib import Path

from solamen.people.keys import derived
from solamen.people.store import Connection

HEAD_FILE = "log.head"
FIRST_LINK = "0" * 64
HOUSE = ""
"""The owner of what concerns no person, such as a backup."""


@dataclass(frozen=True)
class Entry:
    """One line of the log.

    Attributes:
        number: from 1.
        stamp_s: seconds since 1970.
        owner: pseudonym of the person.
        event: consent, read, learned, run, backup, restored, forgotten and so on.
        detail: in words or plain values; never a name, an id or a measurement.
        link: hash, 64 hexadecimal digits.
    """

    number: int
    stamp_s: float
    owner: str
    event: str
    detail: str
    link: str


class Chain:
    """The log in a store.

    Args:
        connection: of the store.
        folder: where the newest link is kept as well.
        master: the key of the house.
    """

    def __init__(self, connection: Connection, folder: Path, master: bytes) -> None:
        self._connection, self._head = connection, folder / HEAD_FILE
        self._key = derived(master, "log")
        if not self._head.exists() and not self.entries():
            self._write_head((0, FIRST_LINK))

    def append(self, stamp_s: float, owner: str, event: str, detail: str = "") -> None:
        """Adds an entry; to be called inside a transaction, and `settle` after it."""
        last = self._connection.execute("SELECT number, link FROM log ORDER BY number DESC LIMIT 1").fetchone()
        number, before = (last[0] + 1, last[1]) if last else (1, FIRST_LINK)
        link = self._link(before, Entry(number, float(stamp_s), owner, event, detail, ""))
        row = (number, float(stamp_s), owner, event, detail, link)
        self._connection.execute("INSERT INTO log VALUES (?, ?, ?, ?, ?, ?)", row)

    def settle(self) -> None:
        """Keeps the newest link beside the store, once the transaction stands."""
        last = self._connection.execute("SELECT number, link FROM log ORDER BY number DESC LIMIT 1").fetchone()
        self._write_head(last or (0, FIRST_LINK))

    def _write_head(self, last: tuple[int, str]) -> None:
        temporary = self._head.with_name(f".{self._head.name}.{os.getpid()}")  # several processes may write
        temporary.touch(mode=0o600)
        temporary.write_text(json.dumps(last), encoding="utf-8")
        temporary.replace(self._head)

    def entries(self, owner: str | None = None) -> list[Entry]:
        """The entries, oldest first; of one person alone where a pseudonym is given."""
        rows = self._connection.execute("SELECT number, stamp_s, owner, event, detail, link FROM log ORDER BY number")
        entries = [Entry(*row) for row in rows]
        return [entry for entry in entries if owner is None or entry.owner == owner]

    def problem(self) -> str:
        """Where the log was tampered with, in a sentence; empty where it was not."""
        before, links = FIRST_LINK, {0: FIRST_LINK}
        for place, entry in enumerate(self.entries(), start=1):
            if entry.number != place:
                return f"entry {place} of the log is missing"
            if not hmac.compare_digest(entry.link, self._link(before, entry)):
                return f"entry {place} of the log was changed, or one before it"
            before = links[place] = entry.link
        return self._problem_of_tail(links)

    def _problem_of_tail(self, links: dict[int, str]) -> str:
        try:
            number, link = json.loads(self._head.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return "the mark of the log's newest entry is missing or damaged"
        # After a crash the mark may lag behind the store, never the other way round.
        if number not in links:
            return f"the log ends with entry {len(links) - 1}, but had {number}"
        return "" if links[number] == link else f"entry {number} of the log is not the one that was written"

    def _link(self, before: str, entry: Entry) -> str:
        content = json.dumps([before, entry.number, entry.stamp_s, entry.owner, entry.event, entry.detail])
        return hmac.new(self._key, content.encode(), hashlib.sha256).hexdigest()
