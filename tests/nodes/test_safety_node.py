"""The safety node hears every stop, and tells the truth when one is cleared."""

import pytest
from rclpy.executors import SingleThreadedExecutor
from rclpy.qos import DurabilityPolicy, QoSProfile, ReliabilityPolicy
from solamen_msgs.msg import SafetyStatus
from std_msgs.msg import Bool
from std_srvs.srv import Trigger

from solamen.nodes.qos import STATE
from solamen.nodes.safety import SafetyNode


class Bench:
    def __init__(self, ros):
        self.node, self.probe = SafetyNode(), ros.create_node("probe")
        self.node.trigger_configure()
        self.node.trigger_activate()
        self.statuses = []
        self.probe.create_subscription(SafetyStatus, "safety/status", self.statuses.append, 5)
        self.client = self.probe.create_client(Trigger, "robot/reset_stop")
        self.executor = SingleThreadedExecutor()
        for node in (self.node, self.probe):
            self.executor.add_node(node)

    def close(self):
        self.executor.shutdown()
        self.node.close()
        for node in (self.node, self.probe):
            node.destroy_node()

    def until(self, condition, turns=300):
        for _ in range(turns):
            if condition():
                return True
            self.executor.spin_once(timeout_sec=0.02)
        return condition()

    def reset(self):
        assert self.client.wait_for_service(timeout_sec=5.0)
        answer = self.client.call_async(Trigger.Request())
        self.until(answer.done)
        return answer.result().message

    def stopped(self):
        return bool(self.statuses) and self.statuses[-1].stopped


@pytest.fixture
def bench(ros, tmp_path, monkeypatch):
    monkeypatch.setenv("SOLAMEN_RUNTIME_DIR", str(tmp_path))
    made = Bench(ros)
    yield made
    made.close()


@pytest.mark.parametrize(
    "qos",
    [
        STATE,
        QoSProfile(depth=10),  # rclpy's own defaults
        QoSProfile(depth=1, reliability=ReliabilityPolicy.BEST_EFFORT, durability=DurabilityPolicy.TRANSIENT_LOCAL),
    ],
    ids=["state", "default", "best effort"],
)
def test_a_stop_is_heard_from_whoever_publishes_it(bench, qos):
    button = bench.probe.create_publisher(Bool, "robot/stop", qos)
    assert bench.until(lambda: button.get_subscription_count() > 0 and bench.statuses)
    assert not bench.stopped()
    button.publish(Bool(data=True))
    assert bench.until(bench.stopped)
    assert bench.statuses[-1].stop_reason == "robot/stop was published"


def test_clearing_a_stop_tells_whether_there_was_one(bench):
    assert bench.reset() == "the robot was not stopped"
    bench.node._on_stop(Bool(data=True))
    assert bench.until(bench.stopped)
    assert bench.reset() == "the stop is cleared; the robot moves again"
    assert bench.until(lambda: not bench.stopped())
