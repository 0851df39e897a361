import math

import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.core.intents import Expression
from solamen.robot.description import load_robot
from solamen.robot.gestures import Gesture, GesturePlayer, Keyframe, known_gestures, load_gesture, offsets
from solamen.robot.motion import Motion
from solamen.robot.settings import MotionSettings

ROBOT = load_robot("sol")
STILL = MotionSettings(breaths_per_min=0.0, blink_interval_s=0.0, fidget_rad=0.0)
NOD = load_gesture("nod")
HARDEST = {joint.name: joint.limit.max_acceleration for joint in ROBOT.joints}


def course(motion, seconds, name, start_s=0.0):
    return np.array([motion.tick(start_s + step / 50).position[name] for step in range(round(seconds * 50))])


def written(tmp_path, text):
    file = tmp_path / "gesture.yaml"
    file.write_text(text)
    return file


def test_seven_gestures_ship():
    assert set(known_gestures()) >= {"nod", "shake", "lean_in", "open_arms", "offer_hand", "wave", "breathe"}


@pytest.mark.parametrize("robot", ["sol", "reachy_mini", "tiago_pro", "nao"])
@pytest.mark.parametrize("name", ["nod", "shake", "lean_in", "open_arms", "offer_hand", "wave", "breathe"])
def test_every_gesture_moves_every_robot_and_ends_at_rest(robot, name):
    player = GesturePlayer(load_robot(robot))
    lasts_s = player.play(load_gesture(name), 0.0)
    ways = np.array([player.at(time_s)[0] for time_s in np.linspace(0.0, lasts_s, 60)])
    assert np.abs(ways).max() > 0.004
    assert np.all(ways[0] == 0.0) and np.all(ways[-1] == 0.0)
    assert player.active(lasts_s) is None


def test_a_nod_lowers_the_head_twice():
    motion = Motion(ROBOT, settings=STILL)
    motion.play_gesture(NOD, 0.0)
    pitch = course(motion, 4.0, "neck_pitch")
    assert pitch.max() > 0.13
    low = pitch > 0.06
    assert int(np.sum(low[1:] & ~low[:-1])) == 2
    assert pitch[-1] == pytest.approx(0.0, abs=1e-3)


def test_half_the_amplitude_is_half_the_way():
    furthest = []
    for amplitude in (1.0, 0.5):
        player = GesturePlayer(ROBOT)
        lasts_s = player.play(NOD, 0.0, amplitude)
        furthest.append(np.max([player.at(time_s)[0] for time_s in np.linspace(0.0, lasts_s, 500)], axis=0))
    assert furthest[0].max() == pytest.approx(0.16, abs=1e-3)
    assert furthest[1] == pytest.approx(0.5 * furthest[0], abs=1e-3)


def test_half_the_speed_is_twice_the_time():
    lasts_s = [GesturePlayer(ROBOT).play(NOD, 0.0, speed=speed) for speed in (0.4, 0.2)]
    assert lasts_s[1] == pytest.approx(2.0 * lasts_s[0])


def test_a_gesture_takes_as_long_as_the_slowest_joint_needs():
    rush = Gesture("rush", (Keyframe(0.01, {"raise": 1.0}),), 0.02)
    player = GesturePlayer(ROBOT)
    lasts_s = player.play(rush, 0.0)
    assert lasts_s > 1.0
    fastest = np.array([joint.limit.max_velocity for joint in ROBOT.joints])
    for time_s in np.linspace(0.0, lasts_s, 200):
        assert np.all(np.abs(player.at(time_s)[1]) <= 0.7 * fastest + 1e-9)


@pytest.mark.parametrize("amplitude, speed", [(1.1, 1.0), (-0.1, 1.0), (math.nan, 1.0), (1.0, 0.0), (1.0, math.nan)])
def test_amplitude_and_speed_out_of_their_ranges_are_refused(amplitude, speed):
    player = GesturePlayer(ROBOT)
    with pytest.raises(ValueError, match="must be a number from"):
        player.play(NOD, 0.0, amplitude, speed)
    assert player.active(0.0) is None


@pytest.mark.parametrize("after_s", [0.2, 0.3, 0.5, 0.9, 1.2])
@pytest.mark.parametrize("following", [None, "wave", "offer_hand"])
def test_an_interrupted_gesture_makes_no_step_in_velocity(after_s, following):
    motion = Motion(ROBOT, settings=STILL)
    motion.play_gesture(load_gesture("open_arms"), 0.0)
    before = dict.fromkeys(ROBOT.names(), 0.0)
    for step in range(200):
        if step == round(after_s * 50):
            assert any(abs(speed) > 0.02 for speed in before.values())
            if following:
                motion.play_gesture(load_gesture(following), step / 50)
            else:
                motion.stop_gesture(step / 50)
        velocity = motion.tick(step / 50).velocity
        for name, speed in velocity.items():
            assert abs(speed - before[name]) <= HARDEST[name] / 50
        before = velocity


def test_a_gesture_that_is_stopped_goes_back_to_rest():
    motion = Motion(ROBOT, settings=STILL)
    motion.play_gesture(load_gesture("open_arms"), 0.0)
    raised = course(motion, 2.0, "shoulder_roll_left")[-1]
    motion.stop_gesture(2.0)
    assert motion.gesture_progress(2.0) == (None, 0.0)
    assert raised > ROBOT.joint("shoulder_roll_left").neutral + 0.2
    assert course(motion, 3.0, "shoulder_roll_left", 2.0)[-1] == pytest.approx(0.18, abs=1e-3)


