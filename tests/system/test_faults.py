"""A run whose processes are killed one after the other."""

import subprocess
import sys
import time
from statistics import median

import av
import psutil
import pytest
from live_run import LiveRun, until
from mcap_ros2.reader import read_ros2_messages

from solamen.session.inspect import inspect
from solamen.session.reading import read_run

pytestmark = pytest.mark.system

ALLOWED_S = {"sim": 8.0, "vision": 8.0, "patient": 8.0, "voice": 5.0}
"""Those that load models; all others must be back within 3 s."""

BARE = "import os, rclpy; rclpy.init(); rclpy.create_node('bare'); os._exit(0)"
BARE_S = 0.6
"""Where the barest node takes longer than this to start beside a run, all have more time in proportion."""

ATTEMPTS = 4

KILLED = ("fusion", "behavior", "people", "voice", "speech", "robot", "sim", "recorder", "vision", "patient", "safety")


def bare_start_s():
    """Seconds that a node without any work takes to start; in a session of its own, as those of a run."""
    begun_s = time.monotonic()
    subprocess.run([sys.executable, "-c", BARE], check=True, start_new_session=True, timeout=30)
    return time.monotonic() - begun_s


def allowed_s(run, name):
    return ALLOWED_S.get(name, 3.0) * max(1.0, run.bare_s / BARE_S)


def kill_until_back_in_time(run, name):
    """A machine that is busy with something else may be late once, and is asked again."""
    for _ in range(ATTEMPTS):
        run.kill(name)
        if run.back_s[name][-1] <= allowed_s(run, name):
            return


@pytest.fixture(scope="module")
def faulty_run(tmp_path_factory):
    with LiveRun(tmp_path_factory.mktemp("runs") / "faulty") as run:
        run.wait_up()
        run.bare_s = median(bare_start_s() for _ in range(5))
        for name in KILLED:
            kill_until_back_in_time(run, name)
        time.sleep(2.0)  # for the recorder to hear the last one that came back
        run.interrupt()
        run.status, run.printed, run.told = run.end()
        yield run


def test_it_ends_with_status_0_all_the_same(faulty_run):
    assert faulty_run.status == 0, faulty_run.told


def test_the_summary_counts_each_restart(faulty_run):
    summary = faulty_run.file("summary.json")
    assert summary["restarts_by_process"] == {name: len(faulty_run.back_s[name]) for name in KILLED}
    assert summary["restarts"] == sum(summary["restarts_by_process"].values())


@pytest.mark.parametrize("name", KILLED)
def test_a_killed_process_is_ready_again_in_time(faulty_run, name):
    assert 0.0 < min(faulty_run.back_s[name]) <= allowed_s(faulty_run, name), faulty_run.back_s[name]


def test_what_was_recorded_opens(faulty_run):
    assert sum(1 for _ in read_ros2_messages(str(faulty_run.out / "session.mcap"))) > 500
    with av.open(str(faulty_run.out / "robot.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) > 50


def test_the_patient_goes_on_where_the_scenario_stands(faulty_run):
    truth = [m.ros_msg for m in read_ros2_messages(str(faulty_run.out / "session.mcap"), topics=["/truth/face"])]
    stamps = [m.header.stamp.sec + 1e-9 * m.header.stamp.nanosec for m in truth]
    # Until all processes are up, the scenario's first calm moments go to and fro.
    begun_s = faulty_run.file("run.json")["started_s"] + 1.0
    starts = [stamp - m.scenario_time_s for stamp, m in zip(stamps, truth, strict=True) if stamp > begun_s]
    assert len(starts) > 100
    assert max(starts) - min(starts) < 0.01


def test_a_respawned_safety_process_stands_still_until_it_is_told_otherwise(faulty_run):
    statuses = [m.ros_msg for m in read_ros2_messages(str(faulty_run.out / "session.mcap"), topics=["/safety/status"])]
    assert not statuses[0].stopped
    assert statuses[-1].stopped
    assert "restarted" in statuses[-1].stop_reason


def test_when_the_supervisor_is_killed_all_processes_end_and_the_recording_can_be_inspected(tmp_path):
    with LiveRun(tmp_path / "run") as run:
        run.wait_up()
        time.sleep(4.0)  # for something to be recorded
        pids = list(run.pids().values())
        run.process.kill()
        run.process.wait()
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids), "some processes go on", timeout_s=10.0)
    assert inspect(tmp_path / "run")["cut_off"]
    # The camera tells of its frames once a second, and of few where the machine is busy with something else.
    assert len(read_run(tmp_path / "run").face) > 5
