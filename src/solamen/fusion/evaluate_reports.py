"""What a watched session and five self-reports change: in the same session, and in a later one by what was learned."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.person import Moment, Offset, PersonTraits, ReportPair, levels_of
from solamen.core.states import Consent, SelfReport
from solamen.fusion.filter import FusionFilter
from solamen.fusion.generator import TICK_S, Person, World, again
from solamen.fusion.oracle import oracle
from solamen.fusion.oracle_reports import Heard, told_oracle
from solamen.fusion.watching import EVERY_S, Numbers, Task, answers, truth_of

Learn = Callable[[Sequence[Moment], Sequence[ReportPair]], PersonTraits]
"""Makes traits of a person from what was shown at each second of a session, and pairs of report and estimate."""

REPORTS = 5
LEARNING_S, AFTER_S, JUDGED_S = 150.0, 45.0, 240.0
"""Seconds within which the reports are given, for which the same session goes on, and of the later session."""
_TRUE_OF = 100
"""Of so many persons it is also asked what their true traits would be worth."""
_ORACLE_S, ORACLE_PERSONS = 90.0, 30
_UNUSUAL = math.log(1.5)
_SAID_STDDEV = 0.6
_KNOWN_STDDEV, _KNOWN_OFFSET_STDDEV, _KNOWN_HIDING = 0.08, 0.1, 0.003


@dataclass(frozen=True)
class Told:
    """Persons: mean absolute errors, points, and expressiveness.

    Attributes:
        before, after: in a later session, without what was learned and with it.
        true: likewise, with the person's true traits; NaN where that was not asked.
        session_before, session_after: after the last report, in the same session, without the reports and with them.
        expressiveness: of the person.
    """

    before: Numbers
    after: Numbers
    true: Numbers
    session_before: Numbers
    session_after: Numbers
    expressiveness: Numbers


@dataclass(frozen=True)
class ReportsTask(Task):
    """Each person reports five times in one session; judged are the rest of it and another session of theirs."""

    learn: Learn | None = None

    def run(self) -> Told:
        """Watches everybody."""
        rows = [self._judged(person, self.first + number) for number, person in enumerate(self.people())]
        return Told(*(np.array(column) for column in zip(*rows, strict=True)))

    def _judged(self, person: Person, number: int) -> tuple[float, ...]:
        assert self.learn is not None
        session = again(person, LEARNING_S + AFTER_S, self.seed + 1, World())
        reports = said_by(session, np.random.default_rng((self.seed, number, 11)))
        states, unheard = self._watched(session, ())
        _, heard = self._watched(session, reports)
        pairs = [ReportPair.of(report, states[round(report.stamp_s / EVERY_S) - 1]) for report in reports]
        moments = [Moment((at + 1) * EVERY_S, levels_of(state)) for at, state in enumerate(states)]
        traits = self.learn(moments, pairs)
        later = again(person, JUDGED_S, self.seed + 2, World())
        before = self._error(later, PersonTraits())
        after = before if traits == PersonTraits() else self._error(later, traits)
        true = self._error(later, true_traits(person)) if number < _TRUE_OF else math.nan
        return before, after, true, unheard, heard, person.expressiveness

    def _watched(self, session: Person, reports: Sequence[SelfReport]) -> tuple[list[Any], float]:
        """The states of a session in which some things are said, and the error after the last report."""
        fusion, states, waiting = FusionFilter(self.settings, Consent.OBSERVE), [], list(reports)
        for state in answers(fusion, session.estimates(self.modalities), LEARNING_S + AFTER_S):
            states.append(state)
            while waiting and waiting[0].stamp_s <= len(states) * EVERY_S:
                fusion.report(waiting.pop(0))
        rest = slice(round(LEARNING_S / EVERY_S), None)
        said = np.array([state.pain_mean for state in states])
        return states, _error(said[rest], truth_of(session)[rest])

    def _error(self, session: Person, traits: PersonTraits) -> float:
        fusion = FusionFilter(self.settings, Consent.OBSERVE)
        fusion.traits = traits
        said = [state.pain_mean for state in answers(fusion, session.estimates(self.modalities), JUDGED_S)]
        return _error(np.array(said), truth_of(session))


@dataclass(frozen=True)
class OracleReportsTask(Task):
    """What the same five reports are worth to the reference, which also hears all that was shown around them.

    `count` persons are looked through for those of unusual expressiveness.
    """

    def parts(self) -> list[Task]:
        """All at once: those who are unusual are not known before."""
        return [self]

    def run(self) -> Told:
        """Watches those of unusual expressiveness, up to `ORACLE_PERSONS`.

        In the place of the true traits: the first session seen, but nothing said in it.
        """
        people = [
            (number, person)
            for number, person in enumerate(self.people())
            if abs(math.log(person.expressiveness)) >= _UNUSUAL
        ][:ORACLE_PERSONS]
        sessions = [again(person, LEARNING_S + AFTER_S, self.seed + 1, World()) for _, person in people]
        later = [again(person, _ORACLE_S, self.seed + 2, World()) for _, person in people]
        reports = [
            said_by(session, np.random.default_rng((self.seed, number, 11)))
            for (number, _), session in zip(people, sessions, strict=True)
        ]
        heard = [[Heard(round(each.stamp_s / TICK_S), each.normalised) for each in said] for said in reports]
        nothing: list[list[Heard]] = [[] for _ in people]
        found = [
            told_oracle(sessions, later, some, self.modalities, round(EVERY_S / TICK_S)) for some in (nothing, heard)
        ]
        rest = slice(round(LEARNING_S / EVERY_S), None)
        errors = [
            [[_error(row, truth_of(each)) for row, each in zip(said, later, strict=True)] for _, said in found],
            [
                [_error(row[rest], truth_of(each)[rest]) for row, each in zip(said, sessions, strict=True)]
                for said, _ in found
            ],
        ]
        (unheard, after), (session_before, session_after) = np.array(errors)
        stranger = oracle(later, self.modalities, round(EVERY_S / TICK_S))
        before = np.array([_error(row, truth_of(each)) for row, each in zip(stranger, later, strict=True)])
        expressiveness = np.array([person.expressiveness for _, person in people])
        return Told(before, after, unheard, session_before, session_after, expressiveness)


def said_by(session: Person, rng: np.random.Generator) -> list[SelfReport]:
    """Five reports on the scale of 0 to 10, evenly over the first part of a session, whatever pain there is then."""
    truth, reports = truth_of(session), []
    for at in np.linspace(0.1, 0.98, REPORTS) * (LEARNING_S / EVERY_S - 2.0):
        value = float(np.clip(round(truth[int(at)] + _SAID_STDDEV * rng.normal()), 0, 10))
        reports.append(SelfReport((int(at) + 1) * EVERY_S, "NRS", value, value))
    return reports


def true_traits(person: Person) -> PersonTraits:
    """What nobody knows of a person."""
    offsets = tuple(Offset(name, offset, _KNOWN_OFFSET_STDDEV) for name, offset in person.offsets.items())
    return PersonTraits(
        math.log(max(person.expressiveness, 0.03)),
        _KNOWN_STDDEV,
        math.log(person.sensitivity),
        _KNOWN_STDDEV,
        offsets,
        _KNOWN_HIDING,
    )


def after_reports(told: Told, reference: Told) -> dict[str, Any]:
    """How the error changes: of persons of unusual expressiveness on the whole, and of each person."""
    unusual = np.abs(np.log(told.expressiveness)) >= _UNUSUAL
    known = unusual & np.isfinite(told.true)
    return {
        "reports": REPORTS,
        "unusual_persons": int(unusual.sum()),
        "later": _change(told.before, told.after, unusual),
        "session": _change(told.session_before, told.session_after, unusual),
        "true_traits": {"unusual_fall": _fall(told.before, told.true, known), "unusual_persons": int(known.sum())},
        "oracle": {
            "unusual_persons": len(reference.before),
            "later_unusual_fall": _fall(reference.before, reference.after),
            "later_unusual_fall_nothing_said": _fall(reference.before, reference.true),
            "session_unusual_fall": _fall(reference.session_before, reference.session_after),
        },
    }


def _change(before: Numbers, after: Numbers, unusual: NDArray[np.bool_]) -> dict[str, Any]:
    change = after / before - 1.0
    return {
        "mae_before": float(np.nanmean(before)),
        "mae_after": float(np.nanmean(after)),
        "unusual_fall": _fall(before, after, unusual),
        "not_5_percent_worse": float((change <= 0.05).mean()),
        "worst_rise": float(np.nanmax(change)),
        "changed": float((change != 0.0).mean()),
    }


def _fall(before: Numbers, after: Numbers, of: NDArray[np.bool_] | None = None) -> float | None:
    """Share by which the error falls, over some persons; None where there are none."""
    kept = np.isfinite(before) & np.isfinite(after)
    kept = kept if of is None else kept & of
    return float(1.0 - after[kept].sum() / before[kept].sum()) if kept.any() else None


def _error(said: Numbers, truth: Numbers) -> float:
    there = np.isfinite(said)
    return float(np.abs(said - truth)[there].mean()) if there.any() else math.nan
