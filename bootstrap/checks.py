"""The checks of `make lint` and `make test`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence

from bootstrap.environment import running
from bootstrap.places import Site
from bootstrap.steps import timed

LINTERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("ruff", ("ruff", "check", ".")),
    ("format", ("ruff", "format", "--check", ".")),
    ("mypy", ("mypy",)),
    ("imports", ("lint-imports",)),
)
"""What each is called in the display, and how it is called."""

SIDE_BY_SIDE = ("-n", "2", "--dist", "loadfile", "tests/unit", "tests/nodes")
RUNS = ("tests/gazebo", "tests/system")
"""What pytest gets for each part of the tests."""


def lint(site: Site) -> list[str]:
    """Runs all linters and shows what those that failed have to say.

    Returns:
        Names of those that failed.
    """
    return [name for name, command in LINTERS if not _passes(site, name, command)]


def _passes(site: Site, name: str, command: Sequence[str]) -> bool:
    program = [str(site.venv / "bin" / command[0]), *command[1:]]
    with timed(name):
        answer = subprocess.run(
            program, cwd=site.root, env=running(os.environ, site), capture_output=True, text=True, check=False
        )
    if answer.returncode != 0:
        print(answer.stdout, answer.stderr, sep="\n", file=sys.stderr)
    return answer.returncode == 0


def test(site: Site, arguments: Sequence[str]) -> int:
    """Runs the linters, then pytest; what failed before the last summary is said again at the very end.

    Without arguments the tests of units and nodes go first, on two processes; then whole runs, one at a time, since
    they measure how soon something happens. What failed is tried once more, alone, and said to have been: a shared
    machine may be late once. With arguments pytest gets these and is called once.

    Returns:
        Status: 0 where all passed.
    """
    failed = lint(site)
    variables = running(os.environ, site) | {"ROS_PYTHON_CHECK_FIELDS": "1"}

    def passes(*given: str) -> bool:
        return not subprocess.run(
            [str(site.python), "-m", "pytest", *given], cwd=site.root, env=variables, check=False
        ).returncode

    if arguments:
        failed += [] if passes(*arguments) else ["pytest"]
    else:
        for name, given in (("tests of units and nodes", SIDE_BY_SIDE), ("whole runs", RUNS)):
            failed += [] if passes(*given) or _passes_again(passes, given) else [name]
    if failed:
        print(f"failed: {', '.join(failed)} (see above)", file=sys.stderr, flush=True)
    return 1 if failed else 0


def _passes_again(passes: Callable[..., bool], given: Sequence[str]) -> bool:
    print("Some were late or failed. They are tried once more; what passes now was only late.", flush=True)
    folders = [each for each in given if each.startswith("tests/")]
    return passes("--last-failed", "--last-failed-no-failures", "none", *folders)


def bench(site: Site, arguments: Sequence[str]) -> int:
    """Runs each benchmark, tests/bench/bench_*.py; each prints its own figures.

    Returns:
        Status: 0 where all ended well.
    """
    statuses = []
    for path in sorted((site.root / "tests" / "bench").glob("bench_*.py")):
        print(f"{path.relative_to(site.root)}", flush=True)
        command = [str(site.python), str(path), *arguments]
        statuses.append(subprocess.run(command, cwd=site.root, env=running(os.environ, site), check=False).returncode)
    return max(statuses, default=0)
