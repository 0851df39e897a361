"""The simulator's node, in this process."""

import math

import pytest
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from sensor_msgs.msg import JointState

from solamen.nodes.runtime import keep, kept
from solamen.nodes.sim import SimNode


@pytest.fixture
def first_state(ros, tmp_path, monkeypatch):
    """Starts a simulator and returns its first joint state by name."""
    monkeypatch.setenv("SOLAMEN_RUNTIME_DIR", str(tmp_path))
    started = []

    def start():
        probe = ros.create_node("probe")
        states = []
        probe.create_subscription(JointState, "joint_states", states.append, 5)
        node = SimNode(parameter_overrides=[Parameter("headless", value=True)])
        executor = SingleThreadedExecutor()
        started.extend([node, probe])
        node.trigger_configure()
        node.trigger_activate()
        executor.add_node(node)
        executor.add_node(probe)
        for _ in range(500):
            executor.spin_once(timeout_sec=0.02)
            if states:
                break
        executor.shutdown()
        return dict(zip(states[0].name, states[0].position, strict=True))

    yield start
    for node in started:
        if isinstance(node, SimNode):
            node.close()
        node.destroy_node()


def test_a_respawned_simulator_goes_on_at_the_last_joint_state(first_state):
    rest = first_state()
    bent = {name: position + 0.1 if name.startswith("neck") else position for name, position in rest.items()}
    assert bent != rest
    keep("sim", {"position": bent})
    assert first_state() == pytest.approx(bent, abs=0.01)


def test_the_simulator_keeps_where_it_stands(first_state):
    assert first_state() == pytest.approx(kept("sim")["position"], abs=1e-3)


def test_the_simulator_tells_what_its_motors_push_with(ros):
    node = SimNode(parameter_overrides=[Parameter("headless", value=True)])
    probe, states, executor = ros.create_node("probe"), [], SingleThreadedExecutor()
    probe.create_subscription(JointState, "joint_states", states.append, 5)
    node.trigger_configure()
    node.trigger_activate()
    executor.add_node(node)
    executor.add_node(probe)
    for _ in range(500):
        executor.spin_once(timeout_sec=0.02)
        if len(states) > 3:
            break
    executor.shutdown()
    node.close()
    node.destroy_node()
    probe.destroy_node()
    efforts = dict(zip(states[-1].name, states[-1].effort, strict=True))
    assert 0.0 <= abs(efforts["shoulder_pitch_left"]) < 4.0
    assert math.isnan(efforts["glow"])
