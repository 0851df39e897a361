"""The patient who reacts, in this process, without a picture."""

import math
from itertools import pairwise

import pytest
from rclpy.executors import SingleThreadedExecutor
from solamen_msgs import msg

from solamen.core.cues import Cue
from solamen.core.resources import resource
from solamen.nodes.patient_reaction import Reaction
from solamen.nodes.qos import RECORD, STATE
from solamen.nodes.shell import Shell
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings

STEP_S = 0.05


class Bare(Shell):
    settings_type = PatientSettings

    def start(self):
        scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
        self.reaction = Reaction(self, scenario, 3, 1.0 / STEP_S)


class Bench:
    def __init__(self, ros):
        self.node = Bare("patient")
        self.node.trigger_configure()
        self.node.trigger_activate()
        self.probe = ros.create_node("probe")
        self.cues, self.breath, self.context = [], [], []
        self.probe.create_subscription(msg.PersonCue, "cues", self.cues.append, RECORD)
        self.probe.create_subscription(msg.BiosignalChunk, "biosignals/raw", self.breath.append, RECORD)
        self.probe.create_subscription(msg.Context, "context", self.context.append, STATE)
        self.executor = SingleThreadedExecutor()
        for node in (self.node, self.probe):
            self.executor.add_node(node)
        for _ in range(40):
            self.executor.spin_once(timeout_sec=0.02)
        self.time_s = 0.0

    def live(self, seconds):
        heads = []
        for _ in range(round(seconds / STEP_S)):
            self.time_s += STEP_S
            self.node.reaction.step(self.time_s, 1000.0 + self.time_s)
            heads.append(self.node.reaction.head(self.time_s))
            self.executor.spin_once(timeout_sec=0.0)
        for _ in range(20):
            self.executor.spin_once(timeout_sec=0.01)
        return heads

    def close(self):
        self.executor.shutdown()
        self.node.close()
        self.node.destroy_node()
        self.probe.destroy_node()


@pytest.fixture
def bench(ros):
    made = Bench(ros)
    yield made
    made.close()


def test_the_patient_breathes_and_tells_who_is_there(bench):
    bench.live(6.0)
    assert len(bench.breath) >= 15
    assert {tuple(chunk.channel) for chunk in bench.breath} == {("respiration",)}
    levels = [level for chunk in bench.breath for level in chunk.samples]
    assert 0.0 <= min(levels) < 0.2 and 0.8 < max(levels) <= 1.0
    assert bench.breath[0].sampling_rate_hz == pytest.approx(1.0 / STEP_S, rel=0.01)
    assert [told.company for told in bench.context] == [1]


def test_an_offer_that_was_said_to_its_end_is_answered_by_voice_or_head(bench):
    reaction = bench.node.reaction
    answers = 0
    for _ in range(6):
        reaction._on_marker(msg.Marker(name="offer", value="story"))
        reaction._on_speech(msg.SpeechStatus(speaking=True))
        before = len(bench.cues)
        bench.live(1.0)
        reaction._on_speech(msg.SpeechStatus(speaking=False))
        heads = bench.live(8.0)
        signed = max(abs(angle) for head in heads for angle in head) > 0.1
        answers += signed or any(cue.kind in ("yes", "no") for cue in bench.cues[before:])
    assert answers >= 3
    assert not any(cue.kind in ("nod", "shake") for cue in bench.cues)


def test_a_nod_is_two_dips_of_the_head_and_then_rest(bench):
    reaction = bench.node.reaction
    reaction._sign = ("nod", 10.0, 0.9)
    pitches = [reaction.head(10.0 + step * 0.02)[1] for step in range(100)]
    assert max(pitches) == pytest.approx(0.18, abs=0.005)
    assert sum(a < 0.09 <= b for a, b in pairwise(pitches)) == 2
    assert pitches[-1] == 0.0 and all(map(math.isfinite, pitches))


class Mouth:
    """Says whatever it is given in half a second."""

    def say(self, cue):
        return 0.5


def test_a_stop_is_spoken_for_the_robot_to_hear_and_told_only_where_it_is_not_heard(bench):
    reaction = bench.node.reaction
    reaction._mouth, reaction._heard = Mouth(), True
    reaction._show(Cue(1000.0, "stop"), bench.time_s, 1000.0 + bench.time_s)
    bench.live(1.5)
    assert [cue for cue in bench.cues if cue.kind == "stop"] == []
    bench.live(1.0)
    assert [cue.kind for cue in bench.cues if cue.kind == "stop"] == ["stop"]


def test_a_stop_that_was_heard_is_not_told_again(bench):
    reaction = bench.node.reaction
    reaction._mouth, reaction._heard = Mouth(), True
    reaction._show(Cue(1000.0, "stop"), bench.time_s, 1000.0 + bench.time_s)
    bench.live(0.5)
    reaction._on_cue(msg.PersonCue(kind="stop", source="voice"))
    bench.live(3.0)
    assert [cue for cue in bench.cues if cue.kind == "stop"] == []


def test_where_nothing_can_be_spoken_a_stop_is_told_at_once(bench):
    bench.node.reaction._show(Cue(1000.0, "stop"), bench.time_s, 1000.0 + bench.time_s)
    bench.live(0.1)
    assert [cue.kind for cue in bench.cues if cue.kind == "stop"] == ["stop"]
