"""What `solamen simulate` came to, as a table for people."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

_MEANS = {
    "runaway": "mirrored pain above the person's, or without end",
    "refusal_ignored": "a no or a stop not respected within 1 s, or not for the set time",
    "late_call": "no call within 10 s of a 7 that was said or lasted 60 s, or no next level",
    "missed_request": "no call within 2 s of a request",
    "missed_severe_abstention": "nobody fetched after severe pain that could be seen no more",
    "false_call": "a call among decoys (bound: 1 in 8 h)",
    "flapping": "behaviours that change without a reason",
}


def print_tables(found: dict[str, Any], console: Console) -> None:
    """Prints the figures of `simulation.simulate`."""
    console.print(f"{found['hours']:g} h simulated in {found['counts']['sessions']} sessions")
    conduct = Table("violation", "count", "what it is", title="Conduct")
    for name, count in found["violations"].items():
        conduct.add_row(name, str(count), _MEANS[name])
    console.print(conduct)
    console.print(f"onsets mirrored: {_percent(found['mirrored_share'])} of {found['counts']['onsets']}")
    console.print(f"offers in time: {_percent(found['offered_share'])} of {found['counts']['offers_due']}")
    console.print(f"decoys: {found['decoy_hours']:g} h")
    felt = Table(
        "condition", "pain 0-10", "distress 0-10", title=f"Means with 95 % intervals: {found['conditions_are']}"
    )
    for name, figures in found["conditions"].items():
        felt.add_row(name, _with_interval(figures["pain"]), _with_interval(figures["distress"]))
    console.print(felt)
    begun = ", ".join(f"{name} {count}" for name, count in found["behaviors"].items())
    console.print(f"behaviours begun (companion): {begun}")


def _percent(share: float | None) -> str:
    return "none" if share is None else f"{100.0 * share:.1f} %"


def _with_interval(figure: dict[str, Any]) -> str:
    if figure["mean"] is None:
        return "not known"
    low, high = figure["interval"]
    return f"{figure['mean']:.2f}" + (f" ({low:.2f} to {high:.2f})" if low is not None else "")
