"""What is known of a person: baselines, traits, what helped; each in versions that can be gone back to."""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.person import PersonTraits
from solamen.people.baseline import Baseline
from solamen.people.memory import Memory

TRAITS = "traits"


class Profile:
    """The profile of one person in the store.

    Args:
        memory: the store.
        person_id: never empty; nothing is kept of somebody anonymous.
    """

    def __init__(self, memory: Memory, person_id: str) -> None:
        self._memory, self.person_id = memory, person_id

    def baseline(self, modality: str, version: int = 0) -> Baseline | None:
        """A baseline; the newest where the version is 0."""
        kept = self.baselines(modality)
        if version:
            return next((baseline for baseline in kept if baseline.version == version), None)
        return kept[-1] if kept else None

    def baselines(self, modality: str) -> list[Baseline]:
        """All versions, oldest first."""
        records = self._memory.all(self.person_id, f"baseline/{modality}")
        return [Baseline(**{**record, **_as_tuples(record)}) for record in records]

    def keep_baseline(self, baseline: Baseline, stamp_s: float, event: str = "") -> Baseline:
        """Keeps a new version; gives it with its number.

        Raises:
            OutsideError: its quality is too low, or it is malformed; says which.
        """
        before = self.baseline(baseline.modality)
        problem = baseline.problem(before)
        if problem:
            raise OutsideError(f"the calibration was not kept: {problem}", baseline.modality, "Calibrate again.")
        version = before.version + 1 if before else 1
        kept = replace(baseline, version=version, stamp_s=stamp_s)
        self._memory.add(self.person_id, f"baseline/{kept.modality}", asdict(kept), stamp_s, event)
        return kept

    def roll_back(self, modality: str, version: int, stamp_s: float) -> Baseline:
        """Makes an earlier version the newest one; nothing is lost.

        Raises:
            OutsideError: there is no such version.
        """
        earlier = self.baseline(modality, version)
        if earlier is None or version < 1:
            known = ", ".join(str(each.version) for each in self.baselines(modality)) or "none"
            raise OutsideError(f"there is no version {version}", f"the {modality} of this person", f"Known: {known}.")
        newest = self.baselines(modality)[-1]
        kept = replace(earlier, version=newest.version + 1, stamp_s=stamp_s)
        event = f"rolled back {modality} to version {version}"
        self._memory.add(self.person_id, f"baseline/{modality}", asdict(kept), stamp_s, event)
        return kept

    def traits(self) -> PersonTraits:
        """How the person shows pain; anybody's where nothing was learned."""
        record = self._memory.latest(self.person_id, TRAITS)
        return PersonTraits.from_json(record["traits"]) if record else PersonTraits()

    def keep_traits(self, traits: PersonTraits, stamp_s: float) -> None:
        """Keeps a new version of the traits."""
        self._memory.add(self.person_id, TRAITS, {"traits": traits.to_json()}, stamp_s, "learned traits")


def _as_tuples(record: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    return {name: tuple(record[name]) for name in ("name", "mean", "stddev")}
