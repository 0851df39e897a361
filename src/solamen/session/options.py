"""What a run was asked to be."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.states import Consent
from solamen.people.identity import id_problem
from solamen.robot.description import known_robots, load_robot

OWN_ROBOT = "sol"
OWN_BACKENDS = ("mujoco", "dry")
"""With these words our own robot is meant: simulated, or as a body that does at once what it is told."""


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """Options of a run.

    Attributes:
        source: patient, camera or file.
        device: number of the camera.
        file: the video, for source file.
        consent: what the person agreed to.
        robot: name of a file in config/robots, or path of another.
        backend: what moves the robot: mujoco (simulated), dry, reachy_mini, nao or ros2_control.
        scenario: a virtual patient's scenario; None for the default one.
        duration_s: seconds from the moment that all processes are up; infinite where it is not given.
        headless: no window.
        out: folder of the record; None for runs/<stamp>.
        seed: of the virtual patient.
        record_video: pictures of a real person may be stored, too.
        person: id of the person in care; empty: anonymous.
        microphone: number of the microphone, -1 for the default one; None where none is opened.
        hears: the sound of the source, or the microphone, is listened to.
        hear_stop: the virtual patient's "stop" is its sound alone; without the recogniser a net hears it.
        network: open the network to other machines.
    """

    source: str = "patient"
    device: int = 0
    file: Path | None = None
    consent: Consent = Consent.RECORD
    robot: str = "sol"
    backend: str = "mujoco"
    scenario: Path | None = None
    duration_s: float = math.inf
    headless: bool = False
    out: Path | None = None
    seed: int = 0
    record_video: bool = False
    person: str = ""
    microphone: int | None = None
    hears: bool = True
    network: bool = False
    hear_stop: bool = False

    @property
    def sound(self) -> str:
        """Where the voice process hears: a microphone, the topic of the source's own sound, or none."""
        if not self.hears:
            return "none"
        if self.microphone is not None:
            return "microphone"
        return "none" if self.source == "camera" else "topic"

    @property
    def records(self) -> bool:
        """Whether anything about the person is stored."""
        return self.consent >= Consent.RECORD

    @property
    def preview(self) -> str:
        """What the film shows of the person: the picture, landmarks on grey, or nothing."""
        if not self.records:
            return "none"
        return "picture" if self.source == "patient" or self.record_video else "landmarks"

    @property
    def label(self) -> str:
        """How the film calls the person."""
        return "virtual patient (synthetic)" if self.source == "patient" else "person"

    def as_record(self) -> dict[str, Any]:
        """For run.json: plain values, and no path that could name the person in care."""
        values = {item.name: getattr(self, item.name) for item in dataclasses.fields(self)}
        values["consent"] = self.consent.name.lower()
        values["duration_s"] = self.duration_s if math.isfinite(self.duration_s) else None
        values["scenario"] = self.scenario.name if self.scenario else "default.yaml"
        values["file"] = self.file.suffix if self.file else None
        del values["out"], values["person"]
        return values


def parse_input(text: str) -> dict[str, Any]:
    """Source, device and file from what was given to --input: patient, camera, camera:N or a path.

    Raises:
        OutsideError: the number of a camera is none.
    """
    if text == "patient":
        return {"source": "patient"}
    kind, _, number = text.partition(":")
    if kind == "camera":
        if number and not (number.isdigit() and int(number) < 64):
            raise OutsideError(f"{number!r} is no number of a camera", f"--input {text}", "Write camera:0, camera:1, …")
        return {"source": "camera", "device": int(number or 0)}
    return {"source": "file", "file": Path(text).expanduser().absolute()}


def parse_microphone(text: str | None) -> dict[str, Any]:
    """What was given to --microphone: nothing, default, a number, or none.

    Raises:
        OutsideError: it is none of these.
    """
    if text is None:
        return {}
    if text == "none":
        return {"hears": False}
    if text == "default":
        return {"microphone": -1}
    if not (text.isdigit() and int(text) < 256):
        remedy = "Write --microphone, --microphone 2, or --microphone none; `solamen doctor` lists them."
        raise OutsideError(f"{text[:40]!r} is no number of a microphone", "--microphone", remedy)
    return {"microphone": int(text)}


def parse_robot(text: str) -> dict[str, Any]:
    """Robot and backend from what was given to --robot: mujoco and dry mean our own, else a robot's own backend.

    A robot is a name in config/robots, or the path of a file like those.

    Raises:
        OutsideError: there is no such robot, or its file is malformed.
    """
    if text in OWN_BACKENDS:
        return {"robot": OWN_ROBOT, "backend": text}
    if Path(text).suffix in (".yaml", ".yml"):
        file = Path(text).expanduser().absolute()
        return {"robot": str(file), "backend": load_robot(file).backend.name}
    if text not in known_robots():
        known = ", ".join([*OWN_BACKENDS, *known_robots()])
        raise OutsideError(f"there is no robot {text!r}", "--robot", f"Use one of: {known}, or a file such as my.yaml.")
    return {"robot": text, "backend": load_robot(text).backend.name}


def parse_consent(text: str, source: str) -> Consent:
    """What was given as consent; empty: what the source stands for.

    Raises:
        OutsideError: there is no such consent.
    """
    if text and text.upper() not in Consent.__members__:
        known = ", ".join(level.name.lower() for level in Consent)
        raise OutsideError(f"there is no consent {text[:40]!r}", "consent", f"Use one of: {known}.")
    return Consent[text.upper()] if text else default_consent(source)


def parse_person(text: str) -> str:
    """The id of a person; empty: anonymous.

    Raises:
        OutsideError: it is no id.
    """
    problem = id_problem(text) if text else ""
    if problem:
        raise OutsideError(problem, "--person", "Give a code such as p-17.")
    return text


def default_consent(source: str) -> Consent:
    """A virtual patient and a file count as consent to record; a camera, a robot's too, starts with none."""
    return Consent.NONE if source in ("camera", "topic") else Consent.RECORD
