"""The patient node: renders the virtual patient as a camera would see them, and tells the truth on `truth/face`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sensor_msgs.msg import Image
from solamen_msgs.msg import GroundTruth

from solamen.core.resources import resource
from solamen.nodes.clock import to_stamp
from solamen.nodes.convert import pose_message
from solamen.nodes.images import image_message
from solamen.nodes.qos import ESTIMATE, IMAGE
from solamen.nodes.runtime import keep, kept, may_begin
from solamen.nodes.shell import Shell, main_of
from solamen.patient.patient import VirtualPatient
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings
from solamen.patient.truth import Truth

CAMERA_FRAME = "camera_optical"
CALM_S = 1.0
"""Every scenario is calm for at least this long at its beginning."""


class PatientNode(Shell[PatientSettings]):
    """A person who is not there."""

    settings_type = PatientSettings
    options = {"scenario": "", "seed": 0}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        self._patient: VirtualPatient | None = None
        super().__init__("patient", **arguments)

    def start(self) -> None:
        """Takes the scenario up where this run has it; a respawned patient does not begin anew."""
        name = self.option("scenario")
        scenario = Scenario.load(Path(name) if name else resource("sim", "scenarios", "default.yaml"))
        self._patient = VirtualPatient(scenario, self.settings, int(self.option("seed"))).__enter__()
        self._image = self.create_publisher(Image, "camera/image", IMAGE)
        self._truth = self.create_publisher(GroundTruth, "truth/face", ESTIMATE)
        began = kept("patient")
        self._woke_s = self.solamen_clock.now_s()
        self._start_s: float | None = began["start_s"] if began else None
        self.every(1.0 / self.settings.rate_hz, self._show)

    def finish(self) -> None:
        """Closes the renderer."""
        if self._patient is not None:
            self._patient.__exit__(None, None, None)
            self._patient = None

    def _show(self) -> None:
        if self._patient is None:
            return
        now_s = self.solamen_clock.now_s()
        image, truth = self._patient.frame(self._scenario_time_s(now_s))
        self._image.publish(image_message(image, now_s, CAMERA_FRAME))
        self._truth.publish(_truth_message(truth, now_s))

    def _scenario_time_s(self, now_s: float) -> float:
        """Time in the scenario; until all are there to see it, its first calm moments go to and fro."""
        if self._start_s is None and may_begin():
            self._start_s = now_s
            keep("patient", {"start_s": now_s})
        if self._start_s is None:
            return CALM_S - abs((now_s - self._woke_s) % (2 * CALM_S) - CALM_S)
        return max(0.0, now_s - self._start_s)


def _truth_message(truth: Truth, stamp_s: float) -> GroundTruth:
    message = GroundTruth(event=truth.event, scenario_frame=truth.scenario_frame)
    message.header.stamp = to_stamp(stamp_s)
    message.header.frame_id = CAMERA_FRAME
    message.scenario_time_s = truth.scenario_time_s
    message.pain, message.pspi = float(truth.pain), float(truth.pspi)
    message.unit = sorted(truth.intensity)
    message.intensity = [float(truth.intensity[unit]) for unit in sorted(truth.intensity)]
    message.arousal = float(truth.arousal)
    message.head = pose_message(truth.head)
    return message


main = main_of("patient", PatientNode)

if __name__ == "__main__":
    main()
