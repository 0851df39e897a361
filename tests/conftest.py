"""What all tests share: the environment of a run, and no skip that is not listed in allowed_skips.txt."""

from __future__ import annotations

import os
import sys
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
ALLOWED = ROOT / "tests" / "allowed_skips.txt"

# The same as under `make test`, so that a bare `pytest` in the environment does as well.
sys.path.append(str(ROOT))
os.environ.setdefault("AMENT_PREFIX_PATH", sys.prefix)
os.environ.setdefault("MUJOCO_GL", "egl")
os.environ.setdefault("ROS_PYTHON_CHECK_FIELDS", "1")
os.environ.setdefault("FASTDDS_DEFAULT_PROFILES_FILE", str(ROOT / "config" / "dds" / "shm.xml"))


def allowed_skips(path: Path = ALLOWED) -> list[str]:
    """The listed tests, without the reasons."""
    lines = (line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines())
    return [line for line in lines if line]


def may_skip(test_id: str, allowed: list[str]) -> bool:
    """Whether a test is listed, itself or by its file or its function."""
    return any(test_id == entry or test_id.startswith((f"{entry}::", f"{entry}[")) for entry in allowed)


def _refuse_unlisted(report: Any) -> None:
    """Makes a failure of a skip that is not listed."""
    expected_failure = hasattr(report, "wasxfail")
    if not report.skipped or expected_failure or may_skip(report.nodeid, allowed_skips()):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    report.outcome = "failed"
    report.longrepr = f"{reason}\nThis skip is not listed in {ALLOWED.relative_to(ROOT)}."


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: Any) -> Generator[None, Any, Any]:
    """Looks at each test that skips."""
    report = yield
    _refuse_unlisted(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(collector: pytest.Collector) -> Generator[None, Any, Any]:
    """Looks at each file that skips as a whole."""
    report = yield
    _refuse_unlisted(report)
    return report
