"""Looks at a machine: what is installed, what is missing, which devices answer.

ROS is looked at from outside, in a child process: this room must not import it, and a broken one must not end the look.
"""

from __future__ import annotations

import dataclasses
import fcntl
import importlib.metadata
import importlib.util
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import psutil

from solamen.core.clock import Clock
from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.voice import recogniser
from solamen.voice.microphone import Device, microphones
from solamen.voice.stop_word import LANGUAGES as STOP_LANGUAGES

LEAST_FREE_MB = 500
"""Ten minutes of a recorded run take about this much."""
LEAST_MEMORY_MB = 2000
"""A run with everything on stays below this."""
LOOK_TIMEOUT_S = 30.0

LIBRARIES = ("numpy", "scipy", "cv2", "mediapipe", "mujoco", "ruckig", "xacro", "py_trees", "circus", "av", "mcap")
"""What a run imports, beside ROS."""

NO_ANSWER = "no answer"
V4L2_QUERYCAP = 0x80685600
V4L2_CAPABILITY_BYTES = 104
V4L2_CARD = slice(16, 48)
"""The question "who are you" to a camera and the name in its answer, from Linux' videodev2.h."""

SETUP = "Run `make setup`."

DRAWS = """
import mujoco
model = mujoco.MjModel.from_xml_string(
    '<mujoco><worldbody><light pos="0 0 3"/><geom type="sphere" size=".1"/></worldbody></mujoco>')
data = mujoco.MjData(model)
mujoco.mj_forward(model, data)
with mujoco.Renderer(model, 64, 64) as renderer:
    renderer.update_scene(data)
    assert renderer.render().max() > 0, "the picture is black"
"""

SPEAKS_ROS = """
from importlib import import_module
rclpy = import_module("rclpy")
rclpy.init()
rclpy.create_node("doctor").destroy_node()
rclpy.shutdown()
"""


@dataclass(frozen=True)
class Check:
    """One thing that was looked at.

    Attributes:
        name: what it is.
        ok: it is as a run needs it.
        detail: what was found.
        remedy: what to do where it is not ok; a hint or empty where it is.
    """

    name: str
    ok: bool
    detail: str
    remedy: str = ""


