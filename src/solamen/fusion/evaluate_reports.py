"""What a watched session and five self-reports change: in it, and in later ones by what was learned."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from solamen.core.person import Moment, Offset, PersonTraits, ReportPair, levels_of
from solamen.core.states import Consent, SelfReport, UserState
from solamen.fusion.asked import AFTER_S, ASKED_S, LEARNING_S, asked, said_by
from solamen.fusion.evaluate import SEED, watch
from solamen.fusion.evaluate_told import SCORES, UNUSUAL, Reference, Told, after_reports
from solamen.fusion.filter import FusionFilter
from solamen.fusion.generator import TICK_S, Person, World, again
from solamen.fusion.grid import median_of
from solamen.fusion.oracle import oracle
from solamen.fusion.oracle_reports import Heard, told_oracle
from solamen.fusion.settings import FusionSettings
from solamen.fusion.watching import EVERY_S, Numbers, Task, answers, states, truth_of

Learn = Callable[[Sequence[Moment], Sequence[ReportPair]], PersonTraits]
"""Makes traits of a person from what was shown at each second of a session, and pairs of report and estimate."""

SESSIONS, JUDGED_S = 3, 120.0
"""Later sessions that are judged, and how long each is. A ratio of errors over only one of them differs from one
session of the same person to the next by 0.13 (standard deviation)."""
_SEED_APART = 100
_MORE_OF = 60
"""Of so many persons it is also asked what their true traits would be worth, and what reports are in their session."""
_ORACLE_S, ORACLE_PERSONS, _ORACLE_AMONG = 90.0, 15, 60
_IN_SESSION = ("session_before", "session_after", "own_before", "own_after")
_KNOWN_STDDEV, _KNOWN_OFFSET_STDDEV, _KNOWN_HIDING = 0.08, 0.1, 0.003


def evaluate_reports(settings: FusionSettings, learn: Learn, people: int, workers: int, world: World) -> dict[str, Any]:
    """What five self-reports change, ready for JSON.

    Args:
        settings: of the filter.
        learn: makes traits of a person from what was shown in a session and said of it.
        people: how many are judged.
        workers: processes that share the work.
        world: in which the persons are watched.
    """
    tasks: dict[str, Task] = {
        "reference": OracleReportsTask(SEED, min(people, _ORACLE_AMONG), settings=settings),
        "reports": ReportsTask(SEED, people, settings=settings, learn=learn, world=world),
    }
    found = watch(tasks, "reports", workers)
    told = after_reports(found["reports"], found["reference"])
    rates = {name: channel.rate_hz for name, channel in world.channels.items()}
    return told | {"persons": people, "estimates_hz": rates, "data": "generated (synthetic) persons and estimates"}


def sparse() -> World:
    """A fifth as many estimates of face and body, which take a third of the time.

    What is known of a person helps a little less with them than it would with all.
    """
    usual = World()
    channels = {name: replace(each, rate_hz=max(each.rate_hz / 5.0, 1.0)) for name, each in usual.channels.items()}
    return replace(usual, channels=channels)


@dataclass(frozen=True)
class ReportsTask(Task):
    """Each person reports five times in one session; judged are the rest of it and later sessions of theirs.

    Attributes:
        learn: makes their traits of what was shown and said.
        world: in which they are watched.
    """

    learn: Learn | None = None
    world: World = field(default_factory=sparse)

    def run(self) -> Told:
        """Watches everybody."""
        rows = [self._judged(person, self.first + number) for number, person in enumerate(self.people())]
        return Told(**{name: np.array([row[name] for row in rows]) for name in rows[0]})

    def _judged(self, person: Person, number: int) -> dict[str, Any]:
        session = again(person, ASKED_S, self.seed + 1, self.world)
        rng = np.random.default_rng((self.seed, number, 11))
        seen, reports = asked(session, self.settings, self.modalities, rng)
        traits = self._learned(seen, reports)
        seeds = [self.seed + 2 + _SEED_APART * at for at in range(SESSIONS)]
        later = [again(person, JUDGED_S, seed, self.world) for seed in seeds]
        before = self._errors(later, PersonTraits())
        row: dict[str, Any] = {"before": before}
        row["after"] = before if traits == PersonTraits() else self._errors(later, traits)
        row["true"] = self._errors(later, true_traits(person)) if number < _MORE_OF else np.full(len(SCORES), math.nan)
        row |= self._in_session(session, seen, reports) if number < _MORE_OF else dict.fromkeys(_IN_SESSION, math.nan)
        row |= {"learned": traits.log_expressiveness, "learned_spread": traits.log_expressiveness_stddev}
        row |= {"expressiveness": person.expressiveness, "reports": len(reports)}
        return row | {"watched_s": len(seen) * EVERY_S, "judged_s": SESSIONS * JUDGED_S}

    def _in_session(self, session: Person, heard: list[UserState], reports: list[SelfReport]) -> dict[str, float]:
        """The error after the last report, without any report and with them."""
        unheard = states(session.estimates(self.modalities), (len(heard) + 1) * EVERY_S, self.settings)
        rest = slice(round(reports[-1].stamp_s / EVERY_S) if reports else len(heard), len(heard))
        one, other = (np.array([state.pain_mean for state in said])[rest] for said in (unheard, heard))
        both, truth = np.isfinite(one) & np.isfinite(other), truth_of(session)[rest]
        return {
            "session_before": _error(one[both], truth[both]),
            "session_after": _error(other[both], truth[both]),
            "own_before": _error(one, truth),
            "own_after": _error(other, truth),
        }

    def _learned(self, seen: list[UserState], reports: list[SelfReport]) -> PersonTraits:
        assert self.learn is not None
        pairs = [ReportPair.of(report, seen[round(report.stamp_s / EVERY_S) - 1]) for report in reports]
        return self.learn([Moment((at + 1) * EVERY_S, levels_of(state)) for at, state in enumerate(seen)], pairs)

    def _errors(self, sessions: Sequence[Person], traits: PersonTraits) -> Numbers:
        """In the order of `SCORES`, over all answered seconds of some sessions."""
        said = []
        for session in sessions:
            fusion = FusionFilter(self.settings, Consent.OBSERVE)
            fusion.traits = traits
            told = answers(fusion, session.estimates(self.modalities), JUDGED_S)
            said += [
                (state.pain_mean, math.nan if fusion.belief is None else median_of(fusion.belief)) for state in told
            ]
        means, medians = np.array(said).T
        truth = np.concatenate([truth_of(each) for each in sessions])
        squared = _error((means - truth) ** 2, np.zeros_like(truth))
        return np.array([_error(means, truth), _error(medians, truth), math.sqrt(squared)])


@dataclass(frozen=True)
class OracleReportsTask(Task):
    """What the same five reports are worth to the reference, which also hears all that was shown around them.

    `count` persons are looked through for those of unusual expressiveness.
    """

    def parts(self) -> list[Task]:
        """All at once: those who are unusual are not known before."""
        return [self]

    def run(self) -> Reference:
        """Watches those of unusual expressiveness, up to `ORACLE_PERSONS`."""
        people = [
            (number, person)
            for number, person in enumerate(self.people())
            if abs(math.log(person.expressiveness)) >= UNUSUAL
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
        return Reference(before, after, unheard, session_before, session_after)


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


def _error(said: Numbers, truth: Numbers) -> float:
    there = np.isfinite(said)
    return float(np.abs(said - truth)[there].mean()) if there.any() else math.nan
