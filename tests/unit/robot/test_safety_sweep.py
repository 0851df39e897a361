"""Parts of the robot kept apart on whole ways: of commands, of stops at any moment, of every gesture and unit."""

import math
import random

import numpy as np
import pytest
from obedient import ObedientLayer

from solamen.core.intents import Expression, JointCommand
from solamen.robot.description import load_robot
from solamen.robot.gestures import known_gestures, load_gesture
from solamen.robot.motion import Motion
from solamen.robot.safety.chains import Chain, ChainJoint
from solamen.robot.safety.collision import CollisionModel, Sweep
from solamen.robot.safety.collision_file import load_collision_model
from solamen.robot.safety.limits import JointLimit

TICK_S = 0.02
ROBOTS = ("sol", "nao", "tiago_pro")

ROD = Chain((ChainJoint("swing", "y", (0.0, 0.0, 0.5)),), ((1, (0.0, 0.0, -0.3), 0.01),))
THIN = Chain((), ((0, (0.0, 0.0, 0.2), 0.01),))
FENCE = CollisionModel({"rod": ROD, "fence": THIN}, (("rod", "fence"),), margin_m=0.005)
FAST = JointLimit("swing", -1.5, 1.5, 12.0, 80.0)


def closest(sweep, rows):
    return sweep.clearances(np.array(rows)).min(axis=0)


def rows_of(points, names):
    return [[point.position[name] for name in names] for point in points]


def test_a_thin_part_is_not_jumped_over_between_two_ends_that_are_both_free():
    safety = ObedientLayer((FAST,), {"swing": 0.3}, collision=FENCE)
    safety.joint_states({"swing": 0.3}, {}, 0.0)
    sweep, rows = Sweep(FENCE, ("swing",)), []
    for step in range(100):
        points = safety.command(JointCommand(step * TICK_S, {"swing": -1.2}, {"swing": -12.0}), step * TICK_S)
        rows += rows_of(points[:1], ("swing",))
    fine = np.interp(np.arange(0, len(rows) - 1, 0.05), np.arange(len(rows)), np.array(rows)[:, 0])
    assert closest(sweep, fine[:, None])[0] > 0.0
    assert rows[-1][0] > 0.05
    assert safety.status().limits_hit == ("swing",)


def test_the_sweep_sees_what_lies_between_two_postures():
    sweep = Sweep(FENCE, ("swing",))
    over = np.array([[0.3], [-0.3]])
    assert min(sweep.clearances(over)[:, 0]) > 0.05
    assert sweep.approaching(over, FENCE.pairs) == [("rod", "fence")]
    assert sweep.in_doubt(over) == [("rod", "fence")]
    assert sweep.in_doubt(np.array([[1.4], [1.3]])) == []


@pytest.mark.parametrize("name", ROBOTS)
def test_one_posture_and_many_are_reckoned_alike(name):
    robot, model = load_robot(name), load_collision_model(name)
    rng = np.random.default_rng(1)
    lower, upper = (np.array([getattr(joint, end) for joint in robot.joints]) for end in ("lower", "upper"))
    postures = rng.uniform(lower, upper, (20, len(lower)))
    for posture, row in zip(postures, Sweep(model, robot.names()).clearances(postures), strict=True):
        alone = model.clearances(dict(zip(robot.names(), posture.tolist(), strict=True)))
        assert row == pytest.approx([alone[pair] for pair in model.pairs], abs=1e-9)


@pytest.mark.parametrize("name", ROBOTS)
def test_no_part_moves_farther_than_its_reach_says(name):
    robot, model = load_robot(name), load_collision_model(name)
    sweep, rng = Sweep(model, robot.names()), np.random.default_rng(2)
    lower, upper = (np.array([getattr(joint, end) for joint in robot.joints]) for end in ("lower", "upper"))
    for start in rng.uniform(lower, upper, (50, len(lower))):
        way = np.linspace(start, start + rng.normal(0.0, 0.05, len(lower)), 5)
        found = sweep.clearances(way)
        for number, pair in enumerate(model.pairs):
            fallen = found[0, number] - found[:, number].min()
            steps = sweep.steps(way[0], way[-1], 0.001)
            assert fallen <= 0.001 * steps, pair


