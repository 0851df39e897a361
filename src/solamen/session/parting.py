"""Takes a person out of a run that others are in, too: what was recorded while those were in care is left."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Collection, Sequence
from functools import partial
from pathlib import Path

from solamen.core.errors import OutsideError
from solamen.session.recording import PARTS_FOLDER, SESSION_FILE, Recorded, keep_messages, part_paths
from solamen.session.summary import write_summary


def part_run(run: Path, spans: Sequence[tuple[float, float]], spared: Collection[str]) -> None:
    """Leaves of a run's folder the messages that were recorded in these spans, and a summary of them.

    The film and the old summary show everybody and go. No recorder may have a file open in the folder.

    Args:
        run: its folder.
        spans: begin and end, seconds since 1970.
        spared: names in the folder that stay as they are.

    Raises:
        OSError: a file cannot be read or written; another call goes on with it.
    """
    spared = {*spared, SESSION_FILE, PARTS_FOLDER}
    for path in [path for path in run.iterdir() if path.name not in spared]:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    whole = run / SESSION_FILE
    for file in [*([whole] if whole.is_file() else []), *part_paths(run)]:
        keep_messages(file, partial(_inside, [(begin_s * 1e9, end_s * 1e9) for begin_s, end_s in spans]))
    if whole.is_file():
        with contextlib.suppress(OutsideError):  # too little may be left for one
            write_summary(run)


def _inside(bounds_ns: Sequence[tuple[float, float]], message: Recorded) -> bool:
    return any(begin <= message.log_ns < end for begin, end in bounds_ns)
