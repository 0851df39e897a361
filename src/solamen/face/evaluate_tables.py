"""The figures of an evaluation as tables for people."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.table import Table


def print_tables(found: Mapping[str, Any], console: Console) -> None:
    """Prints what an evaluation found."""
    if "frames" in found:
        _film(found, console)
        return
    if found.get("synthetic"):
        console.print("Rendered (synthetic) persons that training never saw.")
    straight = found.get("baseline", {})
    _table("Pain index 0-16", found.get("pspi"), straight.get("pspi"), console)
    names = ("auc", "auc_pain_vs_decoys", "sensitivity", "specificity", "abstained")
    _table("Pain", {n: found.get(n) for n in names}, {n: straight.get(n) for n in names}, console)
    _table("Decoys called pain", found.get("decoys"), straight.get("decoys"), console)
    units = {f"AU{u} {k}": v for u, figures in found.get("units", {}).items() for k, v in figures.items()}
    others = {f"AU{u} {k}": v for u, figures in straight.get("units", {}).items() for k, v in figures.items()}
    _table("Units 0-5", units, others, console)
    if "groups" in found:
        console.print(f"Largest gap between groups, points of the index: {_text(found['groups']['gap'])}")
    console.print(f"{found.get('n')} pictures, a face in {_text(found.get('detected'))} of them")


def _table(title: str, ours: Mapping[str, Any] | None, straight: Mapping[str, Any] | None, console: Console) -> None:
    if not ours or all(value is None for value in ours.values()):
        return
    table = Table("figure", "Solamen", "blendshapes alone", title=title, title_justify="left")
    for name, value in ours.items():
        table.add_row(name, _text(value), _text((straight or {}).get(name)))
    console.print(table)


def _film(found: Mapping[str, Any], console: Console) -> None:
    console.print(f"{found['n']} frames, {_text(found['abstained'])} of them without an answer")
    if found.get("auc") is not None:
        console.print(f"AUC of the stretches labelled pain against the others: {_text(found['auc'])}")
    for name, value in found.get("mean_pain", {}).items():
        console.print(f"mean pain of 10 in {name}: {_text(value)}")
    console.print(f"picture: {found['picture']}")


def _text(value: object) -> str:
    return f"{value:.3f}" if isinstance(value, float) else "" if value is None else str(value)
