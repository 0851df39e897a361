"""Holding hands: forces on the hands at the safety layer, alone and with a person's hand in the simulated room."""

import math
import random

import numpy as np
import pytest
from obedient import ObedientLayer

from solamen.core.intents import JointCommand
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.adapters.settings import SimSettings
from solamen.robot.description import load_robot
from solamen.robot.safety.collision_file import load_collision_model
from solamen.robot.safety.settings import SafetySettings

ROBOT = load_robot("sol")
MODEL = load_collision_model("sol")
TICK_S = 0.02
NOTHING, TOUCH = (0.0, 0.0, 0.0), (-1.0, 0.0, 0.0)
CUP = 1.2
"""Grip of a hand that is half closed, rad."""


def layer(now_s=0.0, **places):
    made = ObedientLayer(ROBOT.limits(), ROBOT.neutral(), collision=MODEL)
    made.joint_states(ROBOT.neutral() | places, {}, now_s)
    return made


def ask(safety, now_s, **places):
    return safety.command(JointCommand(now_s, places), now_s)


def asked(safety, start_s, seconds, force=None, **places):
    """Where asking for a while leads, with a force on the left hand, and each joint's greatest speed on the way."""
    fastest = {}
    for step in range(round(seconds / TICK_S)):
        now_s = start_s + step * TICK_S
        if force is not None:
            safety.contact("left", force, now_s)
        points = ask(safety, now_s, **places)
        safety.joint_states(points[0].position, points[0].velocity, now_s + TICK_S)
        for name, speed in points[0].velocity.items():
            fastest[name] = max(fastest.get(name, 0.0), abs(speed))
    return points[-1].position, fastest


def test_a_hand_closes_slowly_and_opens_quickly():
    safety = layer()
    _, closing = asked(safety, 0.0, 1.5, grip_left=CUP)
    _, opening = asked(safety, 1.5, 0.5, grip_left=0.0)
    assert closing["grip_left"] == pytest.approx(1.5)
    assert opening["grip_left"] > 5.0


def test_a_hand_in_contact_closes_no_further():
    safety = layer(grip_left=0.5)
    place, _ = asked(safety, 0.0, 1.0, TOUCH, grip_left=CUP)
    assert place["grip_left"] == pytest.approx(0.5, abs=0.02)
    assert safety.status().in_contact


def test_closing_ends_where_contact_begins():
    safety = layer()
    asked(safety, 0.0, 0.4, grip_left=CUP)
    safety.joint_states(ROBOT.neutral() | {"grip_left": 0.45}, {}, 0.4)
    points = safety.contact("left", TOUCH, 0.4)
    assert points[-1].position["grip_left"] == pytest.approx(0.45, abs=0.02)


def test_the_other_hand_may_close():
    place, _ = asked(layer(), 0.0, 1.5, TOUCH, grip_right=CUP)
    assert place["grip_right"] == pytest.approx(CUP, abs=0.02)


def test_a_contact_ends_a_while_after_the_last_touch():
    safety = layer()
    safety.contact("left", TOUCH, 1.0)
    safety.contact("left", NOTHING, 1.4)
    assert safety.status().in_contact
    safety.contact("left", NOTHING, 1.6)
    assert not safety.status().in_contact


@pytest.mark.parametrize("force", [(math.nan, 0.0, 0.0), (0.0, math.inf, 0.0), (1.0,), (None, 0.0, 0.0)])
def test_a_force_that_is_no_number_begins_and_ends_no_contact(force):
    safety = layer()
    assert safety.contact("left", force, 0.0) is None
    assert not safety.status().in_contact
    safety.contact("left", TOUCH, 1.0)
    safety.contact("left", force, 9.0)
    assert safety.status().in_contact


def test_an_unknown_hand_is_passed_over():
    assert layer().contact("third", TOUCH, 0.0) is None


@pytest.mark.parametrize("pull", [(5.0, 0.0, 0.0), (0.0, 5.0, 0.0), (0.0, -5.0, 0.0), (0.0, 0.0, -5.0)])
def test_a_pull_of_5_n_away_from_the_hand_opens_it(pull):
    safety = layer(grip_left=CUP)
    safety.contact("left", TOUCH, 0.0)
    points = safety.contact("left", pull, TICK_S)
    assert points[-1].position["grip_left"] < CUP - 0.3
    place, _ = asked(safety, 2 * TICK_S, 0.2, NOTHING, grip_left=CUP)
    assert place["grip_left"] < 0.1


