import math
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from obedient import ObedientLayer

from solamen.core.intents import JointCommand
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.robot.adapters.mujoco_backend import MujocoBackend
from solamen.robot.description import load_robot
from solamen.robot.safety.layer import SafetyLayer
from solamen.robot.safety.limits import JointLimit
from solamen.robot.safety.settings import SafetySettings

TURN = JointLimit("turn", -1.0, 1.5, 2.0, 20.0)
SLIDE = JointLimit("slide", 0.0, 0.01, 0.2, 4.0)
LIMITS = {limit.name: limit for limit in (TURN, SLIDE)}
NEUTRAL = {"turn": 0.2, "slide": 0.0}
TICK_S = 0.02


def layer(position=None, now_s=0.0, kind=ObedientLayer, **arguments):
    made = kind((TURN, SLIDE), NEUTRAL, **arguments)
    made.joint_states(position or NEUTRAL, {}, now_s)
    return made


def command(stamp_s, position, velocity=None):
    return JointCommand(stamp_s, position, velocity or {})


def assert_safe(points, limits=LIMITS):
    assert 0.0 < points[-1].time_from_start_s <= 0.2 + 1e-9
    assert not any(points[-1].velocity.values())
    for before, point in pairwise(points):
        assert point.time_from_start_s > before.time_from_start_s
    for point in points:
        for name, limit in limits.items():
            assert limit.lower <= point.position[name] <= limit.upper
            assert abs(point.velocity[name]) <= limit.max_velocity + 1e-9


def fastest_change(points, name):
    speeds = [point.velocity[name] for point in points]
    return max(abs(b - a) for a, b in pairwise(speeds)) / TICK_S


odd = st.one_of(
    st.floats(-2.0, 2.0), st.floats(), st.sampled_from([math.nan, math.inf, -math.inf, 1e300, None, "far", [], 10**400])
)
names = st.sampled_from(["turn", "slide", "tail", "", "turn "])
commands = st.builds(
    JointCommand,
    st.one_of(st.floats(-0.2, 0.2), st.floats()),
    st.dictionaries(names, odd),
    st.dictionaries(names, odd),
)
steps = st.lists(st.tuples(commands, st.floats(0.0, 0.08), st.booleans()), max_size=30)


@given(steps, st.floats(-1.0, 1.5), st.floats(0.0, 0.01))
@settings(max_examples=150, deadline=None)
def test_no_message_whatever_passes_a_limit(sequence, turn, slide):
    safety, now_s = layer({"turn": turn, "slide": slide}), 0.0
    for wild, pause_s, sensible in sequence:
        now_s += pause_s
        given_command = JointCommand(now_s + wild.stamp_s, wild.position, wild.velocity)
        if sensible:
            given_command = command(now_s, {name: v for name, v in wild.position.items() if name in LIMITS})
        for points in (safety.command(given_command, now_s), safety.tick(now_s)):
            if points is not None:
                assert_safe(points)
    assert safety.status().accepted + safety.status().rejected == len(sequence)


@given(st.lists(st.tuples(st.floats(-3.0, 3.0), st.floats(-9.0, 9.0)), min_size=20, max_size=60))
@settings(max_examples=60, deadline=None)
def test_what_is_executed_keeps_acceleration_and_velocity(wishes):
    safety, executed = layer(), []
    for step, (position, velocity) in enumerate(wishes):
        points = safety.command(command(step * TICK_S, {"turn": position}, {"turn": velocity}), step * TICK_S)
        executed.append(points[0])
    assert fastest_change(executed, "turn") <= TURN.max_acceleration * (1 + 1e-6)
    travelled = np.diff([point.position["turn"] for point in executed]) / TICK_S
    assert np.all(np.abs(travelled) <= TURN.max_velocity + 1e-6)


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (command(0.0, {"turn": math.nan}), "no finite number"),
        (command(0.0, {"turn": math.inf}), "no finite number"),
        (command(0.0, {"turn": 0.0}, {"turn": math.nan}), "no finite number"),
        (command(0.0, {"turn": "far"}), "no finite number"),
        (command(0.0, {"tail": 0.0}), "unknown joint"),
        (command(0.0, {"turn": 0.0}, {"slide": 0.0}), "unknown joint"),
        (command(0.0, {}), "names no joint"),
        (command(-0.11, {"turn": 0.0}), "more than 0.1 s ago"),
        (command(0.06, {"turn": 0.0}), "ahead"),
        (command(math.nan, {"turn": 0.0}), "stamp"),
        (command(None, {"turn": 0.0}), "stamp"),
    ],
)
def test_a_wrong_command_is_dropped_counted_and_explained(wrong, says):
    safety = layer()
    assert safety.command(wrong, 0.0) is None
    assert safety.status().rejected == 1
    assert says in safety.status().last_rejection


