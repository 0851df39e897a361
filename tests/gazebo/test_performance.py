"""What `make gazebo-test` starts, and what it says where something does not come up. Gazebo itself is not started."""

import os
import signal
import sys

import pytest
import rclpy
from performance import END_TIMEOUT_S, BusyError, Director, node_command, perform, processes
from sensor_msgs.msg import JointState
from solamen_msgs import msg

from solamen.core.errors import OutsideError
from solamen.nodes.clock import to_stamp
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


@pytest.fixture
def director():
    rclpy.init(args=[], domain_id=61)
    made = Director()
    yield made
    made.destroy_node()
    rclpy.try_shutdown()


def let_pass(director, seconds, commands_hz):
    """The body's time passes, 50 states a second, while the robot node asks at its rate."""
    director._begin_s, begin_s = 100.0, 100.0
    for tick in range(round(seconds * 50)):
        stamp = to_stamp(begin_s + 0.02 * tick)
        state, command = JointState(name=["jaw"], position=[0.0]), msg.JointCommand(name=["jaw"], position=[0.0])
        state.header.stamp = command.header.stamp = stamp
        director._on_joints(state)
        if int(tick * commands_hz / 50) != int((tick - 1) * commands_hz / 50):
            director._on_command(command)


def test_a_robot_node_that_is_starved_of_its_turns_is_told_as_a_busy_machine(director):
    let_pass(director, 3.0, 20)
    with pytest.raises(BusyError, match="asked 20 times a second instead of 50"):
        director.complain_if_starved()


def test_a_robot_node_that_misses_a_turn_now_and_then_is_not(director):
    let_pass(director, 3.0, 47)
    director.complain_if_starved()
    assert director.commands_hz() == pytest.approx(47.0, abs=1.0)


def test_before_the_performance_nobody_is_starved_and_what_is_missing_is_told(director):
    director.complain_if_starved()
    assert director.missing() == "no joint_states and no robot/command and no play_gesture"


def test_a_stop_breaks_the_performance_off(director):
    director._on_status(msg.SafetyStatus(stopped=True, stop_reason="somebody pressed it"))
    assert "somebody pressed it" in director.problem
