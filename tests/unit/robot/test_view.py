"""The robot in the browser, with a stand-in for the page's server: what is asked there passes motion and safety."""

import math
from contextlib import contextmanager
from types import SimpleNamespace

import numpy as np
import pytest

from solamen.core.clock import SteppedClock
from solamen.core.errors import OutsideError
from solamen.robot.adapters.dry import DryBackend
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.description import load_robot
from solamen.robot.view import view
from solamen.robot.view.drawing import parts_of
from solamen.robot.view.live import LONGEST_S, TICK_S, LiveRobot
from solamen.robot.view.page import Page

ROBOT = load_robot("sol")
SMILE = {6: 0.7, 12: 0.9}


@pytest.fixture
def clock():
    return SteppedClock(1000.0)


@pytest.fixture
def dry():
    return DryBackend(ROBOT.limits(), ROBOT.neutral())


@pytest.fixture
def live(dry, clock):
    return LiveRobot(ROBOT, dry, clock)


def let_pass(seconds, clock, work):
    for _ in range(round(seconds / TICK_S)):
        clock.advance(TICK_S)
        work()


def test_a_smile_that_is_asked_for_is_shown(live, clock):
    live.show(SMILE)
    let_pass(1.0, clock, live.step)
    joint = ROBOT.joint("mouth_corner_left")
    assert live.positions()["mouth_corner_left"] > joint.neutral + 0.1


def test_a_face_is_held_as_long_as_it_is_asked_for(live, clock):
    live.show(SMILE)
    let_pass(1.0, clock, live.step)
    before = live.positions()["mouth_corner_left"]
    let_pass(5.0, clock, live.step)
    assert live.positions()["mouth_corner_left"] == pytest.approx(before, abs=0.01)


def test_the_head_looks_where_it_is_asked_to(live, clock):
    live.show({}, (0.8, 0.6, 0.5))
    let_pass(2.0, clock, live.step)
    assert live.positions()["neck_yaw"] > 0.2


def test_all_that_reaches_the_body_keeps_the_limits(live, dry, clock):
    live.show(dict.fromkeys(ROBOT.units, 1.0), (0.1, -5.0, 3.0))
    let_pass(2.0, clock, live.step)
    assert len(dry.sent) > 90
    for sent in dry.sent:
        for point in sent.points:
            assert all(j.lower <= point.position[j.name] <= j.upper for j in ROBOT.joints)


def test_a_stop_holds_the_robot_until_it_may_move_again(live, clock):
    let_pass(0.5, clock, live.step)
    live.stop()
    let_pass(0.5, clock, live.step)
    before = live.positions()
    live.show(SMILE, (0.8, 0.6, 0.5))
    let_pass(1.0, clock, live.step)
    assert live.positions() == pytest.approx(before, abs=1e-6)
    assert live.status().stopped
    live.reset_stop()
    let_pass(2.0, clock, live.step)
    assert live.positions()["neck_yaw"] > 0.2


def test_time_that_a_slow_machine_lost_is_given_up(live, dry, clock):
    live.step()
    before = dry.time_s
    clock.advance(3.0)
    live.step()
    assert dry.time_s - before == LONGEST_S


@pytest.fixture(scope="module")
def body():
    with MujocoBackend(ROBOT) as made:
        yield made


def test_the_robots_parts_are_drawn_at_their_size(body):
    parts = parts_of(body.model)
    assert {"torso", "head", "chest", "jaw"} & {part.link for part in parts} >= {"torso", "head", "chest"}
    assert not any(part.link == "world" for part in parts)
    corners = np.vstack([part.vertices + body.data.xpos[part.body] for part in parts if part.link == "torso"])
    assert 0.1 < np.ptp(corners[:, 2]) < 0.6
    assert all(part.faces.max() < len(part.vertices) for part in parts)


