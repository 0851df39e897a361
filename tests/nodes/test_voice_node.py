"""The voice node in this process: words of a recogniser, sound of a topic, and consent."""

import math

import numpy as np
import pytest
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from solamen_msgs import msg
from solamen_msgs.action import Calibrate
from std_msgs.msg import String

from solamen.core.cues import WITHOUT_STOP
from solamen.nodes.qos import ESTIMATE, RECORD, SOUND, STATE
from solamen.nodes.voice import VoiceNode
from solamen.patient.speech import Speaker, can_speak, speak
from solamen.patient.voice import PatientVoice
from solamen.voice.prosody import MEASURES
from solamen.voice.recogniser import folder


class Bench:
    def __init__(self, ros, consent, hear_stop=False):
        self.node = VoiceNode(
            parameter_overrides=[
                Parameter("consent", value=consent),
                Parameter("keywords", value=False),
                Parameter("hear_stop", value=hear_stop),
            ]
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

    def make(consent="observe", hear_stop=False):
        made.append(Bench(ros, consent, hear_stop))
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


def test_a_voice_is_calibrated_only_with_consent_and_until_it_is_cancelled(hearing):
    assert not asked(hearing("none"), duration_s=20.0).accepted
    bench = hearing()
    assert not asked(bench, duration_s=20.0, modality=["face"]).accepted
    goal = asked(bench, duration_s=20.0, modality=["voice"])
    assert goal.accepted
    answer = goal.get_result_async()
    goal.cancel_goal_async()
    bench.spin()
    assert answer.done() and "cancelled" in answer.result().result.message


def asked(bench, **goal):
    client = ActionClient(bench.probe, Calibrate, "voice/calibrate")
    assert client.wait_for_server(5.0)
    future = client.send_goal_async(Calibrate.Goal(**goal))
    bench.spin()
    return future.result()


def test_a_kept_baseline_is_used_for_the_person_in_care_alone(hearing):
    bench = hearing()
    told = bench.probe.create_publisher(msg.Baseline, "voice/baseline", STATE)
    who = bench.probe.create_publisher(msg.PersonInCare, "person", STATE)
    known = dict.fromkeys(MEASURES, (0.5, 0.2))
    means, spreads = ([pair[at] for pair in known.values()] for at in (0, 1))
    told.publish(msg.Baseline(person_id="ada", modality="voice", name=list(known), mean=means, stddev=spreads))
    bench.spin()
    assert bench.node._listener.prosody.known()["pitch"][0] == 0.0
    who.publish(msg.PersonInCare(person_id="ada", consent=1))
    bench.spin()
    assert bench.node._listener.prosody.known()["pitch"][0] == 0.5
    who.publish(msg.PersonInCare(person_id="eve", consent=1))
    bench.spin()
    assert bench.node._listener.prosody.known()["pitch"][0] == 0.0


@pytest.mark.skipif(not can_speak(), reason="espeak-ng is not installed")
def test_a_stop_that_the_virtual_patient_says_becomes_a_cue_by_its_sound_alone(hearing):
    bench = hearing(hear_stop=True)
    says_stop(bench)
    (stop,) = [cue for cue in bench.cues if cue.kind == "stop"]
    assert stop.source == "voice"
    stamp_s = stop.header.stamp.sec + stop.header.stamp.nanosec * 1e-9
    assert 1002.5 < stamp_s < 1004.0


@pytest.mark.skipif(not can_speak() or folder() is None, reason="espeak-ng, or the recogniser, is not installed")
@pytest.mark.parametrize(("utterance", "heard"), [("3f0a" + WITHOUT_STOP, 1), ("3f0a", 0)])
def test_while_the_robot_speaks_a_stop_is_heard_unless_it_may_be_the_robot_s_own(hearing, utterance, heard):
    bench = hearing()
    speaks = bench.probe.create_publisher(msg.SpeechStatus, "robot/speech", ESTIMATE)
    bench.spin(10)
    speaks.publish(msg.SpeechStatus(speaking=True, utterance_id=utterance))
    bench.spin(10)
    says_stop(bench)
    assert len([cue for cue in bench.cues if cue.kind == "stop"]) == heard


def says_stop(bench):
    """The virtual patient says stop after two and a half seconds."""
    voice = PatientVoice(0)
    pieces = [voice.sound(0.0, 0.1) for _ in range(25)]
    voice.say(speak("stop!", Speaker("en-us+f2", 150, 45)) * np.float32(0.7))
    pieces += [voice.sound(0.0, 0.1) for _ in range(20)]
    for number, piece in enumerate(pieces):
        chunk = msg.AudioChunk(sampling_rate_hz=16000, channel=["mono"], source="patient", samples=piece.tolist())
        chunk.header.stamp.sec, chunk.header.stamp.nanosec = 1000 + number // 10, number % 10 * 100_000_000
        bench.sound.publish(chunk)
        bench.spin(2)
