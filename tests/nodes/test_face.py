"""The face's node, in this process, on pictures of a generated person: what it tells with and without consent."""

import math
import threading

import numpy as np
import pytest
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from sensor_msgs.msg import CompressedImage
from solamen_msgs.msg import ActionUnits, PainEstimate, PersonPose

from solamen.camera.slot import FrameSlot
from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError
from solamen.core.frames import Frame
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.core.states import Consent
from solamen.face.models import face_landmarker_path
from solamen.face.pipeline import FacePipeline
from solamen.nodes.face import FaceNode
from solamen.patient.patient import VirtualPatient
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings

TOPICS = {
    "face/action_units": ActionUnits,
    "face/pain": PainEstimate,
    "face/pose": PersonPose,
    "camera/preview": CompressedImage,
}


@pytest.fixture(scope="module")
def person():
    """A picture of the virtual patient, who is calm."""
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    with VirtualPatient(scenario, load(PatientSettings, resource("config", "patient.yaml")), 0) as patient:
        return patient.frame(0.0)[0].copy()


@pytest.fixture
def watch(ros):
    """Shows a node some pictures until it has answered eight of them, and returns what it published by topic."""
    try:
        face_landmarker_path()
    except OutsideError as error:
        pytest.skip(f"no landmark model: {error}")
    open_nodes = []

    def look(picture, **options):
        slot, clock, heard = FrameSlot(), SystemClock(), {topic: [] for topic in TOPICS}
        node = FaceNode(slot, parameter_overrides=[Parameter(name, value=value) for name, value in options.items()])
        probe = ros.create_node("probe")
        open_nodes.extend([node, probe])
        look.node = node
        for topic, kind in TOPICS.items():
            probe.create_subscription(kind, topic, heard[topic].append, 50)
        node.trigger_configure()
        node.trigger_activate()
        executor = SingleThreadedExecutor()
        executor.add_node(node)
        executor.add_node(probe)
        for number in range(2000):
            # A camera never gives the same picture twice; one that does is told to be frozen.
            noise = np.random.default_rng(number).integers(0, 4, picture.shape, np.uint8)
            slot.put(Frame(np.minimum(picture, 250) + noise, clock.now_s(), clock.monotonic_ns(), number))
            executor.spin_once(timeout_sec=0.03)
            if len(heard["face/pose"]) >= 8 and len(heard["face/action_units"]) >= 8:
                break
        executor.shutdown()
        return heard

    yield look
    for node in open_nodes:
        if isinstance(node, FaceNode):
            node.close()
        node.destroy_node()


def test_without_consent_only_presence_is_told(watch, person):
    heard = watch(person, consent="none", preview="picture")
    assert heard["face/action_units"][-1].face_present
    assert all(math.isnan(level) for units in heard["face/action_units"] for level in units.intensity)
    assert not any(any(units.observable) for units in heard["face/action_units"])
    assert all(math.isnan(units.pspi) for units in heard["face/action_units"])
    assert heard["face/pain"] == []
    assert heard["camera/preview"] == []


def test_with_consent_to_observe_units_head_and_pain_are_told_and_no_picture(watch, person):
    heard = watch(person, consent="observe", preview="picture")
    assert any(heard["face/action_units"][-1].observable)
    assert heard["face/pose"][-1].present
    assert math.isfinite(heard["face/pose"][-1].head.position.z)
    assert heard["face/pain"][-1].modality == "face"
    assert heard["camera/preview"] == []


def test_with_consent_to_record_a_small_picture_is_told(watch, person):
    heard = watch(person, consent="record", preview="picture")
    assert heard["camera/preview"][-1].format == "jpeg"


def test_what_was_seen_is_forgotten_when_consent_ends_though_no_frame_comes_any_more(watch, person, monkeypatch):
    made = []
    monkeypatch.setattr(
        "solamen.nodes.face.FacePipeline", lambda settings: made.append(FacePipeline(settings)) or made[0]
    )
    heard = watch(person, consent="observe")
    assert heard["face/pain"]
    forgotten = threading.Event()
    monkeypatch.setattr(made[0], "reset", forgotten.set)
    watch.node._slot.wipe()
    watch.node._consent._become(Consent.NONE, True, "")
    assert forgotten.wait(10.0)


def test_an_empty_room_holds_nobody(watch):
    heard = watch(np.full((480, 640, 3), 90, np.uint8), consent="observe")
    assert not heard["face/action_units"][-1].face_present
    assert not heard["face/pose"][-1].present
    assert all(estimate.abstained for estimate in heard["face/pain"])


def test_estimates_bear_the_time_of_the_frame_and_the_frame_of_the_camera(watch, person):
    heard = watch(person, consent="observe")
    pose, units = heard["face/pose"][-1], heard["face/action_units"][-1]
    assert pose.header.frame_id == units.header.frame_id == "camera_optical"
    assert pose.answers_monotonic_ns > 0
