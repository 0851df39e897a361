"""The interfaces' wheel: built once for each state of the interfaces, kept in the user's cache."""

from __future__ import annotations

import os
import platform
import shutil
import tempfile
from pathlib import Path

from bootstrap.command import run
from bootstrap.environment import activated
from bootstrap.environments import create, fill
from bootstrap.places import Site, interpreter
from bootstrap.steps import digest

REMEDY = "Correct the interfaces, or check that the C++ compiler works."


def source(site: Site) -> Path:
    """The folder of the interfaces."""
    return site.root / "ros2_ws" / "src" / "solamen_msgs"


def inputs(site: Site) -> list[str | Path]:
    """What the wheel depends on."""
    return [source(site), site.locked("build"), interpreter(), "-".join(platform.libc_ver())]


def kept(site: Site) -> Path:
    """The folder in the user's cache that holds the wheel of the interfaces as they are now."""
    return site.cache / "wheels" / digest(inputs(site))


def install(site: Site) -> None:
    """Installs the interfaces' wheel into the virtual environment, building it where it is new.

    Raises:
        SetupError: it cannot be built.
    """
    if not list(kept(site).glob("*.whl")):
        build(site)
    (wheel,) = kept(site).glob("*.whl")
    pip = [site.python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", "--force-reinstall"]
    run([*pip, wheel], site.build / "setup.log", activated(os.environ, site.venv), "Call again.")


def build(site: Site) -> None:
    """Builds the wheel into the user's cache; it appears there whole or not at all."""
    venv = site.build / "interfaces-env"
    create(site, venv)
    fill(site, venv, "build")
    kept(site).parent.mkdir(parents=True, exist_ok=True)
    room = Path(tempfile.mkdtemp(prefix="part-", dir=kept(site).parent))
    try:
        pip = [
            venv / "bin" / "python",
            "-m",
            "pip",
            "wheel",
            "--quiet",
            "--no-deps",
            "--no-build-isolation",
            "--no-index",
        ]
        # Built from a copy, as the tool leaves its traces in the source folder.
        copy = shutil.copytree(source(site), room / "source")
        run([*pip, "--wheel-dir", room, copy], site.build / "setup.log", activated(os.environ, venv), REMEDY)
        shutil.rmtree(copy)
        shutil.rmtree(kept(site), ignore_errors=True)
        room.rename(kept(site))
    finally:
        shutil.rmtree(room, ignore_errors=True)
