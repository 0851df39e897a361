"""What outlives one node's process within a run: readiness, and the little state that a respawned node takes up again.

The folder is named by SOLAMEN_RUNTIME_DIR, which the supervisor and the launch file set afresh for each run. Without it
nothing is kept, and a respawned node starts anew.
"""

from __future__ import annotations

import contextlib
import json
import os
from pathlib import Path
from typing import Any

from solamen.core.clock import Clock
from solamen.session.run_clock import RUN_CLOCK, RunClock
from solamen.session.trouble import SUFFIX

_PARENT = os.getppid()
GO = "go"
"""The supervisor makes this file when all processes are up."""


def _folder() -> Path | None:
    name = os.environ.get("SOLAMEN_RUNTIME_DIR", "")
    return Path(name) if name else None


def mark_ready(process: str) -> None:
    """Tells the supervisor that all nodes of this process are up."""
    keep(f"{process}.ready", {"pid": os.getpid()})


def mark_complete(process: str) -> None:
    """Tells the supervisor that this process has done all that there was to do, which ends the run."""
    keep(f"{process}.complete", {"pid": os.getpid()})


def tell_trouble(process: str, sentence: str) -> None:
    """Has the supervisor tell this on the console; once, however often it is asked to."""
    keep(f"{process}{SUFFIX}", {"what": sentence})


def supervised() -> bool:
    """Whether the supervisor of `solamen run` looks after this process, and joins the recording when all have ended."""
    return bool(os.environ.get("SOLAMEN_WAIT_FOR_GO"))


def orphaned() -> bool:
    """Whether whoever started this process is gone, as one that was killed cannot end its processes.

    `ros2 launch` leaves its processes behind on SIGTERM, too. It may start them through another program, and then
    nothing can be told; our supervisor never does, so that even a process that just starts notices.
    """
    supervisor = os.environ.get("SOLAMEN_SUPERVISOR", "")
    if supervisor.isdigit():
        return os.getppid() != int(supervisor)
    return os.environ.get("SOLAMEN_LAUNCHER", "") == str(_PARENT) != str(os.getppid())


def may_begin() -> bool:
    """Whether what is shown to the robot may begin: at once, or when the supervisor says that all processes are up."""
    folder = _folder()
    return folder is None or not supervised() or (folder / GO).exists()


def keep(name: str, content: dict[str, Any]) -> None:
    """Keeps a small state in one step, so that a reader never sees half of it. Failing to keep is not an error.

    Where there is no room for a new file, what was kept before is overwritten: an old consent must not come back.
    """
    folder = _folder()
    if folder is None:
        return
    temporary = folder / f".{name}.{os.getpid()}"
    try:
        temporary.write_text(json.dumps(content))
        temporary.replace(folder / name)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
            _overwrite(folder / name, json.dumps(content))


def _overwrite(path: Path, text: str) -> None:
    """In place: the file has its room already."""
    with path.open("r+") as file:
        file.write(text)
        file.truncate()


def run_clock(clock: Clock, simulated: bool) -> RunClock:
    """The time of the run that this process takes part in; where none is kept, it begins now."""
    if simulated:
        return RunClock(clock, simulated=True)
    before = kept(RUN_CLOCK)
    made = RunClock(clock, int(before["ahead_ns"]) if before is not None else None)
    if before is None:
        keep(RUN_CLOCK, {"ahead_ns": made.ahead_ns})
    return made


def kept(name: str) -> dict[str, Any] | None:
    """What was kept under a name in this run, or None."""
    folder = _folder()
    if folder is None:
        return None
    try:
        content = json.loads((folder / name).read_text())
    except (OSError, ValueError):
        return None
    return content if isinstance(content, dict) else None
