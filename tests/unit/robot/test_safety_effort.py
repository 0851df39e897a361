"""A joint that pushes too hard gives way: alone, and against a post in the simulated room."""

import math

import numpy as np
import pytest
from obedient import ObedientLayer

from solamen.core.intents import JointCommand
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.description import load_robot
from solamen.robot.gestures import known_gestures, load_gesture
from solamen.robot.motion import Motion
from solamen.robot.safety.collision_file import load_collision_model
from solamen.robot.safety.limits import JointLimit

TURN = JointLimit("turn", -1.0, 1.5, 2.0, 20.0, max_effort=4.0)
GLOW = JointLimit("glow", 0.0, 1.0, 8.0, 160.0)
TICK_S = 0.02
SOL = load_robot("sol")


def pushed(effort, seconds, target=1.0, safety=None, start_s=0.0):
    """A joint that is stuck at 0 while it is sent elsewhere, and pushes with that effort all the time."""
    safety = safety or ObedientLayer((TURN, GLOW), {"turn": 0.0, "glow": 0.0})
    points = None
    for step in range(round(seconds / TICK_S)):
        now_s = start_s + step * TICK_S
        safety.joint_states({"turn": 0.0, "glow": 0.3}, {}, now_s, {"turn": effort})
        points = safety.command(JointCommand(now_s, {"turn": target, "glow": 1.0}), now_s)
    return points[-1].position, safety


def test_a_joint_that_pushes_too_hard_for_too_long_is_sent_back_to_where_it_is():
    place, safety = pushed(3.9, 0.5)
    assert abs(place["turn"]) < 0.05
    state = safety.status()
    assert state.limits_hit == ("turn",)
    assert state.yielded == 2 and state.limited > 0


def test_a_short_push_is_no_reason_to_give_way():
    _, safety = pushed(3.9, 0.12)
    pushed(0.5, 0.2, safety=safety, start_s=0.2)
    assert pushed(3.9, 0.12, safety=safety, start_s=0.32)[1].status().yielded == 0


@pytest.mark.parametrize("effort", [3.5, -3.5, math.nan, math.inf, None, "strong"])
def test_effort_within_its_limit_or_not_known_holds_nothing(effort):
    _, safety = pushed(effort, 0.6)
    assert safety.status().yielded == 0


def test_without_efforts_everything_passes():
    safety = ObedientLayer((TURN, GLOW), {"turn": 0.0, "glow": 0.0})
    safety.joint_states({"turn": 0.0, "glow": 0.0}, {}, 0.0)
    for step in range(100):
        points = safety.command(JointCommand(step * TICK_S, {"turn": 1.0}), step * TICK_S)
    assert points[-1].position["turn"] == pytest.approx(1.0, abs=0.01)


def test_a_joint_that_gave_way_may_go_back_at_once_and_forward_again_after_a_rest():
    _, safety = pushed(3.9, 0.5)
    back, _ = pushed(0.0, 0.3, -0.5, safety, 0.5)
    assert back["turn"] < -0.1
    forward, _ = pushed(0.0, 0.8, 1.0, safety, 1.5)
    assert forward["turn"] > 0.1


def test_a_joint_gives_way_in_a_stop_too():
    safety = ObedientLayer((TURN, GLOW), {"turn": 0.0, "glow": 0.0})
    safety.joint_states({"turn": 0.5, "glow": 0.0}, {}, 0.0)
    safety.stop("test", 0.0)
    sent = []
    for step in range(40):
        now_s = step * TICK_S
        safety.joint_states({"turn": 0.3, "glow": 0.0}, {}, now_s, {"turn": 4.0})
        sent += safety.tick(now_s) or []
    assert sent[-1].position["turn"] == pytest.approx(0.3, abs=0.01)


def test_a_light_has_neither_effort_nor_collision_and_is_bounded_all_the_same():
    safety = ObedientLayer((TURN, GLOW), {"turn": 0.0, "glow": 0.0})
    safety.joint_states({"turn": 0.0, "glow": 0.0}, {}, 0.0, {"glow": 1e300})
    for step in range(50):
        points = safety.command(JointCommand(step * TICK_S, {"glow": 1e300}), step * TICK_S)
    assert 0.9 < points[-1].position["glow"] <= 1.0
    assert safety.status().yielded == 0


class Body:
    """Sol in the simulated room, its safety layer told of its efforts."""

    def __init__(self):
        self.safety = ObedientLayer(SOL.limits(), SOL.neutral(), collision=load_collision_model("sol"))
        self.backend = MujocoBackend(SOL)
        self.most = np.array([joint.limit.max_effort for joint in SOL.joints])
        self.peak = np.zeros(len(self.most))

    def step(self, now_s, command=None):
        names, positions, velocities = self.backend.joint_states()
        efforts = self.backend.efforts()
        named = [dict(zip(names, values, strict=True)) for values in (positions, velocities, efforts)]
        self.safety.joint_states(named[0], named[1], now_s, named[2])
        points = self.safety.command(command, now_s) if command else self.safety.tick(now_s)
        if points:
            self.backend.send(points)
        self.backend.advance(TICK_S)
        self.peak = np.fmax(self.peak, np.abs(efforts) / self.most)
        return named


def test_no_gesture_makes_a_joint_of_sol_give_way():
    body, motion, now_s = Body(), Motion(SOL, 50.0), 0.0
    motion.start_from(SOL.neutral())
    for name in known_gestures():
        end_s = now_s + min(motion.play_gesture(load_gesture(name), now_s), 4.0)
        while now_s < end_s:
            body.step(now_s, motion.tick(now_s))
            now_s += TICK_S
    assert body.safety.status().yielded == 0
    assert np.nanmax(body.peak) < 0.9


def test_an_arm_that_is_held_fast_gives_way_and_pushes_no_longer():
    body = Body()
    index = SOL.names().index("elbow_left")
    # A stop that the description knows nothing of, as a person's arm in the way would be.
    body.backend.model.jnt_range[body.backend.model.joint("robot/elbow_left").id] = (-0.95, 0.0)
    efforts = []
    for step in range(150):
        wish = SOL.neutral() | {"elbow_left": -1.8}
        efforts.append(abs(body.step(step * TICK_S, JointCommand(step * TICK_S, wish))[2]["elbow_left"]))
    strong = np.array(efforts) > 0.9 * body.most[index]
    runs = [len(run) for run in "".join("x" if flag else " " for flag in strong).split()]
    assert body.safety.status().yielded == len(runs) >= 1
    # The dwell, and what the servo needs to come back from as far as it was sent meanwhile.
    assert max(runs) * TICK_S <= 0.4
    assert np.mean(strong) < 0.4
