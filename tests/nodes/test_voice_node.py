"""The voice node in this process: words of a recogniser, sound of a topic, and consent."""

import math

import numpy as np
import pytest
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from solamen_msgs import msg
from std_msgs.msg import String

from solamen.nodes.qos import ESTIMATE, RECORD, SOUND
from solamen.nodes.voice import VoiceNode


class Bench:
    def __init__(self, ros, consent):
        self.node = VoiceNode(
            parameter_overrides=[Parameter("consent", value=consent), Parameter("keywords", value=False)]
        )
        self.node.trigger_configure()
        self.node.trigger_activate()
        self.probe = ros.create_node("probe")
        self.cues, self.reports, self.estimates = [], [], []
        self.probe.create_subscription(msg.PersonCue, "cues", self.cues.append, RECORD)
        self.probe.create_subscription(msg.SelfReport, "self_report", self.reports.append, RECORD)
        self.probe.create_subscription(msg.PainEstimate, "voice/pain", self.estimates.append, RECORD)
        self.text = self.probe.create_publisher(String, "transcript", ESTIMATE)
        self.sound = self.probe.create_publisher(msg.AudioChunk, "audio", SOUND)
        self.executor = SingleThreadedExecutor()
        for node in (self.node, self.probe):
            self.executor.add_node(node)
        self.spin(40)

    def spin(self, times=30):
        for _ in range(times):
            self.executor.spin_once(timeout_sec=0.02)

    def say(self, text):
        self.text.publish(String(data=text))
        self.spin()

    def close(self):
        self.executor.shutdown()
        self.node.close()
        self.node.destroy_node()
        self.probe.destroy_node()


@pytest.fixture
def hearing(ros):
    made = []

    def make(consent="observe"):
        made.append(Bench(ros, consent))
        return made[-1]

    yield make
    for bench in made:
        bench.close()


def test_a_transcript_becomes_a_report_and_a_stop(hearing):
    bench = hearing()
    bench.say("It hurts, seven out of ten. Stop!")
    assert [report.normalised for report in bench.reports] == [7.0]
    assert [cue.kind for cue in bench.cues] == ["stop", "pain"]


def test_without_consent_nothing_is_heard(hearing):
    bench = hearing("none")
    bench.say("It hurts, seven out of ten. Stop!")
    assert bench.reports == [] and bench.cues == [] and bench.estimates == []


def test_silence_on_the_topic_gives_estimates_that_abstain(hearing):
    bench = hearing()
    for number in range(20):
        chunk = msg.AudioChunk(sampling_rate_hz=48000, channel=["left", "right"], source="microphone")
        chunk.header.stamp.sec, chunk.header.stamp.nanosec = 1000 + number // 10, number % 10 * 100_000_000
        chunk.samples = np.random.default_rng(number).normal(0.0, 1e-4, 9600).astype(np.float32).tolist()
        bench.sound.publish(chunk)
        bench.spin(4)
    assert bench.estimates and all(item.abstained and math.isnan(item.intensity) for item in bench.estimates)


def test_a_malformed_piece_of_sound_is_told_and_the_node_goes_on(hearing):
    bench = hearing()
    bench.sound.publish(msg.AudioChunk(sampling_rate_hz=3, channel=["mono"], samples=[0.0, 0.1]))
    bench.spin()
    bench.say("seven out of ten")
    assert [report.normalised for report in bench.reports] == [7.0]