@pytest.mark.parametrize("name", ROBOTS)
def test_whatever_is_commanded_and_whenever_a_stop_comes_nothing_touches(name):
    robot, model, dice = load_robot(name), load_collision_model(name), random.Random(5)
    names, sweep = robot.names(), Sweep(model, robot.names())
    safety, rows, wish = ObedientLayer(robot.limits(), robot.neutral(), collision=model), [], {}
    safety.joint_states(robot.neutral(), {}, 0.0)
    for step in range(1500):
        now_s = step * TICK_S
        if step % 40 == 0:
            wish = {joint.name: dice.uniform(joint.lower, joint.upper) for joint in robot.joints}
        points = safety.command(JointCommand(now_s, wish), now_s)
        rows += rows_of(points[:1], names)
        if dice.random() < 0.05:
            # A stop at any time between two ticks; what it leads to is looked at to its end.
            stopped = safety.stop("test", now_s + dice.uniform(0.0, TICK_S))
            rows += rows_of(stopped, names)
            for later in range(1, 10):
                stopped = safety.tick(now_s + later * 1e-4) or stopped
            safety.reset_stop()
            safety.joint_states(stopped[-1].position, {}, now_s)
    assert np.all(closest(sweep, rows) > 0.2 * model.margin_m)


def gone_through(robot, model, begin, seconds):
    """All places that motion leads to behind the safety layer."""
    safety, motion = ObedientLayer(robot.limits(), robot.neutral(), collision=model), Motion(robot, 50.0)
    motion.start_from(robot.neutral())
    safety.joint_states(robot.neutral(), {}, 0.0)
    rows, now_s = [], 0.0
    while now_s < seconds:
        begin(motion, now_s)
        points = safety.command(motion.tick(now_s), now_s)
        rows += rows_of(points[:1], robot.names())
        safety.joint_states(points[0].position, points[0].velocity, now_s)
        now_s += TICK_S
    return rows, safety.status()


@pytest.mark.parametrize("gesture", known_gestures())
@pytest.mark.parametrize("name", ROBOTS)
def test_every_gesture_passes_without_being_held_and_without_touching(name, gesture):
    robot, model = load_robot(name), load_collision_model(name)
    played = load_gesture(gesture)

    def begin(motion, now_s):
        if now_s == 0.0:
            motion.play_gesture(played, now_s)

    rows, state = gone_through(robot, model, begin, min(played.duration_s + 1.0, 12.0))
    assert np.all(closest(Sweep(model, robot.names()), rows) >= model.margin_m)
    assert state.limits_hit == ()


@pytest.mark.parametrize("name", ROBOTS)
def test_every_unit_at_its_full_strength_passes_without_touching(name):
    robot, model = load_robot(name), load_collision_model(name)
    sweep = Sweep(model, robot.names())
    for unit in robot.units:
        rows, _ = gone_through(robot, model, lambda m, t, u=unit: m.set_expression(Expression(t, {u: 1.0})), 1.2)
        assert np.all(closest(sweep, rows) >= model.margin_m), unit


def test_the_arms_of_nao_have_the_lengths_that_its_maker_publishes():
    origin, columns = (
        load_collision_model("nao").chains["arm_left"].frames(dict.fromkeys(load_robot("nao").names(), 0.0))[-1]
    )
    # Hand offset 57.75 mm ahead of the wrist, 12.31 mm below: end at 218.7 mm from the shoulder.
    reach = origin[0] + 0.05775 * columns[0][0]
    assert reach == pytest.approx(0.2187, abs=1e-4)
    assert origin[1] == pytest.approx(0.113)


def test_the_hands_of_tiago_pro_are_mirrored():
    model, robot = load_collision_model("tiago_pro"), load_robot("tiago_pro")
    left, right = (model.chains[f"arm_{side}"].ball_places(robot.neutral())[-1] for side in ("left", "right"))
    assert left[0] == pytest.approx(right[0], abs=0.02)
    assert left[1] == pytest.approx(-right[1], abs=0.02)
    assert math.dist(left[:3], right[:3]) > 0.3
