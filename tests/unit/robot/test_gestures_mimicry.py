import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from transforms3d.euler import euler2quat, mat2euler
from transforms3d.quaternions import mat2quat, quat2mat

from solamen.core.intents import HeadPose
from solamen.robot.description import load_robot
from solamen.robot.kinematics import head_rotation
from solamen.robot.mimicry import arm_angles, arm_posture, head_angles, head_posture, pose_in_base

SOL = load_robot("sol")
ROBOTS = ["sol", "reachy_mini", "tiago_pro", "nao"]
UNSEEN = [math.nan] * 3
LOADED = {name: load_robot(name) for name in ROBOTS}


def head(yaw=0.0, pitch=0.0, roll=0.0, place=(0.8, 0.0, 0.5)):
    """A head that turns by these angles from facing the robot: to the own left, down, to the own right shoulder."""
    towards = math.atan2(-place[1], -place[0])
    return HeadPose(place, tuple(euler2quat(towards + yaw, pitch, roll, "rzyx")))


def person(left=((0, 0, -0.3), (0, 0, -0.25)), right=((0, 0, -0.3), (0, 0, -0.25)), hips=True):
    """Someone who faces the robot; each arm is two vectors of the person (ahead, left, up): upper arm, forearm."""
    points = np.full((33, 3), math.nan)
    turned = np.diag([-1.0, -1.0, 1.0])  # the person looks along -x of base_link
    middle = np.array([0.9, 0.1, 0.3])
    for side, sign, (upper, fore) in ((0, 1.0, left), (1, -1.0, right)):
        shoulder = middle + turned @ np.array([0.0, sign * 0.19, 0.0])
        points[11 + side] = shoulder
        points[13 + side] = shoulder + turned @ np.array(upper, dtype=float)
        points[15 + side] = points[13 + side] + turned @ np.array(fore, dtype=float)
        if hips:
            points[23 + side] = middle + turned @ np.array([0.0, sign * 0.1, -0.5])
    return points


AHEAD = ((0.3, 0, 0), (0.25, 0, 0))
ASIDE_LEFT, ASIDE_RIGHT = ((0, 0.3, 0), (0, 0.25, 0)), ((0, -0.3, 0), (0, -0.25, 0))
BENT = ((0, 0, -0.3), (0.25, 0, 0))


def test_a_head_that_faces_the_robot_from_anywhere_is_straight():
    for place in ((0.8, 0.0, 0.5), (0.6, 0.5, 0.5), (0.6, -0.5, 0.2)):
        angles = head_angles(head(place=place))
        assert (angles.yaw, angles.pitch, angles.roll) == pytest.approx((0.0, 0.0, 0.0), abs=1e-9)


@settings(deadline=None)
@given(*[st.floats(-0.6, 0.6)] * 3)
def test_angles_of_a_head_are_those_that_it_was_turned_by(yaw, pitch, roll):
    angles = head_angles(head(yaw, pitch, roll, (0.7, 0.2, 0.5)))
    assert (angles.yaw, angles.pitch, angles.roll) == pytest.approx((yaw, pitch, roll), abs=1e-6)


def test_a_head_that_turns_to_its_left_turns_the_robots_to_the_right():
    assert head_posture(SOL, head(yaw=0.4), gain=0.5)["neck_yaw"] == pytest.approx(-0.2)


def test_a_head_that_bows_bows_the_robots():
    assert head_posture(SOL, head(pitch=0.4), gain=0.5)["neck_pitch"] == pytest.approx(0.2)


def test_a_head_that_tilts_to_its_right_shoulder_tilts_the_robots_to_the_left():
    assert head_posture(SOL, head(roll=0.4), gain=0.5)["neck_roll"] == pytest.approx(-0.2)


@pytest.mark.parametrize("name", ROBOTS)
def test_every_robots_head_bows_with_the_person_and_turns_as_a_mirror_does(name):
    robot = load_robot(name)
    rest = head_rotation(robot, robot.neutral())
    yaw, pitch, _ = mat2euler(head_rotation(robot, head_posture(robot, head(yaw=0.3, pitch=0.2), 0.5)), "rzyx")
    assert yaw == pytest.approx(-0.15)
    assert pitch - mat2euler(rest, "rzyx")[1] == pytest.approx(0.1)


def test_both_heads_lean_to_the_same_side_of_the_room():
    tilted = head(roll=0.3)
    persons_up = quat2mat(tilted.rotation)[:, 2]
    robots_up = head_rotation(SOL, head_posture(SOL, tilted, 1.0))[:, 2]
    assert persons_up[1] == pytest.approx(robots_up[1])
    assert abs(robots_up[1]) > 0.2


