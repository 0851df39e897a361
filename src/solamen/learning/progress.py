"""How far something long has come, on standard error, so that standard output stays what was asked for."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn


class Step(Protocol):
    """Tells that some more is done, and what to say beside the bar."""

    def __call__(self, count: int = 1, note: str = "") -> None:
        """Counts on by `count`; a note replaces the last one."""
        ...


@contextmanager
def progress(title: str, total: int, console: Console | None = None) -> Iterator[Step]:
    """A bar with the time that is left; a plain line at its end where standard error is no terminal."""
    console = console or Console(stderr=True, highlight=False)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    left, note_column = TimeRemainingColumn(), TextColumn("{task.fields[note]}")
    with Progress(*columns, left, note_column, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=total, note="")
        done, last = 0, ""

        def step(count: int = 1, note: str = "") -> None:
            nonlocal done, last
            done, last = done + count, note or last
            bar.update(task, advance=count, note=last)

        yield step
    if not console.is_terminal:
        console.print(f"{title}: {done} of {total}. {last}".rstrip())
