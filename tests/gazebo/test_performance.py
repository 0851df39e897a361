"""What `make gazebo-test` starts, and what it says where something does not come up. Gazebo itself is not started."""

import os
import signal
import sys

import pytest

pytest.importorskip("rclpy", reason="rclpy is not installed")
os.environ.setdefault("AMENT_PREFIX_PATH", sys.prefix)

from performance import END_TIMEOUT_S, node_command, perform, processes

from solamen.core.errors import OutsideError
from solamen.session.environment import own_domain

ASLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(60)"]


def test_the_projects_own_nodes_are_started_with_their_own_settings():
    words = node_command("robot", use_sim_time=True, fidget_rad=0.0)
    assert words[:3] == [sys.executable, "-m", "solamen.nodes.robot"]
    assert any(word.endswith("config/robot.yaml") for word in words)
    assert {"use_sim_time:=true", "fidget_rad:=0.0"} <= set(words)


def test_every_process_has_ended_when_the_performance_is_over(tmp_path):
    with processes([ASLEEP, ASLEEP], dict(os.environ), tmp_path / "log") as started:
        assert [process.poll() for process in started] == [None, None]
    assert all(process.returncode in (1, -signal.SIGINT) for process in started)
    assert END_TIMEOUT_S < 60.0


def test_they_end_too_when_the_performance_breaks_off(tmp_path):
    with (
        pytest.raises(ZeroDivisionError),
        processes([ASLEEP], dict(os.environ), tmp_path / "log") as started,
    ):
        raise ZeroDivisionError
    assert started[0].poll() is not None


def test_a_body_that_ends_at_once_is_told_with_its_last_words(tmp_path):
    body = [sys.executable, "-c", "import sys; sys.exit('the plugin is missing')"]
    with own_domain() as domain, pytest.raises(OutsideError, match=r"ended.*the plugin is missing"):
        perform(body, tmp_path, domain)
    assert "SOLAMEN_RUNTIME_DIR" not in os.environ
