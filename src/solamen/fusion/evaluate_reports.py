"""What five self-reports of a person change: the same sessions without what was learned from them, and with it."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from solamen.core.person import PersonTraits, ReportPair
from solamen.core.states import SelfReport
from solamen.fusion.generator import Person, World, again
from solamen.fusion.watching import EVERY_S, Numbers, Task, states, truth_of, watched

Learn = Callable[[Sequence[ReportPair]], PersonTraits]
"""Makes traits of a person from pairs of report and estimate."""

REPORTS = 5
LEARNING_S, JUDGED_S = 150.0, 240.0
_UNUSUAL = math.log(1.5)
_SAID_STDDEV = 0.6


@dataclass(frozen=True)
class Told:
    """Persons: mean absolute error before and after, points, and expressiveness."""

    before: Numbers
    after: Numbers
    expressiveness: Numbers


@dataclass(frozen=True)
class ReportsTask(Task):
    """Each person reports five times in one session; judged is another session of theirs."""

    learn: Learn | None = None

    def run(self) -> Told:
        """Watches everybody."""
        rows = [self._judged(person, self.first + number) for number, person in enumerate(self.people())]
        return Told(*(np.array(column) for column in zip(*rows, strict=True)))

    def _judged(self, person: Person, number: int) -> tuple[float, float, float]:
        assert self.learn is not None
        rng = np.random.default_rng((self.seed, number, 11))
        traits = self.learn(self._pairs(again(person, LEARNING_S, self.seed + 1, World()), rng))
        judged = again(person, JUDGED_S, self.seed + 2, World())
        task = Task(self.seed, 1, seconds=JUDGED_S, settings=self.settings, modalities=self.modalities)
        errors = []
        for each in (None, traits):
            said = watched(judged, task, each)
            errors.append(float(np.nanmean(np.abs(said.mean - said.truth))))
        return errors[0], errors[1], person.expressiveness

    def _pairs(self, person: Person, rng: np.random.Generator) -> list[ReportPair]:
        """Five reports on the scale of 0 to 10, each beside what the filter said at that time."""
        said = states(person.estimates(self.modalities), LEARNING_S, self.settings)
        truth = truth_of(person)
        pairs = []
        for at in np.linspace(0.1, 0.98, REPORTS) * (len(truth) - 1):
            second = int(at)
            value = float(np.clip(round(truth[second] + _SAID_STDDEV * rng.normal()), 0, 10))
            report = SelfReport((second + 1) * EVERY_S, "NRS", value, value)
            pairs.append(ReportPair.of(report, said[second]))
        return pairs


def after_reports(told: Told) -> dict[str, Any]:
    """How the error changes: of persons of unusual expressiveness on the whole, and of each person."""
    unusual = np.abs(np.log(told.expressiveness)) >= _UNUSUAL
    change = told.after / told.before - 1.0
    return {
        "reports": REPORTS,
        "mae_before": float(told.before.mean()),
        "mae_after": float(told.after.mean()),
        "unusual_persons": int(unusual.sum()),
        "unusual_mae_before": float(told.before[unusual].mean()) if unusual.any() else None,
        "unusual_mae_after": float(told.after[unusual].mean()) if unusual.any() else None,
        "unusual_fall": float(1.0 - told.after[unusual].sum() / told.before[unusual].sum()) if unusual.any() else None,
        "not_5_percent_worse": float((change <= 0.05).mean()),
        "worst_rise": float(change.max()),
    }
