import math

import numpy as np
import pytest
from obedient import ObedientLayer

from solamen.core.errors import OutsideError
from solamen.core.intents import JointCommand
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.description import load_robot
from solamen.robot.safety.chains import Chain, ChainJoint
from solamen.robot.safety.collision import FLOOR, CollisionModel
from solamen.robot.safety.collision_file import load_collision_model
from solamen.robot.safety.collision_file import read_collision_model as read
from solamen.robot.safety.limits import JointLimit

ROBOT = load_robot("sol")
SOL = load_collision_model("sol")
TICK_S = 0.02

ROD = Chain((ChainJoint("swing", "y", (0.0, 0.0, 0.5)),), ((1, (0.0, 0.0, -0.3), 0.05),))
POST = Chain((), ((0, (0.3, 0.0, 0.4), 0.1),))
SIMPLE = CollisionModel({"rod": ROD, "post": POST}, (("rod", "post"), ("rod", FLOOR)), margin_m=0.02)
SWING, LAMP = JointLimit("swing", -3.0, 3.0, 1.5, 10.0), JointLimit("lamp", 0.0, 1.0, 2.0, 20.0)


def layer(swing=0.5):
    made = ObedientLayer((SWING, LAMP), {"swing": 0.5, "lamp": 0.0}, collision=SIMPLE)
    made.joint_states({"swing": swing, "lamp": 0.0}, {}, 0.0)
    return made


def pursued(safety, position, seconds):
    for step in range(round(seconds / TICK_S)):
        points = safety.command(JointCommand(step * TICK_S, position), step * TICK_S)
    return points[-1].position


def test_balls_move_with_the_joints_before_them():
    clearances = SIMPLE.clearances({"swing": 0.0})
    assert clearances[("rod", FLOOR)] == pytest.approx(0.15)
    assert clearances[("rod", "post")] == pytest.approx(math.hypot(0.3, 0.2) - 0.15)
    turned = SIMPLE.clearances({"swing": -math.pi / 2})
    assert turned[("rod", FLOOR)] == pytest.approx(0.45)
    assert turned[("rod", "post")] == pytest.approx(0.1 - 0.15)


def test_a_command_into_another_part_is_held_before_they_touch():
    safety = layer()
    place = pursued(safety, {"swing": -1.2}, 3.0)
    clearance = SIMPLE.clearances(place)[("rod", "post")]
    assert 0.01 <= clearance < 0.1
    assert "swing" in safety.status().limits_hit
    assert safety.status().limited > 0


def test_other_joints_go_on_while_one_is_held():
    assert pursued(layer(), {"swing": -1.2, "lamp": 0.8}, 3.0)["lamp"] == pytest.approx(0.8, abs=0.01)


def test_one_may_always_move_away():
    inside = -1.5
    assert SIMPLE.clearances({"swing": inside})[("rod", "post")] < 0.0
    assert pursued(layer(inside), {"swing": -2.8}, 3.0)["swing"] < -2.5


def test_the_way_to_neutral_is_held_too():
    safety = layer(-2.8)
    for step in range(30, 1000):
        points = safety.tick(step * TICK_S)
        if points:
            place = points[-1].position
    assert SIMPLE.clearances(place)[("rod", "post")] >= 0.01


def test_a_joint_without_a_limit_cannot_be_part_of_it():
    with pytest.raises(ValueError, match="does not know"):
        ObedientLayer((LAMP,), {"lamp": 0.0}, collision=SIMPLE)


@pytest.mark.parametrize("seed", range(3))
def test_the_chains_of_sol_are_those_of_its_model(seed):
    rng = np.random.default_rng(seed)
    place = {joint.name: rng.uniform(joint.lower, joint.upper) for joint in ROBOT.joints}
    with MujocoBackend(ROBOT) as body:
        body.restore(place)
        for chain, link in (("arm_left", "hand_left"), ("arm_right", "hand_right"), ("head", "head")):
            origin, columns = SOL.chains[chain].frames(place)[-1]
            there = body.data.body(f"robot/{link}")
            assert origin == pytest.approx(tuple(there.xpos), abs=1e-9)
            assert np.allclose(np.array(columns).T, there.xmat.reshape(3, 3), atol=1e-9)


def test_sol_at_neutral_is_free_on_all_sides():
    assert min(SOL.clearances(ROBOT.neutral()).values()) > SOL.margin_m


@pytest.mark.parametrize(("yaw", "pair"), [(0.5, ("head", "arm_left")), (0.9, ("arm_left", "arm_right"))])
def test_hands_that_are_sent_into_the_face_or_into_each_other_touch_nothing(yaw, pair):
    safety = ObedientLayer(ROBOT.limits(), ROBOT.neutral(), collision=SOL)
    face = {f"shoulder_pitch_{side}": -1.9 for side in ("left", "right")}
    face |= {f"elbow_{side}": -1.5 for side in ("left", "right")}
    face |= {"upper_arm_yaw_left": -yaw, "upper_arm_yaw_right": yaw}
    with MujocoBackend(ROBOT) as body:
        for step in range(150):
            names, positions, velocities = body.joint_states()
            there, speeds = dict(zip(names, positions, strict=True)), dict(zip(names, velocities, strict=True))
            safety.joint_states(there, speeds, step * TICK_S)
            body.send(safety.command(JointCommand(step * TICK_S, face), step * TICK_S))
            body.advance(TICK_S)
            assert body.data.ncon == 0
    assert 0.0 < SOL.clearances(there)[pair] < 0.03
    assert safety.status().limits_hit


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("margin: 0.01\n", "chains"),
        ("margin: .nan\npairs: []\nchains: {a: {joints: [], balls: [[0, [0, 0, 0], 0.1]]}}\n", "finite"),
        (
            "margin: 0.01\npairs: [[a, b]]\nchains: {a: {joints: [], balls: [[0, [0, 0, 0], 0.1]]}}\n",
            "unknown chain 'b'",
        ),
        (
            "margin: 0.01\npairs: []\nchains: {a: {joints: [], balls: [[1, [0, 0, 0], 0.1]]}}\n",
            "after one of its joints",
        ),
        (
            "margin: 0.01\npairs: []\nchains: {a: {joints: [[j, w, [0, 0, 0]]], balls: [[0, [0, 0, 0], 1]]}}\n",
            "axis 'w'",
        ),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence(tmp_path, text, says):
    path = tmp_path / "odd.yaml"
    path.write_text(text)
    with pytest.raises(OutsideError, match=says):
        read(path)


def test_a_robot_without_a_model_has_none():
    assert load_collision_model("nobody") is None
