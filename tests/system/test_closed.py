"""What a run opens to others: nothing, unless it is asked to."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from live_run import LiveRun

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


def held():
    """Shared memory of DDS, without the ports that all of a domain use."""
    return {path.name for path in Path("/dev/shm").glob("fastdds_*") if not path.name.startswith("fastdds_port")}


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """A run in whose domain another one is tried, and one process of which is killed."""
    runs, before = tmp_path_factory.mktemp("runs"), held()
    with LiveRun(runs / "run") as run:
        run.wait_up()
        run.opened = [(who, at) for who, at in sockets(run) if not at.ip.startswith(LOOPBACK)]
        run.control = [path.name for path in run.runtime().iterdir() if path.is_socket()]
        command = [sys.executable, "-m", "solamen.cli", "run", "--headless", "--out", str(runs / "second")]
        variables = {**os.environ, "ROS_DOMAIN_ID": str(run.domain())}
        run.second = subprocess.run(command, capture_output=True, text=True, timeout=60, env=variables)
        run.kill("fusion")
        run.shared = held() - before
        run.interrupt()
        run.status, _, run.told = run.end()
    run.left = held() - before
    return run


def test_a_run_listens_to_nothing_beyond_this_machine(closed):
    assert closed.opened == []
    assert "control" in closed.control
    assert closed.status == 0, closed.told


def test_a_taken_domain_is_refused(closed):
    assert closed.second.returncode == 2
    assert "another run of Solamen has the port" in closed.second.stderr
    assert not (closed.out.parent / "second").exists()


def test_the_small_state_of_a_run_is_gone_afterwards(closed):
    assert not closed.runtime().exists()


def test_a_killed_process_leaves_no_shared_memory(closed):
    assert closed.shared
    assert closed.left == set()


@pytest.fixture(scope="module")
def opened(tmp_path_factory):
    """A run with the network open, whose terminal is closed."""
    ours = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # a run heeds it only if these tests weren't told to ignore it
    run = LiveRun(tmp_path_factory.mktemp("runs") / "run", "--network")
    signal.signal(signal.SIGHUP, ours)
    with run:
        run.wait_up()
        run.opened = [at.ip for _, at in sockets(run) if not at.ip.startswith(LOOPBACK)]
        run.interrupt(signal.SIGHUP)
        run.status, _, run.told = run.end()
    return run


def test_with_network_others_can_be_heard(opened):
    assert opened.opened
    assert "The network is open" in opened.told


def test_a_run_whose_terminal_is_closed_ends_in_order(opened):
    assert opened.status == 0
    assert opened.file("summary.json")["restarts"] == 0
    assert (opened.out / "session.mcap").is_file()
