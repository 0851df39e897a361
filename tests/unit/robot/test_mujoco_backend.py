import math

import numpy as np
import pytest

from solamen.core.intents import TrajectoryPoint
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.adapters.settings import SimSettings
from solamen.robot.adapters.trajectory import Trajectory
from solamen.robot.description import load_robot

ROBOT = load_robot("sol")


@pytest.fixture(scope="module")
def one_body():
    with MujocoBackend(ROBOT) as made:
        yield made


@pytest.fixture
def body(one_body):
    one_body.restore(ROBOT.neutral())
    return one_body


AT_ZERO = (np.zeros(1), np.zeros(1))
FREE = (["a"], np.array([1e6]))


def positions(body):
    names, values, _ = body.joint_states()
    return dict(zip(names, values, strict=True))


def point(time_s, **place):
    return TrajectoryPoint(time_s, place, dict.fromkeys(place, 0.0))


def test_it_starts_at_neutral_and_stays_there(body):
    body.advance(1.0)
    for name, place in ROBOT.neutral().items():
        assert positions(body)[name] == pytest.approx(place, abs=0.01)


@pytest.mark.parametrize("name", ["neck_yaw", "neck_pitch", "elbow_left", "shoulder_pitch_right", "wrist_roll_left"])
def test_a_joint_of_neck_and_arms_reaches_its_target(body, name):
    target = 0.5 * (ROBOT.joint(name).neutral + ROBOT.joint(name).lower)
    body.send([point(1.0, **{name: target})])
    body.advance(2.5)
    assert positions(body)[name] == pytest.approx(target, abs=0.02)


@pytest.mark.parametrize("name", ["brow_tilt_left", "lid_upper_right", "mouth_corner_left", "eyes_pitch", "jaw"])
def test_a_joint_of_the_face_reaches_its_target_quickly(body, name):
    joint = ROBOT.joint(name)
    target = joint.neutral + 0.6 * (joint.upper - joint.neutral)
    body.send([point(0.15, **{name: target})])
    body.advance(0.3)
    assert positions(body)[name] == pytest.approx(target, abs=0.02 * (joint.upper - joint.lower))


def test_joints_that_follow_another_one_follow_it(body):
    body.send([point(0.2, mouth_corner_left=0.3)])
    body.advance(0.6)
    assert body.data.joint("robot/upper_lip_left_3").qpos[0] == pytest.approx(0.3, abs=0.01)


def test_the_glow_rises_as_it_is_asked_to_and_shines_in_the_model(body):
    lamp = next(n for n in range(body.model.nmat) if "light/glow/" in body.model.material(n).name)
    before = float(body.model.mat_emission[lamp])
    body.send([point(0.5, glow=0.9)])
    body.advance(0.25)
    assert ROBOT.joint("glow").neutral < positions(body)["glow"] < 0.9
    body.advance(1.0)
    assert positions(body)["glow"] == pytest.approx(0.9)
    assert float(body.model.mat_emission[lamp]) > before + 0.2


def test_a_glow_of_a_respawned_simulator_is_where_it_was(body):
    body.restore({"glow": 0.7})
    body.advance(0.1)
    assert positions(body)["glow"] == pytest.approx(0.7)


def effort(body, name):
    return body.efforts()[ROBOT.names().index(name)]


def test_a_body_at_rest_pushes_with_nothing_and_a_light_has_no_effort(body):
    body.advance(0.5)
    efforts = dict(zip(ROBOT.names(), body.efforts(), strict=True))
    assert math.isnan(efforts.pop("glow"))
    assert max(map(abs, efforts.values())) < 0.01


