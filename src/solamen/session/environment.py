"""The environment of a run's processes: closed to the network, one domain of its own, private folders."""

from __future__ import annotations

import contextlib
import dataclasses
import fcntl
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError
from solamen.core.resources import resource

FIRST_DOMAIN = 71
"""Where the search for a free ROS domain begins if the user names none; below 102, as DDS ports ask for."""
LAST_DOMAIN = 101
SEGMENT_LOCK = re.compile("fastdds_[0-9a-f]{16}_el")
"""The file that a process holds locked as long as its segment of shared memory is in use."""
SHM_YOUNG_S = 5.0
_HELD = contextlib.ExitStack()


@dataclass(frozen=True, kw_only=True)
class RunNote:
    """What a command must know of a run to reach it.

    Attributes:
        network: its DDS is not closed.
        namespace: of its nodes.
    """

    network: bool = False
    namespace: str = ""


@contextlib.contextmanager
def own_domain(note: RunNote | None = None) -> Iterator[int]:
    """A ROS domain that no other run of this user on this machine has, as long as the context lasts.

    Args:
        note: what commands must know of the run.

    Raises:
        OutsideError: the domain that ROS_DOMAIN_ID names is taken, or all are.
    """
    named = os.environ.get("ROS_DOMAIN_ID", "")
    candidates = [int(named)] if named.isdigit() else list(range(FIRST_DOMAIN, LAST_DOMAIN + 1))
    for domain in candidates:
        with _lock_path(domain).open("a") as lock:
            if _locked(lock):
                _write(lock, note or RunNote())
                yield domain
                return
    remedy = "End the other run, or choose another domain: ROS_DOMAIN_ID=42 solamen run …"
    where = f"ROS domain {named}" if named else f"ROS domains {FIRST_DOMAIN} to {LAST_DOMAIN}"
    raise OutsideError("another run of Solamen has the port", where, remedy)


def hold_domain(note: RunNote) -> None:
    """Marks the ROS domain of this process, as ROS has it, as that of a run, for as long as it lives.

    For runs that `ros2 launch` starts: they may share a domain with others, each with a namespace of its own.
    """
    named = os.environ.get("ROS_DOMAIN_ID", "")
    lock = _HELD.enter_context(_lock_path(int(named) if named.isdigit() else 0).open("a"))
    with contextlib.suppress(OSError):
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        _write(lock, note)


def run_note(domain: int) -> RunNote:
    """What is known of the run on a domain."""
    try:
        content = json.loads(_lock_path(domain).read_text(encoding="utf-8"))
        return RunNote(network=bool(content["network"]), namespace=str(content["namespace"]))
    except (OSError, ValueError, LookupError, TypeError):
        return RunNote()


def domain_in_use() -> int:
    """The ROS domain of the one run that is going on, or the one that ROS_DOMAIN_ID names.

    Raises:
        OutsideError: none is going on, or several are.
    """
    named = os.environ.get("ROS_DOMAIN_ID", "")
    if named.isdigit():
        return int(named)
    busy = [domain for domain in range(LAST_DOMAIN + 1) if _is_busy(domain)]
    if len(busy) == 1:
        return busy[0]
    if not busy:
        raise OutsideError("no run of Solamen is going on", "this machine", "Start one with: solamen run")
    listed = ", ".join(map(str, busy))
    raise OutsideError(
        "several runs are going on", f"ROS domains {listed}", f"Choose: ROS_DOMAIN_ID={busy[0]} solamen …"
    )


def any_domain_in_use() -> bool:
    """Whether a run of this user is going on on this machine."""
    named = os.environ.get("ROS_DOMAIN_ID", "")
    domains = [int(named)] if named.isdigit() else range(LAST_DOMAIN + 1)
    return any(map(_is_busy, domains))


def _is_busy(domain: int) -> bool:
    path = _lock_path(domain)
    if not path.exists():
        return False
    with path.open("a") as lock:
        return not _locked(lock)


def _lock_path(domain: int) -> Path:
    return Path(tempfile.gettempdir()) / f"solamen-{os.getuid()}-domain-{domain}.lock"


def _write(lock: IO[str], note: RunNote) -> None:
    lock.truncate(0)
    lock.write(json.dumps(dataclasses.asdict(note)))
    lock.flush()


def _locked(lock: IO[str]) -> bool:
    """Takes the lock if it is free; it is let go when the file is closed, however the process ends."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


@contextlib.contextmanager
def runtime_folder() -> Iterator[Path]:
    """A folder for sockets and the small state of a run, for its owner alone, gone at the end."""
    memory = Path("/dev/shm")
    parent = memory if os.access(memory, os.W_OK) else None
    folder = Path(tempfile.mkdtemp(prefix="solamen-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def return_shared_memory(folder: Path = Path("/dev/shm"), young_s: float = SHM_YOUNG_S) -> None:
    """Gives back the memory of processes that were killed: segments of Fast DDS that nobody holds locked any more.

    Its own tool, `fastdds shm clean`, also removes ports. A port that another run is opening just then is lost by that,
    and one of its processes hears nothing from then on; ports are small, and who needs one next resets it. A segment's
    name is drawn for one process alone; what is younger than `young_s` may be just about to be locked.
    """
    for lock in folder.glob("fastdds_*_el"):
        if SEGMENT_LOCK.fullmatch(lock.name) is not None:
            with contextlib.suppress(OSError):
                _remove_if_dead(lock, young_s)


def _remove_if_dead(lock: Path, young_s: float) -> None:
    with lock.open() as held:
        if SystemClock().now_s() - os.fstat(held.fileno()).st_mtime >= young_s and _locked(held):
            lock.with_name(lock.name.removesuffix("_el")).unlink(missing_ok=True)
            lock.unlink()


def run_environment(runtime: Path, domain: int, network: bool) -> dict[str, str]:
    """Environment variables of the processes of a run, which this process supervises.

    A ROS installation that is sourced stays in force; without one the packages of the virtual environment are used.
    """
    environment = dict(os.environ)
    prefix = Path(sys.prefix)
    paths = [path for path in environment.get("AMENT_PREFIX_PATH", "").split(os.pathsep) if path]
    if str(prefix) not in paths and (prefix / "share" / "ament_index").is_dir():
        paths.insert(0, str(prefix))
    environment |= {
        "AMENT_PREFIX_PATH": os.pathsep.join(paths),
        "ROS_DOMAIN_ID": str(domain),
        # Fast DDS obeys the profile alone; any narrower range here would make it open sockets of its own.
        "ROS_AUTOMATIC_DISCOVERY_RANGE": "SYSTEM_DEFAULT",
        "RMW_IMPLEMENTATION": "rmw_fastrtps_cpp",
        "FASTDDS_DEFAULT_PROFILES_FILE": str(resource("config", "dds", "network.xml" if network else "shm.xml")),
        "SOLAMEN_RUNTIME_DIR": str(runtime),
        "SOLAMEN_WAIT_FOR_GO": "1",
        "SOLAMEN_SUPERVISOR": str(os.getpid()),
        "ROS_LOG_DIR": str(runtime),
        "MUJOCO_LOG_FILE": os.devnull,
        "PYTHONUNBUFFERED": "1",
        "OMP_NUM_THREADS": "1",
        "LP_NUM_THREADS": environment.get("LP_NUM_THREADS", "1"),
        "MUJOCO_GL": environment.get("MUJOCO_GL", "egl"),
    }
    environment.pop("ROS_LOCALHOST_ONLY", None)
    return environment
