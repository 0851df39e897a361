import math

import numpy as np
import pytest

from solamen.core.action_units import UNITS
from solamen.core.resources import resource
from solamen.robot.description import load_robot
from solamen.session.metrics import summarise
from solamen.session.mirroring import Mirroring
from solamen.session.responses import answers, breathing_figures, onset_figures
from solamen.session.series import Behavior, Face, Joints, RunSeries, Shown, Truth
from solamen.session.summary import breathing_of

BROW = {4: Mirroring("brow", -0.3)}
TIME_S = np.arange(0.0, 12.0, 0.05)
JOINT_S = np.arange(0.0, 12.0, 0.01)
ONSET_S, TRACE_S = 3.1, 3.35
"""A unit that rises from 3 s on by 3 in 1 s passes 0.3 and 1.0 (the next frame) there."""


def columns(time_s, **units):
    rows = np.zeros((len(time_s), len(UNITS)))
    for name, values in units.items():
        rows[:, UNITS.index(int(name[2:]))] = values
    return rows


def rise(time_s, begin_s, height, rise_s=1.0):
    return height * np.interp(time_s - begin_s, [0.0, rise_s, 2.0, 3.0], [0.0, 1.0, 1.0, 0.0])


def run(*, asked_s=3.4, moved_s=3.45, read_s=0.04, cause="mirror", smile=0.0, nodded_s=4.0):
    """A brow that is mirrored by an expression from `asked_s` and by a joint from `moved_s` on."""
    shown = rise(TIME_S, 3.0, 3.0)
    asked = np.where(asked_s <= TIME_S, 0.2, 0.0)
    way = np.where(moved_s <= JOINT_S, 0.2, 0.0)
    behavior = tuple("acknowledge" if nodded_s <= at_s < nodded_s + 0.8 else "attend" for at_s in TIME_S)
    return RunSeries(
        truth=Truth(
            log_s=TIME_S,
            stamp_s=TIME_S,
            pain=np.zeros(len(TIME_S)),
            intensity=columns(TIME_S, au4=shown, au12=np.full(len(TIME_S), smile)),
        ),
        face=Face(log_s=TIME_S + read_s, stamp_s=TIME_S, intensity=columns(TIME_S, au4=shown)),
        expression=Shown(
            log_s=TIME_S,
            stamp_s=TIME_S,
            activation=columns(TIME_S, au4=asked),
            cause=(cause,) * len(TIME_S),
            breath=np.full(len(TIME_S), np.nan),
        ),
        joints=Joints(
            log_s=JOINT_S, stamp_s=JOINT_S, name=("brow",), position=-0.3 * way[:, None], velocity=np.zeros((1200, 1))
        ),
        behavior=Behavior(log_s=TIME_S, stamp_s=TIME_S, behavior=behavior, reason=behavior),
    )


def test_an_onset_is_timed_from_the_frame_that_first_shows_a_trace_to_the_first_movement():
    figures = onset_figures(run(), BROW)["mirror_onset_ms"]
    assert figures["p50"] == figures["p95"] == pytest.approx(1e3 * (3.45 - TRACE_S), abs=1.0)
    assert figures["n"] == figures["onsets"] == 1


def test_the_parts_of_the_way_add_up():
    figures = onset_figures(run(), BROW)["mirror_onset_ms"]
    parts = figures["parts_p50"]
    assert parts["to_face"] == pytest.approx(40.0, abs=1.0) and sum(parts.values()) == pytest.approx(figures["p50"])


def test_a_joint_that_moves_without_being_asked_is_no_answer():
    (found,) = answers(run(asked_s=99.0, moved_s=3.0), BROW)
    assert math.isnan(found.asked_s) and math.isnan(found.moved_s)


def test_a_pose_of_the_robots_own_is_no_mirroring():
    (found,) = answers(run(cause="concern"), BROW)
    assert math.isnan(found.moved_s)


def test_an_answer_that_comes_too_late_answers_something_else():
    figures = onset_figures(run(asked_s=7.0, moved_s=7.1), BROW)["mirror_onset_ms"]
    assert (figures["n"], figures["onsets"]) == (0, 1) and math.isnan(figures["p95"])


def test_a_smile_that_narrows_the_eyes_is_no_onset_of_pain():
    assert answers(run(smile=2.0), BROW) == []


def test_the_nod_is_timed_from_the_same_frame():
    figures = onset_figures(run(nodded_s=4.1), BROW)["acknowledge_ms"]
    assert figures["p95"] == pytest.approx(1e3 * (4.1 - TRACE_S), abs=1.0) and figures["n"] == 1


def breath(per_min, at_s, **fields):
    return 0.5 - 0.5 * np.cos(2.0 * math.pi * per_min / 60.0 * at_s)


def guided(asked_per_min, done_per_min, led=True):
    time_s, joint_s = np.arange(0.0, 60.0, 0.06), np.arange(0.0, 60.0, 0.02)
    position = 0.02 + 0.01 * breath(done_per_min, joint_s - 0.2)
    return RunSeries(
        expression=Shown(
            log_s=time_s,
            stamp_s=time_s,
            activation=columns(time_s),
            cause=("mirror",) * len(time_s),
            breath=breath(asked_per_min, time_s) if led else np.full(len(time_s), np.nan),
        ),
        joints=Joints(log_s=joint_s, stamp_s=joint_s, name=("chest",), position=position[:, None]),
    )


@pytest.mark.parametrize(("done", "off"), [(6.0, 0.0), (6.2, 3.23), (5.7, 5.26)])
def test_the_rhythm_of_the_chest_is_held_against_the_one_that_was_asked_for(done, off):
    figures = breathing_figures(guided(6.0, done), "chest")
    assert figures["asked_per_min"] == pytest.approx(6.0, abs=0.01)
    assert figures["done_per_min"] == pytest.approx(done, abs=0.01)
    assert figures["off_percent"] == pytest.approx(off, abs=0.1)


def test_breath_that_nobody_led_is_not_judged():
    figures = breathing_figures(guided(6.0, 6.0, led=False), "chest")
    assert all(math.isnan(value) for value in figures.values())


def test_a_robot_without_a_chest_is_judged_by_nothing_but_what_was_asked():
    figures = breathing_figures(guided(6.0, 6.0), "")
    assert figures["asked_per_min"] == pytest.approx(6.0, abs=0.01) and math.isnan(figures["off_percent"])


def test_a_run_without_any_of_it_has_figures_that_are_not_known():
    figures = summarise(RunSeries(), mirroring=BROW)
    assert figures["mirror_onset_ms"]["p95"] is None and figures["breathing"]["off_percent"] is None


def test_the_joint_that_breathes_is_the_chest():
    robot = load_robot(resource("config", "robots", "sol.yaml"))
    assert breathing_of(robot) in robot.breathing
