"""Which processes of a run go first where the machine has not the time for all of them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

MOVES_THE_ROBOT = ("safety", "robot", "sim", "driver", "relay")
GIVES_WAY_BY = 5
"""Levels of niceness of those that do not move the robot: about a third of the time of one that has not given way."""


def give_way(levels: int, proc: Path = Path("/proc/self")) -> bool:
    """Lets others go first: those that move the robot, and one that died and is just starting again.

    Linux keeps the niceness of each thread, not of the process, and those that are there already keep theirs. It also
    shares the time out among sessions first (autogroups, see `man 7 sched`), and Circus gives each process a session
    of its own: between processes it is then the session's niceness that counts.

    Args:
        levels: of niceness, 1–19; anybody may give way, nobody but root may take it back.
        proc: where the kernel tells of this process.

    Returns:
        False where the kernel was too busy with others that give way, and is to be asked again.
    """
    try:
        threads = [int(thread.name) for thread in (proc / "task").iterdir()]
    except OSError:
        threads = [0]
    for thread in threads:
        with contextlib.suppress(OSError):  # it ended, or is nicer already
            os.setpriority(os.PRIO_PROCESS, thread, levels)
    try:
        (proc / "autogroup").write_text(str(levels))
    except BlockingIOError:
        return False
    except OSError:
        pass  # a kernel that does not share by session, or a container that may not: the threads have given way
    return True
