import math
from itertools import pairwise

import numpy as np
import pytest

from solamen.core.intents import Expression
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.robot.description import load_robot
from solamen.robot.motion import Motion
from solamen.robot.settings import MotionSettings

ROBOT = load_robot("sol")
STILL = MotionSettings(breaths_per_min=0.0, blink_interval_s=0.0, fidget_rad=0.0)
PAIN = {4: 0.4, 6: 0.3, 7: 0.4}


def run(motion, seconds, start_s=0.0):
    return [motion.tick(start_s + step / 50) for step in range(round(seconds * 50))]


def test_a_mirrored_unit_makes_a_fifth_of_its_way_within_60_ms():
    motion = Motion(ROBOT, settings=STILL)
    before = run(motion, 0.2)[-1].position["brow_raise_left"]
    motion.set_expression(Expression(0.2, PAIN, blend_s=0.1))
    after = [command.position["brow_raise_left"] for command in run(motion, 1.0, 0.2)]
    way = after[-1] - before
    assert way < -0.005
    assert (after[2] - before) / way >= 0.2


def test_positions_and_velocities_belong_together():
    motion = Motion(ROBOT, settings=STILL)
    motion.set_expression(Expression(0.0, PAIN, gaze_target=(0.7, 0.3, 0.5)))
    commands = run(motion, 2.0)
    for name in ("neck_yaw", "brow_raise_left"):
        position = np.array([command.position[name] for command in commands])
        velocity = np.array([command.velocity[name] for command in commands])
        travelled = np.cumsum(0.5 * (velocity[1:] + velocity[:-1])) / 50
        assert np.allclose(position[1:] - position[0], travelled, atol=0.02 * np.ptp(position))


def test_velocity_and_acceleration_stay_below_the_limits():
    motion = Motion(ROBOT)
    speeds = []
    for step in range(500):
        if step % 40 == 0:
            side = 1.0 if step % 80 else -1.0
            motion.set_expression(Expression(step / 50, PAIN if step % 80 else {12: 1.0}, gaze_target=(0.5, side, 0.6)))
        speeds.append(list(motion.tick(step / 50).velocity.values()))
    velocity = np.array(speeds)
    fastest = np.array([joint.limit.max_velocity for joint in ROBOT.joints])
    hardest = np.array([joint.limit.max_acceleration for joint in ROBOT.joints])
    assert np.all(np.abs(velocity) <= fastest)
    assert np.all(np.abs(np.diff(velocity, axis=0)) * 50 <= hardest)


def test_positions_stay_within_the_limits():
    motion = Motion(ROBOT)
    motion.set_expression(Expression(0.0, dict.fromkeys(ROBOT.units, 1.0), gaze_target=(-1.0, 0.5, 3.0)))
    for command in run(motion, 3.0):
        for joint in ROBOT.joints:
            assert joint.lower - 1e-9 <= command.position[joint.name] <= joint.upper + 1e-9


def test_it_starts_from_where_the_joints_are():
    motion = Motion(ROBOT, settings=STILL)
    motion.start_from({"neck_yaw": 0.5})
    first = motion.tick(0.0)
    assert first.position["neck_yaw"] == pytest.approx(0.5, abs=0.01)
    assert run(motion, 2.0)[-1].position["neck_yaw"] == pytest.approx(0.0, abs=1e-3)


def test_a_measured_position_that_is_no_number_is_taken_as_neutral():
    motion = Motion(ROBOT, settings=STILL)
    motion.start_from({"neck_yaw": math.nan})
    assert motion.tick(0.0).position["neck_yaw"] == 0.0


def test_the_eyes_arrive_before_the_head():
    motion = Motion(ROBOT, settings=STILL)
    motion.set_expression(Expression(0.0, {}, gaze_target=(0.7, 0.4, 0.5)))
    early, late = run(motion, 0.16)[-1], run(motion, 1.8, 0.16)[-1]
    assert early.position["eye_left_yaw"] > late.position["eye_left_yaw"]
    assert early.position["neck_yaw"] < 0.3 * late.position["neck_yaw"]


def test_it_answers_the_newest_expression():
    motion = Motion(ROBOT)
    motion.set_expression(Expression(0.0, {}, answers_s=1.0, answers_monotonic_ns=7))
    motion.set_expression(Expression(0.1, {}, answers_s=2.0, answers_monotonic_ns=9))
    command = motion.tick(0.1)
    assert (command.stamp_s, command.answers_s, command.answers_monotonic_ns) == (0.1, 2.0, 9)


def test_a_grimace_is_not_held_when_expressions_stop():
    motion = Motion(ROBOT, settings=STILL)
    motion.set_expression(Expression(0.0, PAIN))
    held = run(motion, 1.9)[-1].position["brow_raise_left"]
    assert held < -0.005
    assert run(motion, 3.0, 1.9)[-1].position["brow_raise_left"] == pytest.approx(0.0, abs=1e-4)


def test_before_any_expression_it_answers_nothing():
    assert math.isnan(Motion(ROBOT).tick(0.0).answers_s)


def test_it_breathes_six_times_a_minute():
    chest = [command.position["chest_breath"] for command in run(Motion(ROBOT), 30.0)]
    middle = 0.5 * (max(chest) + min(chest))
    rises = sum(a < middle <= b for a, b in pairwise(chest))
    assert rises == 3
    assert max(chest) - min(chest) > 0.004


def test_it_blinks_by_itself_and_each_blink_closes_the_eyes():
    lids = np.array([command.position["lid_upper_left"] for command in run(Motion(ROBOT, seed=3), 40.0)])
    closed = lids > 0.2
    blinks = int(np.sum(closed[1:] & ~closed[:-1]))
    assert 4 <= blinks <= 20
    assert closed.mean() < 0.1


def test_two_runs_with_one_seed_are_alike():
    assert run(Motion(ROBOT, seed=5), 5.0)[-1] == pytest.approx(run(Motion(ROBOT, seed=5), 5.0)[-1], nan_ok=True)


def test_the_settings_file_is_valid():
    assert load(MotionSettings, resource("config", "robot.yaml")) == MotionSettings()
