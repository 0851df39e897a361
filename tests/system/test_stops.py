"""Stops, deaths and silence in a whole run, told by the joints themselves."""

import json
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from live_run import LiveRun, until

from solamen.robot.description import load_robot

pytestmark = pytest.mark.system

ARM = load_robot("sol").joint("shoulder_pitch_left").limit
NECK = load_robot("sol").joint("neck_yaw").limit
ELBOW = load_robot("sol").joint("elbow_right").limit
BRAKING_S = ARM.max_velocity / ARM.max_acceleration
SERVO_S = 0.1
"""The servo's lag, the distance between joint states, and what a busy machine adds."""
STILL = 0.03
"""Of a joint's fastest velocity; slower is at rest."""


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    """What the joints did in a run whose supervisor is held, so that nobody who is killed comes back."""
    with LiveRun(tmp_path_factory.mktemp("runs") / "disturbed") as run:
        run.wait_up()
        pids = run.pids()
        environment = psutil.Process(pids["safety"]).environ()
        supervisor = psutil.Process(run.process.pid)
        command = [sys.executable, str(Path(__file__).with_name("disturber.py")), json.dumps(pids)]
        supervisor.send_signal(signal.SIGSTOP)
        try:
            result = subprocess.run(command, capture_output=True, text=True, timeout=90, env=environment)
        finally:
            supervisor.send_signal(signal.SIGCONT)
        assert result.returncode == 0, result.stderr
        until(lambda: run.pids().get("safety") not in (None, pids["safety"]), "safety was not started again")
        run.interrupt()
        status, _, told = run.end()
        yield json.loads(result.stdout.splitlines()[-1]) | {"status": status, "told": told}


def first(rows, condition):
    """Time of the first row after the disturbance for which the condition holds."""
    return next(row[0] for row in rows if row[0] >= 0.0 and condition(row))


def at_rest_from(rows, limit):
    """Time of the last row in which the joint still moved."""
    return max(row[0] for row in rows if abs(row[2]) > STILL * limit.max_velocity)


def test_one_process_alone_commands_the_joints(seen):
    assert seen["publishers"] == 1


def test_when_those_who_command_are_dead_the_robot_begins_to_go_to_neutral_within_a_second(seen):
    rows = seen["silence"]
    held = next(place for t, place, _ in rows if t >= 0.0)
    assert held > 0.25
    begun_s = first(rows, lambda row: row[1] < held - 0.005)
    assert 0.4 < begun_s <= 1.0
    assert rows[-1][1] < held - 0.05


def test_the_way_to_neutral_is_slow(seen):
    rows = [row for row in seen["silence"] if row[0] > 0.0]
    begun_s = first(rows, lambda row: row[1] < rows[0][1] - 0.005)
    way = [place for t, place, _ in rows if t >= begun_s]
    assert (way[0] - way[-1]) / (rows[-1][0] - begun_s) <= 0.16 * NECK.max_velocity


def ordered_s(trajectory, limit):
    """When the first plan with a slower joint came; told by the plans themselves, before any servo."""
    before = [abs(speed) for t, speed in trajectory if t < 0.0][-1]
    return first(trajectory, lambda row: abs(row[1]) < before - 0.5 * limit.max_acceleration * 0.02)


def test_a_stop_in_the_fastest_gesture_brakes_within_50_ms_and_ends_at_rest(seen):
    waved = seen["gesture"]
    assert ordered_s(waved["trajectory"], ELBOW) <= 0.05
    fast = max(abs(row[2]) for row in waved["joint"] if row[0] < 0.0)
    assert fast > 0.3 * ELBOW.max_velocity
    assert at_rest_from(waved["joint"], ELBOW) <= 0.05 + ELBOW.max_velocity / ELBOW.max_acceleration + SERVO_S
    assert not waved["success"]


def test_a_stop_is_ordered_within_50_ms(seen):
    assert ordered_s(seen["stop"]["trajectory"], ARM) <= 0.05


def test_the_joint_decelerates_at_once_after_a_stop(seen):
    rows = seen["stop"]["joint"]
    before = max(abs(row[2]) for row in rows if row[0] < 0.0)
    assert before > 0.7 * ARM.max_velocity
    assert first(rows, lambda row: abs(row[2]) < 0.95 * before) <= 0.05 + SERVO_S / 2


def test_it_stands_still_after_the_time_that_braking_takes(seen):
    assert at_rest_from(seen["stop"]["joint"], ARM) <= 0.05 + BRAKING_S + SERVO_S


def test_a_stop_is_latched_until_it_is_reset(seen):
    stop = seen["stop"]
    assert stop["latched"]
    assert abs(stop["after_false"]) < 0.01
    assert stop["after_reset"] < -0.1


def test_without_safety_the_robot_stands_still_within_three_tenths_of_a_second(seen):
    rows = seen["safety"]
    assert max(abs(row[2]) for row in rows if row[0] < 0.0) > 0.7 * ARM.max_velocity
    assert at_rest_from(rows, ARM) <= 0.3


def test_who_interrupts_a_run_in_which_processes_are_just_being_started_again_ends_it(seen):
    assert "safety restarted" in seen["told"]
    assert seen["status"] == 0, seen["told"]
