"""Which poses are mirrored: fresh, visible, and of numbers."""

import math

import numpy as np
import pytest
from transforms3d.euler import euler2quat
from transforms3d.quaternions import mat2quat, quat2mat

from solamen.core.intents import HeadPose
from solamen.robot.description import load_robot
from solamen.robot.mirror import PostureMirror, SeenPerson
from solamen.robot.settings import MotionSettings

SOL = load_robot("sol")
BOTH = MotionSettings(mirror_head=0.4, mirror_arms=1.0)
TURNED = HeadPose((1.0, 0.0, 0.5), tuple(euler2quat(math.pi + 0.5, 0.0, 0.0, "rzyx")))


def raised_right(seen=1.0):
    """Keypoints of one who faces the robot and holds the right arm out in front, in base_link, and how well seen."""
    points = np.full((33, 3), math.nan)
    points[11], points[12] = (1.0, -0.2, 0.4), (1.0, 0.2, 0.4)
    points[14], points[16] = (0.7, 0.2, 0.4), (0.45, 0.2, 0.4)
    return {"keypoints": points, "visibility": (seen,) * 33}


def in_camera(pose, camera):
    place = camera.rotation.T @ (np.array(pose.position) - camera.position)
    return HeadPose(tuple(place), tuple(mat2quat(camera.rotation.T @ quat2mat(pose.rotation))))


def mirrored(person, camera=None, settings=BOTH, at_s=10.0):
    mirror = PostureMirror(SOL, settings)
    mirror.see(person, camera, at_s)
    return mirror.places(at_s)


def test_a_head_is_mirrored_from_base_link_and_from_the_camera_alike():
    here = mirrored(SeenPerson(10.0, TURNED, 1.0))
    assert here["neck_yaw"] == pytest.approx(-0.2)
    assert mirrored(SeenPerson(10.0, in_camera(TURNED, SOL.camera), 1.0), SOL.camera) == pytest.approx(here)


def test_the_other_arm_is_lifted_from_base_link_and_from_the_camera_alike():
    here = mirrored(SeenPerson(10.0, **raised_right()))
    assert here["shoulder_pitch_left"] == pytest.approx(-1.57, abs=0.01)
    assert "shoulder_pitch_right" not in here
    points = (raised_right()["keypoints"] - np.array(SOL.camera.position)) @ SOL.camera.rotation
    seen = SeenPerson(10.0, keypoints=points, visibility=(1.0,) * 33)
    assert mirrored(seen, SOL.camera) == pytest.approx(here)


@pytest.mark.parametrize(
    "person",
    [
        SeenPerson(9.4, TURNED, 1.0),
        SeenPerson(10.1, TURNED, 1.0),
        SeenPerson(math.nan, TURNED, 1.0),
        SeenPerson(10.0, TURNED, 0.4),
        SeenPerson(10.0, TURNED, math.nan),
        SeenPerson(10.0, None, 1.0),
        SeenPerson(10.0, HeadPose((math.nan, 0.0, 0.0)), 1.0),
        SeenPerson(10.0, **raised_right(0.2)),
        SeenPerson(10.0, **raised_right(math.nan)),
    ],
)
def test_what_is_old_hidden_or_not_a_number_is_not_mirrored(person):
    assert mirrored(person) == {}


def test_gains_of_0_switch_it_off():
    off = MotionSettings(mirror_head=0.0, mirror_arms=0.0)
    assert mirrored(SeenPerson(10.0, TURNED, 1.0, **raised_right()), settings=off) == {}


def test_head_and_arms_are_forgotten_each_by_itself():
    mirror = PostureMirror(SOL, BOTH)
    mirror.see(SeenPerson(10.0, TURNED, 1.0), None, 10.0)
    mirror.see(SeenPerson(10.4, **raised_right()), None, 10.4)
    assert {"neck_yaw", "elbow_left"} <= set(mirror.places(10.4))
    assert "neck_yaw" not in mirror.places(10.7) and "elbow_left" in mirror.places(10.7)
    mirror.clear()
    assert mirror.places(10.7) == {}


def test_keypoints_of_another_shape_are_refused():
    with pytest.raises(ValueError, match="33 keypoints"):
        mirrored(SeenPerson(10.0, keypoints=np.zeros((17, 3)), visibility=(1.0,) * 17))
