"""From the simulated hand to the safety node's word on it, in this process."""

import pytest
from geometry_msgs.msg import WrenchStamped
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from solamen_msgs.msg import SafetyStatus

from solamen.nodes.safety import SafetyNode
from solamen.nodes.sim import SimNode


@pytest.fixture
def heard(ros, tmp_path, monkeypatch):
    """What is said on contact and safety/status while a person's hand comes to the robot's, until a contact is told."""
    monkeypatch.setenv("SOLAMEN_RUNTIME_DIR", str(tmp_path))
    contacts, statuses = [], []
    probe = ros.create_node("probe")
    probe.create_subscription(WrenchStamped, "hand_left/contact", contacts.append, 5)
    probe.create_subscription(SafetyStatus, "safety/status", statuses.append, 5)
    parameters = [Parameter("headless", value=True), Parameter("human_hand", value="rest")]
    nodes = [SimNode(parameter_overrides=parameters), SafetyNode()]
    executor = SingleThreadedExecutor()
    for node in nodes:
        node.trigger_configure()
        node.trigger_activate()
        executor.add_node(node)
    executor.add_node(probe)
    for _ in range(4000):
        executor.spin_once(timeout_sec=0.02)
        if statuses and statuses[-1].in_contact:
            break
    executor.shutdown()
    yield contacts, statuses
    for node in nodes:
        node.close()
    for node in (*nodes, probe):
        node.destroy_node()


def test_a_hand_that_is_touched_is_told_by_the_simulator_and_by_safety(heard):
    contacts, statuses = heard
    assert contacts[0].header.frame_id == "hand_left"
    assert min(contact.wrench.force.x for contact in contacts) < -0.3
    assert not statuses[0].in_contact
    assert statuses[-1].in_contact