@pytest.mark.parametrize("stamp_s", [1.0, 0.99])
def test_a_duplicate_and_a_backward_stamp_are_dropped(stamp_s):
    safety = layer()
    assert safety.command(command(1.0, {"turn": 0.1}), 1.0) is not None
    assert safety.command(command(stamp_s, {"turn": 0.1}), 1.0) is None
    assert "not newer" in safety.status().last_rejection


def test_a_clock_that_is_set_back_does_not_lock_the_robot():
    safety = layer()
    safety.command(command(1000.0, {"turn": 0.1}), 1000.0)
    assert safety.command(command(10.0, {"turn": 0.1}), 10.0) is not None


def test_a_clock_that_is_no_number_stops_nothing_and_passes_nothing():
    safety = layer()
    assert safety.command(command(0.0, {"turn": 0.1}), math.nan) is None
    assert safety.tick(math.inf) is None


def test_nothing_passes_before_the_joints_are_known():
    safety = ObedientLayer((TURN, SLIDE), NEUTRAL)
    assert safety.command(command(0.0, {"turn": 0.1}), 0.0) is None
    safety.joint_states({"turn": 0.0, "slide": math.nan}, {}, 0.0)
    assert safety.command(command(0.02, {"turn": 0.1}), 0.02) is None
    safety.joint_states({"slide": 0.005}, {}, 0.03)
    assert safety.command(command(0.04, {"turn": 0.1}), 0.04)[0].position["slide"] == pytest.approx(0.005)


def test_a_command_beyond_a_limit_goes_to_the_limit_and_is_reported_once():
    safety = layer()
    for step in range(100):
        points = safety.command(command(step * TICK_S, {"turn": 9.0}), step * TICK_S)
    assert 1.4 < points[-1].position["turn"] < 1.5
    assert safety.status().limits_hit == ("turn",)
    assert safety.status().limits_hit == ()
    assert safety.status().limited == 100


def test_a_command_within_limits_is_followed_and_not_called_limited():
    safety = layer()
    for step in range(150):
        now_s = step * TICK_S
        phase = 2 * math.pi * 0.5 * (now_s + TICK_S)
        target, speed = 0.2 + 0.2 * (1 - math.cos(phase)), 0.2 * math.pi * math.sin(phase)
        points = safety.command(command(now_s, {"turn": target}, {"turn": speed}), now_s)
        assert points[0].position["turn"] == pytest.approx(target, abs=0.005)
    assert safety.status().limited == 0


def at_speed(safety):
    for step in range(20):
        points = safety.command(command(step * TICK_S, {"turn": 1.5}), step * TICK_S)
    assert points[0].velocity["turn"] > 1.5
    return 20 * TICK_S, points


def test_a_stop_decelerates_at_once_and_fully():
    safety = layer({"turn": -0.9, "slide": 0.0})
    now_s, moving = at_speed(safety)
    points = safety.stop("hand", now_s)
    assert points[0].velocity["turn"] == pytest.approx(moving[0].velocity["turn"] - 20.0 * TICK_S, abs=1e-6)
    assert_safe(points)
    assert points[-1].time_from_start_s <= 2.0 / 20.0 + TICK_S


