"""Runs each test file of this folder in a process of its own, with a watchdog that ends it whatever holds it up.

Nets, OpenGL and ROS in one process can hang in places where Python's own lock is held, so that no thread of Python can
end them. `faulthandler`'s watchdog is a thread without Python: it writes where every thread stands and leaves. What
hung is then a failed test with that traceback, and the other files are not concerned.
"""

from __future__ import annotations

import faulthandler
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
CHILD = "SOLAMEN_TESTS_TO_RUN"
"""In the environment of a child: a file with the tests to run and the descriptor that takes their reports."""

LIMIT_S = float(os.environ.get("SOLAMEN_TEST_LIMIT_S", "200"))
"""Of one test, below pytest-timeout's own."""

ENDING_S = 20.0
SHOWN_CHARACTERS = 12_000


class Parent:
    """Hands the tests of each file to a child and takes its reports for its own."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._file: Path | None = None
        self._child: Child | None = None

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
        """Takes over for the tests of this folder alone."""
        if HERE not in item.path.parents:
            return None
        if self._file != item.path:
            self._end()
            wanted = [other.nodeid for other in item.session.items if other.path == item.path]
            self._file, self._child = item.path, Child(item.path, wanted, self._config)
        assert self._child is not None
        item.ihook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
        for report in self._reports(item, self._child):
            item.ihook.pytest_runtest_logreport(report=report)
        item.ihook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
        if nextitem is None or nextitem.path != self._file:
            self._end()
        return True

    def _reports(self, item: pytest.Item, child: Child) -> Iterator[Any]:
        for line in child.reports(item.nodeid):
            report = self._config.hook.pytest_report_from_serializable(config=self._config, data=line)
            if isinstance(report.longrepr, list):  # a skip's three parts, which pytest wants as it had made them
                report.longrepr = tuple(report.longrepr)
            yield report
        if not child.alive:
            yield pytest.TestReport(item.nodeid, item.location, {}, "failed", child.last_words(), "call")

    def _end(self) -> None:
        if self._child is not None:
            self._child.end()
        self._file = self._child = None

    def pytest_sessionfinish(self) -> None:
        """Leaves no child behind, also after an interruption."""
        self._end()


class Child:
    """A process that runs the tests of one file."""

    def __init__(self, file: Path, wanted: list[str], config: pytest.Config) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="solamen-tests-")
        self._printed = Path(self._folder.name) / "printed.txt"
        self._standing = Path(self._folder.name) / "standing.txt"
        self.alive = True
        reading, writing = os.pipe()
        order = Path(self._folder.name) / "order.json"
        order.write_text(json.dumps({"wanted": wanted, "descriptor": writing, "standing": str(self._standing)}))
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--maxfail={_maxfail(config)}"]
        with self._printed.open("wb") as printed:
            self._process = subprocess.Popen(
                [*command, str(file)],
                cwd=config.rootpath,
                env={**os.environ, CHILD: str(order)},
                pass_fds=[writing],
                stdin=subprocess.DEVNULL,
                stdout=printed,
                stderr=printed,
            )
        os.close(writing)
        self._lines = os.fdopen(reading, encoding="utf-8")

    def reports(self, nodeid: str) -> Iterator[Any]:
        """The reports of one test as they come; `alive` is False afterwards where the process ended in it."""
        while self.alive:
            line = self._lines.readline()
            self.alive = line.endswith("\n")
            told = json.loads(line) if self.alive else {}
            if told.get("finished") == nodeid:
                return
            if told.get("report", {}).get("nodeid") == nodeid:
                yield told["report"]

    def last_words(self) -> str:
        """Why the process ended before its tests did."""
        status = self._process.wait()
        texts = [file.read_text(errors="replace") for file in (self._standing, self._printed) if file.exists()]
        told = "\n".join(texts)[-SHOWN_CHARACTERS:]
        return f"the process of {Path(self._process.args[-1]).name} ended with status {status}\n{told}"

    def end(self) -> None:
        """Waits for the process a while, then kills it."""
        try:
            self._process.wait(ENDING_S if self.alive else 0.0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._lines.close()
        self._folder.cleanup()


class Inside:
    """In the child: keeps to the order, tells each report at once, and sets the watchdog anew for each test."""

    def __init__(self, config: pytest.Config) -> None:
        order = json.loads(Path(os.environ[CHILD]).read_text())
        self._config, self._wanted = config, set(order["wanted"])
        self._told = os.fdopen(order["descriptor"], "w", encoding="utf-8")
        self._standing = Path(order["standing"]).open("w")  # noqa: SIM115 (open for as long as the process lives)
        self._watch()

    def _watch(self) -> None:
        faulthandler.dump_traceback_later(LIMIT_S, exit=True, file=self._standing)

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Runs what the parent selected."""
        items[:] = [item for item in items if item.nodeid in self._wanted]

    def pytest_runtest_logstart(self) -> None:
        """Gives the next test its time."""
        self._watch()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Passes a report on."""
        self._tell(report=self._config.hook.pytest_report_to_serializable(config=self._config, report=report))

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        """Tells that a test is over."""
        self._tell(finished=nodeid)

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, exitstatus: int) -> None:
        """All has been told; taking the interpreter apart would take as long as some of the tests."""
        os._exit(int(exitstatus))

    def _tell(self, **words: Any) -> None:
        self._told.write(json.dumps(words) + "\n")
        self._told.flush()


def _maxfail(config: pytest.Config) -> int:
    return int(config.getoption("maxfail"))


def plugin(config: pytest.Config) -> Parent | Inside | None:
    """What this process is; None where someone debugs and wants all in one process (`--pdb`, `-s`)."""
    if CHILD in os.environ:
        return Inside(config)
    if config.getoption("usepdb") or config.getoption("capture") == "no" or config.getoption("collectonly"):
        return None
    return Parent(config)