def test_progress_rises_to_one():
    motion = Motion(ROBOT, settings=STILL)
    lasts_s = motion.play_gesture(NOD, 10.0)
    assert motion.gesture_progress(10.0) == ("nod", 0.0)
    assert motion.gesture_progress(10.0 + 0.5 * lasts_s)[1] == pytest.approx(0.5)
    assert motion.gesture_progress(10.1 + lasts_s) == (None, 1.0)


def test_the_eyes_stay_on_the_person_while_the_head_nods():
    motion = Motion(ROBOT, settings=STILL)
    motion.set_expression(Expression(0.0, {}, gaze_target=(0.8, 0.0, 0.53)))
    course(motion, 1.0, "neck_pitch")
    motion.play_gesture(NOD, 1.0)
    command = [motion.tick(1.0 + step / 50) for step in range(31)][-1]
    assert command.position["neck_pitch"] > 0.1
    assert command.position["eyes_pitch"] < -0.05


def test_only_the_right_arm_is_offered():
    ways = offsets(ROBOT, load_gesture("offer_hand").keyframes[0].words)
    assert ways["shoulder_pitch_right"] < -0.3
    assert not [name for name in ways if name.endswith("_left")]


def test_open_arms_open_both_sides_alike():
    ways = offsets(ROBOT, load_gesture("open_arms").keyframes[0].words)
    assert ways["shoulder_roll_left"] == pytest.approx(-ways["shoulder_roll_right"])
    assert ways["shoulder_roll_left"] > 0.3


@pytest.mark.parametrize("name", ["sol", "tiago_pro"])
def test_arms_that_breathe_open_from_where_they_rest(name):
    robot, breath = load_robot(name), load_gesture("breathe_arms")
    (words,) = (frame.words for frame in breath.keyframes)
    ways = offsets(robot, words, breath.from_rest)
    opening = [words["open"] * way for arm in robot.arms.values() for way in arm.ways["open"].values()]
    assert all(abs(way) < 0.4 for way in ways.values())
    assert {round(way, 9) for way in opening} <= {round(way, 9) for way in ways.values()}


def test_words_that_a_robot_has_no_channel_for_are_passed_over():
    assert offsets(load_robot("nao"), {"head_roll": 0.3}) == {}


def test_the_sign_of_a_robot_whose_head_counts_upwards_is_turned():
    assert offsets(load_robot("tiago_pro"), {"head_pitch": 0.2})["head_2_joint"] == pytest.approx(-0.2)


def test_the_mouth_opens_with_loudness_and_closes_when_no_more_is_heard_of_it():
    motion = Motion(ROBOT, settings=STILL)
    motion.set_loudness(0.8, 0.0)
    assert course(motion, 0.45, "jaw")[-1] == pytest.approx(0.8 * 0.011, abs=2e-4)
    assert course(motion, 1.0, "jaw", 0.45)[-1] == pytest.approx(0.0, abs=2e-4)


@pytest.mark.parametrize("loudness, jaw", [(math.nan, 0.0), (7.0, 0.011), (-1.0, 0.0)])
def test_loudness_that_is_none_or_out_of_range_does_no_harm(loudness, jaw):
    motion = Motion(ROBOT, settings=STILL)
    motion.set_loudness(loudness, 0.0)
    assert course(motion, 0.45, "jaw")[-1] == pytest.approx(jaw, abs=2e-4)


def test_a_posture_is_taken_softly_and_forgotten_when_no_more_come():
    motion = Motion(ROBOT, settings=STILL)
    motion.set_posture({"shoulder_pitch_left": -0.8, "neck_roll": math.nan, "tail": 1.0}, 0.0)
    arm = course(motion, 2.0, "shoulder_pitch_left")
    assert arm[5] > 0.0
    assert arm[-1] == pytest.approx(-0.8, abs=0.05)
    assert course(motion, 4.0, "shoulder_pitch_left", 2.0)[-1] == pytest.approx(0.1, abs=0.01)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("duration_s: 1.0\nkeyframes: [{at_s: 0.5, head_tilt: 0.1}]", "unknown word 'head_tilt'"),
        ("duration_s: 1.0\nkeyframes: [{at_s: 0.5, head_yaw: .nan}]", "head_yaw is nan"),
        ("duration_s: 1.0\nkeyframes: [{at_s: 0.5, head_yaw: 20}]", "from -1.5 to 1.5"),
        ("duration_s: 1.0\nkeyframes: [{at_s: 0.5}, {at_s: 0.4}]", "at_s must rise"),
        ("duration_s: 0.5\nkeyframes: [{at_s: 0.5, head_yaw: 0.1}]", "at_s must rise"),
        ("duration_s: 1.0\nkeyframes: []", "at_s must rise"),
        ("duration_s: 1.0\nloud: 1\nkeyframes: [{at_s: 0.5, head_yaw: 0.1}]", "unknown key 'loud'"),
        ("keyframes: 3", "holds no gesture"),
        ("[]", "holds no gesture"),
    ],
)
def test_a_mistake_in_a_gesture_is_one_sentence(tmp_path, text, says):
    file = written(tmp_path, text)
    with pytest.raises(OutsideError, match=says) as caught:
        load_gesture(file)
    assert str(file) in str(caught.value) and "\n" not in str(caught.value)


def test_a_gesture_that_is_not_there_names_those_that_are():
    with pytest.raises(OutsideError, match="nod"):
        load_gesture("curtsy")