def test_a_stop_is_latched_until_it_is_reset():
    safety = layer()
    safety.stop("hand", 0.0)
    assert safety.command(command(0.02, {"turn": 1.0}), 0.02) is None
    assert safety.tick(3.0) is None
    state = safety.status()
    assert (state.stopped, state.stop_reason) == (True, "hand")
    safety.reset_stop()
    assert safety.command(command(3.02, {"turn": 1.0}), 3.02) is not None
    assert not safety.status().stopped


def test_the_first_reason_of_a_stop_stays():
    safety = layer()
    safety.stop("hand", 0.0)
    safety.stop("again", 0.1)
    assert safety.status().stop_reason == "hand"


def test_tick_sends_the_stop_again_while_the_robot_moves():
    safety = layer({"turn": -0.9, "slide": 0.0})
    now_s, _ = at_speed(safety)
    first = safety.stop("hand", now_s)
    again = safety.tick(now_s + TICK_S)
    assert again[-1].position["turn"] == pytest.approx(first[-1].position["turn"], abs=1e-9)
    assert safety.tick(now_s + 0.2) is None


def test_a_stop_before_the_joints_are_known_is_latched_all_the_same():
    safety = ObedientLayer((TURN, SLIDE), NEUTRAL)
    assert safety.stop("hand", 0.0) == []
    safety.joint_states(NEUTRAL, {}, 0.1)
    assert safety.command(command(0.1, {"turn": 1.0}), 0.1) is None


def test_a_respawned_layer_starts_stopped():
    safety = layer(start_stopped=True)
    assert safety.command(command(0.0, {"turn": 1.0}), 0.0) is None
    assert safety.status().stop_reason == "the safety process was restarted"


def executed(safety, start_s, seconds):
    places = []
    for step in range(round(seconds / TICK_S)):
        points = safety.tick(start_s + step * TICK_S)
        if points:
            assert_safe(points)
            places.append(points[0].position["turn"])
    return places


def test_silence_leads_slowly_to_neutral_within_a_second():
    safety = layer({"turn": 1.2, "slide": 0.0})
    safety.command(command(0.0, {"turn": 1.2}), 0.0)
    assert executed(safety, 0.0, 0.48) == []
    first = executed(safety, 0.48, 0.5)
    assert first[-1] < first[0] < 1.2
    rest = executed(safety, 0.98, 8.0)
    assert rest[-1] == pytest.approx(0.2, abs=0.005)
    assert np.max(np.abs(np.diff(rest))) / TICK_S <= 0.15 * 2.0 + 1e-6
    assert safety.status().command_silent


def test_silence_is_noticed_also_where_the_clock_was_set_back():
    safety = layer({"turn": 1.2, "slide": 0.0}, now_s=1000.0)
    safety.command(command(1000.0, {"turn": 1.2}), 1000.0)
    places = executed(safety, 10.0, 9.0)
    assert places[-1] == pytest.approx(0.2, abs=0.005)
    assert safety.status().command_silent


def test_commands_break_the_silence():
    safety = layer({"turn": 1.2, "slide": 0.0})
    for step in range(50):
        safety.command(command(step * TICK_S, {"turn": 1.2}), step * TICK_S)
        assert safety.tick(step * TICK_S) is None
    assert not safety.status().command_silent


def test_the_silence_of_the_joints_is_reported():
    safety = layer(kind=SafetyLayer)
    safety.tick(0.4)
    assert not safety.status().joints_silent
    safety.tick(0.6)
    assert safety.status().joints_silent
    safety.tick(-10.0)  # the clock was set back
    assert safety.status().joints_silent


