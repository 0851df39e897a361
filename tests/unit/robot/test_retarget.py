import math

import mujoco
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.action_units import PAIN_UNITS, UNITS
from solamen.core.intents import Expression
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.description import load_robot
from solamen.robot.retarget import Retargeter
from solamen.robot.sheet import EXPRESSIONS

ROBOT = load_robot("sol")
RETARGETER = Retargeter(ROBOT)
ANY = st.floats(allow_nan=True, allow_infinity=True)


def shown(activation=None, gaze=None):
    return RETARGETER.retarget(Expression(0.0, activation or {}, gaze_target=gaze))


@given(
    st.dictionaries(st.sampled_from(UNITS), st.one_of(st.floats(0.0, 1.0), ANY)),
    st.one_of(st.none(), st.tuples(ANY, ANY, ANY), st.tuples(*[st.floats(-2.0, 2.0)] * 3)),
)
def test_no_expression_leaves_the_limits(activation, gaze):
    positions = shown(activation, gaze)
    assert set(positions) == set(ROBOT.names())
    for joint in ROBOT.joints:
        assert joint.lower <= positions[joint.name] <= joint.upper


@pytest.mark.parametrize("unit", sorted(ROBOT.units))
def test_every_unit_moves_the_face(unit):
    moved, neutral = shown({unit: 1.0}), shown()
    assert any(moved[name] != neutral[name] for name in ROBOT.units[unit])


def test_a_unit_that_is_not_known_changes_nothing():
    assert shown({4: math.nan}) == shown()


def test_a_unit_that_the_robot_lacks_is_passed_over():
    assert shown({99: 1.0}) == shown()


def test_pain_lowers_and_draws_the_brows_and_narrows_the_eyes():
    pain, neutral = shown({4: 0.6, 7: 0.6}), shown()
    assert pain["brow_raise_left"] < neutral["brow_raise_left"]
    assert pain["brow_squeeze"] > neutral["brow_squeeze"]
    assert pain["lid_upper_left"] > neutral["lid_upper_left"]
    assert pain["lid_lower_left"] > neutral["lid_lower_left"]


def test_concern_lifts_the_inner_brows():
    assert shown({1: 0.8})["brow_tilt_left"] > shown()["brow_tilt_left"]


def test_a_smile_lifts_both_corners_alike():
    smile = shown({12: 1.0})
    assert smile["mouth_corner_left"] == smile["mouth_corner_right"] > shown()["mouth_corner_left"]


def test_a_person_on_the_left_turns_the_head_left():
    positions = shown(gaze=(0.7, 0.4, 0.5))
    assert positions["neck_yaw"] > 0.1
    assert positions["eye_left_yaw"] > 0.0


def test_a_person_below_lowers_the_head():
    assert shown(gaze=(0.7, 0.0, 0.0))["neck_pitch"] > 0.1


def test_a_gaze_target_that_is_no_place_leaves_the_head_at_rest():
    assert shown(gaze=(math.nan, 0.0, 0.0)) == shown()


@pytest.mark.parametrize("target", [(0.7, 0.0, 0.53), (0.7, 0.3, 0.45), (0.6, -0.25, 0.7), (1.5, 0.5, 0.3)])
def test_both_eyes_of_the_model_look_at_the_target(target):
    with MujocoBackend(ROBOT) as body:
        body.restore(shown({1: 0.7}, gaze=target))
        for side in ("left", "right"):
            eye = body.data.body(f"robot/eye_{side}")
            forward = eye.xmat.reshape(3, 3)[:, 0]
            wanted = np.asarray(target) - eye.xpos
            cosine = forward @ wanted / np.linalg.norm(wanted)
            assert math.degrees(math.acos(min(cosine, 1.0))) < 1.0


def test_the_geometry_of_the_gaze_is_that_of_the_model():
    with MujocoBackend(ROBOT) as body:
        body.restore(dict.fromkeys(ROBOT.names(), 0.0))
        mujoco.mj_forward(body.model, body.data)
        for side, centre in zip(("left", "right"), ROBOT.gaze.eyes, strict=True):
            assert np.allclose(body.data.body(f"robot/eye_{side}").xpos, np.add(ROBOT.gaze.neck, centre), atol=1e-3)


def test_each_level_of_mirrored_pain_goes_further_and_none_above_the_gain_of_mimicry():
    levels = [units for name, units in EXPRESSIONS.items() if name.endswith("pain, mirrored")]
    neutral = shown()
    ways = [
        sum(abs(shown(units)[joint.name] - neutral[joint.name]) / (joint.upper - joint.lower) for joint in ROBOT.joints)
        for units in levels
    ]
    assert len(levels) == 3
    assert 0.0 < ways[0] < 0.8 * ways[1] < 0.64 * ways[2]
    assert max(units.get(unit, 0.0) for units in levels for unit in PAIN_UNITS) <= 0.4