def report(clock: Clock) -> list[Check]:
    """Looks at everything; takes a few seconds.

    Args:
        clock: times the looks that start a program.
    """
    return [
        check_python(),
        check_libraries(LIBRARIES),
        timed(clock, "ROS 2", SPEAKS_ROS, SETUP),
        timed(clock, "interfaces", "import solamen_msgs.msg, solamen_msgs.srv, solamen_msgs.action", SETUP),
        timed(clock, "drawing off screen", DRAWS, "Type: sudo apt-get install libegl1 libegl-mesa0 libgl1-mesa-dri"),
        check_model(),
        check_dds_profile(),
        check_memory(psutil.virtual_memory().available // 10**6),
        check_disk(Path.cwd()),
        check_shared_memory(Path("/dev/shm")),
        check_cameras(Path("/dev")),
        check_microphones(Path("/proc/asound")),
        check_words(),
        check_display(os.environ.get("DISPLAY", "") or os.environ.get("WAYLAND_DISPLAY", "")),
    ]


def check_python() -> Check:
    """The interpreter."""
    version = ".".join(map(str, sys.version_info[:3]))
    return Check("Python", sys.version_info >= (3, 11), f"{version} in {sys.prefix}", "Python 3.11 or newer is needed.")


def check_libraries(names: Sequence[str]) -> Check:
    """Whether libraries are installed; they are looked for, not imported."""
    missing = [name for name in names if importlib.util.find_spec(name) is None]
    detail = f"missing: {', '.join(missing)}" if missing else f"{len(names)} of {len(names)} installed"
    return Check("libraries", not missing, detail, SETUP if missing else "")


def timed(clock: Clock, name: str, program: str, remedy: str) -> Check:
    """Runs a small program in a child process and says how long it took, or the last line of what it said."""
    begun_ns = clock.monotonic_ns()
    problem = problem_of(program)
    took_s = (clock.monotonic_ns() - begun_ns) * 1e-9
    return Check(name, not problem, problem or f"works ({took_s:.1f} s)", remedy if problem else "")


def problem_of(program: str, timeout_s: float = LOOK_TIMEOUT_S) -> str:
    """Why a Python program fails, in one line; empty where it does not."""
    environment = os.environ | {"MUJOCO_GL": os.environ.get("MUJOCO_GL", "egl"), "MUJOCO_LOG_FILE": os.devnull}
    environment.setdefault("AMENT_PREFIX_PATH", sys.prefix)
    try:
        answer = subprocess.run(
            [sys.executable, "-c", program],
            env=environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return f"no answer within {timeout_s:g} s"
    if answer.returncode == 0:
        return ""
    return (answer.stderr.strip().splitlines() or [f"ended with status {answer.returncode}"])[-1]


def check_model() -> Check:
    """The face landmark model, verified."""
    from solamen.face.models import face_landmarker_path

    return outside("face model", lambda: str(face_landmarker_path()))


def check_dds_profile() -> Check:
    """The profile that keeps ROS's messages on this machine."""

    def read() -> str:
        path = resource("config", "dds", "shm.xml")
        try:
            ElementTree.parse(path)
        except (OSError, ElementTree.ParseError) as error:
            raise OutsideError(f"the DDS profile is unreadable ({error})", str(path), "Restore the file.") from error
        return str(path)

    return outside("DDS profile", read)


def outside(name: str, look: Callable[[], str]) -> Check:
    """A check by something that raises OutsideError where it finds a fault."""
    try:
        return Check(name, True, look())
    except OutsideError as error:
        return Check(name, False, f"{error.what}: {error.where}", error.remedy)


def check_words() -> Check:
    """In which languages words are understood from sound, as installed."""
    whisper = importlib.util.find_spec("faster_whisper") is not None
    known = recogniser.folder() is not None
    english = "what is said in en (Moonshine)" if known else "some phrases in en (pocketsphinx)"
    stop = f"stop at once in {', '.join(STOP_LANGUAGES)}" + ("" if known else ", where it is chosen (--hear-stop)")
    more = "all that is said in seven languages, where whisper_model names a model" if whisper else ""
    hints = (
        "" if known else "English words: `make setup` fetches their recogniser.",
        "" if whisper else "Other languages: .venv/bin/pip install faster-whisper, and a model of it.",
    )
    return Check("words", True, "; ".join(filter(None, (english, stop, more))), " ".join(filter(None, hints)))


def check_memory(available_mb: int) -> Check:
    """Memory that is free for a run."""
    enough = available_mb >= LEAST_MEMORY_MB
    return Check("memory", enough, f"{available_mb} MB free", "" if enough else f"Free {LEAST_MEMORY_MB} MB.")


def check_disk(folder: Path) -> Check:
    """Space and permission to record in a folder."""
    if not os.access(folder, os.W_OK):
        return Check("disk", False, f"{folder} cannot be written", "Change to another folder, or give --out.")
    free_mb = shutil.disk_usage(folder).free // 10**6
    enough = free_mb >= LEAST_FREE_MB
    return Check("disk", enough, f"{free_mb} MB free in {folder}", "" if enough else f"Free {LEAST_FREE_MB} MB.")


def check_shared_memory(folder: Path, least_mb: int = 128) -> Check:
    """Shared memory, through which pictures go from process to process."""
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        return Check("shared memory", False, f"{folder} cannot be written", "In a container: --shm-size=1g")
    free_mb = shutil.disk_usage(folder).free // 10**6
    enough = free_mb >= least_mb
    return Check("shared memory", enough, f"{free_mb} MB free", "" if enough else "In a container: --shm-size=1g")


def check_cameras(devices: Path) -> Check:
    """Cameras; none is no fault, as the virtual patient and files need none."""
    found = sorted(devices.glob("video[0-9]*"), key=lambda path: int(path.name.removeprefix("video")))
    if not found:
        return Check("cameras", True, "none", "Plug one in for --input camera.")
    answers = {path.name: answer_of(path) for path in found}
    detail = ", ".join(f"{name} ({answer})" for name, answer in answers.items())
    silent = any(answer.startswith(NO_ANSWER) for answer in answers.values())
    remedy = "Close other programs that use it, or type: sudo usermod -aG video $USER, and log in again."
    return Check("cameras", not silent, detail, remedy if silent else "")


def answer_of(device: Path) -> str:
    """What a camera calls itself when it is asked (V4L2's QUERYCAP), which does not switch it on."""
    answer = bytearray(V4L2_CAPABILITY_BYTES)
    try:
        handle = os.open(device, os.O_RDWR | os.O_NONBLOCK)
        try:
            fcntl.ioctl(handle, V4L2_QUERYCAP, answer)
        finally:
            os.close(handle)
    except OSError as error:
        return f"{NO_ANSWER}: {error.strerror}"
    return answer[V4L2_CARD].split(b"\0")[0].decode("utf-8", "replace")


def check_microphones(sound: Path, ask: Callable[[], Sequence[Device]] = microphones) -> Check:
    """Microphones, by the numbers that `--microphone` takes; none is no fault, and neither is PyAudio's absence.

    Args:
        sound: folder in which the kernel names its sound devices.
        ask: gives those that answer.
    """
    try:
        answering = ask()
    except OutsideError as error:
        count = len(list(sound.glob("card*/pcm*c")))
        return Check("microphones", True, f"{count} found, but {error.what}. {error.remedy}")
    detail = ", ".join(f"{one.number} ({one.name}, {one.channels} channels, {one.rate_hz} Hz)" for one in answering)
    return Check("microphones", True, detail or "none", "" if detail else "Plug one in for --microphone.")


def check_display(display: str) -> Check:
    """A display; without one a run shows no window."""
    return Check("display", True, display or "none: runs are headless")


def print_report(checks: Sequence[Check], *, as_json: bool) -> None:
    """Prints the report: a line for each check and its remedy below, or one JSON object."""
    if as_json:
        print(
            json.dumps({"version": _version(), "ok": all(check.ok for check in checks), "checks": as_records(checks)})
        )
        return
    for check in checks:
        print(f"{'ok     ' if check.ok else 'MISSING'}  {check.name:<18}  {check.detail}")
        if not check.ok:
            print(f"{'':<29}{check.remedy}")


def as_records(checks: Sequence[Check]) -> list[dict[str, object]]:
    """The checks as plain values."""
    return [dataclasses.asdict(check) for check in checks]


def _version() -> str:
    try:
        return importlib.metadata.version("solamen")
    except importlib.metadata.PackageNotFoundError:
        return "unknown"
