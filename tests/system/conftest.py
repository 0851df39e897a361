"""Whole runs that are looked at by several files of tests."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from live_run import LiveRun

from solamen.session.environment import run_environment

LONG = (
    "I can tell you a little about the sea. It is wide and calm today, and the waves come in one by one. "
    "Each of them takes its time, and each of them goes back again, and there is nothing that you have to do."
)


def send(domain, *words):
    environment = {**os.environ, "ROS_DOMAIN_ID": str(domain)}
    command = [sys.executable, "-m", "solamen.cli", "send", *words]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def silence(run):
    """What is heard of the person before and after consent is taken back, by one who listens to every topic."""
    probe = Path(__file__).with_name("silence_probe.py")
    environment = run_environment(Path(run.runtime()), run.domain(), network=False)
    answer = subprocess.run([sys.executable, str(probe)], env=environment, capture_output=True, text=True, timeout=60)
    assert answer.returncode == 0, answer.stderr
    return json.loads(answer.stdout.strip().splitlines()[-1])


@pytest.fixture(scope="session")
def told_run(tmp_path_factory):
    """A run that is asked for help, speaks, is told to stop, and in the end may watch no longer."""
    runs = tmp_path_factory.mktemp("runs")
    quiet = runs / "quiet.yaml"  # a patient who neither speaks nor moans, at which the robot would fall silent
    quiet.write_text("person: adult\nperiod_s: 60.0\n", encoding="utf-8")
    with LiveRun(runs / "told", "--duration", "120", "--scenario", str(quiet)) as run:
        run.wait_up()
        time.sleep(2.0)  # for all to know one another
        domain = run.domain()
        run.answers = {}
        for words in (["help"], ["acknowledge", "by=nurse"]):
            process = send(domain, *words)
            run.answers[words[0]] = process.communicate(timeout=60)
        for _ in range(3):  # where the person speaks, the robot falls silent at once and must be asked again
            speaking = send(domain, "say", LONG)
            send(domain, "company", "alone").communicate(timeout=60)  # meanwhile the robot begins to speak
            if speaking.poll() is None:
                break
        stop = send(domain, "stop")
        run.answers["stop"] = stop.communicate(timeout=60)
        run.answers["say"] = speaking.communicate(timeout=60)
        run.heard = silence(run)
        time.sleep(1.0)
        run.interrupt()
        run.status, run.printed, run.told = run.end()
        yield run


@pytest.fixture(scope="session")
def patient_run(tmp_path_factory):
    """One undisturbed run on the virtual patient, 30 s long, looked at by several tests."""
    with LiveRun(tmp_path_factory.mktemp("runs") / "patient", "--duration", "30") as run:
        run.status, run.printed, run.told = run.end()
        yield run
