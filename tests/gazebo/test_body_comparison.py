"""The comparison finds what is wrong. The traces here are made up; `make gazebo-test` compares true ones."""

import math
from dataclasses import replace

import numpy as np
import pytest
from body_comparison import Trace, compare, complaints, summary, table

from solamen.robot.description import load_robot

ROBOT = load_robot("sol")
LAG_S = 0.06


def made_up(names=None):
    """Every joint goes half of its way up and back within 8 s; the body follows a little later."""
    joints = [joint for joint in ROBOT.joints if names is None or joint.name in names]
    reach = np.array([0.5 * (joint.upper - joint.neutral) for joint in ROBOT.joints])
    moved = np.array([joint in joints for joint in ROBOT.joints])
    neutral = np.array([joint.neutral for joint in ROBOT.joints])
    asked_s, seen_s = np.arange(0.0, 8.0, 0.02), np.arange(0.013, 8.0, 0.02)

    def places(times):
        rise = np.clip(np.sin(math.pi * times / 8.0), 0.0, 1.0)
        return neutral + rise[:, None] * np.where(moved, reach, 0.0)

    return Trace(ROBOT.names(), asked_s, places(asked_s), seen_s, places(seen_s - LAG_S), 1.0, 0)


@pytest.fixture(scope="module")
def mujoco():
    return made_up()


def changed(trace, name, change):
    seen = trace.seen.copy()
    index = trace.names.index(name)
    seen[:, index] = change(seen[:, index])
    return replace(trace, seen=seen)


def found(gazebo, mujoco):
    return complaints(compare(ROBOT, gazebo, mujoco), (gazebo, mujoco))


def test_the_same_motion_is_no_complaint(mujoco):
    assert found(mujoco, mujoco) == []


def test_face_and_arms_are_judged_and_neck_and_light_are_not(mujoco):
    names = {result.name for result in compare(ROBOT, mujoco, mujoco)}
    assert {"elbow_right", "wrist_roll_left", "brow_squeeze", "jaw", "mouth_corner_left"} <= names
    assert not {"neck_yaw", "neck_pitch", "neck_roll", "glow"} & names


def test_joints_that_are_not_asked_to_move_do_not_count():
    few = made_up(("jaw", "elbow_left"))
    assert [result.name for result in compare(ROBOT, few, few)] == ["jaw", "elbow_left"]
    assert found(few, few) == ["2 joints moved, 20 are asked for"]


def test_bodies_whose_states_come_at_other_times_are_compared_at_the_same_ones(mujoco):
    other = replace(mujoco, seen_s=mujoco.seen_s[::3] + 0.004, seen=mujoco.seen[::3])
    assert max(result.rms for result in compare(ROBOT, other, mujoco)) < 0.01


def test_a_joint_that_stops_short_is_named(mujoco):
    short = changed(mujoco, "elbow_right", lambda way: way - 0.06)
    assert found(short, mujoco) == ["elbow_right did not reach its target in Gazebo"]


def test_a_slide_is_judged_in_millimetres(mujoco):
    short = changed(mujoco, "jaw", lambda way: way - 0.0025)
    assert "jaw did not reach its target in Gazebo" in found(short, mujoco)


def test_a_joint_that_comes_there_much_later_has_not_reached_its_target(mujoco):
    late = changed(mujoco, "shoulder_pitch_left", lambda way: np.where(np.arange(len(way)) < 260, way[0], way))
    assert "shoulder_pitch_left did not reach its target in Gazebo" in found(late, mujoco)


def test_a_joint_that_arrives_by_another_way_is_named(mujoco):
    way_off = changed(mujoco, "shoulder_pitch_left", lambda way: np.where(np.arange(len(way)) < 100, way + 0.4, way))
    assert found(way_off, mujoco) == ["shoulder_pitch_left moved otherwise in MuJoCo"]


def test_a_joint_state_that_is_no_number_is_a_failure(mujoco):
    broken = changed(mujoco, "elbow_left", lambda way: np.full_like(way, math.nan))
    assert "elbow_left did not reach its target in Gazebo" in found(broken, mujoco)


def test_a_body_that_does_nothing_fails(mujoco):
    still = replace(mujoco, seen=np.repeat(mujoco.seen[:1], len(mujoco.seen), axis=0))
    assert len(found(still, mujoco)) >= 20


def test_many_dropped_commands_are_a_failure_and_a_few_on_a_busy_machine_are_not(mujoco):
    assert found(mujoco, replace(mujoco, rejected=4)) == []
    assert found(mujoco, replace(mujoco, rejected=40)) == ["the safety node dropped 40 of 400 commands"]


def test_the_report_tells_each_joint_and_the_real_time_factor(mujoco):
    results = compare(ROBOT, mujoco, mujoco)
    assert len(table(results).splitlines()) == len(results) + 1
    assert "real-time factor" in summary(results, mujoco, mujoco)