@pytest.mark.parametrize("press", [(-10.0, 0.0, 0.0), (0.0, 0.0, 10.0)])
def test_to_lean_on_the_hand_is_no_pull(press):
    safety = layer(grip_left=CUP)
    place, _ = asked(safety, 0.0, 0.3, press, grip_left=CUP)
    assert place["grip_left"] == pytest.approx(CUP, abs=0.02)


def test_more_than_15_n_opens_the_hand_and_the_arm_gives_way():
    safety = layer(grip_left=CUP)
    asked(safety, 0.0, 0.3, TOUCH, elbow_left=-1.0)
    pushed = {"grip_left": CUP, "elbow_left": -0.6}
    safety.joint_states(ROBOT.neutral() | pushed, {}, 0.3)
    points = safety.contact("left", (-16.0, 0.0, 0.0), 0.3)
    assert points[-1].position["grip_left"] < CUP - 0.3
    assert points[-1].position["elbow_left"] == pytest.approx(-0.6, abs=0.01)


def test_a_hand_lets_go_in_a_latched_stop_too_and_nothing_else_moves():
    safety = layer(grip_left=CUP)
    safety.stop("test", 0.0)
    safety.contact("left", (0.0, 0.0, -6.0), 0.1)
    points = safety.tick(0.12)
    assert points[-1].position["grip_left"] < CUP - 0.3
    assert all(
        abs(points[-1].position[name] - value) < 0.01 for name, value in ROBOT.neutral().items() if "grip" not in name
    )


def test_silence_in_contact_opens_the_hand_and_nothing_moves_until_the_contact_ends():
    safety = layer(grip_left=CUP, neck_yaw=0.8)
    ask(safety, 0.0, grip_left=CUP)
    places = []
    for step in range(1, 150):
        safety.contact("left", TOUCH, step * TICK_S)
        points = safety.tick(step * TICK_S)
        places += [points[-1].position] if points else []
    assert places[-1]["grip_left"] < 0.05
    assert {round(place["neck_yaw"], 3) for place in places} == {0.8}
    for step in range(150, 250):
        safety.contact("left", NOTHING, step * TICK_S)
        points = safety.tick(step * TICK_S) or points
    assert points[-1].position["neck_yaw"] < 0.75


def test_a_hand_in_contact_opens_in_a_stop():
    safety = layer(grip_left=CUP)
    safety.contact("left", TOUCH, 0.0)
    safety.stop("test", 0.02)
    sent = []
    for step in range(2, 25):
        safety.contact("left", TOUCH, step * TICK_S)
        sent += safety.tick(step * TICK_S) or []
    assert sent[-1].position["grip_left"] < 0.05


def test_a_contact_that_lasts_as_long_as_is_allowed_ends_with_an_open_hand():
    safety = ObedientLayer(ROBOT.limits(), ROBOT.neutral(), SafetySettings(longest_hold_s=2.0), collision=MODEL)
    safety.joint_states(ROBOT.neutral() | {"grip_left": CUP}, {}, 0.0)
    held, _ = asked(safety, 0.0, 1.8, TOUCH, grip_left=CUP)
    assert held["grip_left"] == pytest.approx(CUP, abs=0.02)
    ended, _ = asked(safety, 1.8, 0.6, TOUCH, grip_left=CUP)
    assert ended["grip_left"] < 0.05
    assert asked(safety, 2.4, 0.4, TOUCH, grip_left=CUP)[0]["grip_left"] < 0.05


def test_a_hand_lets_go_where_the_clock_was_set_back_as_nobody_knows_how_long_it_was_held():
    safety = layer(grip_left=CUP)
    assert asked(safety, 1000.0, 0.4, TOUCH, grip_left=CUP)[0]["grip_left"] == pytest.approx(CUP, abs=0.02)
    assert asked(safety, 10.0, 0.6, TOUCH, grip_left=CUP)[0]["grip_left"] < 0.05


def test_fingers_that_do_not_follow_are_not_sent_on():
    safety = layer()
    for step in range(100):
        safety.joint_states(ROBOT.neutral() | {"grip_left": 0.3}, {}, step * TICK_S)
        points = ask(safety, step * TICK_S, grip_left=1e300)
    assert points[-1].position["grip_left"] <= 0.3 + SafetySettings().closing_lead_rad + 1e-6


