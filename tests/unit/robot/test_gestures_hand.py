"""Hands in gestures, and one gesture that goes over into another."""

import numpy as np
import pytest

from solamen.robot.description import load_robot
from solamen.robot.gestures import GesturePlayer, lacking, load_gesture, moves, offsets
from solamen.robot.motion import Motion
from solamen.robot.settings import MotionSettings

ROBOT = load_robot("sol")
INDEX = {name: index for index, name in enumerate(ROBOT.names())}
STILL = MotionSettings(breaths_per_min=0.0, blink_interval_s=0.0, fidget_rad=0.0)


def way(player, name, start_s, end_s):
    return np.array([player.at(time_s)[0][INDEX[name]] for time_s in np.arange(start_s, end_s, 0.02)])


def test_an_offered_hand_is_open_and_a_resting_one_closes_loosely():
    offered, resting = (load_gesture(name).keyframes[1].words for name in ("offer_hand", "rest_hand"))
    assert offsets(ROBOT, offered)["grip_right"] == 0.0
    assert 0.3 < offsets(ROBOT, resting)["grip_right"] < 0.8
    assert "grip_left" not in moves(ROBOT, load_gesture("rest_hand"))


def test_the_hand_stays_where_it_was_offered_when_it_begins_to_rest():
    player = GesturePlayer(ROBOT)
    player.play(load_gesture("offer_hand"), 0.0)
    offered = player.at(3.0)[0][INDEX["shoulder_pitch_right"]]
    player.play(load_gesture("rest_hand"), 3.0)
    assert way(player, "shoulder_pitch_right", 3.0, 8.0) == pytest.approx(offered, abs=0.01)
    assert way(player, "grip_right", 3.0, 8.0)[-1] == pytest.approx(0.52, abs=0.01)


def test_a_hand_that_is_withdrawn_opens_before_the_arm_goes_home():
    player = GesturePlayer(ROBOT)
    player.play(load_gesture("rest_hand"), 0.0)
    player.play(load_gesture("withdraw_hand"), 20.0)
    offered = way(player, "shoulder_pitch_right", 20.0, 20.02)[0]
    assert way(player, "grip_right", 20.0, 20.9)[-1] == pytest.approx(0.0, abs=1e-6)
    assert way(player, "shoulder_pitch_right", 20.0, 21.3)[-1] == pytest.approx(offered, abs=0.15)
    assert way(player, "shoulder_pitch_right", 20.0, 26.0)[-1] == pytest.approx(0.0, abs=1e-6)


@pytest.mark.parametrize("when_s", [0.3, 0.6, 0.9, 1.2, 2.0])
@pytest.mark.parametrize("following", ["nod", "shake", "wave", "open_arms", None])
def test_an_interrupted_gesture_goes_on_without_a_step_in_place_or_velocity(when_s, following):
    player = GesturePlayer(ROBOT)
    player.play(load_gesture("wave"), 0.0)
    before = player.at(when_s)
    if following is None:
        player.stop(when_s)
    else:
        player.play(load_gesture(following), when_s)
    after = player.at(when_s)
    assert after[0] == pytest.approx(before[0], abs=1e-9)
    assert after[1] == pytest.approx(before[1], abs=1e-9)


def test_a_stopped_gesture_is_at_rest_only_after_it_has_faded():
    motion = Motion(ROBOT, settings=STILL)
    gesture = load_gesture("open_arms")
    motion.play_gesture(gesture, 0.0)
    for step in range(100):
        motion.tick(step / 50)
    motion.stop_gesture(2.0)
    channels = moves(ROBOT, gesture)
    assert not motion.gesture_at_rest(2.0, channels)
    rested_s = next(s / 50 for s in range(100, 400) if motion.tick(s / 50) and motion.gesture_at_rest(s / 50, channels))
    assert 2.4 < rested_s < 4.5


def test_words_without_a_channel_are_named():
    assert lacking(load_robot("nao"), load_gesture("lean_in")) == ("head_roll",)
    assert lacking(load_robot("nao"), load_gesture("rest_hand")) == ("grip_right",)
    assert lacking(load_robot("reachy_mini"), load_gesture("offer_hand")) == ("bend_right", "turn_right")
    assert lacking(ROBOT, load_gesture("open_arms")) == ()
