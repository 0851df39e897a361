"""The robot in Gazebo Classic, stepped in lockstep through our plugin; Gazebo lives in a folder of its own (chroot)."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree

import numpy as np

from solamen.core.errors import OutsideError
from solamen.core.intents import TrajectoryPoint
from solamen.core.resources import resource
from solamen.robot.adapters.backend import JointStates, RobotBackend
from solamen.robot.adapters.model import Coupling, followers, read_urdf
from solamen.robot.adapters.trajectory import Trajectory
from solamen.robot.description import RobotDescription

EXCHANGE_S = 0.004
"""Simulated time between two lines of the plugin: its STRIDE steps of 1 ms."""

START_TIMEOUT_S, ANSWER_TIMEOUT_S = 60.0, 20.0

ROOM = "solamen"
"""The folder in Gazebo's root that we may write to."""

MODEL_CONFIG = '<model><name>sol</name><version>1</version><sdf version="1.7">model.sdf</sdf></model>'


class ClassicBody(RobotBackend):
    """The robot in Gazebo Classic 11.

    Args:
        description: of the robot.
        root: folder in which Gazebo is installed, with our plugin compiled in its `solamen/`.
        prefix: what to put before a command that changes the root, such as `["sudo", "-n"]`.

    Raises:
        OutsideError: Gazebo rejects the model, or does not start.
    """

    def __init__(self, description: RobotDescription, root: Path, prefix: Sequence[str] = ()) -> None:
        self._root, self._room = root, root / ROOM
        self._chroot = [*prefix, "chroot", str(root)]
        self._names = description.names()
        self._fastest = np.array([joint.limit.max_velocity for joint in description.joints])
        self._coupling = Coupling(self._names, followers(read_urdf(description)))
        lights = {joint.name for joint in description.joints if joint.kind not in ("revolute", "prismatic")}
        self._moving = set(self._coupling.names) - lights
        self._lit: dict[str, tuple[float, ...]] = {}  # a channel that is no joint is where it is asked to be
        self._trajectory = Trajectory.at_rest(self._names, np.array([joint.neutral for joint in description.joints]))
        self._time_s = 0.0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._write_model(description, self._socket.getsockname()[1])
        self._server = self._start()
        self._peer: tuple[str, int] | None = None
        self._state: dict[str, tuple[float, float]] = {}
        try:
            self._hear(START_TIMEOUT_S)
            self._exchange()  # the first answer places the joints
        except BaseException:
            self.close()
            raise

    def send(self, points: Sequence[TrajectoryPoint], age_s: float = 0.0) -> None:
        """Replaces the trajectory; goes on smoothly from where the last one stands."""
        present = self._trajectory.state(self._time_s)
        self._trajectory = Trajectory.through(present, points, (self._names, self._fastest), age_s)
        self._time_s = 0.0

    def advance(self, seconds: float) -> None:
        """Steps Gazebo by the whole exchanges that come nearest to `seconds`."""
        for _ in range(round(seconds / EXCHANGE_S)):
            self._exchange()
            self._time_s += EXCHANGE_S

    def joint_states(self) -> JointStates:
        """Where the described joints are, as Gazebo tells."""
        values = [self._state.get(name, self._lit[name]) for name in self._names]
        return self._names, tuple(value[0] for value in values), tuple(value[1] for value in values)

    def close(self) -> None:
        """Ends Gazebo; it also ends by itself when nobody answers it."""
        if self._server.poll() is None and self._peer is not None:
            self._socket.sendto(b"end", self._peer)
        try:
            self._server.wait(10.0)
        except subprocess.TimeoutExpired:
            self._server.terminate()
            self._server.wait(10.0)
        self._socket.close()

    def _exchange(self) -> None:
        asked = self._trajectory.state(self._time_s)
        self._lit = dict(zip(self._names, zip(*(values.tolist() for values in asked), strict=True), strict=True))
        position, velocity = (self._coupling.spread(values) for values in asked)
        words = (
            f"{name} {place:.9g} {speed:.9g}"
            for name, place, speed in zip(self._coupling.names, position, velocity, strict=True)
        )
        assert self._peer is not None
        self._socket.sendto(" ".join(words).encode(), self._peer)
        self._hear(ANSWER_TIMEOUT_S)

    def _hear(self, timeout_s: float) -> None:
        self._socket.settimeout(timeout_s)
        try:
            line, self._peer = self._socket.recvfrom(65536)
        except TimeoutError as error:
            raise OutsideError(
                f"Gazebo said nothing for {timeout_s:.0f} s", str(self._room / "gzserver.log"), "Look there."
            ) from error
        words = line.decode().split()[1:]
        self._state = {
            name: (float(position), float(velocity))
            for name, position, velocity in zip(words[::3], words[1::3], words[2::3], strict=True)
        }
        missing = self._moving - set(self._state)
        if missing:
            raise OutsideError(f"Gazebo has no joint {min(missing)}", str(self._room), "Correct the model.")

    def _write_model(self, description: RobotDescription, port: int) -> None:
        """Describes the robot for Gazebo, has Gazebo convert and check it."""
        script = resource("sim", "gazebo", "describe.py")
        command = [sys.executable, str(script), str(description.urdf)]
        robot = ElementTree.fromstring(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
        plugin = f'<plugin name="servos" filename="/{ROOM}/libservos.so"><port>{port}</port></plugin>'
        robot.append(ElementTree.fromstring(f"<gazebo>{plugin}</gazebo>"))
        folder = self._room / "models" / "sol"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "model.config").write_text(MODEL_CONFIG, encoding="utf-8")
        (folder / "sol.urdf").write_text(ElementTree.tostring(robot, encoding="unicode"), encoding="utf-8")
        (folder / "model.sdf").write_text(self._gz("sdf", "-p", f"/{ROOM}/models/sol/sol.urdf"), encoding="utf-8")
        self._gz("sdf", "-k", f"/{ROOM}/models/sol/model.sdf")
        world = resource("sim", "gazebo", "classic.world").read_text(encoding="utf-8")
        (self._room / "classic.world").write_text(world, encoding="utf-8")

    def _gz(self, *words: str) -> str:
        answer = subprocess.run(
            [*self._chroot, *_variables(), "gz", *words], capture_output=True, text=True, timeout=60, check=False
        )
        if answer.returncode != 0 or "Error" in answer.stderr:
            said = (answer.stderr or answer.stdout).strip()[-500:]
            raise OutsideError(f"Gazebo rejects the model ({said})", str(self._room), "Correct urdf/ or describe.py.")
        return answer.stdout

    def _start(self) -> subprocess.Popen[bytes]:
        command = [*self._chroot, *_variables(), "gzserver", "--verbose", f"/{ROOM}/classic.world"]
        with (self._room / "gzserver.log").open("wb") as log:
            return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)


def _variables() -> list[str]:
    """An environment of Gazebo's own, on the loopback interface and a free port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    values: Mapping[str, str] = {
        "PATH": "/usr/bin:/bin",
        "HOME": f"/{ROOM}",
        "LANG": "C.UTF-8",
        "GAZEBO_MODEL_PATH": f"/{ROOM}/models",
        "GAZEBO_RESOURCE_PATH": "/usr/share/gazebo-11",
        "GAZEBO_PLUGIN_PATH": "/usr/lib/x86_64-linux-gnu/gazebo-11/plugins",
        "GAZEBO_MODEL_DATABASE_URI": "",
        "GAZEBO_IP": "127.0.0.1",
        "GAZEBO_MASTER_URI": f"http://127.0.0.1:{port}",
    }
    return ["/usr/bin/env", "-i", *(f"{name}={value}" for name, value in values.items())]
