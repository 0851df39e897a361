"""A hundred thousand hostile commands at the safety layer, which drives the simulated robot; the joints tell."""

import math
import random

import numpy as np
import pytest

from solamen.core.intents import JointCommand
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.description import load_robot
from solamen.robot.safety.collision_file import load_collision_model
from solamen.robot.safety.layer import SafetyLayer

COMMANDS = 100_000
BURST = 100
"""Commands in each 20 ms; so many that the simulation need be stepped for a share of them alone."""
TICK_S = 0.02
HOSTILE = (math.nan, math.inf, -math.inf, 1e300, -1e300, 1e9, -1e9, 10**400, None, "far", [], True, -0.0, 5e-324)
ODD_STAMPS = (math.nan, math.inf, -math.inf, 1e300, None, "now", 10**400)
ROBOT = load_robot("sol")
NAMES = ROBOT.names()


class Enemy:
    """Makes commands of every wrong kind, and some that are right but leap from end to end of the joints."""

    def __init__(self, seed):
        self._dice = random.Random(seed)
        self._last = JointCommand(0.0, {})
        self._sweep = 0

    def command(self, now_s, number):
        kind = self._dice.choice(self.VALID if self._dice.random() < 0.06 else self.INVALID)
        made = kind(self, now_s + number * 1e-6)
        self._last = made
        return made

    def _leap(self, now_s):
        self._sweep += self._dice.random() < 0.01
        ends = random.Random(self._sweep)
        return JointCommand(now_s, {name: ends.choice((-1e300, 1e300, -9.0, 9.0, 0.0)) for name in NAMES})

    def _rush(self, now_s):
        speed = {name: self._dice.choice((-1e300, 1e300, 50.0, -50.0)) for name in NAMES}
        return JointCommand(now_s, self._leap(now_s).position, speed)

    def _part(self, now_s):
        chosen = self._dice.sample(NAMES, self._dice.randrange(len(NAMES)))
        return JointCommand(now_s, {name: self._dice.uniform(-4.0, 4.0) for name in chosen})

    def _no_number(self, now_s):
        wrong = {self._dice.choice(NAMES): self._dice.choice(HOSTILE), self._dice.choice(NAMES): 0.1}
        return JointCommand(now_s, wrong, {self._dice.choice(NAMES): self._dice.choice(HOSTILE)})

    def _unknown(self, now_s):
        return JointCommand(now_s, {self._dice.choice(("tail", "", "jaw ", None, 3, "x" * 10_000)): 0.1})

    def _empty(self, now_s):
        return JointCommand(now_s, {})

    def _old(self, now_s):
        return JointCommand(now_s - self._dice.uniform(0.1001, 1e6), {"neck_yaw": 0.5})

    def _future(self, now_s):
        return JointCommand(now_s + self._dice.uniform(0.051, 1e6), {"neck_yaw": 0.5})

    def _backward(self, now_s):
        return JointCommand(now_s - self._dice.uniform(0.03, 0.09), {"neck_yaw": 0.5})

    def _odd_stamp(self, now_s):
        return JointCommand(self._dice.choice(ODD_STAMPS), {"neck_yaw": 0.5})

    def _duplicate(self, now_s):
        return self._last

    VALID = (_leap, _leap, _rush, _part)
    INVALID = (_no_number, _unknown, _empty, _old, _future, _backward, _odd_stamp, _duplicate)


@pytest.mark.parametrize(
    ("stamps", "says"),
    [
        ((10.0, 10.0), "not newer"),
        ((10.0, 9.96), "not newer"),
        ((10.0, 9.8), "more than 0.1 s ago"),
        ((10.0, 10.2), "ahead"),
    ],
)
def test_a_duplicate_a_backward_a_stale_and_a_future_stamp_are_each_counted(stamps, says):
    safety = SafetyLayer(ROBOT.limits(), ROBOT.neutral(), collision=load_collision_model("sol"))
    safety.joint_states(ROBOT.neutral(), {}, 10.0)
    for stamp_s in (*stamps, stamps[-1]):
        safety.command(JointCommand(stamp_s, {"neck_yaw": 0.1}), 10.0)
    state = safety.status()
    assert (state.accepted, state.rejected) == (1, 2)
    assert says in state.last_rejection


class Witness:
    """Looks at the joints themselves, after every step of the simulation that is sampled."""

    def __init__(self, body):
        self._body = body
        self._lower = np.array([joint.lower for joint in ROBOT.joints])
        self._upper = np.array([joint.upper for joint in ROBOT.joints])
        self._fastest = np.array([joint.limit.max_velocity for joint in ROBOT.joints])
        self.looked = self.touched = 0
        self.furthest = np.zeros(len(NAMES))
        self.quickest = 0.0

    def watch(self, seconds):
        for _ in range(2):
            self._body.advance(seconds / 2)
            _, positions, velocities = self._body.joint_states()
            self.looked += 1
            self.touched += self._body.data.ncon
            place = np.array(positions)
            assert np.all(self._lower <= place) and np.all(place <= self._upper)
            self.quickest = max(self.quickest, float(np.max(np.abs(velocities) / self._fastest)))
            way = np.abs(place - [joint.neutral for joint in ROBOT.joints]) / (self._upper - self._lower)
            self.furthest = np.maximum(self.furthest, way)


def states(body):
    names, positions, velocities = body.joint_states()
    return [dict(zip(names, values, strict=True)) for values in (positions, velocities, body.efforts())]


@pytest.fixture(scope="module")
def battle():
    safety, enemy = SafetyLayer(ROBOT.limits(), ROBOT.neutral(), collision=load_collision_model("sol")), Enemy(seed=4)
    with MujocoBackend(ROBOT) as body:
        witness, passed = Witness(body), 0
        for step in range(COMMANDS // BURST):
            now_s = 100.0 + step * TICK_S
            positions, velocities, efforts = states(body)
            safety.joint_states(positions, velocities, now_s, efforts)
            for number in range(BURST):
                points = safety.command(enemy.command(now_s, number), now_s + number * 1e-6)
                passed += points is not None
                if points:
                    body.send(points)
            witness.watch(TICK_S)
    return safety.status(), witness, passed


def test_no_joint_leaves_its_limits_whatever_is_commanded(battle):
    _, witness, _ = battle
    assert witness.looked == 2 * COMMANDS // BURST


def test_no_joint_is_faster_than_its_limit(battle):
    _, witness, _ = battle
    assert witness.quickest <= 1.0


def test_no_part_of_the_robot_touches_another_one_or_the_table(battle):
    _, witness, _ = battle
    assert witness.touched == 0


def test_the_robot_did_move_so_that_the_limits_were_tried(battle):
    _, witness, _ = battle
    assert np.median(witness.furthest) > 0.4


def test_every_command_is_counted_as_passed_or_as_dropped(battle):
    state, _, passed = battle
    assert state.accepted == passed
    assert state.accepted + state.rejected == COMMANDS
    assert state.rejected > 0.9 * COMMANDS
    assert state.limited > 0.02 * COMMANDS
