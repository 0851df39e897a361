"""The move to calm neutral from anywhere: nothing touches, nothing leaves its limits, and it arrives."""

import numpy as np
import pytest

from solamen.robot.description import load_robot
from solamen.robot.safety.collision import Sweep
from solamen.robot.safety.collision_file import load_collision_model
from solamen.robot.safety.homeward import SPARE_M, Homeward
from solamen.robot.safety.layer import SafetyLayer
from solamen.robot.safety.settings import SafetySettings

TICK_S = 0.02
BOUND_S = 60.0
POSTURES = 500
LOOKS = 4000


class Robot:
    def __init__(self, name):
        self.description = load_robot(name)
        self.model = load_collision_model(name)
        self.names = self.description.names()
        self.sweep = Sweep(self.model, self.names)
        self.lower = np.array([joint.lower for joint in self.description.joints])
        self.upper = np.array([joint.upper for joint in self.description.joints])
        self.fastest = np.array([joint.limit.max_velocity for joint in self.description.joints])
        self.neutral = np.array([joint.neutral for joint in self.description.joints])

    def postures(self, count, seed, least_m=0.002):
        """Anywhere within the limits, with parts that touch nothing but may be very near to each other."""
        rng, found = np.random.default_rng(seed), []
        while len(found) < count:
            place = rng.uniform(self.lower, self.upper)
            if self.sweep.clearances(place[None]).min() > least_m:
                found.append(place)
        return found

    def named(self, place):
        return dict(zip(self.names, place.tolist(), strict=True))


SOL = Robot("sol")


def test_from_five_hundred_postures_of_sol_there_is_a_free_way_to_neutral():
    homeward = Homeward(SOL.sweep, SOL.lower, SOL.upper, SOL.neutral)
    for start in SOL.postures(POSTURES, seed=4):
        homeward.forget()
        homeward.begin(start)
        homeward.step(LOOKS)
        assert homeward.way is not None
        assert np.array_equal(homeward.way[0], start)
        assert np.allclose(homeward.way[-1][SOL.sweep.joints], SOL.neutral[SOL.sweep.joints])
        fine = np.concatenate([np.linspace(a, b, 60) for a, b in zip(homeward.way, homeward.way[1:], strict=False)])
        apart = SOL.sweep.clearances(fine)
        assert np.all(apart.min(axis=0) >= np.minimum(apart[0], SOL.model.margin_m) - 1e-4)
        assert np.all(SOL.lower <= fine) and np.all(fine <= SOL.upper)


def gone_home(robot, start):
    """What the safety layer does in silence, and how long it takes to come to rest."""
    safety = SafetyLayer(robot.description.limits(), robot.description.neutral(), collision=robot.model)
    for step in (0, 25):
        safety.joint_states(robot.named(start), {}, step * TICK_S)
    rows, begun_s = [start], None
    for step in range(26, round(BOUND_S / TICK_S)):
        points = safety.tick(step * TICK_S)
        if points is None:
            return np.array(rows), begun_s, step * TICK_S
        rows.append(np.array([points[0].position[name] for name in robot.names]))
        safety.joint_states(points[0].position, points[0].velocity, (step + 1) * TICK_S)
        if begun_s is None and np.any(np.abs(rows[-1] - start) > 1e-4):
            begun_s = step * TICK_S
    raise AssertionError(f"not at neutral after {BOUND_S:g} s")


def assert_calm(robot, start):
    rows, begun_s, _ = gone_home(robot, start)
    apart = robot.sweep.clearances(rows)
    assert np.all(apart.min(axis=0) >= np.minimum(apart[0], robot.model.margin_m) - 1e-3)
    assert np.all(robot.lower <= rows) and np.all(rows <= robot.upper)
    slow = SafetySettings().neutral_velocity_share * robot.fastest
    assert np.all(np.abs(np.diff(rows, axis=0)) / TICK_S <= slow + 1e-6)
    span = robot.upper - robot.lower
    assert np.all(np.abs(rows[-1] - robot.neutral) <= 0.05 * span)
    assert begun_s <= 1.0


@pytest.mark.parametrize("start", SOL.postures(12, seed=9))
def test_sol_comes_to_neutral_slowly_and_touches_nothing(start):
    assert_calm(SOL, start)


@pytest.mark.parametrize("name", ["nao", "tiago_pro"])
def test_so_do_robots_that_others_make(name):
    robot = Robot(name)
    for start in robot.postures(2, seed=1):
        assert_calm(robot, start)


def test_arms_that_are_in_each_others_way_are_led_apart():
    crossed = SOL.neutral.copy()
    index = {name: number for number, name in enumerate(SOL.names)}
    rng, found = np.random.default_rng(2), []
    arms = [index[f"{joint}_{side}"] for side in ("left", "right") for joint in ("shoulder_pitch", "upper_arm_yaw")]
    while len(found) < 5:
        crossed = SOL.neutral.copy()
        crossed[arms] = rng.uniform(SOL.lower[arms], SOL.upper[arms])
        straight = np.linspace(crossed, SOL.neutral, 80)
        apart = SOL.sweep.clearances(straight)
        if apart[0].min() > SOL.model.margin_m and apart.min() < 0.0:
            found.append(crossed)
    for start in found:
        assert_calm(SOL, start)


def test_a_start_nearer_than_the_margin_is_left_without_coming_nearer():
    near = next(p for p in SOL.postures(400, seed=7) if SOL.sweep.clearances(p[None]).min() < SOL.model.margin_m)
    assert_calm(SOL, near)
    assert SPARE_M > 0.0


def test_the_same_start_gives_the_same_way():
    start = SOL.postures(1, seed=3)[0]
    ways = []
    for _ in range(2):
        homeward = Homeward(SOL.sweep, SOL.lower, SOL.upper, SOL.neutral)
        homeward.begin(start)
        homeward.step(LOOKS)
        ways.append(np.array(homeward.way))
    assert np.array_equal(*ways)
