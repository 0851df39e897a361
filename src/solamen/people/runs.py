"""The runs that a person was in care in: noted in the store and in each run's own folder, and found again by it."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

from solamen.people.keys import write_private
from solamen.people.memory import Memory

MARK_FILE = "person.json"
"""In the folder of a run: the pseudonyms of whom it is of, so that it is found again where it was renamed."""
RUN = "run"
"""Kind of the records in which the folders stand."""
PICTURE = "picture"
"""Likewise, of files in which a person is drawn."""
NOBODY = ""
SETTLING_S = 2.0
"""When the one in care changes, what was on its way of the one before has arrived by then."""

Spans = Sequence[tuple[float, float]]
"""Begin and end, seconds since 1970."""
Part = Callable[[Path, Spans, Collection[str]], None]
"""Leaves of a run's folder nothing but what was recorded in these spans and what bears these names.

It raises OSError where that is not possible.
"""


@dataclass(frozen=True)
class RunMark:
    """Who was in care in a run, by pseudonym.

    Attributes:
        persons: all of them.
        turns: when each came into care and was recorded, in the time of the run, and who; NOBODY where they left.
    """

    persons: tuple[str, ...] = ()
    turns: tuple[tuple[float, str], ...] = ()

    @classmethod
    def of(cls, run: Path) -> RunMark:
        """What stands in a run's folder; empty where it cannot be read."""
        try:
            values = json.loads((run / MARK_FILE).read_text(encoding="utf-8"))
            turns = tuple((float(stamp_s), str(who)) for stamp_s, who in values.get("turns", ()))
            return cls(tuple(str(each) for each in values["persons"]), turns)
        except (OSError, ValueError, LookupError, TypeError, AttributeError):
            return cls()

    def write(self, run: Path) -> None:
        """Leaves the mark in a run's folder."""
        content: dict[str, Any] = {"persons": sorted(self.persons), "turns": self.turns}
        write_private(run / MARK_FILE, json.dumps(content).encode())

    def taken_by(self, pseudonym: str, stamp_s: float) -> RunMark:
        """The mark from when it is somebody's turn; the same where it is already."""
        if self.turns and self.turns[-1][1] == pseudonym:
            return self
        return RunMark(tuple({*self.persons, pseudonym} - {NOBODY}), (*self.turns, (stamp_s, pseudonym)))

    def without(self, pseudonym: str) -> RunMark:
        """The mark of a run of which nothing is left of somebody."""
        turns = tuple((stamp_s, NOBODY if who == pseudonym else who) for stamp_s, who in self.turns)
        return RunMark(tuple(each for each in self.persons if each != pseudonym), turns)

    def spans(self, whose: Collection[str]) -> list[tuple[float, float]]:
        """When any of these was in care and nobody else; empty where it cannot be told, as the clock was set back."""
        stamps = [stamp_s for stamp_s, _ in self.turns] + [math.inf]
        if any(not before <= after for before, after in pairwise(stamps)):
            return []
        spans = zip(self.turns, stamps[1:], strict=True)
        return [(begin + SETTLING_S, end) for (begin, who), end in spans if who in whose and begin + SETTLING_S < end]


def keep_run(memory: Memory, person_id: str, run: Path, stamp_s: float, run_s: float | None = None) -> None:
    """Notes that a run is of a person from now on, here and in its folder, so that it is forgotten with them.

    Args:
        memory: the store.
        person_id: who.
        run: its folder.
        stamp_s: now.
        run_s: the same in the time of the run, which nobody sets; None: the same.
    """
    key = memory.enrol(person_id, stamp_s)
    folder = run.absolute()
    kept = any(record["folder"] == str(folder) for record in memory.all(person_id, RUN))
    if not kept:
        memory.add(person_id, RUN, {"folder": str(folder)}, stamp_s)
    _take_turn(folder, key.pseudonym, stamp_s if run_s is None else run_s)


def leave_run(run: Path, stamp_s: float) -> None:
    """Notes that from now on nobody is recorded in a run, where anybody was."""
    if (run / MARK_FILE).exists():
        _take_turn(run.absolute(), NOBODY, stamp_s)


def _take_turn(folder: Path, pseudonym: str, stamp_s: float) -> None:
    before = RunMark.of(folder)
    after = before.taken_by(pseudonym, stamp_s)
    if after is not before:
        after.write(folder)


def pictures_of(memory: Memory, person_id: str) -> list[Path]:
    """Where pictures of a person were written."""
    return [Path(record["file"]) for record in memory.all(person_id, PICTURE)]


def runs_of(memory: Memory, person_id: str) -> tuple[list[Path], list[Path]]:
    """A person's runs: folders that are there, wherever they were renamed to, and folders that are not."""
    key = memory.keys.find(person_id)
    if key is None:
        return [], []
    noted = [Path(record["folder"]) for record in memory.all(person_id, RUN)]
    folders = {mark.parent for parent in {folder.parent for folder in noted} for mark in parent.glob(f"*/{MARK_FILE}")}
    found = sorted(folder for folder in folders if key.pseudonym in RunMark.of(folder).persons)
    # A run that was renamed is found by its mark: as many may be missing as were noted beyond what was found. What
    # stands in the place of one without a mark may be another's, so nothing is done to it.
    gone = [folder for folder in noted if folder not in found]
    return found, gone[: max(0, len(noted) - len(found))]
