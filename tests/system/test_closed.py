"""What a run opens to others: nothing, unless it is asked to."""

import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from live_run import LiveRun, until

pytestmark = pytest.mark.system

LOOPBACK = ("127.", "::1")


def sockets(run):
    """Network sockets of the run's processes and of their supervisor, which can hear or are connected."""
    pids = [run.process.pid, *run.pids().values()]
    return [
        (psutil.Process(pid).cmdline()[2:3], connection.laddr)
        for pid in pids
        for connection in psutil.Process(pid).net_connections(kind="inet")
    ]


def test_a_run_listens_to_nothing_beyond_this_machine(tmp_path):
    with LiveRun(tmp_path / "run") as run:
        run.wait_up()
        opened = [(who, at) for who, at in sockets(run) if not at.ip.startswith(LOOPBACK)]
        control = [path.name for path in run.runtime().iterdir() if path.is_socket()]
        run.interrupt()
        status, _, told = run.end()
    assert opened == []
    assert "control" in control
    assert status == 0, told


def test_with_network_others_can_be_heard(tmp_path):
    with LiveRun(tmp_path / "run", "--network") as run:
        run.wait_up()
        opened = [at.ip for _, at in sockets(run) if not at.ip.startswith(LOOPBACK)]
        run.interrupt()
        _, _, told = run.end()
    assert opened
    assert "The network is open" in told


def test_the_small_state_of_a_run_is_gone_afterwards(tmp_path):
    with LiveRun(tmp_path / "run") as run:
        run.wait_up()
        runtime = run.runtime()
        run.interrupt()
        run.end()
    assert not runtime.exists()


def test_a_second_run_gets_a_domain_of_its_own_and_a_taken_one_is_refused(tmp_path, monkeypatch):
    with LiveRun(tmp_path / "run") as run:
        until(run.runtime, "no process started")
        monkeypatch.setenv("ROS_DOMAIN_ID", str(run.domain()))
        command = [sys.executable, "-m", "solamen.cli", "run", "--headless", "--out", str(tmp_path / "second")]
        second = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert second.returncode == 2
    assert "another run of Solamen has the port" in second.stderr
    assert not Path(tmp_path / "second").exists()


def test_a_killed_process_leaves_no_shared_memory(tmp_path):
    def held():
        return {path.name for path in Path("/dev/shm").glob("fastdds_*")}

    before = held()
    with LiveRun(tmp_path / "run") as run:
        run.wait_up()
        run.kill("fusion")
        during = held()
        run.interrupt()
        run.end()
    segments = {name for name in held() - before if not name.startswith("fastdds_port")}
    assert during - before
    assert segments == set()
