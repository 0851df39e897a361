"""The driver's node, in this process, with the dry body."""

import pytest
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from sensor_msgs.msg import JointState
from trajectory_msgs.msg import JointTrajectory

from solamen.core.intents import TrajectoryPoint
from solamen.nodes.convert import trajectory_message
from solamen.nodes.driver import DriverNode
from solamen.nodes.qos import ESTIMATE
from solamen.robot.description import load_robot

ROBOT = load_robot("reachy_mini")


@pytest.fixture
def make(ros):
    made = []

    def start(**parameters):
        chosen = {"robot_file": "reachy_mini", **parameters}
        node = DriverNode(parameter_overrides=[Parameter(name, value=value) for name, value in chosen.items()])
        made.append(node)
        return node

    yield start
    for node in made:
        node.close()
        node.destroy_node()


def test_a_trajectory_moves_the_body_and_its_joint_states_tell(ros, make):
    node, probe, states = make(backend="dry"), ros.create_node("probe"), []
    node.trigger_configure()
    node.trigger_activate()
    probe.create_subscription(JointState, "joint_states", states.append, 5)
    send = probe.create_publisher(JointTrajectory, f"{ROBOT.controller}/joint_trajectory", ESTIMATE)
    executor = SingleThreadedExecutor()
    executor.add_node(node)
    executor.add_node(probe)
    message = trajectory_message([TrajectoryPoint(0.1, {"head_yaw": 0.3}, {"head_yaw": 0.0})], 0.0)
    for _ in range(500):
        if send.get_subscription_count() and not node.figures()["trajectories"]:
            send.publish(message)
        executor.spin_once(timeout_sec=0.02)
        if states and states[-1].position[states[-1].name.index("head_yaw")] > 0.299:
            break
    executor.shutdown()
    probe.destroy_node()
    assert list(states[-1].name) == list(ROBOT.names())
    assert states[-1].position[states[-1].name.index("head_yaw")] == pytest.approx(0.3, abs=2e-3)


def test_a_robot_that_is_not_there_keeps_the_node_from_starting_and_is_told(make):
    node = make(backend="reachy_mini", host="127.0.0.1", port=9)
    node.trigger_configure()
    node.trigger_activate()
    assert not node.active
    assert "cannot be reached" in node.wrong()


def test_a_robot_that_another_node_simulates_is_not_driven(make):
    node = make(robot_file="sol")
    node.trigger_configure()
    node.trigger_activate()
    assert "does not drive the backend 'mujoco'" in node.wrong()
