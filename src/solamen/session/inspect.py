"""What `solamen inspect RUN` shows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from solamen.core.errors import OutsideError
from solamen.session.figures import figure_rows
from solamen.session.folder import refuse_in_use
from solamen.session.reading import read_run
from solamen.session.summary import SUMMARY_FILE, figures_of, finish_run


def inspect(run: Path) -> dict[str, Any]:
    """The figures of a run: those of `summary.json`, or computed from what was recorded where the run was cut off.

    Raises:
        OutsideError: there is no such folder, no run in it, or it cannot be read.
    """
    path = run / SUMMARY_FILE
    if not path.is_file():
        return figures_of(read_run(run))
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        remedy = "Remove this file to have it computed again from the recording."
        raise OutsideError(f"cannot read the summary ({error})", str(path), remedy) from error
    if not isinstance(content, dict):
        raise OutsideError("the file is no summary", str(path), "Remove it to have it computed again.")
    return content


def finish(run: Path) -> None:
    """Joins the parts of a run that was cut off, and writes its summary, as its end would have.

    Raises:
        OutsideError: there is no such run, it still goes on, or its files cannot be written.
    """
    if not run.is_dir():
        raise OutsideError("there is no such folder", str(run), "Give the folder of a run, such as runs/<stamp>.")
    refuse_in_use(run)
    finish_run(run)


def print_table(run: Path, console: Console) -> None:
    """Prints the figures of a run beside their budgets.

    Raises:
        OutsideError: as `inspect`.
    """
    figures = inspect(run)
    who = "virtual patient (synthetic)" if figures.get("synthetic") else "no ground truth"
    table = Table(title=f"{run.name}: {who}. Not a medical device.", title_justify="left", title_style="dim")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_column("budget", justify="right", style="dim")
    for row in figure_rows(figures):
        style = {"met": "green", "missed": "bold red"}.get(row.verdict, "")
        table.add_row(row.label, Text(row.value, style=style), row.budget)
    console.print(table)
    for problem in figures.get("problems", ()):
        console.print(Text(str(problem), style="red"))