def followed(safety, begin_s, seconds, turn, seen=None):
    """First points of what was sent while commands for `turn` come, with or without joint states."""
    sent = []
    for step in range(round(seconds / TICK_S)):
        now_s = begin_s + step * TICK_S
        if seen is not None:
            safety.joint_states({"turn": seen, "slide": 0.0}, {}, now_s)
        sent.append(safety.command(command(now_s, {"turn": turn}), now_s) or safety.tick(now_s))
    return [points[0].position["turn"] for points in sent if points]


@pytest.mark.parametrize("target", [0.7, 1.4])  # within the tolerance of tracking, and beyond it
def test_after_a_silence_of_the_joints_motion_goes_on_from_where_the_body_then_stands(target):
    safety = layer({"turn": 0.2, "slide": 0.0}, kind=SafetyLayer)
    followed(safety, TICK_S, 3.0, target)
    after = followed(safety, 3.1, 0.3, target, seen=0.2)
    assert after[0] == pytest.approx(0.2, abs=0.02)
    assert np.max(np.abs(np.diff(after))) / TICK_S <= 0.8 * 2.0 + 1e-6


def test_while_nobody_tells_where_the_joints_are_the_robot_holds_and_says_why():
    safety = layer({"turn": 0.2, "slide": 0.0}, kind=SafetyLayer)
    before = followed(safety, TICK_S, 0.5, 1.4)
    assert followed(safety, 0.6, 3.0, 1.4) == [] and max(before) < 1.4
    assert safety.status().last_rejection == "no joint states for more than 0.5 s"


def test_a_stop_brakes_also_while_nobody_tells_where_the_joints_are():
    safety = layer({"turn": 0.2, "slide": 0.0}, kind=SafetyLayer)
    followed(safety, TICK_S, 0.48, 1.4)
    assert safety.stop("test", 0.55)[-1].velocity["turn"] == 0.0


def test_a_joint_that_was_moved_by_a_hand_is_planned_from_where_it_is():
    safety = layer()
    for step in range(20):
        now_s = step * TICK_S
        safety.joint_states({"turn": 1.4, "slide": 0.0}, {}, now_s)
        points = safety.command(command(now_s, {"turn": 0.2}), now_s)
    assert points[0].position["turn"] > 0.9


def test_a_joint_that_was_moved_by_a_hand_is_noticed_also_where_the_clock_was_set_back():
    safety = layer(now_s=1000.0)
    safety.joint_states({"turn": 1.4, "slide": 0.0}, {}, 1000.0)
    for step in range(20):
        now_s = 10.0 + step * TICK_S
        safety.joint_states({"turn": 1.4, "slide": 0.0}, {}, now_s)
        points = safety.command(command(now_s, {"turn": 0.2}), now_s)
    assert points[0].position["turn"] > 0.6


def test_the_settings_file_is_valid():
    assert load(SafetySettings, resource("config", "safety.yaml")) == SafetySettings()


def test_wild_commands_never_move_a_joint_of_the_simulated_robot_out_of_its_limits():
    robot, rng = load_robot("sol"), np.random.default_rng(1)
    safety = ObedientLayer(robot.limits(), robot.neutral())
    lower = np.array([joint.lower for joint in robot.joints])
    upper = np.array([joint.upper for joint in robot.joints])
    with MujocoBackend(robot) as body:
        for step in range(250):
            names, positions, velocities = body.joint_states()
            now_s, there = step * TICK_S, dict(zip(names, positions, strict=True))
            safety.joint_states(there, dict(zip(names, velocities, strict=True)), now_s)
            # Bursts that jump from end to end, and rests that let them arrive.
            wild = rng.choice([-1e300, 1e300, -0.5, 0.5, 0.0, 3.0], len(names)) if step % 25 < 15 else lower + upper
            body.send(safety.command(command(now_s, dict(zip(names, wild.tolist(), strict=True))), now_s))
            body.advance(TICK_S)
            reached = np.array(body.joint_states()[1])
            assert np.all(lower <= reached) and np.all(reached <= upper)
    assert safety.status().accepted == 250
