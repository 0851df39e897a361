"""The page: the robot in the middle, sliders and buttons beside it. Served on this machine alone, from this machine."""

from __future__ import annotations

import importlib
import importlib.util
import logging
import os
import webbrowser
from collections.abc import Callable, Mapping
from threading import Event
from typing import Any

import numpy as np

from solamen.core.clock import Clock
from solamen.core.errors import OutsideError
from solamen.core.intents import Point
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.description import RobotDescription, load_robot
from solamen.robot.gestures import known_gestures, load_gesture
from solamen.robot.sheet import EXPRESSIONS
from solamen.robot.view.drawing import colour_of, parts_of
from solamen.robot.view.live import TICK_S, LiveRobot

HOST = "127.0.0.1"
TURNS_PER_PICTURE = 2
"""The picture is renewed at 25 Hz: more only burdens the browser."""

NAMES = {
    1: "inner brow up",
    2: "outer brow up",
    4: "brows together",
    5: "lids up",
    6: "cheeks up",
    7: "lids tight",
    9: "nose wrinkled",
    10: "upper lip up",
    12: "smile",
    15: "corners down",
    17: "chin up",
    20: "lips stretched",
    25: "lips apart",
    26: "jaw down",
    43: "eyes closed",
}
"""FACS number to plain words."""

CAMERA, LOOK_AT = (0.95, 0.1, 0.5), (0.0, 0.1, 0.37)
"""Where the one who looks stands at first, and what is looked at, metres in base_link."""

GAZE_DISTANCE_M = 0.8


def view(robot: str, port: int, clock: Clock) -> None:
    """Shows the robot in the browser until it is interrupted.

    Args:
        robot: name of a file in `config/robots/`, or a path.
        port: on 127.0.0.1; the next free one where it is taken.
        clock: of the machine.

    Raises:
        OutsideError: the extra `view` is not installed, or the robot has no model.
        KeyboardInterrupt: the way to end it.
    """
    viser = _viser()
    description = load_robot(robot)
    if not description.has_model:
        remedy = "Take a robot whose file names a `urdf`, such as sol."
        raise OutsideError("there is no model to draw", f"the file of the robot {description.name}", remedy)
    with MujocoBackend(description) as backend:
        live = LiveRobot(description, backend, clock)
        server = viser.ViserServer(host=HOST, port=port, label=f"Solamen: {description.name}", verbose=False)
        try:
            page = Page(server, description, backend, live)
            address = f"http://{HOST}:{server.get_port()}"
            print(f"{description.name} moves at {address} (Ctrl-C ends it)", flush=True)
            if os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"):
                webbrowser.open(address)
            _run(page, clock)
        finally:
            server.stop()


def _viser() -> Any:
    if importlib.util.find_spec("viser") is None:
        remedy = "Install it with `pip install 'solamen[view]'`."
        raise OutsideError("the extra `view` is not installed", "the package viser is missing", remedy)
    logging.getLogger("websockets").setLevel(logging.ERROR)
    return importlib.import_module("viser")


def _run(page: Page, clock: Clock) -> None:
    pause, next_ns = Event(), clock.monotonic_ns()
    while True:
        page.turn()
        now_ns = clock.monotonic_ns()
        next_ns = max(next_ns + round(TICK_S * 1e9), now_ns)
        pause.wait((next_ns - now_ns) * 1e-9)


