"""The recorder in one process: what comes is written as it came, whoever sets the machine's clock."""

import time

import pytest
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from solamen_msgs.msg import PainEstimate, SelfReport

from solamen.nodes.clock import NodeClock
from solamen.nodes.qos import ESTIMATE
from solamen.nodes.recorder import RecorderNode
from solamen.session.recording import part_paths, recorded_messages
from solamen.session.trouble import TroubleWatch


@pytest.fixture
def recorder(ros, tmp_path, monkeypatch):
    monkeypatch.setenv("SOLAMEN_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setenv("SOLAMEN_WAIT_FOR_GO", "1")  # the supervisor joins the parts
    options = {"consent": "record", "out": str(tmp_path), "robot_file": "nao"}
    node = RecorderNode(parameter_overrides=[Parameter(name, value=value) for name, value in options.items()])
    node.trigger_configure()
    node.trigger_activate()
    yield node
    node.close()
    node.destroy_node()


def test_a_recording_that_stops_is_left_for_the_supervisor_to_tell(recorder, tmp_path, monkeypatch):
    recorder._recorder.failed = "Recording stopped (No space left on device)."
    recorder._flush()
    assert list(TroubleWatch(tmp_path).news()) == [("recorder", "Recording stopped (No space left on device).")]
    assert recorder.wrong() == "Recording stopped (No space left on device)."


def test_messages_are_in_the_order_in_which_they_came_when_the_clock_is_set_back(ros, recorder, tmp_path, monkeypatch):
    probe = ros.create_node("probe")
    reports = probe.create_publisher(SelfReport, "self_report", ESTIMATE)
    estimates = probe.create_publisher(PainEstimate, "biosignals/pain", ESTIMATE)  # of a room that users bring
    executor = SingleThreadedExecutor()
    for node in (recorder, probe):
        executor.add_node(node)

    def written(number):
        for _ in range(500):
            executor.spin_once(timeout_sec=0.02)
            if recorder.figures()["written"] >= number:
                return True
        return False

    while not (reports.get_subscription_count() and estimates.get_subscription_count()):
        executor.spin_once(timeout_sec=0.02)
    before = recorder.figures()["written"]
    reports.publish(SelfReport(value=6.0, normalised=6.0))
    assert written(before + 1)
    monkeypatch.setattr(NodeClock, "now_s", lambda clock: time.time() - 3600.0)
    estimates.publish(PainEstimate(modality="biosignals"))
    assert written(before + 2)
    recorder.finish()
    executor.shutdown()
    probe.destroy_node()
    both = [
        message
        for part in part_paths(tmp_path)
        for message in recorded_messages(part)
        if message.topic in ("/self_report", "/biosignals/pain")
    ]
    assert [message.topic for message in both] == ["/self_report", "/biosignals/pain"]
    assert 0.0 < (both[1].log_ns - both[0].log_ns) * 1e-9 < 10.0
    assert (both[1].stamp_ns - both[0].stamp_ns) * 1e-9 == pytest.approx(-3600.0, abs=10.0)
