"""The checks of `make lint` and `make test`."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

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

UNIT_TESTS = ("-n", "2", "--dist", "loadfile", "tests/unit")
RUNS = ("tests/gazebo", "tests/nodes", "tests/system")
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
    """Runs the linters and pytest; what failed before the last summary is said again at the very end.

    Without arguments the unit tests go first, on two processes with the linters beside them; then those with nodes and
    whole runs one at a time, since they measure how soon something happens. What failed among the latter is tried once
    more, alone, and said to have been: a shared machine may be late once. With arguments pytest gets these and is
    called once.

    Returns:
        Status: 0 where all passed.
    """
    variables = running(os.environ, site) | {"ROS_PYTHON_CHECK_FIELDS": "1"}

    def passes(*given: str) -> bool:
        return not subprocess.run(
            [str(site.python), "-m", "pytest", *given], cwd=site.root, env=variables, check=False
        ).returncode

    if arguments:
        failed = lint(site)
        failed += [] if passes(*arguments) else ["pytest"]
    else:
        with _linting(site) as linters:
            failed = [] if passes(*UNIT_TESTS) else ["unit tests"]
        failed += [] if linters.returncode == 0 else ["linters"]
        failed += [] if passes(*RUNS) or _passes_again(passes) else ["tests of nodes and runs"]
    if failed:
        print(f"failed: {', '.join(failed)} (see above)", file=sys.stderr, flush=True)
    return 1 if failed else 0


@contextmanager
def _linting(site: Site) -> Iterator[subprocess.Popen[str]]:
    """Lints while something else is done, and then shows what came of it."""
    command = [sys.executable, "-B", "-m", "bootstrap", "lint"]
    with subprocess.Popen(
        command, cwd=site.root, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as linters:
        yield linters
        print(linters.communicate()[0], end="", file=sys.stderr, flush=True)


def _passes_again(passes: Callable[..., bool]) -> bool:
    print("Some were late or failed. They are tried once more; what passes now was only late.", flush=True)
    return passes("--last-failed", "--last-failed-no-failures", "none", *RUNS)


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
