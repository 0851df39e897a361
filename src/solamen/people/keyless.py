"""Records that no key opens: those of people who were forgotten, and those whose keys were lost.

The log tells them apart: of everybody who was forgotten it has an entry under the pseudonym that their records bear.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from solamen.people.begun import FORGETTING, Notes
from solamen.people.store import Connection

FORGOTTEN = "forgotten"
"""The event of that entry."""


@dataclass(frozen=True)
class Owners:
    """Of whom a store or a backup holds records, and who was forgotten, by pseudonym.

    Attributes:
        recorded: of whom there are records.
        forgotten: who was forgotten, and when, seconds since 1970.
    """

    recorded: frozenset[str]
    forgotten: dict[str, float]

    @classmethod
    def of(cls, connection: Connection) -> Owners:
        """As the tables tell."""
        recorded = frozenset(owner for (owner,) in connection.execute("SELECT DISTINCT owner FROM record"))
        entries = connection.execute("SELECT owner, min(stamp_s) FROM log WHERE event = ? GROUP BY owner", (FORGOTTEN,))
        return cls(recorded, dict(entries.fetchall()))

    def keyless(self, keys: Collection[str], forgotten: Collection[str] = ()) -> set[str]:
        """Whose key is missing, though they were not forgotten.

        Args:
            keys: pseudonyms of all whose key is there.
            forgotten: who was forgotten, too, as is known from elsewhere.
        """
        return set(self.recorded).difference(keys, self.forgotten, forgotten)


def being_forgotten(folder: Path, master: bytes) -> set[str]:
    """Whose forgetting has begun: their key may be gone, and their records and the entry in the log may not be done."""
    return {begun.pseudonym for begun in Notes(folder / FORGETTING, master).read()}


def keys_are_missing(persons: int) -> str:
    """What is wrong, in words."""
    who = "the key of 1 person is" if persons == 1 else f"the keys of {persons} persons are"
    return f"{who} missing, without which nothing that is kept of them can be read"
