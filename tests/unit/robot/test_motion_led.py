"""Breath, light and lean that an expression leads."""

import math

import numpy as np
import pytest

from solamen.core.intents import Expression
from solamen.robot.description import load_robot
from solamen.robot.motion import Motion
from solamen.robot.settings import MotionSettings

ROBOT = load_robot("sol")
STILL = MotionSettings(breaths_per_min=0.0, blink_interval_s=0.0, fidget_rad=0.0)


def course(motion, seconds, joint, asked, start_s=0.0):
    """Places of a joint while the expression that `asked` makes for a time comes ten times a second."""
    places = []
    for step in range(round(seconds * 50)):
        now_s = start_s + step / 50
        if step % 5 == 0:
            motion.set_expression(Expression(now_s, **asked(now_s)))
        places.append(motion.tick(now_s).position[joint])
    return np.array(places)


def test_a_led_breath_has_the_period_that_it_is_led_with():
    motion = Motion(ROBOT, settings=MotionSettings(blink_interval_s=0.0, fidget_rad=0.0))
    chest = course(motion, 60.0, "chest_breath", lambda t: {"breath": 0.5 - 0.5 * math.cos(2 * math.pi * t / 8.0)})
    chest = chest[500:]
    middle = 0.5 * (chest.max() + chest.min())
    rising = np.flatnonzero((chest[:-1] < middle) & (chest[1:] >= middle)) / 50
    assert np.diff(rising) == pytest.approx(8.0, rel=0.02)
    assert chest.max() - chest.min() > 0.008


def test_a_breath_that_is_no_longer_led_is_the_robots_own_again():
    motion = Motion(ROBOT, settings=STILL)
    assert course(motion, 3.0, "chest_breath", lambda t: {"breath": 1.0})[-1] == pytest.approx(0.012, abs=5e-4)
    assert course(motion, 3.0, "chest_breath", lambda t: {}, 3.0)[-1] == pytest.approx(0.002, abs=5e-4)


@pytest.mark.parametrize(("glow", "light"), [(0.0, 0.0), (1.0, 1.0), (7.0, 1.0), (math.nan, 0.4), (math.inf, 0.4)])
def test_a_led_light_goes_from_dark_to_bright_whatever_the_units_ask(glow, light):
    motion = Motion(ROBOT, settings=STILL)
    assert course(motion, 4.0, "glow", lambda t: {"glow": glow})[-1] == pytest.approx(light, abs=0.02)


def test_a_lean_bends_towards_the_person_and_back():
    motion = Motion(ROBOT, settings=STILL)
    assert course(motion, 3.0, "neck_pitch", lambda t: {"lean": 1.0})[-1] == pytest.approx(0.12, abs=0.005)
    assert course(motion, 3.0, "neck_pitch", lambda t: {}, 3.0)[-1] == pytest.approx(0.0, abs=0.005)


def test_what_is_led_ends_when_no_more_expressions_come():
    motion = Motion(ROBOT, settings=STILL)
    course(motion, 2.0, "neck_pitch", lambda t: {"lean": 1.0})
    places = [motion.tick(2.0 + step / 50).position["neck_pitch"] for step in range(300)]
    assert places[-1] == pytest.approx(0.0, abs=0.005)
