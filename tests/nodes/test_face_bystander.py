"""What the face node gives to the recording of somebody who is not the person in care: nothing."""

import dataclasses

import cv2
import numpy as np
import pytest
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from sensor_msgs.msg import CompressedImage

from solamen.camera.slot import FrameSlot
from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError
from solamen.core.frames import Frame
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.face.landmarks import FaceFinder
from solamen.face.models import face_landmarker_path
from solamen.face.settings import FaceSettings
from solamen.nodes.face import FaceNode
from solamen.patient.patient import VirtualPatient
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings

GREY = 96
LIMIT_S = 60.0


def person(name):
    settings = dataclasses.replace(load(PatientSettings, resource("config", "patient.yaml")), person=name)
    with VirtualPatient(Scenario.load(resource("sim", "scenarios", "default.yaml")), settings, 0) as patient:
        return patient.frame(0.0)[0][:, 120:520].copy()


@pytest.fixture(scope="module")
def company():
    """Two people side by side, and the boxes of their faces, the nearer one first."""
    try:
        face_landmarker_path()
    except OutsideError as error:
        pytest.skip(f"no landmark model: {error}")
    picture = np.concatenate([person("adult"), person("child")], axis=1)
    with FaceFinder(FaceSettings()) as finder:
        own, other = (place.box for place in finder.find_all(picture))
    return picture, own, other


@pytest.fixture
def recorded(ros, company):
    """The third picture that goes to the recording."""
    nodes = []

    def record(preview):
        slot, clock, heard = FrameSlot(), SystemClock(), []
        options = [Parameter("consent", value="record"), Parameter("preview", value=preview)]
        node, probe = FaceNode(slot, parameter_overrides=options), ros.create_node("probe")
        nodes.extend([node, probe])
        probe.create_subscription(CompressedImage, "camera/preview", heard.append, 50)
        node.trigger_configure()
        node.trigger_activate()
        executor = SingleThreadedExecutor()
        executor.add_node(node)
        executor.add_node(probe)
        shown, end_s = 0, clock.monotonic_ns() * 1e-9 + LIMIT_S
        while len(heard) < 3 and clock.monotonic_ns() * 1e-9 < end_s:
            if slot.taken == shown:
                noise = np.random.default_rng(shown).integers(-2, 3, company[0].shape)
                image = np.clip(company[0] + noise, 0, 255).astype(np.uint8)
                slot.put(Frame(image, 100.0 + 0.1 * shown, clock.monotonic_ns(), shown))
                shown += 1
            executor.spin_once(timeout_sec=0.01)
        executor.shutdown()
        return cv2.imdecode(np.frombuffer(bytes(heard[2].data), np.uint8), cv2.IMREAD_COLOR).astype(int)

    yield record
    for made in nodes:
        if isinstance(made, FaceNode):
            made.close()
        made.destroy_node()


def part(picture, box):
    rows, columns = box.pixels(picture.shape[1], picture.shape[0])
    return picture[rows, columns]


def test_of_a_bystander_nothing_is_in_the_picture(recorded, company):
    _, own, other = company
    picture = recorded("picture")
    assert np.abs(part(picture, other) - GREY).max() <= 3
    assert part(picture, own).std() > 15.0


def test_of_a_bystander_no_landmark_is_drawn(recorded, company):
    _, own, other = company
    picture = recorded("landmarks")
    assert np.abs(part(picture, other) - GREY).max() <= 3
    assert part(picture, own).std() > 5.0
