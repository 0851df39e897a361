"""The face node's action that learns a neutral face, and whom its messages name, in this process."""

import numpy as np
import pytest
from rclpy.action import ActionClient
from rclpy.executors import SingleThreadedExecutor
from rclpy.parameter import Parameter
from solamen_msgs.action import Calibrate
from solamen_msgs.msg import ActionUnits

from solamen.camera.slot import FrameSlot
from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError
from solamen.core.frames import Frame
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.face.models import face_landmarker_path
from solamen.nodes.face import FaceNode
from solamen.patient.patient import VirtualPatient
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings

LIMIT_S = 60.0
STEP_S = 0.1


@pytest.fixture(scope="module")
def calm():
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    with VirtualPatient(scenario, load(PatientSettings, resource("config", "patient.yaml")), 0) as patient:
        return patient.frame(0.0)[0].copy()


class Room:
    """A face node, someone before it, and a client of its action."""

    def __init__(self, ros, picture, **options):
        self.slot, self.clock, self.picture = FrameSlot(), SystemClock(), picture
        overrides = [Parameter(name, value=value) for name, value in options.items()]
        self.node = FaceNode(self.slot, parameter_overrides=overrides)
        self.probe = ros.create_node("probe")
        self.client = ActionClient(self.probe, Calibrate, "face/calibrate")
        self.units, self.feedback, self._shown = [], [], 0
        self.probe.create_subscription(ActionUnits, "face/action_units", self.units.append, 50)
        self.node.trigger_configure()
        self.node.trigger_activate()
        self.executor = SingleThreadedExecutor()
        self.executor.add_node(self.node)
        self.executor.add_node(self.probe)
        self.rng = np.random.default_rng(0)

    def until(self, done):
        end_s = self.clock.monotonic_ns() * 1e-9 + LIMIT_S
        while not done() and self.clock.monotonic_ns() * 1e-9 < end_s:
            if self.slot.taken == self._shown:
                self._show()
            self.executor.spin_once(timeout_sec=0.01)
        assert done()

    def _show(self):
        noise = self.rng.integers(-2, 3, self.picture.shape)
        image = np.clip(self.picture + noise, 0, 255).astype(np.uint8)
        self.slot.put(Frame(image, 100.0 + STEP_S * self._shown, self.clock.monotonic_ns(), self._shown))
        self._shown += 1

    def calibrate(self, **goal):
        self.until(self.client.server_is_ready)
        asked = self.client.send_goal_async(
            Calibrate.Goal(**goal), feedback_callback=lambda message: self.feedback.append(message.feedback)
        )
        self.until(asked.done)
        if not asked.result().accepted:
            return None
        answer = asked.result().get_result_async()
        self.until(answer.done)
        return answer.result().result

    def close(self):
        self.node.close()
        self.executor.shutdown()
        self.node.destroy_node()
        self.probe.destroy_node()


@pytest.fixture
def room(ros, calm):
    try:
        face_landmarker_path()
    except OutsideError as error:
        pytest.skip(f"no landmark model: {error}")
    rooms = []

    def make(**options):
        rooms.append(Room(ros, calm, **options))
        return rooms[-1]

    yield make
    for made in rooms:
        made.close()


def test_quiet_seconds_are_learned_and_the_way_there_is_told(room):
    opened = room(consent="observe", person_id="ada")
    result = opened.calibrate(person_id="ada", modality=["face"], duration_s=5.0)
    assert result.success, result.message
    assert "learned" in result.message
    assert all(0.0 <= feedback.progress <= 1.0 and feedback.instruction for feedback in opened.feedback)
    assert opened.node._pipeline.reader.neutral.uncertainty < 0.6


@pytest.mark.parametrize("goal", [{"duration_s": 1.0}, {"duration_s": 10.0, "modality": ["voice"]}])
def test_what_cannot_be_calibrated_is_rejected(room, goal):
    assert room(consent="observe").calibrate(**goal) is None


def test_without_consent_nothing_is_calibrated(room):
    assert room(consent="none").calibrate(duration_s=5.0) is None


def test_the_messages_name_the_person_in_care(room):
    opened = room(consent="observe", person_id="ada")
    opened.until(lambda: len(opened.units) > 4)
    assert {message.person_id for message in opened.units if message.face_present} == {"ada"}
