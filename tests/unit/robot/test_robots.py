"""What holds for every robot that ships."""

import math
from importlib.metadata import PackageNotFoundError, files
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.action_units import UNITS
from solamen.core.errors import OutsideError
from solamen.core.intents import Expression
from solamen.robot.adapters.model import read_urdf
from solamen.robot.description import known_robots, load_robot
from solamen.robot.gestures import WORDS, known_gestures, load_gesture, offsets
from solamen.robot.kinematics import camera_at, head_rotation
from solamen.robot.motion import Motion
from solamen.robot.retarget import Retargeter

ROBOTS = {name: load_robot(name) for name in ("sol", "reachy_mini", "tiago_pro", "nao")}
FACELESS = ("reachy_mini", "tiago_pro", "nao")
RETARGETERS = {name: Retargeter(robot) for name, robot in ROBOTS.items()}
GESTURES = [load_gesture(name) for name in known_gestures()]
ANY = st.floats(allow_nan=True, allow_infinity=True)
ACTIVATION = st.dictionaries(st.sampled_from(UNITS), st.one_of(st.floats(0.0, 1.0), ANY))
TARGET = st.one_of(st.none(), st.tuples(ANY, ANY, ANY), st.tuples(*[st.floats(-3.0, 3.0)] * 3))
PAIN, CONCERN, SMILE = {4: 0.4, 6: 0.35, 7: 0.4, 10: 0.3}, {1: 0.85, 15: 0.5}, {6: 0.6, 12: 0.9}
each_robot = pytest.mark.parametrize("name", ROBOTS)
each_faceless = pytest.mark.parametrize("name", FACELESS)


def shown(name, activation=None, gaze=None):
    return RETARGETERS[name].retarget(Expression(0.0, activation or {}, gaze_target=gaze))


def outside(robot, positions):
    return [joint.name for joint in robot.joints if not joint.lower <= positions[joint.name] <= joint.upper]


def test_four_robots_ship():
    assert set(known_robots()) >= set(ROBOTS)


@each_robot
@settings(max_examples=60, deadline=None)
@given(activation=ACTIVATION, target=TARGET)
def test_no_expression_leaves_the_limits(name, activation, target):
    positions = shown(name, activation, target)
    assert set(positions) == set(ROBOTS[name].names())
    assert outside(ROBOTS[name], positions) == []


@each_robot
@settings(max_examples=60, deadline=None)
@given(words=st.dictionaries(st.sampled_from(WORDS), st.floats(-1.5, 1.5)))
def test_no_word_of_a_gesture_leaves_the_limits(name, words):
    robot = ROBOTS[name]
    ways = offsets(robot, words)
    assert outside(robot, {name: place + ways.get(name, 0.0) for name, place in robot.neutral().items()}) == []


@each_robot
@settings(max_examples=10, deadline=None)
@given(data=st.data())
def test_no_mixture_of_layers_leaves_limits_of_position_velocity_and_acceleration(name, data):
    robot = ROBOTS[name]
    motion = Motion(robot)
    hardest = np.array([joint.limit.max_acceleration for joint in robot.joints])
    fastest = np.array([joint.limit.max_velocity for joint in robot.joints])
    before = np.zeros(len(robot.joints))
    for step in range(100):
        if step % 17 == 0:
            motion.play_gesture(data.draw(st.sampled_from(GESTURES)), step / 50, data.draw(st.floats(0.0, 1.0)))
            motion.set_expression(Expression(step / 50, data.draw(ACTIVATION), gaze_target=data.draw(TARGET)))
            motion.set_loudness(data.draw(ANY), step / 50)
            motion.set_posture({data.draw(st.sampled_from(robot.names())): data.draw(ANY)}, step / 50)
        command = motion.tick(step / 50)
        assert outside(robot, command.position) == []
        velocity = np.array(list(command.velocity.values()))
        assert np.all(np.abs(velocity) <= fastest)
        assert np.all(np.abs(velocity - before) * 50 <= hardest)
        before = velocity


@each_robot
def test_a_person_on_the_left_and_below_is_looked_at(name):
    robot = ROBOTS[name]
    target = np.add(robot.gaze.neck, (0.9, 0.35, -0.05))
    forward = head_rotation(robot, shown(name, gaze=tuple(target)))[:, 0]
    assert forward[1] > 0.1
    assert forward[2] < -0.02


@each_faceless
@pytest.mark.parametrize("place", [(1.0, 0.0, 0.1), (1.0, 0.4, 0.0), (0.8, -0.4, 0.25), (1.5, 0.2, 0.2)])
def test_a_robot_whose_eyes_do_not_move_faces_who_it_looks_at(name, place):
    robot = ROBOTS[name]
    target = np.add(robot.gaze.neck, place)
    rotation = head_rotation(robot, shown(name, gaze=tuple(target)))
    face = robot.gaze.neck + rotation @ np.asarray(robot.gaze.eyes[0])
    wanted = (target - face) / np.linalg.norm(target - face)
    assert math.degrees(math.acos(min(float(rotation[:, 0] @ wanted), 1.0))) < 1.5


@each_faceless
def test_pain_bows_the_head_where_there_is_no_face(name):
    assert not ROBOTS[name].has_face
    assert head_rotation(ROBOTS[name], shown(name, PAIN))[2, 0] < head_rotation(ROBOTS[name], shown(name))[2, 0] - 0.05


