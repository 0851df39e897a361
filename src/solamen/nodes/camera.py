"""The camera node: puts the newest picture of a topic, a camera or a file into the slot that face and body read."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
from sensor_msgs.msg import Image as ImageMessage
from solamen_msgs.msg import AudioChunk, FrameStatus

from solamen.camera.device import CameraDevice
from solamen.camera.settings import CameraSettings
from solamen.camera.slot import FrameSlot
from solamen.camera.video_file import SOUND_RATE_HZ, Picture, Sound, VideoFile
from solamen.core.errors import OutsideError
from solamen.core.frames import Frame, Image
from solamen.nodes.clock import to_seconds, to_stamp
from solamen.nodes.images import image_from
from solamen.nodes.qos import ESTIMATE, IMAGE
from solamen.nodes.runtime import keep, kept, may_begin
from solamen.nodes.shell import Shell

LATE_S = 0.25
"""A picture of a file that is later than this is passed over, so that the file keeps its own speed."""

BEGIN_CHECK_S = 0.05
CONSENT_CHECK_S = 0.1
END_GRACE_S = 1.0
"""After the last picture, the others get this long to answer it before the run ends."""


class CameraNode(Shell[CameraSettings]):
    """Pictures from wherever the settings say, into one slot."""

    settings_type = CameraSettings
    options = {"consent": "none"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, slot: FrameSlot, **arguments: Any) -> None:
        self._slot = slot
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None
        super().__init__("camera", **arguments)

    def start(self) -> None:
        """Opens the source."""
        self._leaving.clear()
        self._slot.open()
        self._consent = self.obey_consent(self._on_consent)
        self._state, self._reason, self._taken = "waiting", "", self._slot.taken
        self._status = self.create_publisher(FrameStatus, "camera/status", ESTIMATE)
        self.every(1.0, self._publish_status)
        if self.settings.source == "topic":
            self.listen(ImageMessage, "camera/image", self._on_image, IMAGE)
            return
        self._sound = self.create_publisher(AudioChunk, "audio", ESTIMATE)
        work = self._play_file if self.settings.source == "file" else self._watch_device
        self._thread = threading.Thread(target=self.guard(work), name="camera", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Lets go of the source."""
        self._leaving.set()
        if self._thread is not None:
            self._thread.join(timeout=3.0)
            self._thread = None

    def figures(self) -> dict[str, Any]:
        """Frames so far."""
        slot = self._slot
        return {"frames": slot.frames, "dropped": slot.dropped, "source": self.settings.source, "state": self._state}

    def _on_consent(self) -> None:
        """Where consent is withdrawn, no picture stays in memory."""
        if self._consent.withdrawn:
            self._slot.wipe()
            self._state, self._reason = "waiting", "consent was withdrawn"

    def _put(self, image: Image, stamp_s: float) -> None:
        if self._consent.withdrawn:
            return
        self._state, self._reason = "playing", ""
        self._slot.put(Frame(image, stamp_s, self.solamen_clock.monotonic_ns(), self._slot.frames))

    def _on_image(self, message: ImageMessage) -> None:
        self._put(image_from(message), to_seconds(message.header.stamp))

    def _play_file(self) -> None:
        while not may_begin():
            if self._leaving.wait(BEGIN_CHECK_S):
                return
        # A respawned process goes on where the film would be by now.
        began = kept("file")
        start_s = began["start_s"] if began else self.solamen_clock.now_s()
        keep("file", {"start_s": start_s})
        with VideoFile(Path(self.settings.file), self.settings.max_width_px) as video:
            for item in video.play():
                late_s = self.solamen_clock.now_s() - (start_s + item.time_s)
                if self._leaving.wait(max(0.0, -late_s)):
                    return
                self._show(item, start_s, late_s)
        self._leaving.wait(END_GRACE_S)
        self._state = "ended"

    def _show(self, item: Picture | Sound, start_s: float, late_s: float) -> None:
        if isinstance(item, Sound):
            chunk = AudioChunk(sampling_rate_hz=SOUND_RATE_HZ, channel=["mono"], source="file")
            chunk.header.stamp = to_stamp(start_s + item.time_s)
            chunk.samples = np.nan_to_num(item.samples).tolist()
            if not self._consent.withdrawn:
                self._sound.publish(chunk)
        elif late_s < LATE_S:
            self._put(item.image, start_s + item.time_s)

    def _watch_device(self) -> None:
        settings = self.settings
        while not self._leaving.is_set():
            if self._consent.withdrawn:  # the device is let go
                self._leaving.wait(CONSENT_CHECK_S)
                continue
            try:
                with CameraDevice(settings.device, settings.rate_hz, settings.max_width_px) as camera:
                    self.solved()
                    self._read_device(camera)
                if self._consent.withdrawn:
                    continue
                self._state, self._reason = "failed", f"camera {settings.device} stopped giving pictures"
                self.problem(f"{self._reason}; trying again every {settings.retry_s:g} s. Check its cable.")
            except OutsideError as error:
                self._state, self._reason = "failed", str(error)
                self.problem(str(error))
            self._leaving.wait(settings.retry_s)

    def _read_device(self, camera: CameraDevice) -> None:
        while not self._leaving.is_set() and not self._consent.withdrawn:
            image = camera.read()
            if image is None:
                return
            self._put(image, self.solamen_clock.now_s())

    def _publish_status(self) -> None:
        slot = self._slot
        status = FrameStatus(frames=slot.frames, processed=slot.taken, dropped=slot.dropped)
        status.header.stamp = self.get_clock().now().to_msg()
        status.source = "patient" if self.settings.source == "topic" else self.settings.source
        status.rate_hz = float(slot.taken - self._taken)
        status.state, status.reason = self._state, self._reason
        self._taken = slot.taken
        self._status.publish(status)
        if self._state == "ended":
            self.end_run()
