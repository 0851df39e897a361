"""The whole set-up, in order."""

from __future__ import annotations

import fcntl
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bootstrap import clips, interfaces, microphone, model, words
from bootstrap.command import run
from bootstrap.environment import activated
from bootstrap.environments import create, fill, well_marked, works
from bootstrap.errors import SetupError
from bootstrap.machine import missing, provide, provide_wishes
from bootstrap.places import Site, interpreter
from bootstrap.steps import Step, perform, timed

PROBE = "import numpy, yaml, rclpy, solamen_msgs.msg, solamen"
"""What imports only where the set-up is whole; the heavy packages are left out, as this runs on every call."""


def steps(site: Site, with_tests: bool) -> list[Step]:
    """What stands between a machine with Python and a running Solamen."""
    made = [
        Step(
            "environment",
            [interpreter(), str(site.root)],
            lambda: create(site, site.venv),
            lambda: site.python.exists(),
        ),
        Step("packages", [site.locked("run")], lambda: fill(site, site.venv, "run")),
        Step("interfaces", interfaces.inputs(site), lambda: interfaces.install(site)),
        Step(
            "solamen",
            [site.root / "pyproject.toml"],
            lambda: install_project(site),
            (site.venv / "bin/solamen").is_file,
        ),
        Step("model", [model.SHA256], lambda: model.install(site), model.model_path(site).is_file),
        Step("words", [site.locked("words")], lambda: words.fetch(site), lambda: words.stand(site)),
    ]
    if with_tests:
        made.append(Step("test tools", [site.locked("dev")], lambda: fill(site, site.venv, "dev")))
        made.append(Step("test clips", [site.locked("clips")], lambda: clips.fetch(site), lambda: clips.stand(site)))
    return made


def install(site: Site, with_tests: bool = False) -> None:
    """Does what is left to do; returns at once where all is done.

    Raises:
        SetupError: a step failed, or the machine lacks something that may not be installed here.
    """
    with alone(site):
        _provide_packages(site)
        discard_broken(site)
        did = [perform(step, site) for step in steps(site, with_tests)]
        if any(did):
            for lack in (provide_wishes(site), microphone.install(site)):
                print(lack, end="\n" if lack else "", file=sys.stderr)
        if any(did) and not works(site.venv, PROBE):
            raise SetupError(
                f"The set-up has ended, but `{PROBE}` fails in {site.venv}. Type `make clean`, then call again."
            )


def _provide_packages(site: Site) -> None:
    lacking = missing()
    if lacking:
        with timed("system"):
            provide(lacking, site)


def discard_broken(site: Site) -> None:
    """Removes an environment that does not work, so that it is made anew."""
    if not site.venv.exists():
        return
    finished = all(step.done(site) for step in steps(site, False))
    if well_marked(site.venv) and works(site.venv, PROBE if finished else "import pip"):
        return
    print("the virtual environment is broken, unfinished or of another Python: making it anew", file=sys.stderr)
    shutil.rmtree(site.venv)


def install_project(site: Site) -> None:
    """Makes the checkout itself importable, and puts `solamen` on the path."""
    pip = [
        site.python,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--no-deps",
        "--no-index",
        "--no-build-isolation",
        "--editable",
    ]
    run([*pip, site.root], site.build / "setup.log", activated(os.environ, site.venv), "Call again.")


@contextmanager
def alone(site: Site) -> Iterator[None]:
    """Holds a lock, so that two calls in one checkout do not set it up at the same time."""
    site.build.mkdir(exist_ok=True)
    with (site.build / "setup.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print("waiting for another set-up in this checkout", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
