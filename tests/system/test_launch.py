"""The launch file starts the nodes of config/nodes.yaml. Skips where ROS's launch is not installed."""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

import pytest

from solamen.session.graph import read_table

if importlib.util.find_spec("launch.actions") is None:
    pytest.skip("launch is not installed: it is not on PyPI", allow_module_level=True)
if shutil.which("ros2", path=str(Path(sys.executable).parent)) is None:
    pytest.skip("ros2 is not installed beside this Python", allow_module_level=True)

ROOT = Path(__file__).parents[2]
START_LIMIT_S = 90.0
END_LIMIT_S = 30.0

pytestmark = pytest.mark.system


def nodes_of_a_run(records: bool) -> set[str]:
    """Names of the nodes that a run on the virtual patient has."""
    return {name for spec in read_table() if spec.wanted("patient", records) for name in spec.nodes}


def launched(arguments: list[str], out: IO[str]) -> subprocess.Popen[str]:
    ros2 = Path(sys.executable).with_name("ros2")
    command = [str(ros2), "launch", "solamen", "companion.launch.py", "headless:=true", *arguments]
    # The executables ask for `python3`, which must be the one that has the packages.
    path = os.pathsep.join([str(ros2.parent), os.environ.get("PATH", os.defpath)])
    return subprocess.Popen(
        command,
        stdout=out,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
        cwd=Path(out.name).parent,
        env={**os.environ, "PATH": path},
    )


def active_nodes(namespace: str) -> set[str]:
    """Names of the nodes that answer that they are active."""
    program = f"""
import rclpy
from lifecycle_msgs.srv import GetState
rclpy.init()
node = rclpy.create_node("watcher")
active = set()
for _ in range(10):
    rclpy.spin_once(node, timeout_sec=0.2)
for name, space in set(node.get_node_names_and_namespaces()):
    client = node.create_client(GetState, f"{{space.rstrip('/')}}/{{name}}/get_state")
    if space == {namespace!r} and client.wait_for_service(timeout_sec=1.0):
        future = client.call_async(GetState.Request())
        rclpy.spin_until_future_complete(node, future, timeout_sec=2.0)
        if future.done() and future.result().current_state.label == "active":
            active.add(name)
print(*sorted(active))
"""
    profile = {"FASTDDS_DEFAULT_PROFILES_FILE": str(ROOT / "config" / "dds" / "shm.xml")}
    answer = subprocess.run(
        [sys.executable, "-c", program], env=os.environ | profile, capture_output=True, text=True, check=True
    )
    return set(answer.stdout.split())


def await_nodes(expected: set[str], namespace: str, process: subprocess.Popen[str]) -> set[str]:
    """The active nodes, as soon as all are there."""
    limit_s = time.monotonic() + START_LIMIT_S
    found: set[str] = set()
    while time.monotonic() < limit_s and process.poll() is None and not expected <= found:
        found = active_nodes(namespace)
    return found


def ended(process: subprocess.Popen[str]) -> int:
    """Status after Ctrl-C, which reaches launch and all that it started."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGINT)
    try:
        return process.wait(END_LIMIT_S)
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)


@pytest.fixture(autouse=True)
def own_domain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ROS_DOMAIN_ID", "66")


@pytest.mark.parametrize("namespace", ["/", "/ward"])
def test_every_node_of_the_table_becomes_active(namespace: str, tmp_path: Path) -> None:
    expected = nodes_of_a_run(records=True)
    placed = [f"namespace:={namespace.strip('/')}"] if namespace != "/" else []
    with (tmp_path / "log").open("w") as out:
        process = launched([f"out:={tmp_path / 'run'}", *placed], out)
        try:
            found = await_nodes(expected, namespace, process)
        finally:
            status = ended(process)
    assert expected <= found, (tmp_path / "log").read_text()
    assert status == 0


def test_without_record_no_recorder_runs_and_nothing_is_written(tmp_path: Path) -> None:
    expected = nodes_of_a_run(records=False)
    with (tmp_path / "log").open("w") as out:
        process = launched(["record:=false"], out)
        try:
            found = await_nodes(expected, "/", process)
        finally:
            ended(process)
    assert expected <= found, (tmp_path / "log").read_text()
    assert "recorder" not in found
    assert [path.name for path in tmp_path.iterdir()] == ["log"]
