"""The virtual patient: frames and truth at any time of a scenario."""

from __future__ import annotations

from collections.abc import Callable
from types import TracebackType
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import pain_index
from solamen.core.frames import Image
from solamen.core.intents import HeadPose
from solamen.patient.camera import Camera
from solamen.patient.course import Course, Moment
from solamen.patient.expression import Rig, Style
from solamen.patient.person import Person
from solamen.patient.pose import head_rotation, quaternion
from solamen.patient.renderer import Renderer
from solamen.patient.scenario import Scenario
from solamen.patient.settings import PatientSettings
from solamen.patient.truth import Truth

Feel: TypeAlias = Callable[[float], tuple[float, float]]
"""Pain of the scenario to the pain that is felt, and a factor on what the face shows of it."""


class VirtualPatient:
    """A person before a camera who lives through a scenario.

    Use it as a context manager where frames are wanted: the renderer opens with the block and belongs to its thread.
    `truth` alone needs no renderer. Everything is a function of time, so a patient who starts anew goes on where the
    scenario stands.
    """

    def __init__(self, scenario: Scenario, settings: PatientSettings, seed: int = 0) -> None:
        """Takes what the patient lives through, how they are rendered, and a seed of at least 0.

        Raises:
            OutsideError: the person is not baked.
        """
        self._settings = settings
        self._person = Person.load(settings.person or scenario.person)
        style = Style.of(self._person.name)
        self._course = Course(scenario, seed, style)
        self._rig = Rig(self._person.actions, style)
        self._camera = Camera(settings)
        self._renderer: Renderer | None = None

    def __enter__(self) -> VirtualPatient:
        """Opens the renderer.

        Raises:
            OutsideError: there is no OpenGL for drawing off screen.
        """
        self._renderer = Renderer(self._person, self._camera, self._settings)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Closes the renderer."""
        if self._renderer is not None:
            self._renderer.close()
            self._renderer = None

    @property
    def camera_matrix(self) -> NDArray[np.float64]:
        """3 × 3, pixels: the intrinsics of the camera, without distortion."""
        return self._camera.matrix

    def frame(
        self, t_s: float, feel: Feel | None = None, turn: tuple[float, float] = (0.0, 0.0)
    ) -> tuple[Image, Truth]:
        """The picture (height × width × 3, RGB, 0–255) and the truth at a time since the scenario began, seconds.

        Args:
            t_s: the time.
            feel: what the patient makes of the pain, see `Course.at`.
            turn: yaw and pitch, rad, that the head makes besides, such as a nod; the eyes stay where they look.
        """
        if self._renderer is None:
            raise RuntimeError("a patient gives frames only within a `with` block")
        moment = self._course.at(t_s, feel)
        moment.head_yaw_rad += turn[0]
        moment.head_pitch_rad += turn[1]
        rotation = _rotation(moment)
        eye_yaw_rad = moment.gaze_yaw_rad - moment.head_yaw_rad
        eye_pitch_rad = moment.gaze_pitch_rad - moment.head_pitch_rad
        weights = self._rig.weights(moment.intensity, eye_yaw_rad, eye_pitch_rad)
        image = self._renderer.draw(weights, rotation, eye_yaw_rad, eye_pitch_rad)
        return image, self._truth(t_s, moment)

    def truth(self, t_s: float) -> Truth:
        """The truth at a time since the scenario began, seconds, without drawing; its stamp is that time."""
        return self._truth(t_s, self._course.at(t_s))

    def _truth(self, t_s: float, moment: Moment) -> Truth:
        return Truth(
            stamp_s=t_s,
            pain=moment.pain,
            pspi=pain_index(moment.intensity).value,
            intensity=dict(moment.intensity),
            head=self._head(moment),
            event=moment.event,
            scenario_frame=int(t_s * self._settings.rate_hz + 1e-6),
            scenario_time_s=t_s,
        )

    def _head(self, moment: Moment) -> HeadPose:
        """The head in the camera's optical frame."""
        rotation = _rotation(moment)
        pivot = self._person.pivot.astype(np.float64)
        between_eyes = pivot - rotation @ pivot
        position = self._camera.to_optical(between_eyes)
        w, x, y, z = quaternion(self._camera.optical_from_patient @ rotation)
        return HeadPose((float(position[0]), float(position[1]), float(position[2])), (w, x, y, z))


def _rotation(moment: Moment) -> NDArray[np.float64]:
    """The rotation of the head in the patient's frame."""
    return head_rotation(moment.head_yaw_rad, moment.head_pitch_rad, moment.head_roll_rad)
