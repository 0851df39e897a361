"""Runs other programs, keeps what they said, and tells it only where they failed."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from bootstrap.errors import SetupError

TOLD_LINES = 25
"""How much of a failed program's output is shown."""


def run(
    command: Sequence[object], log: Path, environment: Mapping[str, str], remedy: str, cwd: Path | None = None
) -> None:
    """Runs a program with its output appended to a log.

    Raises:
        SetupError: it ended with another status than 0; the end of its output is in the text.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as out:
        out.write(f"$ {' '.join(map(str, command))}\n")
        out.flush()
        start = out.tell()
        status = subprocess.run(
            list(map(str, command)), stdout=out, stderr=subprocess.STDOUT, env=dict(environment), cwd=cwd, check=False
        ).returncode
    if status != 0:
        raise SetupError(
            f"{_last_words(log, start)}\n"
            f"{Path(str(command[0])).name} failed with status {status} (all of it: {log}). {remedy}"
        )


def _last_words(log: Path, start: int) -> str:
    """The last lines that were written to a log after a position."""
    with log.open("rb") as file:
        file.seek(start)
        lines = file.read().decode("utf-8", "replace").splitlines()
    return "\n".join(lines[-TOLD_LINES:])