def test_a_joint_that_is_held_fast_pushes_and_no_harder_than_its_motor_can(body):
    arm = body.model.body("robot/hand_left").id
    for push_n in (3.0, 60.0):
        body.restore(ROBOT.neutral())
        body.data.xfrc_applied[arm, :3] = (-push_n, 0.0, 0.0)
        body.advance(0.2)
        strongest = {joint.name: joint.limit.max_effort for joint in ROBOT.joints}
        for name, pushed in zip(ROBOT.names(), body.efforts(), strict=True):
            assert math.isnan(pushed) or abs(pushed) <= strongest[name] + 1e-9
        expected = {3.0: (0.2, 1.2), 60.0: (3.99, 4.01)}[push_n]
        assert expected[0] < abs(effort(body, "shoulder_pitch_left")) < expected[1]
    body.data.xfrc_applied[:] = 0.0


def test_every_joint_of_the_robot_has_a_motor_of_known_effort(body):
    for joint in ROBOT.joints:
        if joint.in_model:
            assert body.model.actuator(joint.name).forcerange[1] == pytest.approx(joint.limit.max_effort)


def test_it_is_restored_at_the_last_joint_state(body):
    body.restore({"neck_yaw": 0.4, "neck_pitch": math.nan})
    body.advance(0.5)
    assert positions(body)["neck_yaw"] == pytest.approx(0.4, abs=0.01)
    assert positions(body)["neck_pitch"] == pytest.approx(0.0, abs=0.01)


def test_a_trajectory_that_is_replaced_leaves_no_jump(body):
    body.send([point(0.4, neck_yaw=0.4)])
    body.advance(0.2)
    before = positions(body)["neck_yaw"]
    body.send([point(0.4, neck_yaw=-0.4)])
    body.advance(0.01)
    assert abs(positions(body)["neck_yaw"] - before) < 0.03


def test_an_arm_does_not_pass_through_the_torso(body):
    body.send([point(0.5, shoulder_roll_left=-0.05, upper_arm_yaw_left=-1.4, elbow_left=-1.6)])
    body.advance(1.0)
    inside = [contact.dist for contact in body.data.contact]
    assert all(depth > -0.02 for depth in inside)


def test_at_rest_nothing_touches(body):
    body.advance(0.2)
    assert body.data.ncon == 0


def test_a_trajectory_passes_its_points():
    made = Trajectory.through(AT_ZERO, [point(0.1, a=1.0), point(0.2, a=2.0)], FREE)
    assert made.state(0.1)[0][0] == pytest.approx(1.0)
    assert made.state(9.0)[0][0] == pytest.approx(2.0)
    assert made.state(9.0)[1][0] == 0.0


def test_a_trajectory_that_arrives_late_goes_on_at_its_present_point():
    points = [point(0.02 * n, a=float(n)) for n in range(1, 6)]
    made = Trajectory.through(AT_ZERO, points, FREE, age_s=0.05)
    assert made.state(0.01)[0][0] == pytest.approx(3.0)
    assert made.state(0.05)[0][0] == pytest.approx(5.0)


def test_values_that_are_no_number_leave_the_joint_where_it_is():
    made = Trajectory.through((np.array([0.3]), np.array([0.0])), [point(0.1, a=math.nan)], FREE)
    assert made.state(1.0)[0][0] == 0.3


def test_a_trajectory_that_begins_elsewhere_is_reached_within_the_fastest_velocity():
    made = Trajectory.through(AT_ZERO, [point(0.02, a=1.0)], (["a"], np.array([2.0])))
    assert max(made.state(time_s)[1][0] for time_s in np.linspace(0.0, 1.0, 101)) == pytest.approx(2.0, abs=0.01)
    assert made.state(0.75)[0][0] == pytest.approx(1.0)


def test_a_body_that_is_ahead_of_its_trajectory_does_not_swing_out():
    made = Trajectory.through((np.array([0.1]), np.array([5.0])), [point(0.02, a=0.08)], FREE)
    places = [made.state(time_s)[0][0] for time_s in np.linspace(0.0, 0.03, 31)]
    assert min(places) >= 0.08 - 1e-9 and max(places) <= 0.1 + 1e-9


def test_the_settings_file_is_valid():
    assert load(SimSettings, resource("config", "sim.yaml")) == SimSettings()
