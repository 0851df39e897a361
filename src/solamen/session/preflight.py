"""What is looked at before a run begins, so that bad input is told about in one sentence and leaves nothing behind."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable
from pathlib import Path

from solamen.camera.device import CameraDevice
from solamen.camera.video_file import Picture, VideoFile
from solamen.core.clock import Clock
from solamen.core.errors import OutsideError
from solamen.core.frames import Frame
from solamen.core.quiet import quiet
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.core.states import Consent
from solamen.face.models import face_landmarker_path
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings
from solamen.patient.scenario import Scenario
from solamen.robot.adapters.drive import as_filed, drive
from solamen.robot.adapters.driver_settings import DriverSettings
from solamen.robot.description import load_robot
from solamen.session.options import RunOptions
from solamen.voice.microphone import DEFAULT, Microphone

DRIVEN = ("reachy_mini", "nao")
"""Robots outside this machine's simulation, which must answer before a run begins."""

LOOK_EVERY_S = 0.4
"""A face that is in the picture for this long is found."""


def check(options: RunOptions, tell: Callable[[str], None], clock: Clock) -> None:
    """Looks at everything that a run rests on.

    Raises:
        OutsideError: one sentence of what is wrong, where, and what to do.
    """
    _check_robot(options, clock)
    face_landmarker_path()
    if options.sound == "microphone" and options.consent >= Consent.OBSERVE:
        with Microphone(options.microphone if options.microphone is not None else DEFAULT):
            pass
    if options.source == "patient":
        Scenario.load(options.scenario or resource("sim", "scenarios", "default.yaml"))
    elif options.source == "camera":
        _check_camera(options.device)
    elif options.file is not None:
        _check_video(options.file, tell)


def _check_robot(options: RunOptions, clock: Clock) -> None:
    """Reads the robot's file, and sees whether a robot that a driver must reach is there."""
    robot = load_robot(options.robot)
    settings = load(DriverSettings, resource("config", "driver.yaml"))
    if options.backend in DRIVEN:
        chosen = dataclasses.replace(settings, backend=options.backend)
        chosen = as_filed(chosen, robot.backend.name, robot.backend.settings, f"the file of the robot {robot.name}")
        with drive(chosen, robot.limits(), robot.neutral(), robot.drivers(), clock):
            pass


def _check_camera(device: int) -> None:
    with CameraDevice(device) as camera:
        if camera.read() is None:
            remedy = "Close other programs that use it, or give another number: --input camera:1."
            raise OutsideError("the camera opens but gives no picture", f"camera {device}", remedy)


def _check_video(path: Path, tell: Callable[[str], None]) -> None:
    with VideoFile(path) as video:
        tell(f"looking for a face in {path.name}")
        settings = load(FaceSettings, resource("config", "face.yaml"))
        with quiet(), FacePipeline(settings) as pipeline:
            if not any(_face_in(picture, pipeline, count) for count, picture in enumerate(_some(video))):
                remedy = "Give a video in which a person's face can be seen, not too small and not turned away."
                raise OutsideError("no face was found in the video", str(path), remedy)


def _some(video: VideoFile) -> itertools.filterfalse[Picture]:
    """A picture every now and then."""
    due_s = 0.0

    def passed_over(item: object) -> bool:
        nonlocal due_s
        if not isinstance(item, Picture) or item.time_s < due_s:
            return True
        due_s = item.time_s + LOOK_EVERY_S
        return False

    return itertools.filterfalse(passed_over, video.play())  # type: ignore[arg-type]


def _face_in(picture: Picture, pipeline: FacePipeline, count: int) -> bool:
    # The presence detector alone: whether a face is there asks for no landmarks.
    return pipeline.presence(Frame(picture.image, picture.time_s, 0, count)).action_units.face_present
