"""The face node: frames in, action units, head and pain out. The model runs in a thread of its own."""

from __future__ import annotations

import math
import threading
from typing import Any

import cv2
import numpy as np
from geometry_msgs.msg import PointStamped
from sensor_msgs.msg import CompressedImage
from solamen_msgs.msg import ActionUnits, Baseline, PainEstimate, PersonPose

from solamen.camera.slot import FrameSlot
from solamen.core.frames import Frame
from solamen.core.states import Consent
from solamen.face import overlay
from solamen.face.pipeline import FacePipeline, FaceResult
from solamen.face.settings import FaceSettings
from solamen.nodes.calibration_server import CalibrationServer
from solamen.nodes.clock import to_stamp
from solamen.nodes.convert import estimate_message, head_told, units_message, unknown_pose_message
from solamen.nodes.qos import ESTIMATE, STATE
from solamen.nodes.runtime import keep, kept
from solamen.nodes.shell import Shell

CAMERA_FRAME = "camera_optical"
NEUTRAL = "neutral"
BEGUN = "face"
"""Kept once the face was looked for in this run: after it, a process that begins anew knows nobody."""
PREVIEW_PERIOD_S = 0.095
PREVIEW_QUALITY = 80


class FaceNode(Shell[FaceSettings]):
    """Estimates from the newest frame of a slot."""

    settings_type = FaceSettings
    options = {"consent": "none", "preview": "none"}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, slot: FrameSlot, **arguments: Any) -> None:
        self._slot = slot
        self._leaving = threading.Event()
        self._thread: threading.Thread | None = None
        super().__init__("face", **arguments)

    def start(self) -> None:
        """Loads the model and begins to look."""
        self._consent = self.obey_consent(self._on_consent)
        self._wipe, self._read_as = False, self._consent.person_id
        self._recalled: dict[str, tuple[float, float]] = {}
        self._units = self.create_publisher(ActionUnits, "face/action_units", ESTIMATE)
        self._pain = self.create_publisher(PainEstimate, "face/pain", ESTIMATE)
        self._pose = self.create_publisher(PersonPose, "face/pose", ESTIMATE)
        self._whole_pose = unknown_pose_message(CAMERA_FRAME)  # written anew for each frame: making it takes time
        self._preview = self.create_publisher(CompressedImage, "camera/preview", ESTIMATE)
        self._preview_due_s = 0.0
        self._work_ms = 0.0
        self._leaving.clear()
        self._pipeline = FacePipeline(self.settings)
        self._warm_up()
        if kept(BEGUN) and self._read_as:
            self._pipeline.care.doubt()
        keep(BEGUN, {})
        self.listen(PointStamped, "face/choose", self._on_choose, ESTIMATE)
        self.listen(Baseline, "face/baseline", self._on_baseline, STATE)
        self._calibration = CalibrationServer(
            self, "face", self._pipeline.calibrate, self._no_calibration, self._pipeline.baseline
        )
        self._thread = threading.Thread(target=self._look, name="face", daemon=True)
        self._thread.start()

    def finish(self) -> None:
        """Ends the thread, then closes the model."""
        if self._thread is None:
            return
        self._leaving.set()
        self._calibration.destroy()
        self._slot.close()
        self._thread.join(timeout=3.0)
        self._thread = None
        self._pipeline.close()

    def figures(self) -> dict[str, Any]:
        """Time per frame."""
        return {"ms_per_frame": round(getattr(self, "_work_ms", 0.0), 2)}

    def _warm_up(self) -> None:
        """Loads the net before the node calls itself active; the first person should not wait for it."""
        observe = self._consent.allows(Consent.OBSERVE)
        self._pipeline.open(observe=observe)
        work = self._pipeline.process if observe else self._pipeline.presence
        work(Frame(np.zeros((480, 640, 3), np.uint8), self.solamen_clock.now_s(), 0, 0))
        self._pipeline.reset()

    def _on_consent(self) -> None:
        """What was seen is wiped where consent is withdrawn, or where another person is in care than before."""
        another = self._consent.person_id not in ("", self._read_as)
        if another:
            self._read_as = self._consent.person_id
        self._wipe = self._wipe or another or not self._consent.allows(Consent.OBSERVE)

    def _on_choose(self, point: PointStamped) -> None:
        """A human points at the person in care: x and y in pixels of the camera's picture; NaN: who is in view."""
        x, y = point.point.x, point.point.y
        if math.isnan(x) and math.isnan(y):
            self._pipeline.care.confirm()
        else:
            self._pipeline.choose((x, y))

    def _on_baseline(self, message: Baseline) -> None:
        """The neutral that the person in care was calibrated to; an empty one: no profile is in use."""
        self.solved(NEUTRAL)
        if message.person_id and message.person_id == self._consent.person_id:
            self._recalled = dict(zip(message.name, zip(message.mean, message.stddev, strict=True), strict=True))

    def _no_calibration(self) -> str:
        return "" if self._consent.allows(Consent.OBSERVE) else "the person did not consent to be observed"

    def _look(self) -> None:
        answer = self.guard(self._answer)
        while not self._leaving.is_set():
            frame = self._slot.take(timeout_s=0.2)
            self.guard(self._forget_where_due)()  # also where no frame comes any more
            if frame is not None:
                answer(frame)

    def _forget_where_due(self) -> None:
        if self._wipe:
            self._wipe = False
            self._pipeline.reset()

    def _answer(self, frame: Frame) -> None:
        if self._recalled:
            recalled, self._recalled = self._recalled, {}
            if not self._pipeline.recall(recalled):
                self.problem("the person's neutral face was learned by another version; calibrate again", NEUTRAL)
        observe = self._consent.allows(Consent.OBSERVE)
        shown = self._is_shown(frame)
        result = self._pipeline.process(frame, look=shown) if observe else self._pipeline.presence(frame)
        # Consent may have been taken back while the frame was read.
        if self._consent.withdrawn or observe != self._consent.allows(Consent.OBSERVE):
            return
        self._publish(frame, result, observe)
        if shown and self._consent.allows(Consent.RECORD):
            self._show(frame, result)

    def _publish(self, frame: Frame, result: FaceResult, observe: bool) -> None:
        pose = head_told(self._whole_pose, result.head, frame.stamp_s, frame.monotonic_ns)
        units, pain = units_message(result.action_units, CAMERA_FRAME), estimate_message(result.pain)
        for message in (pose, units, pain):
            message.person_id = self._consent.person_id if result.confirmed else ""
        self._pose.publish(pose)
        self._units.publish(units)
        if observe:
            self._pain.publish(pain)
        spent_ms = (self.solamen_clock.monotonic_ns() - frame.monotonic_ns) * 1e-6
        self._work_ms += 0.1 * (spent_ms - self._work_ms)

    def _is_shown(self, frame: Frame) -> bool:
        """Whether a picture of this frame goes to the recording."""
        wanted = self.option("preview") != "none" and self._consent.allows(Consent.RECORD)
        return wanted and frame.stamp_s >= self._preview_due_s

    def _show(self, frame: Frame, result: FaceResult) -> None:
        """A small picture for the recording, of nobody but the person in care.

        As it is with other faces painted over, or landmarks on grey where pictures of a real person are not to be kept.
        """
        self._preview_due_s = frame.stamp_s + PREVIEW_PERIOD_S
        own = result.points if result.confirmed else None
        if self.option("preview") == "picture":
            image = overlay.paint_over(frame.image, result.bystanders, result.points if own is None else None)
        else:
            image = overlay.draw(frame.image, own, on_grey=True)
        quality = [cv2.IMWRITE_JPEG_QUALITY, PREVIEW_QUALITY]
        ok, jpeg = cv2.imencode(".jpg", cv2.cvtColor(image, cv2.COLOR_RGB2BGR), quality)
        if ok:
            message = CompressedImage(format="jpeg", data=jpeg.tobytes())
            message.header.stamp = to_stamp(frame.stamp_s)
            message.header.frame_id = CAMERA_FRAME
            self._preview.publish(message)
