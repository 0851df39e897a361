"""`make lock`: resolves the lists of packages anew and writes them with hashes."""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from bootstrap.command import run
from bootstrap.environment import activated
from bootstrap.environments import create
from bootstrap.places import Site
from bootstrap.steps import timed

UV = "uv==0.13.9"
LISTS = ("run", "dev", "build", "colcon", "microphone")
ROS_LISTS = (("jazzy", "3.12"), ("lyrical", "3.12"), ("lyrical", "3.14"))
"""Releases of ROS and the Pythons that they come with; their lists carry no hashes, but must resolve."""


def lock(site: Site) -> None:
    """Writes bootstrap/*.txt from bootstrap/*.in, and tries that the lists beside ROS from apt resolve.

    Raises:
        SetupError: a list cannot be resolved.
    """
    venv = site.build / "lock-env"
    create(site, venv)
    run(
        [venv / "bin" / "python", "-m", "pip", "install", "--quiet", UV],
        _log(site),
        activated(os.environ, venv),
        "Check the network.",
    )
    for name in LISTS:
        with timed(name):
            _resolve(
                site, Path("bootstrap") / f"{name}.in", ["--python-version", "3.11", "-o", f"bootstrap/{name}.txt"]
            )
    for release, version in ROS_LISTS:
        with timed(f"{release} {version}"):
            _resolve(
                site, Path("ros2_ws") / f"requirements-{release}.txt", ["--python-version", version, "-o", os.devnull]
            )
    shutil.rmtree(venv)


def _resolve(site: Site, source: Path, more: Sequence[str]) -> None:
    venv = site.build / "lock-env"
    # Where extras are stripped, pip takes the newest release for `coverage[toml]`, and then refuses it as not pinned.
    how = ["--quiet", "--universal", "--generate-hashes", "--no-emit-index-url", "--no-strip-extras"]
    uv = [venv / "bin" / "uv", "pip", "compile", *how]
    run([*uv, source, *more], _log(site), activated(os.environ, venv), f"Correct {source}.", cwd=site.root)


def _log(site: Site) -> Path:
    return site.build / "lock.log"