@each_faceless
def test_a_smile_lifts_the_head_where_there_is_no_face(name):
    assert head_rotation(ROBOTS[name], shown(name, SMILE))[2, 0] > head_rotation(ROBOTS[name], shown(name))[2, 0] + 0.03


@each_faceless
def test_pain_concern_and_smile_can_be_told_apart(name):
    joints = ROBOTS[name].joints
    places = [[shown(name, unit)[j.name] / (j.upper - j.lower) for j in joints] for unit in (PAIN, CONCERN, SMILE, {})]
    distances = [np.abs(np.subtract(a, b)).sum() for i, a in enumerate(places) for b in places[:i]]
    assert min(distances) > 0.04


@each_faceless
def test_an_expression_is_seen_while_the_robot_looks_at_someone(name):
    target = tuple(np.add(ROBOTS[name].gaze.neck, (1.0, 0.3, 0.1)))
    looking, suffering = (head_rotation(ROBOTS[name], shown(name, unit, target)) for unit in ({}, PAIN))
    assert suffering[2, 0] < looking[2, 0] - 0.05
    assert math.atan2(suffering[1, 0], suffering[0, 0]) == pytest.approx(math.atan2(looking[1, 0], looking[0, 0]))


@each_robot
def test_the_camera_looks_forward_with_its_picture_upright(name):
    rotation = ROBOTS[name].camera.rotation
    assert rotation[0, 2] > 0.9 and rotation[2, 1] < -0.9


@each_faceless
def test_a_camera_on_the_head_turns_with_it(name):
    robot = ROBOTS[name]
    target = tuple(np.add(robot.gaze.neck, (1.0, 0.3, 0.1)))
    camera = camera_at(robot, shown(name, gaze=target))
    assert camera.rotation[1, 2] == pytest.approx(math.sin(math.atan2(0.3, 1.0)), abs=0.03)
    ahead = camera.to_base((0.0, 0.0, 1.0))
    assert ahead[1] > 0.2
    rest = camera_at(robot, {})
    assert np.allclose(rest.rotation, robot.camera.rotation) and np.allclose(rest.position, robot.camera.position)


def test_a_camera_on_the_body_stays_where_it_is():
    assert camera_at(ROBOTS["sol"], {"neck_yaw": 0.5}) is ROBOTS["sol"].camera


@each_faceless
def test_a_robot_without_a_model_cannot_be_drawn_and_says_so(name):
    assert not ROBOTS[name].has_model
    with pytest.raises(OutsideError, match="model"):
        read_urdf(ROBOTS[name])


def test_reachy_minis_head_and_body_are_never_further_apart_than_its_maker_allows():
    head, body = ROBOTS["reachy_mini"].joint("head_yaw"), ROBOTS["reachy_mini"].joint("body_yaw")
    assert max(head.upper - body.lower, body.upper - head.lower) <= math.radians(65.0)


def test_reachy_minis_driver_knows_each_of_its_channels():
    from solamen.robot.adapters.reachy_mini import CHANNELS

    assert set(ROBOTS["reachy_mini"].drivers().values()) == set(CHANNELS)


def test_naos_head_stays_within_its_makers_table_of_yaw_and_pitch():
    table = {0.0: (-0.671951, 0.515047), 0.486074: (-0.671951, 0.422021), 0.756077: (-0.548033, 0.37001)}
    table |= {0.903033: (-0.479965, 0.330041), 1.089958: (-0.430049, 0.300022)}
    yaw, pitch = ROBOTS["nao"].joint("HeadYaw"), ROBOTS["nao"].joint("HeadPitch")
    assert yaw.upper <= max(table) and yaw.lower >= -max(table)
    assert all(low <= pitch.lower and pitch.upper <= high for low, high in table.values())


def test_the_light_of_naos_eyes_is_a_channel_of_its_driver():
    assert ROBOTS["nao"].drivers()["eye_light"] == "leds:FaceLeds"
    assert ROBOTS["nao"].drivers()["HeadYaw"] == "HeadYaw"


def tiago_pro_limits():
    try:
        found = [file for file in files("example-robot-data") or () if file.name == "tiago_pro.urdf"]
    except PackageNotFoundError:
        pytest.skip("example-robot-data is not installed: there is no description of TIAGo Pro to compare with")
    tree = ElementTree.parse(found[0].locate())
    return {joint.get("name"): joint.find("limit").attrib for joint in tree.getroot().findall("joint[limit]")}


def test_tiago_pro_stays_within_the_limits_of_its_makers_description():
    limits = tiago_pro_limits()
    for joint in ROBOTS["tiago_pro"].joints:
        limit = {key: float(value) for key, value in limits[joint.name].items()}
        assert limit["lower"] <= joint.lower < joint.upper <= limit["upper"]
        assert joint.limit.max_velocity <= limit["velocity"]
    for unit in UNITS:
        for gesture in GESTURES:
            words = gesture.keyframes[0].words
            places = {**shown("tiago_pro", {unit: 1.0}, (1.0, 2.0, 3.0))}
            for name, way in offsets(ROBOTS["tiago_pro"], words, gesture.from_rest).items():
                places[name] = ROBOTS["tiago_pro"].joint(name).within(places[name] + way)
            assert all(float(limits[n]["lower"]) <= p <= float(limits[n]["upper"]) for n, p in places.items())
