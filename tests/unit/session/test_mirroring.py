import numpy as np
import pytest

from solamen.core.action_units import UNITS
from solamen.core.resources import resource
from solamen.robot.description import load_robot
from solamen.session.metrics import summarise
from solamen.session.mirroring import Mirroring, mirror_lags_s, onsets
from solamen.session.series import Joints, RunSeries, Truth
from solamen.session.summary import mirroring_of

BROW = {4: Mirroring("brow", -0.3)}
TIME_S = np.arange(0.0, 20.0, 0.05)
JOINT_TIME_S = np.arange(0.0, 20.0, 0.01)


def bump(time_s: np.ndarray, begin_s: float, height: float) -> np.ndarray:
    """Rises in 1 s from `begin_s`, stays for 1 s, falls in 1 s."""
    return height * np.interp(time_s - begin_s, [0.0, 1.0, 2.0, 3.0], [0.0, 1.0, 1.0, 0.0])


def run(intensity: np.ndarray, way: np.ndarray) -> RunSeries:
    """A run with AU4 in the truth, and a brow that goes so many shares of its full travel."""
    units = np.zeros((len(TIME_S), len(UNITS)))
    units[:, UNITS.index(4)] = intensity
    position = -0.3 * way[:, None]
    return RunSeries(
        truth=Truth(log_s=TIME_S, stamp_s=TIME_S, pain=np.zeros(len(TIME_S)), intensity=units),
        joints=Joints(
            log_s=JOINT_TIME_S, stamp_s=JOINT_TIME_S, name=("brow",), position=position, velocity=0 * position
        ),
    )


@pytest.mark.parametrize("lag_s", [0.1, 0.25, 0.6])
def test_the_lag_is_found_that_was_put_in(lag_s):
    # A unit of height 1.5 passes its onset of 0.3 after 0.2 s, when a copy has made 20 % of its way, too.
    series = run(bump(TIME_S, 3.0, 1.5), bump(JOINT_TIME_S, 3.0 + lag_s, 0.12))
    (found,) = mirror_lags_s(series, BROW)
    assert found == pytest.approx(lag_s, abs=0.03)


def test_each_episode_gives_one_lag():
    intensity = bump(TIME_S, 2.0, 3.0) + bump(TIME_S, 10.0, 4.0)
    way = bump(JOINT_TIME_S, 2.3, 0.2) + bump(JOINT_TIME_S, 10.3, 0.2)
    figures = summarise(run(intensity, way), mirroring=BROW)
    assert figures["mirror_lag_ms"]["n"] == 2


def test_a_face_that_is_not_answered_counts_as_an_onset_without_lag():
    figures = summarise(run(bump(TIME_S, 3.0, 4.0), np.zeros(len(JOINT_TIME_S))), mirroring=BROW)
    assert figures["mirror_lag_ms"] == {"p50": None, "p95": None, "n": 0, "onsets": 1}


def test_a_joint_that_goes_the_other_way_is_no_answer():
    assert np.isnan(mirror_lags_s(run(bump(TIME_S, 3.0, 4.0), -bump(JOINT_TIME_S, 3.2, 0.3)), BROW)).all()


def test_a_joint_that_was_there_before_the_onset_is_no_answer():
    assert np.isnan(mirror_lags_s(run(bump(TIME_S, 3.0, 4.0), bump(JOINT_TIME_S, 2.0, 0.3)), BROW)).all()


def test_what_other_units_move_does_not_lengthen_the_way():
    intensity, answer = bump(TIME_S, 3.0, 2.0), bump(JOINT_TIME_S, 3.2, 0.16)
    (alone,) = mirror_lags_s(run(intensity, answer), BROW)
    (beside,) = mirror_lags_s(run(intensity, answer + bump(JOINT_TIME_S, 4.5, 3.0)), BROW)
    assert beside == pytest.approx(alone)


def test_a_twitch_below_the_height_of_an_episode_is_not_meant_to_be_mirrored():
    assert list(onsets(TIME_S, bump(TIME_S, 3.0, 1.4))) == []


def test_an_onset_needs_quiet_before_it():
    flicker = np.where((TIME_S > 5.0) & (TIME_S < 8.0) & (np.floor(TIME_S / 0.2) % 2 == 0), 3.0, 0.0)
    assert len(list(onsets(TIME_S, flicker))) == 1


def test_a_unit_that_is_there_from_the_first_frame_has_no_onset():
    assert list(onsets(TIME_S, np.full(len(TIME_S), 3.0))) == []


def test_units_of_the_robot_are_judged_by_the_joint_that_shows_them_most():
    robot = load_robot(resource("config", "robots", "sol.yaml"))
    found = mirroring_of(robot)
    assert sorted(found) == [4, 6, 7, 9, 10]
    assert found[4].joint.startswith("brow")
    assert found[6].joint.startswith("lid_lower")
