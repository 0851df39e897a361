"""`make gazebo-test`: the robot in Gazebo Classic does what it does in MuJoCo."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from bootstrap.environment import running
from bootstrap.gazebo_root import GazeboRoot, NotHereError, prepared
from bootstrap.places import Site

IF_POSSIBLE = "--if-possible"
"""Status 0 where Gazebo cannot be had on this machine."""

NOT_HERE = 3
"""Status where it cannot be had, and that was not allowed."""

LIMIT_S, PATIENCE_S = 240.0, 60.0


def gazebo_test(site: Site, arguments: Sequence[str]) -> int:
    """Sets up Gazebo Classic and runs the comparison, tests/gazebo/run.py.

    Returns:
        Status: 0 where both simulators agree, 1 where they do not, 3 where Gazebo cannot be had here (0 with
        `--if-possible`).
    """
    try:
        with _alone(site):
            return _compare(site, prepared(site))
    except NotHereError as reason:
        print(f"gazebo-test was not run: {reason}", file=sys.stderr, flush=True)
        return 0 if IF_POSSIBLE in arguments else NOT_HERE


def _compare(site: Site, root: GazeboRoot) -> int:
    command = [str(site.python), str(site.root / "tests" / "gazebo" / "run.py"), str(root.path), *root.prefix]
    variables = running(os.environ, site)
    process = subprocess.Popen(command, cwd=site.root, env=variables)
    try:
        return process.wait(LIMIT_S)
    except subprocess.TimeoutExpired:
        print(f"gazebo-test failed: it took more than {LIMIT_S:.0f} s", file=sys.stderr)
        _end(process)
        return 1


def _end(process: subprocess.Popen[bytes]) -> None:
    """Interrupts it, so that it ends what it started, nodes and Gazebo; kills it only where it does not heed that."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextmanager
def _alone(site: Site) -> Iterator[None]:
    """Holds a lock, as all checkouts of a user share one Gazebo."""
    folder = site.cache / "gazebo"
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
