"""Virtual environments: made, filled from locked lists, looked at."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from bootstrap.command import run
from bootstrap.environment import activated
from bootstrap.errors import SetupError
from bootstrap.places import Site

BEGUN = ".begun-"
"""Beginning of the file that stands in an environment while pip fills it; a half-written package can look installed."""

NETWORK = "Check the network and call again; what was downloaded is kept."


def create(site: Site, venv: Path) -> None:
    """Makes an empty virtual environment, unless a healthy one stands there."""
    if healthy(venv):
        return
    shutil.rmtree(venv, ignore_errors=True)
    venv.mkdir(parents=True)
    begun = venv / f"{BEGUN}environment"
    begun.touch()
    command = [sys.executable, "-m", "venv", venv]
    run(command, site.build / "setup.log", activated(os.environ, venv), f"Delete {venv} and call again.")
    # colcon would take what lies in there for packages of ours.
    (venv / "COLCON_IGNORE").touch()
    begun.unlink()


def healthy(venv: Path) -> bool:
    """Whether an environment is one of ours, has an interpreter and pip, and is not half filled."""
    return well_marked(venv) and works(venv, "import pip")


def well_marked(venv: Path) -> bool:
    """Whether an environment is of this version of Python, stands where it was made, and is not half filled."""
    try:
        made = (venv / "pyvenv.cfg").read_text(encoding="utf-8")
    except OSError:
        return False
    version = f"version = {sys.version_info.major}.{sys.version_info.minor}."
    return version in made and str(venv) in made and not any(venv.glob(f"{BEGUN}*"))


def works(venv: Path, statement: str) -> bool:
    """Whether a statement runs in an environment."""
    try:
        command = [str(venv / "bin" / "python"), "-c", statement]
        answer = subprocess.run(command, env=activated(os.environ, venv), capture_output=True, check=False)
    except OSError:
        return False
    return answer.returncode == 0


def fill(site: Site, venv: Path, lock: str) -> None:
    """Installs a locked list into an environment.

    Raises:
        SetupError: pip could not do it.
    """
    begun = venv / f"{BEGUN}{lock}"
    begun.touch()
    environment = activated(os.environ, venv) | {"PIP_USE_PEP517": "1"}
    pip = [venv / "bin" / "python", "-m", "pip", "install", "--quiet", "--require-hashes"]
    log = site.build / "setup.log"
    with tempfile.TemporaryDirectory(prefix="solamen-") as room:
        # First what builds the few packages that have no wheel, so that its hash is checked too.
        seed = Path(room) / "seed.txt"
        seed.write_text(entry(site.locked(lock), "setuptools"), encoding="utf-8")
        run([*pip, "-r", seed], log, environment, NETWORK)
    run([*pip, "--no-build-isolation", "-r", site.locked(lock)], log, environment, NETWORK)
    begun.unlink()


def entry(lock: Path, package: str) -> str:
    """The lines of one package in a locked list, with its hashes.

    Raises:
        SetupError: it is not in the list.
    """
    lines = lock.read_text(encoding="utf-8").splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(f"{package}==")]
    if not starts:
        raise SetupError(f"{package} is missing in {lock}. Run `make lock`.")
    found = [lines[starts[0]]]
    while found[-1].endswith("\\"):
        found.append(lines[starts[0] + len(found)])
    return "\n".join(found) + "\n"
