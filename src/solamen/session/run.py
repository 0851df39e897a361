"""A whole run: checks, processes, and what is left of it."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from solamen.core.clock import Clock
from solamen.core.errors import OutsideError
from solamen.session import environment, preflight
from solamen.session.folder import RUN_FILE, in_use, new_run_folder, write_private
from solamen.session.graph import parameters, read_table
from solamen.session.options import RunOptions
from solamen.session.people_store import kept_standing, told_of_consent
from solamen.session.summary import finish_run
from solamen.session.supervisor import RunLog, Supervisor

NETWORK_NOTE = "The network is open: other machines can see and send messages of this run."


def run(options: RunOptions, clock: Clock, console: Console) -> Path | None:
    """Runs until the duration, the end of the file, or Ctrl-C.

    Returns:
        The folder of the record; None where nothing is stored.

    Raises:
        OutsideError: bad input, or a process that cannot be kept alive; what was recorded stays.
    """
    with (
        environment.own_domain(environment.RunNote(network=options.network)) as domain,
        environment.runtime_folder() as runtime,
        contextlib.ExitStack() as held,
    ):
        preflight.check(options, console.print, clock)
        kept = kept_standing(options.person, clock.now_s()) if options.person else None
        folder = new_run_folder(options.out, clock) if options.records else None
        if told := told_of_consent(options.person, options.consent, kept):
            console.print(told)
        if folder is not None:
            held.enter_context(in_use(folder))
            write_run_file(folder, options, RunLog(started_s=clock.now_s()))
        if options.network:
            console.print(NETWORK_NOTE)
        variables = environment.run_environment(runtime, domain, options.network)
        log = _supervise(options, folder, runtime, variables, clock, console)
        environment.return_shared_memory()
        if folder is not None:
            _finish(folder, options, log, console)
    if log.problem:
        where = str(folder / "logs") if folder is not None else "the processes of the run"
        raise OutsideError(log.problem, where, "What was recorded stays. Read the logs, or run `solamen doctor`.")
    return folder


def _supervise(
    options: RunOptions, folder: Path | None, runtime: Path, variables: dict[str, str], clock: Clock, console: Console
) -> RunLog:
    table = read_table()
    specs = [spec for spec in table if spec.wanted(options.source, options.records, options.backend)]
    logs = (folder or runtime) / "logs"
    logs.mkdir(mode=0o700, exist_ok=True)
    supervisor = Supervisor(specs, parameters(options, folder), variables, logs, clock, console.print)
    with _progress(options.duration_s, console) as progress:
        return supervisor.run(options.duration_s, progress)


@contextlib.contextmanager
def _progress(duration_s: float, console: Console) -> Iterator[Callable[[float], None]]:
    """A bar, or the seconds that have passed where the end is open."""
    total = duration_s if duration_s < float("inf") else None
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("running", total=total)
        yield lambda seconds: bar.update(task, completed=seconds)


def write_run_file(folder: Path, options: RunOptions, log: RunLog) -> None:
    """Writes run.json: what was asked for, and what happened to the processes.

    Raises:
        OutsideError: the file cannot be written.
    """
    content: dict[str, Any] = {"options": options.as_record(), **dataclasses.asdict(log)}
    write_private(folder / RUN_FILE, json.dumps(content, indent=1))


def _finish(folder: Path, options: RunOptions, log: RunLog, console: Console) -> None:
    """Joins the parts and writes the summary.

    Raises:
        OutsideError: the files cannot be written, as on a full disk; what was recorded stays.
    """
    try:
        write_run_file(folder, options, log)
        with console.status("joining the recording and writing the summary"):
            finish_run(folder)
    except OutsideError as error:
        again = f"solamen inspect {shlex.quote(str(folder))} --finish"
        remedy = f"What was recorded stays in its parts. Make room, then: {again}"
        raise OutsideError(error.what, error.where, remedy) from error