class StandInGui:
    """What viser's server offers and the page uses; widgets remember their callbacks."""

    def __init__(self):
        self.widgets, self.frames, self.meshes, self.lamps = {}, {}, [], {}
        self.gui = self.scene = self
        self.initial_camera = SimpleNamespace()

    def __getattr__(self, name):
        if name.startswith(("configure_", "add_grid", "add_light")):
            return lambda *_, **__: None
        raise AttributeError(name)

    def widget(self, label, value):
        made = SimpleNamespace(value=value, on_click=lambda work: setattr(made, "click", work))
        self.widgets[label] = made
        return made

    def add_text(self, label, value, disabled):
        return self.widget(label, value)

    def add_button(self, label, color=None):
        return self.widget(label, None)

    def add_button_group(self, label, options):
        return self.widget(label, options[0])

    def add_slider(self, label, min, max, step, initial_value):
        return self.widget(label, initial_value)

    def add_frame(self, name, show_axes):
        self.frames[name] = SimpleNamespace()
        return self.frames[name]

    def add_mesh_simple(self, name, vertices, faces, color, opacity):
        self.meshes.append(name)
        self.lamps[name] = SimpleNamespace(color=color, opacity=opacity)
        return self.lamps[name]

    @contextmanager
    def add_folder(self, label):
        yield

    @contextmanager
    def atomic(self):
        yield

    def press(self, label, value=None):
        button = self.widgets[label]
        button.value = value
        button.click(SimpleNamespace(target=button))


@pytest.fixture
def gui():
    return StandInGui()


@pytest.fixture
def page(gui, body, clock):
    body.restore(ROBOT.neutral())
    return Page(gui, ROBOT, body, LiveRobot(ROBOT, body, clock))


def places(body):
    names, positions, _ = body.joint_states()
    return dict(zip(names, positions, strict=True))


def test_a_slider_moves_the_face(page, gui, body, clock):
    gui.widgets["AU26 jaw down"].value = 1.0
    let_pass(0.6, clock, page.turn)
    assert places(body)["jaw"] > 0.008


def test_a_button_sets_the_sliders(page, gui, clock):
    gui.press("Expressions", "smile")
    let_pass(TICK_S, clock, page.turn)
    assert gui.widgets["AU12 smile"].value == 0.9
    assert gui.widgets["AU4 brows together"].value == 0.0


def test_a_gesture_moves_the_head_and_comes_back(page, gui, body, clock):
    gui.press("Gestures", "nod")
    pitches = []
    let_pass(4.0, clock, lambda: (page.turn(), pitches.append(places(body)["neck_pitch"])))
    assert max(pitches) - min(pitches) > 0.1
    assert abs(pitches[-1] - pitches[0]) < 0.05


def test_a_smile_makes_the_collar_glow(page, gui, clock):
    let_pass(0.1, clock, page.turn)
    ring = next(mesh for name, mesh in gui.lamps.items() if "glow_link" in name and mesh.opacity is None)
    halo = next(mesh for name, mesh in gui.lamps.items() if "glow_link" in name and mesh.opacity is not None)
    before = ring.color, halo.opacity
    gui.press("Expressions", "smile")
    let_pass(2.0, clock, page.turn)
    assert ring.color[0] > before[0][0] + 20
    assert halo.opacity > before[1] + 0.02


def test_stop_and_move_again_are_said(page, gui, clock):
    let_pass(0.1, clock, page.turn)
    gui.press("Stop")
    let_pass(0.1, clock, page.turn)
    assert gui.widgets["safety"].value == "stopped: stopped by hand"
    gui.press("Move again")
    let_pass(0.1, clock, page.turn)
    assert gui.widgets["safety"].value == "moves within its limits"


def test_the_picture_follows_the_body(page, gui, body, clock):
    gui.widgets["to its left, m"].value = 0.8
    let_pass(2.0, clock, page.turn)
    w, _, _, z = gui.frames["/robot/head"].wxyz
    assert 2 * math.atan2(z, w) == pytest.approx(places(body)["neck_yaw"], abs=0.05)
    assert places(body)["neck_yaw"] > 0.2


def test_a_robot_without_a_model_cannot_be_drawn_and_that_is_said(monkeypatch, clock):
    monkeypatch.setattr("solamen.robot.view.page._viser", lambda: None)
    with pytest.raises(OutsideError, match=r"no model to draw.*reachy_mini"):
        view("reachy_mini", 8090, clock)


def test_without_the_extra_it_says_how_to_install_it(monkeypatch, clock):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(OutsideError, match=r"solamen\[view\]"):
        view("sol", 8090, clock)
