import numpy as np
import pytest

from solamen.camera import device
from solamen.camera.device import CameraDevice
from solamen.core.errors import OutsideError


class StandInCapture:
    """What OpenCV gives for a camera; `pictures` may run out, as when it is unplugged."""

    def __init__(self, pictures, opened=True):
        self.pictures, self.opened, self.released = list(pictures), opened, False

    def isOpened(self):  # noqa: N802 (OpenCV's name)
        return self.opened

    def set(self, key, value):
        return True

    def read(self):
        return (True, self.pictures.pop(0)) if self.pictures else (False, None)

    def release(self):
        self.released = True


def plug_in(monkeypatch, capture):
    monkeypatch.setattr(device.cv2, "VideoCapture", lambda number: capture)
    return capture


def test_a_picture_comes_as_rgb(monkeypatch):
    blue = np.zeros((4, 6, 3), np.uint8)
    blue[:, :, 0] = 255
    plug_in(monkeypatch, StandInCapture([blue]))
    with CameraDevice(0) as camera:
        assert camera.read()[0, 0].tolist() == [0, 0, 255]


def test_a_large_picture_is_scaled_down(monkeypatch):
    plug_in(monkeypatch, StandInCapture([np.zeros((1080, 1920, 3), np.uint8)]))
    with CameraDevice(0, max_width_px=640) as camera:
        assert camera.read().shape == (360, 640, 3)


def test_an_unplugged_camera_gives_nothing_and_is_let_go(monkeypatch):
    capture = plug_in(monkeypatch, StandInCapture([]))
    with CameraDevice(0) as camera:
        assert camera.read() is None
    assert capture.released


def test_a_camera_that_does_not_open_is_told_about(monkeypatch):
    plug_in(monkeypatch, StandInCapture([], opened=False))
    with pytest.raises(OutsideError, match="the camera does not open: camera 3"):
        CameraDevice(3)
