"""The patient node: renders the virtual patient as a camera would see them, and tells the truth on `truth/face`.

The patient reacts to the robot (`patient_reaction`): a model for trying the loop, not for claims.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from sensor_msgs.msg import Image
from solamen_msgs.msg import GroundTruth

from solamen.core.frames import Image as Picture
from solamen.core.resources import resource
from solamen.nodes.clock import to_stamp
from solamen.nodes.convert import pose_message
from solamen.nodes.images import image_message
from solamen.nodes.patient_mouth import PatientMouth
from solamen.nodes.patient_reaction import Reaction
from solamen.nodes.qos import ESTIMATE, IMAGE
from solamen.nodes.runtime import keep, kept, may_begin
from solamen.nodes.shell import Shell, main_of
from solamen.patient.patient import VirtualPatient
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings
from solamen.patient.truth import Truth

CAMERA_FRAME = "camera_optical"
UNSEEN, DARK = ("away", "dark"), 8
"""Where the patient is away or the light is out, the picture is all but black."""
SILENCE = "silence"
"""Then no picture comes at all."""
CALM_S = 1.0
"""Every scenario is calm for at least this long at its beginning."""


class PatientNode(Shell[PatientSettings]):
    """A person who is not there."""

    settings_type = PatientSettings
    options = {"scenario": "", "seed": 0, "reacts": True, "audible": True, "hear_stop": False}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        self._patient: VirtualPatient | None = None
        super().__init__("patient", **arguments)

    def start(self) -> None:
        """Takes the scenario up where this run has it; a respawned patient does not begin anew."""
        name = self.option("scenario")
        scenario = Scenario.load(Path(name) if name else resource("sim", "scenarios", "default.yaml"))
        seed = int(self.option("seed"))
        self._patient = VirtualPatient(scenario, self.settings, seed).__enter__()
        self._mouth = PatientMouth(self, seed) if self.option("audible") else None
        self._reaction = (
            Reaction(self, scenario, seed, self.settings.rate_hz, self._mouth, bool(self.option("hear_stop")))
            if self.option("reacts")
            else None
        )
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
        image, truth = self._frame(self._patient, self._scenario_time_s(now_s), now_s)
        if image is not None:
            self._image.publish(image_message(image, now_s, CAMERA_FRAME))
        self._truth.publish(_truth_message(truth, now_s))
        if self._mouth is not None:
            self._mouth.utter(truth.pain if self._start_s is not None else 0.0, truth.event, now_s)

    def _frame(self, patient: VirtualPatient, time_s: float, now_s: float) -> tuple[Picture | None, Truth]:
        """The picture, where there is one, and the truth; until the scenario has begun nobody reacts to anything."""
        if self._reaction is None or self._start_s is None:
            return patient.frame(time_s)
        instant = self._reaction.step(time_s, now_s)
        felt = instant.felt
        image, truth = patient.frame(time_s, lambda _: (felt.pain, felt.expressiveness), self._reaction.head(time_s))
        if instant.hidden in UNSEEN:
            image[:] = DARK
        return None if instant.hidden == SILENCE else image, replace(truth, arousal=felt.arousal)

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
