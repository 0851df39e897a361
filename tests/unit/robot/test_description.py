import copy
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pytest
import yaml

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.robot.adapters.model import followers, read_urdf
from solamen.robot.description import load_robot

SOL = resource("config", "robots", "sol.yaml")


def written(tmp_path: Path, **changes: object) -> Path:
    content = copy.deepcopy(yaml.safe_load(SOL.read_text()))
    for path, value in changes.items():
        *parents, last = path.split("__")
        place = content
        for key in parents:
            place = place[int(key) if key.isdigit() else key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    file = tmp_path / "robot.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


def test_our_robot_can_be_named_without_its_path():
    assert load_robot("sol").names() == load_robot(SOL).names()


def test_every_joint_of_the_file_is_a_joint_of_the_model_and_only_followers_are_left():
    urdf = read_urdf(load_robot("sol"))
    movable = {j.attrib["name"] for j in ElementTree.fromstring(urdf).iter("joint") if j.attrib["type"] != "fixed"}
    assert movable - set(followers(urdf)) == {joint.name for joint in load_robot("sol").joints if joint.in_model}


def test_limits_of_the_model_are_those_of_the_file():
    robot = load_robot("sol")
    joints = {j.attrib["name"]: j for j in ElementTree.fromstring(read_urdf(robot)).iter("joint")}
    for joint in (joint for joint in robot.joints if joint.in_model):
        limit = joints[joint.name].find("limit")
        assert joints[joint.name].attrib["type"] == joint.kind
        assert float(limit.attrib["lower"]) == joint.lower
        assert float(limit.attrib["upper"]) == joint.upper
        assert float(limit.attrib["velocity"]) == joint.limit.max_velocity
        assert float(limit.attrib["effort"]) == joint.limit.max_effort


def test_a_robot_whose_file_knows_no_efforts_has_no_limit_of_effort():
    assert {joint.limit.max_effort for joint in load_robot("nao").joints} == {math.inf}


def test_the_camera_looks_forward_and_up_and_its_picture_is_upright():
    camera = load_robot("sol").camera
    forward, down = camera.rotation[:, 2], camera.rotation[:, 1]
    assert forward[0] > 0.9 and forward[2] > 0.1 and abs(forward[1]) < 1e-9
    assert down[2] < -0.9
    assert np.isclose(np.linalg.det(camera.rotation), 1.0)


def test_what_the_camera_sees_on_the_right_lies_at_negative_y():
    assert load_robot("sol").camera.to_base((0.2, 0.0, 0.7))[1] == pytest.approx(-0.2)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"colour": "red"}, "unknown key 'colour'"),
        ({"gaze": None}, "lacks 'gaze'"),
        ({"joints__jaw__effort": 1.0}, "unknown key 'effort' in joint jaw"),
        ({"joints__jaw__upper": None}, "joint jaw lacks 'upper'"),
        ({"joints__jaw__upper": float("nan")}, "must be a finite number"),
        ({"joints__jaw__upper": "far"}, "must be a finite number"),
        ({"joints__jaw__upper": -1.0}, "lower limit of jaw"),
        ({"joints__jaw__max_velocity": 0.0}, "above 0"),
        ({"joints__jaw__neutral": 1.0}, "outside its limits"),
        ({"joints__jaw__kind": "elastic"}, "of kind 'elastic'"),
        ({"joints": []}, "joints must hold"),
        ({"gaze__head_yaw": "tail"}, "unknown joint 'tail'"),
        ({"gaze__eyes_yaw": ["eye_left_yaw"]}, "list of two"),
        ({"gaze__neck": [0.0, 1.0]}, "must be [x, y, z]"),
        ({"units": {4: {"tail": 1.0}}}, "unknown joint 'tail'"),
        ({"units": {99: {"jaw": 0.01}}}, "unit 99"),
        ({"urdf": "urdf/none.urdf"}, "is missing"),
        ({"name": 3}, "name is 3"),
    ],
)
def test_a_mistake_in_the_file_is_one_sentence_that_names_it(tmp_path, changes, says):
    file = written(tmp_path, **changes)
    with pytest.raises(OutsideError, match=re.escape(says)) as caught:
        load_robot(file)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_robot_without_a_file_is_an_outside_error():
    with pytest.raises(OutsideError, match=r"nobody\.yaml"):
        load_robot("nobody")