class Page:
    """What stands on the page, and what is asked for there.

    Args:
        server: of viser.
        description: of the robot.
        backend: its body.
        live: the robot.
    """

    def __init__(self, server: Any, description: RobotDescription, backend: MujocoBackend, live: LiveRobot) -> None:
        self._server, self._backend, self._live = server, backend, live
        self._turns = 0
        self._lamps: list[tuple[int, Any]] = []
        self._wishes: list[Callable[[], None]] = []
        self._draw_room()
        self._links = self._draw_robot()
        self._add_safety()
        self._add_expressions()
        self._add_gestures()
        self._units = self._add_units(description)
        self._gaze = self._add_gaze()

    def turn(self) -> None:
        """Does what was asked for, moves the robot on, and draws it anew."""
        while self._wishes:
            self._wishes.pop(0)()
        activation = {unit: float(slider.value) for unit, slider in self._units.items()}
        self._live.show(activation, self._target())
        self._live.step()
        self._turns += 1
        if self._turns % TURNS_PER_PICTURE == 0:
            self._renew()

    def _wish(self, work: Callable[[], None]) -> Callable[[Any], None]:
        """A callback for a button. It comes on a thread of the server; the work is done on the robot's own."""
        return lambda _: self._wishes.append(work)

    def _draw_room(self) -> None:
        scene = self._server.scene
        self._server.gui.configure_theme(show_logo=False, show_share_button=False, brand_color=(112, 158, 161))
        # As served, the light washes out the robot's pale colours.
        scene.configure_environment_map("studio", environment_intensity=0.35)
        scene.configure_default_lights(enabled=False)
        scene.add_light_directional("/light", intensity=1.1, position=(1.5, 0.8, 2.0))
        scene.add_grid("/floor", width=2.0, height=2.0, cell_size=0.1, cell_color=(225, 225, 225))
        self._server.initial_camera.position = CAMERA
        self._server.initial_camera.look_at = LOOK_AT
        self._server.initial_camera.fov = np.radians(40.0)

    def _draw_robot(self) -> dict[int, Any]:
        """Adds a frame for each link that has visible parts; number of the link in the model to the frame."""
        scene, links = self._server.scene, {}
        for number, part in enumerate(parts_of(self._backend.model)):
            if part.body not in links:
                links[part.body] = scene.add_frame(f"/robot/{part.link}", show_axes=False)
            mesh = scene.add_mesh_simple(
                f"/robot/{part.link}/{number}",
                part.vertices,
                part.faces,
                color=part.colour,
                opacity=None if part.opacity >= 1.0 else part.opacity,
            )
            if part.lamp >= 0:
                self._lamps.append((part.lamp, mesh))
        return links

    def _add_safety(self) -> None:
        gui = self._server.gui
        self._status = gui.add_text("safety", "", disabled=True)
        gui.add_button("Stop", color="red").on_click(self._wish(self._live.stop))
        gui.add_button("Move again").on_click(self._wish(self._live.reset_stop))

    def _add_expressions(self) -> None:
        buttons = self._server.gui.add_button_group("Expressions", tuple(EXPRESSIONS))
        buttons.on_click(lambda event: self._wishes.append(lambda: self._set(EXPRESSIONS[event.target.value])))

    def _add_gestures(self) -> None:
        gestures = {name.replace("_", " "): load_gesture(name) for name in known_gestures()}
        if gestures:
            buttons = self._server.gui.add_button_group("Gestures", tuple(gestures))
            buttons.on_click(lambda event: self._wishes.append(lambda: self._live.play(gestures[event.target.value])))

    def _add_units(self, description: RobotDescription) -> dict[int, Any]:
        with self._server.gui.add_folder("Action units"):
            return {
                unit: self._server.gui.add_slider(
                    f"AU{unit} {NAMES[unit]}", min=0.0, max=1.0, step=0.01, initial_value=0.0
                )
                for unit in sorted(description.units)
                if unit in NAMES
            }

    def _add_gaze(self) -> tuple[Any, Any]:
        gui = self._server.gui
        with gui.add_folder("Gaze"):
            left = gui.add_slider("to its left, m", min=-0.8, max=0.8, step=0.01, initial_value=0.0)
            up = gui.add_slider("height, m", min=0.0, max=1.0, step=0.01, initial_value=0.53)
        return left, up

    def _set(self, activation: Mapping[int, float]) -> None:
        for unit, slider in self._units.items():
            slider.value = activation.get(unit, 0.0)

    def _target(self) -> Point:
        left, up = self._gaze
        return GAZE_DISTANCE_M, float(left.value), float(up.value)

    def _renew(self) -> None:
        data = self._backend.data
        with self._server.atomic():
            for body, frame in self._links.items():
                frame.position, frame.wxyz = data.xpos[body].copy(), data.xquat[body].copy()
            self._shine()
        state = self._live.status()
        words = f"stopped: {state.stop_reason}" if state.stopped else "moves within its limits"
        if self._status.value != words:
            self._status.value = words

    def _shine(self) -> None:
        """Renews what shines; what has not changed is not sent."""
        for material, mesh in self._lamps:
            colour, opacity = colour_of(self._backend.model, material)
            if tuple(mesh.color) != colour:
                mesh.color = colour
            if opacity < 1.0 and mesh.opacity != opacity:
                mesh.opacity = opacity