class Meeting:
    """A person's hand comes to the robot's left one, which is half closed, in the simulated room."""

    def __init__(self, scenario, seconds, commands_until_s=math.inf, deaf=False, grip=lambda step: CUP, **gesture):
        self.rows = []
        safety = layer()
        with MujocoBackend(ROBOT, SimSettings(human_hand=scenario)) as body:
            for step in range(round(seconds / TICK_S)):
                now_s = step * TICK_S
                names, positions, velocities = body.joint_states()
                there = dict(zip(names, positions, strict=True))
                safety.joint_states(there, dict(zip(names, velocities, strict=True)), now_s)
                felt = {} if deaf else body.contacts()
                plans = [safety.contact(hand, force, now_s) for hand, force in felt.items()]
                if now_s < commands_until_s:
                    wish = ROBOT.neutral() | {"grip_left": grip(step)} | (gesture if now_s > 1.4 else {})
                    plans.append(safety.command(JointCommand(now_s, wish), now_s))
                for points in [*plans, safety.tick(now_s)]:
                    if points:
                        body.send(points)
                before = body.data.body("robot/hand_left").xpos.copy()
                body.advance(TICK_S)
                speed = float(np.linalg.norm(body.data.body("robot/hand_left").xpos - before)) / TICK_S
                force = float(np.linalg.norm(body.contacts()["left"]))
                self.rows.append(
                    (now_s, force, there["grip_left"], speed, body.human_hand.pulling_s(), safety.status())
                )

    def touched(self):
        return [row for row in self.rows if row[5].in_contact]


def test_a_resting_hand_is_held_without_force_or_closing():
    meeting = Meeting("rest", 3.0)
    held = meeting.touched()
    assert held[0][0] < 1.3
    assert max(row[1] for row in held) < 3.0
    assert max(row[2] for row in held) <= held[0][2] + 0.02


@pytest.mark.parametrize("scenario", ["pull", "yank"])
def test_the_hand_is_open_within_200_ms_of_a_pull(scenario):
    meeting = Meeting(scenario, 3.2)
    before = [row[2] for row in meeting.rows if -0.5 < row[4] < -0.4]
    assert before[0] == pytest.approx(CUP, abs=0.05)
    after = [row for row in meeting.rows if 0.2 <= row[4] <= 0.4]
    assert max(row[2] for row in after) < 0.15
    assert max(row[1] for row in after) < 0.5


def test_the_hand_never_moves_faster_than_a_quarter_metre_per_second_in_contact():
    meeting = Meeting("rest", 3.0, shoulder_pitch_left=-0.6, elbow_left=-1.4)
    settled = [row[3] for row in meeting.touched() if row[0] > 1.3]
    assert len(settled) > 10
    assert 0.01 < max(settled) <= 0.25


def test_the_hand_opens_when_those_who_command_fall_silent_while_it_is_held():
    meeting = Meeting("rest", 3.0, commands_until_s=1.6)
    assert meeting.rows[-1][5].in_contact
    assert meeting.rows[-1][2] < 0.1


def test_a_hand_that_comes_near_and_is_met_feels_little_force_from_the_first_touch_on():
    meeting = Meeting("rest", 1.6)
    assert max(row[1] for row in meeting.rows) < 5.0
    assert max(row[3] for row in meeting.touched()) <= 0.25


def test_a_hand_without_a_sense_of_touch_closes_with_little_force_all_the_same():
    meeting = Meeting("rest", 3.0, deaf=True, grip=lambda step: 1.9)
    assert max(row[1] for row in meeting.rows) <= 15.0
    assert not meeting.touched()


@pytest.mark.parametrize("scenario", ["rest", "pull", "yank"])
def test_whatever_grip_is_commanded_no_hand_is_closed_upon_a_person_or_pressed_beyond_15_n(scenario):
    dice = random.Random(6)
    wild = (-1e300, 1e300, 1.9, 0.0, CUP, 9.0, 0.6)
    meeting = Meeting(scenario, 3.2, grip=lambda step: dice.choice(wild) if step % 7 == 0 else 1.9)
    touched = meeting.touched()
    least = touched[0][2]
    for _, force, grip, speed, _, _ in touched[2:]:
        assert speed <= 0.25
        if force > 0.3:
            assert grip <= least + 0.05
            least = min(least, grip)
    assert max(row[1] for row in touched) <= 15.0
    if scenario != "rest":
        assert max(row[2] for row in meeting.rows if 0.2 <= row[4] <= 0.4) < 0.15
