"""The camera node, in this process, with a stand-in for the camera."""

import numpy as np
import pytest
from rclpy.parameter import Parameter

from solamen.camera.slot import FrameSlot
from solamen.core.errors import OutsideError
from solamen.nodes import camera
from solamen.nodes.camera import CameraNode


class StandInCamera:
    """Gives two pictures and is then unplugged; every second time it does not open at all."""

    opened = 0

    def __init__(self, number, rate_hz, max_width_px):
        StandInCamera.opened += 1
        if StandInCamera.opened % 2 == 0:
            raise OutsideError("the camera does not open", f"camera {number}", "Plug it in.")
        self.left = 2

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def read(self):
        self.left -= 1
        return np.zeros((4, 4, 3), np.uint8) if self.left >= 0 else None


@pytest.fixture
def node(ros, monkeypatch):
    monkeypatch.setattr(camera, "CameraDevice", StandInCamera)
    StandInCamera.opened = 0
    slot = FrameSlot()
    overrides = [Parameter("source", value="camera"), Parameter("retry_s", value=0.1)]
    made = CameraNode(slot, parameter_overrides=overrides)
    made.trigger_configure()
    made.trigger_activate()
    yield made, slot
    made.close()
    made.destroy_node()


def test_an_unplugged_camera_is_tried_again_until_it_is_back(node):
    _, slot = node
    for _ in range(5):
        assert slot.take(timeout_s=5.0) is not None
    assert StandInCamera.opened >= 3
