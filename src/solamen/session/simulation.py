"""`solamen simulate`: many sessions of a virtual patient and the companion, faster than real time, and a judge of them.

What pain and distress come to is assumed by the model of the patient and is no result. What is judged is the conduct of
the companion: see `session.simulation_judge`.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.workers import shared
from solamen.learning.bootstrap import interval_over_persons
from solamen.patient.scenario import Scenario
from solamen.session.simulation_judge import VIOLATIONS, Judge, Verdict
from solamen.session.simulation_loop import Loop, Made, companion

CONDITIONS = ("companion", "mirror_only", "still")
WORKERS = 2
ASSUMED = "assumed by the model, not a result"
_LEAST_S = 1.0
Report = Callable[[float], None]
"""Takes the share that is done, 0–1."""


@dataclass(frozen=True)
class Task:
    """One session: a scenario, a condition, a seed, and its length."""

    name: str
    scenario: Scenario
    condition: str
    seed: int
    length_s: float


@dataclass(frozen=True)
class Outcome:
    """What one session came to."""

    task: Task
    verdict: Verdict


def scenarios_of(asked: str) -> dict[str, Scenario]:
    """Name to scenario, for `all`, the name of one in sim/scenarios, or the path of a file.

    Raises:
        OutsideError: there is no such scenario, or it is not as it must be.
    """
    folder = resource("sim", "scenarios")
    if asked == "all":
        return {path.stem: Scenario.load(path) for path in sorted(folder.glob("*.yaml"))}
    known = folder / f"{asked}.yaml"
    path = known if known.is_file() else Path(asked)
    if not path.is_file():
        names = ", ".join(sorted(found.stem for found in folder.glob("*.yaml")))
        raise OutsideError("there is no such scenario", asked, f"Give a file, or all, or one of: {names}.")
    return {path.stem: Scenario.load(path)}


def tasks_of(scenarios: dict[str, Scenario], hours: float, seeds: int) -> list[Task]:
    """The sessions: for each seed and condition, all scenarios share the hours by their `stay_s`; longest first."""
    total_s = sum(scenario.stay_s for scenario in scenarios.values())
    tasks = [
        Task(name, scenario, condition, seed, max(hours * 3600.0 * scenario.stay_s / total_s, _LEAST_S))
        for name, scenario in scenarios.items()
        for seed in range(seeds)
        for condition in CONDITIONS
    ]
    return sorted(tasks, key=lambda task: -task.length_s)


def session(task: Task, made: Made = companion) -> Outcome:
    """Lives through one session and judges it."""
    loop = Loop(task.scenario, task.seed, task.condition, made)
    judge = Judge(loop.rules)
    for step in loop.run(task.length_s):
        judge.step(step)
    return Outcome(task, judge.verdict())


def simulate(asked: str, hours: float, seeds: int, tell: Report = lambda share: None) -> dict[str, Any]:
    """All sessions, on two processes.

    Args:
        asked: see `scenarios_of`.
        hours: in total for each seed and condition.
        seeds: how many.
        tell: is told how far it is.

    Raises:
        OutsideError: the scenario is not as it must be.
    """
    tasks = tasks_of(scenarios_of(asked), hours, seeds)
    total_s = sum(task.length_s for task in tasks)
    outcomes, done_s = [], 0.0
    for _, outcome in shared(session, tasks, WORKERS, begin=_settle_down):
        outcomes.append(outcome)
        done_s += outcome.task.length_s
        tell(done_s / total_s)
    return summed(outcomes)


def _settle_down() -> None:
    """Lets a worker look for garbage less often: the loop leaves hardly any that is not freed at once."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def summed(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """The figures of many sessions; see docs/simulation.md."""
    ordered = sorted(outcomes, key=lambda item: (item.task.name, item.task.condition, item.task.seed))
    total = Verdict()
    for outcome in ordered:
        total.add(outcome.verdict)
    helped = Counter[str]()
    for outcome in ordered:
        if outcome.task.condition == "companion":
            helped.update(outcome.verdict.behaviors)
    return {
        "hours": round(total.seconds / 3600.0, 3),
        "violations": {name: total.violations[name] for name in VIOLATIONS},
        "mirrored_share": _share(total.mirrored, total.onsets),
        "offered_share": _share(total.offered, total.cases),
        "conditions": {name: _condition(name, ordered) for name in CONDITIONS},
        "conditions_are": ASSUMED,
        "behaviors": dict(sorted(helped.items())),
        "decoy_hours": round(total.decoy_seconds / 3600.0, 3),
        "counts": {
            "onsets": total.onsets,
            "offers_due": total.cases,
            "refusals": total.refusals,
            "calls": total.calls,
            "sessions": len(ordered),
        },
        "offered_share_of_felt_pain": _share(total.felt_offered, total.felt_cases),
        "violations_in": _violations_in(ordered),
    }


def _share(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None


def _violations_in(outcomes: Sequence[Outcome]) -> dict[str, dict[str, int]]:
    """Scenario to what was violated there; those without are left out."""
    found: dict[str, Counter[str]] = {}
    for outcome in outcomes:
        found.setdefault(outcome.task.name, Counter()).update(outcome.verdict.violations)
    return {name: dict(+counts) for name, counts in found.items() if any(counts.values())}


def _condition(condition: str, outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """Means over seeds outside decoys, with 95 % intervals over seeds."""
    per_seed: dict[int, Verdict] = {}
    for outcome in outcomes:
        if outcome.task.condition == condition:
            per_seed.setdefault(outcome.task.seed, Verdict()).add(outcome.verdict)
    known = {seed: verdict for seed, verdict in per_seed.items() if verdict.painful_seconds > 0.0}
    return {
        name: _mean([getattr(verdict, name) / verdict.painful_seconds for verdict in known.values()])
        for name in ("pain", "distress")
    }


def _mean(values: list[float]) -> dict[str, Any]:
    if not values:
        return {"mean": None, "interval": [None, None]}
    array = np.array(values)
    ends = interval_over_persons(lambda at: float(array[at].mean()), [str(i) for i in range(len(values))])
    interval = [round(end, 3) if np.isfinite(end) else None for end in ends]
    return {"mean": round(float(array.mean()), 3), "interval": interval}
