"""Judges fusion on generated persons who fitted nothing. `solamen evaluate fusion`.

Everything is simulated: pain, persons, and what the modalities estimate (see `generator`). What is asked is whether the
interval means what it says, whether the mean comes near that of a reference that knows the generator, and what happens
where the generator is not as assumed, a person hides pain, or a modality lies, comes or goes.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from solamen.fusion.evaluate_figures import coverage, covered, interval, mae, ratio
from solamen.fusion.evaluate_steps import StepTask, largest
from solamen.fusion.generator import MODALITIES
from solamen.fusion.oracle import oracle
from solamen.fusion.settings import FAMILIES, FusionSettings
from solamen.fusion.watching import EVERY_S, LIES, WORKERS, Task, Watched, run_all, truth_of
from solamen.learning.progress import progress

PEOPLE = 300
SEED = 1
"""Of the judged; `train` uses seeds of its own, which are far from it."""
_KINDS = {
    "early": ("early_forest", "early_boosting", "early_bayes_chain"),
    "late": ("late_mean", "late_weighted", "late_product"),
    "hierarchical": ("hierarchical",),
    "stacked": ("stacked",),
}
SECONDS = 45.0
"""Of each one's session."""
_A_PART = len(MODALITIES)
"""One in so many persons is judged for each modality that lies or that comes and goes."""


class OracleTask(Task):
    """What the reference says of the same persons, as mean; it gives no interval."""

    def run(self) -> Watched:
        """Watches everybody."""
        people = self.people()
        mean = oracle(people, self.modalities, round(EVERY_S * 10), seed=self.seed + self.first)
        truth = np.stack([truth_of(person) for person in people])
        return Watched(mean, np.full_like(mean, np.nan), np.full_like(mean, np.nan), truth)


def evaluate(
    settings: FusionSettings, people: int = PEOPLE, workers: int = WORKERS, beside: Mapping[str, Task] | None = None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """All figures of fusion, ready for JSON, and what came of other tasks that were to be done beside.

    Args:
        settings: of the filter.
        people: how many are judged.
        workers: processes that share the work.
        beside: other tasks by name.
    """
    others = dict(beside or {})
    found = watch(others | _tasks(settings, people), "fusion", workers)
    return figures(found, people), {name: found[name] for name in others}


def watch(tasks: Mapping[str, Task], title: str, workers: int) -> dict[str, Any]:
    """What every task comes to, with progress shown."""
    with progress(title, sum(len(task.parts()) for task in tasks.values())) as step:
        return run_all(tasks, step, workers)


def subsets() -> list[tuple[str, ...]]:
    """All 15 sets of modalities."""
    return [some for size in range(1, len(MODALITIES) + 1) for some in combinations(MODALITIES, size)]


def _tasks(settings: FusionSettings, people: int) -> dict[str, Task]:
    common: dict[str, Any] = {"seed": SEED, "count": people, "seconds": SECONDS, "settings": settings}
    tasks: dict[str, Task] = {"+".join(some): Task(**common, modalities=some) for some in subsets()}
    tasks |= {f"family {name}": Task(**common | {"settings": FusionSettings(family=name)}) for name in FAMILIES[1:]}
    tasks |= {"oracle": OracleTask(**common)}
    tasks |= {"shifted": Task(**common, shifted=True), "hidden": Task(**common, hiding=True)}
    some = max(1, people // _A_PART)
    for number, name in enumerate(MODALITIES):
        part = common | {"count": some, "first": number * some}
        tasks |= {f"{name} {how}": Task(**part, liar=name, lie=how) for how in LIES}
        tasks[f"without {name}"] = Task(**part, modalities=tuple(each for each in MODALITIES if each != name))
        tasks[f"step {name}"] = StepTask(**part, changes=name)
    tasks |= {"hidden face": Task(**common | {"count": some}, hiding=True, modalities=("face",))}
    return tasks


def figures(found: dict[str, Any], people: int) -> dict[str, Any]:
    """The figures of what was watched."""
    everything = found["+".join(MODALITIES)]
    errors = {name: mae(found[name]) for name in MODALITIES}
    families = {name: mae(found[f"family {name}"]) for name in FAMILIES[1:]}
    best = {kind: min(families[name] for name in names) for kind, names in _KINDS.items()}
    best_family = min(families, key=lambda name: families[name])
    return {
        "coverage": coverage(everything),
        "coverage_interval": interval(everything, coverage),
        "coverage_by_subset": {"+".join(some): coverage(found["+".join(some)]) for some in subsets()},
        "mae": {"fused": mae(everything), **errors, **best, "oracle": mae(found["oracle"])},
        "mae_by_family": families,
        "mae_interval": interval(everything, mae),
        "fused_over_oracle": ratio(everything, found["oracle"]),
        "fused_over_best_family": {"family": best_family, **ratio(everything, found[f"family {best_family}"])},
        "mae_one_lies": _lies(found),
        "max_step": max(float(found[f"step {name}"].most.max()) for name in MODALITIES),
        "max_step_at": largest({name: found[f"step {name}"] for name in MODALITIES}),
        "coverage_shifted": coverage(found["shifted"]),
        "mae_shifted": mae(found["shifted"]),
        "hidden_pain_ok": covered(found["hidden"], abstained=True),
        "hidden_pain_ok_face_alone": covered(found["hidden face"], abstained=True),
        "abstained": float(np.isnan(everything.mean).mean()),
        "persons": people,
        "seconds_each": round(float(everything.mean.shape[1]) * EVERY_S),
        "data": "generated (synthetic) persons and estimates",
    }


def _lies(found: dict[str, Any]) -> dict[str, Any]:
    """Error after the lie begins, with the liar and without it, by how it lies."""
    begins = found[f"without {MODALITIES[0]}"].mean.shape[1] // 3
    table: dict[str, Any] = {}
    for how in LIES:
        with_liar = [found[f"{name} {how}"].since(begins) for name in MODALITIES]
        without = [found[f"without {name}"].since(begins) for name in MODALITIES]
        lied, honest = (float(np.mean([mae(each) for each in part])) for part in (with_liar, without))
        worst = max(mae(one) / mae(other) for one, other in zip(with_liar, without, strict=True))
        table[how] = {"mae": lied, "without_it": honest, "ratio": lied / honest, "worst_modality_ratio": worst}
    return table


def print_tables(found: dict[str, Any], console: Console, title: str = "fusion") -> None:
    """The figures as tables."""
    table = Table("figure", "value", title=f"{title}, {found['persons']} generated persons")
    for name, value in found.items():
        _rows(table, name, value)
    console.print(table)
    console.print("Everything here is simulated; none of this is a clinical figure.")


def _rows(table: Table, name: str, value: Any) -> None:
    if isinstance(value, dict):
        for part, inner in value.items():
            _rows(table, f"{name} {part}", inner)
    elif isinstance(value, list):
        table.add_row(name, " to ".join(f"{part:.3f}" for part in value))
    else:
        table.add_row(name, f"{value:.3f}" if isinstance(value, float) else str(value))
