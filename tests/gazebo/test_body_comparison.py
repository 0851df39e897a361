"""The comparison finds what is wrong."""

import math
from dataclasses import replace

import numpy as np
import pytest
from body_comparison import compare, complaints, perform, summary, table

from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.description import load_robot

ROBOT = load_robot("sol")


@pytest.fixture(scope="module")
def mujoco():
    with MujocoBackend(ROBOT) as body:
        return perform(ROBOT, body)


def changed(trace, name, change):
    seen = trace.seen.copy()
    index = trace.names.index(name)
    seen[:, index] = change(seen[:, index])
    return replace(trace, seen=seen)


def found(gazebo, mujoco):
    return complaints(compare(ROBOT, gazebo, mujoco), (gazebo, mujoco))


def test_the_same_motion_is_no_complaint(mujoco):
    assert found(mujoco, mujoco) == []


def test_at_least_twenty_joints_of_face_and_arms_are_moved(mujoco):
    names = {result.name for result in compare(ROBOT, mujoco, mujoco)}
    assert len(names) >= 20
    assert {"elbow_right", "wrist_roll_left", "brow_squeeze", "jaw", "mouth_corner_left"} <= names


def test_a_joint_that_stops_short_is_named(mujoco):
    short = changed(mujoco, "elbow_right", lambda way: way + 0.06)
    assert found(short, mujoco) == ["elbow_right did not reach its target in Gazebo"]


def test_a_slide_is_judged_in_millimetres(mujoco):
    short = changed(mujoco, "jaw", lambda way: way - 0.0025)
    assert "jaw did not reach its target in Gazebo" in found(short, mujoco)


def test_a_joint_that_arrives_by_another_way_is_named(mujoco):
    way_off = changed(mujoco, "shoulder_pitch_left", lambda way: np.where(np.arange(len(way)) < 250, way + 0.3, way))
    assert found(way_off, mujoco) == ["shoulder_pitch_left moved otherwise in MuJoCo"]


def test_a_joint_state_that_is_no_number_is_a_failure(mujoco):
    broken = changed(mujoco, "elbow_left", lambda way: np.full_like(way, math.nan))
    assert "elbow_left did not reach its target in Gazebo" in found(broken, mujoco)


def test_a_body_that_does_nothing_fails(mujoco):
    still = replace(mujoco, seen=np.repeat(mujoco.seen[:1], len(mujoco.seen), axis=0))
    assert len(found(still, mujoco)) >= 20


def test_dropped_commands_are_a_failure(mujoco):
    assert found(mujoco, replace(mujoco, rejected=1)) == ["the safety layer dropped commands"]


def test_the_report_tells_each_joint_and_the_real_time_factor(mujoco):
    results = compare(ROBOT, mujoco, mujoco)
    assert len(table(results).splitlines()) == len(results) + 1
    assert "real-time factor" in summary(results, mujoco, mujoco)