def test_a_pose_of_the_cameras_frame_is_carried_into_base_link():
    camera = SOL.camera
    seen = head(pitch=0.2)
    in_camera = HeadPose(
        tuple(camera.rotation.T @ (np.array(seen.position) - camera.position)),
        tuple(mat2quat(camera.rotation.T @ quat2mat(seen.rotation))),
    )
    back = pose_in_base(in_camera, camera)
    assert back.position == pytest.approx(seen.position)
    assert head_angles(back).pitch == pytest.approx(0.2)


@pytest.mark.parametrize(
    "pose",
    [
        None,
        HeadPose((math.nan, 0.0, 0.5)),
        HeadPose((0.8, 0.0, 0.5), (math.nan, 0.0, 0.0, 0.0)),
        HeadPose((0.8, 0.0, 0.5), (0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_a_head_that_is_not_seen_asks_for_nothing(pose):
    assert head_posture(SOL, pose) == {}
    if pose is not None:
        assert head_angles(pose_in_base(pose, SOL.camera)) is None


def test_arms_that_hang_are_at_nought():
    for angles in arm_angles(person()):
        assert (angles.forwards, angles.sideways, angles.bend) == pytest.approx((0.0, 0.0, 0.0), abs=1e-6)


def test_angles_of_arms_are_told_for_each_side():
    left, right = arm_angles(person(left=AHEAD, right=ASIDE_RIGHT))
    assert left.forwards == pytest.approx(math.pi / 2)
    assert left.sideways == pytest.approx(0.0, abs=1e-6)
    assert right.sideways == pytest.approx(math.pi / 2)
    assert abs(right.forwards) < 0.05
    assert arm_angles(person(left=BENT))[0].bend == pytest.approx(math.pi / 2)


def test_an_arm_across_the_chest_is_sideways_below_nought():
    assert arm_angles(person(right=((0, 0.3, 0), (0, 0.2, 0))))[1].sideways == pytest.approx(-math.pi / 2)


def test_the_persons_right_arm_moves_the_robots_left_one():
    places = arm_posture(SOL, person(right=AHEAD))
    assert places["shoulder_pitch_left"] == pytest.approx(-1.57, abs=0.01)
    assert places["shoulder_pitch_right"] == pytest.approx(0.0, abs=0.01)


def test_an_arm_held_sideways_is_mirrored_outwards():
    places = arm_posture(SOL, person(left=ASIDE_LEFT))
    assert places["shoulder_roll_right"] < -1.4
    assert places["shoulder_roll_left"] == pytest.approx(0.08, abs=0.01)


def test_a_bent_elbow_bends_the_other_sides_elbow():
    places = arm_posture(SOL, person(left=BENT))
    assert places["elbow_right"] == pytest.approx(-1.57, abs=0.01)
    assert places["elbow_left"] == pytest.approx(-0.05, abs=0.01)


def test_the_gain_scales_what_is_mirrored():
    assert arm_posture(SOL, person(right=AHEAD), gain=0.5)["shoulder_pitch_left"] == pytest.approx(-0.785, abs=0.01)


@pytest.mark.parametrize("point", [14, 16])
def test_an_arm_of_which_a_point_is_not_seen_is_left_out(point):
    points = person(right=AHEAD)
    points[point] = UNSEEN
    places = arm_posture(SOL, points)
    assert "shoulder_pitch_left" not in places
    assert "shoulder_pitch_right" in places


def test_without_shoulders_there_is_no_arm():
    points = person(right=AHEAD)
    points[11] = UNSEEN
    assert arm_posture(SOL, points) == {}
    assert arm_posture(SOL, np.full((33, 3), math.nan)) == {}


def test_hips_that_are_hidden_behind_a_table_do_not_matter():
    places = arm_posture(SOL, person(right=AHEAD, hips=False))
    assert places["shoulder_pitch_left"] == pytest.approx(-1.57, abs=0.01)


@pytest.mark.parametrize("name", ["sol", "tiago_pro", "nao"])
def test_every_robot_with_arms_lifts_the_mirrored_one_alone(name):
    robot = load_robot(name)
    lifted, hanging = arm_posture(robot, person(right=AHEAD)), arm_posture(robot, person())
    moved = {joint for joint in lifted if abs(lifted[joint] - hanging[joint]) > 1.0}
    assert moved and moved <= set(robot.arms["left"].hanging)


@pytest.mark.parametrize("name", ROBOTS)
@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-2.0, 2.0), min_size=99, max_size=99))
def test_no_keypoints_ask_for_more_than_the_limits(name, numbers):
    robot = LOADED[name]
    for joint, place in arm_posture(robot, np.reshape(numbers, (33, 3))).items():
        assert robot.joint(joint).lower <= place <= robot.joint(joint).upper


def test_keypoints_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="must be of"):
        arm_posture(SOL, np.zeros((17, 3)))
