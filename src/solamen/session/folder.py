"""The folder of a run: made before anything is recorded, readable by its owner alone."""

from __future__ import annotations

import contextlib
import datetime
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from solamen.core.clock import Clock
from solamen.core.errors import OutsideError

LEAST_FREE_MB = 200
"""A run does not start with less free space than this."""

RUN_FILE = "run.json"
"""What the supervisor writes; by it a folder is known as that of a run."""
_HELD = contextlib.ExitStack()


def new_run_folder(out: Path | None, clock: Clock, *, runs: Path = Path("runs"), free_mb: float | None = None) -> Path:
    """Makes the empty folder of a new run, for its owner alone (mode 0700).

    Without `out` it is `runs/<stamp>/`. An earlier run in `out` is kept: it is renamed to `<out>.1` (or the next free
    number), unless it still goes on. Nothing is left behind where it refuses.

    Args:
        out: the folder to use, or None.
        clock: gives the stamp.
        runs: where stamped folders go.
        free_mb: free space in MB; read from the file system where it is None.

    Raises:
        OutsideError: the folder holds other things or is in use, cannot be written, or the disk is nearly full.
    """
    folder = out if out is not None else _stamped(runs, clock)
    _refuse_foreign(folder)
    refuse_in_use(folder)
    _refuse_unwritable(folder)
    _refuse_full_disk(folder, free_mb)
    if folder.is_dir() and any(folder.iterdir()):
        folder.rename(_kept_name(folder))
    try:
        if out is None:
            runs.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
    except OSError as error:
        raise _unwritable(folder, error.strerror or "not permitted") from error
    return folder


@contextlib.contextmanager
def in_use(folder: Path) -> Iterator[None]:
    """Marks the folder of a run as in use, until the end of the block or of this process, however it ends."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with contextlib.suppress(OSError):  # not every file system has locks
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(descriptor)


def hold(folder: Path) -> None:
    """Marks the folder of a run as in use for as long as this process lives."""
    _HELD.enter_context(in_use(folder))


def open_private(path: Path) -> IO[bytes]:
    """Opens a file for writing that only its owner may read (mode 0600); what was in it is gone."""
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb")


def write_private(path: Path, content: str) -> None:
    """Writes a text file for its owner alone, whole or not at all.

    Raises:
        OutsideError: the file cannot be written.
    """
    temporary = path.with_name(f".{path.name}.part")
    try:
        with open_private(temporary) as file:
            file.write(content.encode("utf-8"))
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        remedy = "Free some space or choose another folder."
        raise OutsideError(f"cannot write the file ({error.strerror})", str(path), remedy) from error


def note_end(run: Path, ended_s: float) -> None:
    """Notes in run.json that a run ended in order, where no supervisor does.

    Raises:
        OutsideError: the file cannot be written.
    """
    try:
        content = json.loads((run / RUN_FILE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = {}
    write_private(run / RUN_FILE, json.dumps({**content, "ended_s": ended_s}, indent=1))


def _stamped(runs: Path, clock: Clock) -> Path:
    """A folder below `runs` named by the local time, with a number where the name is taken."""
    local = datetime.datetime.fromtimestamp(clock.now_s(), datetime.UTC).astimezone()
    first = runs / local.strftime("%Y-%m-%d_%H-%M-%S")
    return first if not first.exists() else _kept_name(first)


def _kept_name(folder: Path) -> Path:
    """The first of `<folder>.1`, `<folder>.2`, … that is free."""
    number = 1
    while (kept := folder.with_name(f"{folder.name}.{number}")).exists():
        number += 1
    return kept


def _refuse_foreign(folder: Path) -> None:
    if folder.exists() and not folder.is_dir():
        raise OutsideError("the output folder is a file", str(folder), "Give the name of a folder with --out.")
    try:
        foreign = folder.is_dir() and any(folder.iterdir()) and not (folder / RUN_FILE).is_file()
    except OSError as error:
        raise _unwritable(folder, error.strerror or "not permitted") from error
    if foreign:
        remedy = "Empty it, or give another folder with --out."
        raise OutsideError("the output folder is not empty and holds no earlier run", str(folder), remedy)


def refuse_in_use(folder: Path) -> None:
    """Two runs in one folder would mix what they record of two persons.

    Raises:
        OutsideError: another process is recording there.
    """
    if not folder.is_dir():
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        remedy = "End that run first, or give another folder with --out."
        raise OutsideError("another run is recording in the output folder", str(folder), remedy) from error
    except OSError:
        return
    finally:
        os.close(descriptor)


def _refuse_unwritable(folder: Path) -> None:
    """Refuses where the folder, or the nearest folder above it that exists, takes no new files."""
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    if not nearest.is_dir():
        raise OutsideError("part of the output path is a file", str(nearest), "Give another folder with --out.")
    if not os.access(nearest, os.W_OK | os.X_OK):
        raise _unwritable(folder, "read-only")


def _refuse_full_disk(folder: Path, free_mb: float | None) -> None:
    nearest = folder.absolute()
    while not nearest.exists():
        nearest = nearest.parent
    free = shutil.disk_usage(nearest).free / 1e6 if free_mb is None else free_mb
    if not free >= LEAST_FREE_MB:
        what = f"only {free:.0f} MB are free where the run would be recorded, {LEAST_FREE_MB} MB are needed"
        raise OutsideError(what, str(folder), "Free some space, or give another folder with --out.")


def _unwritable(folder: Path, why: str) -> OutsideError:
    return OutsideError(f"cannot write the output folder ({why})", str(folder), "Give another folder with --out.")
