import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.action_units import UNITS, pain_index
from solamen.core.resources import resource
from solamen.patient.course import Course, Moment
from solamen.patient.expression import Style
from solamen.patient.scenario import Blink, Glance, HeadMovement, Idle, PainEpisode, Scenario, Smile, Speech, Variation

STYLE = Style.of("adult")
STEADY = Variation(height=0.0, time_s=0.0)


def course(seed: int = 0, **values: object) -> Course:
    return Course(Scenario(variation=STEADY, **values), seed, STYLE)  # type: ignore[arg-type]


def pspi(moment: Moment) -> float:
    return pain_index(moment.intensity).value


def plateau(height: float, **values: object) -> Moment:
    episode = PainEpisode(at_s=1.0, height=height, rise_s=1.0, hold_s=4.0, fall_s=1.0)
    return course(pain=(episode,), **values).at(4.0)


def test_pain_is_felt_as_high_as_the_episode_says() -> None:
    assert plateau(6.5).pain == pytest.approx(6.5)


def test_pain_of_8_shows_a_pspi_of_8_to_10() -> None:
    assert 8.0 <= pspi(plateau(8.0)) <= 10.0


def test_more_pain_shows_more() -> None:
    shown = [pspi(plateau(height)) for height in (2.0, 4.0, 6.0, 8.0, 10.0)]
    assert shown == sorted(shown) and shown[0] < shown[-1] - 6.0


def test_a_stoic_face_shows_less_of_the_same_pain() -> None:
    assert pspi(plateau(8.0, expressiveness=0.3)) < 0.5 * pspi(plateau(8.0))


def test_pain_below_the_threshold_does_not_show() -> None:
    moment = plateau(0.9)
    assert moment.pain == pytest.approx(0.9) and pspi(moment) == 0.0


def test_a_weight_makes_a_face_favour_a_unit() -> None:
    favoured, plain = plateau(6.0, unit_weights={9: 1.5}), plateau(6.0)
    assert favoured.intensity[9] == pytest.approx(1.5 * plain.intensity[9])


def test_without_pain_nothing_but_decoys_shows() -> None:
    calm = Course(Scenario(), 3, STYLE)
    assert max(pspi(calm.at(0.1 * i)) for i in range(600)) == 0.0


def test_a_blink_is_not_pain() -> None:
    moments = [course(blinks=(Blink(at_s=2.0, count=2),)).at(2.0 + 0.02 * i) for i in range(40)]
    assert max(moment.intensity[45] for moment in moments) == pytest.approx(5.0)
    assert max(moment.intensity[43] for moment in moments) == 0.0
    assert max(pspi(moment) for moment in moments) == 0.0


def test_a_smile_moves_lip_corners_and_cheeks_alone() -> None:
    moment = course(smiles=(Smile(at_s=1.0, intensity=4.0),), idle=Idle(blink_interval_s=60.0)).at(2.0)
    moved = {unit for unit, intensity in moment.intensity.items() if intensity > 0.0}
    assert moved == {6, 12} and moment.intensity[12] == pytest.approx(4.0)


def test_speech_opens_the_jaw_at_the_rate_of_syllables() -> None:
    talking = course(speech=(Speech(at_s=1.0, length_s=4.0, rate_hz=4.0),))
    jaw = [talking.at(1.0 + 0.01 * i).intensity[26] for i in range(400)]
    peaks = sum(a < b >= c and b > 0.3 for a, b, c in zip(jaw, jaw[1:], jaw[2:], strict=False))
    assert 14 <= peaks <= 16


def test_a_glance_turns_eyes_first_and_comes_back() -> None:
    looking = course(glances=(Glance(at_s=1.0, yaw_rad=0.4, length_s=1.2),), idle=Idle(gaze_rad=0.0, head_rad=0.0))
    assert looking.at(1.1).gaze_yaw_rad == pytest.approx(0.4)
    assert looking.at(1.1).head_yaw_rad < 0.03
    assert looking.at(2.3).gaze_yaw_rad == pytest.approx(0.0)


def test_a_turned_head_keeps_its_eyes_on_the_camera() -> None:
    turned = course(head=(HeadMovement(at_s=1.0, yaw_rad=0.3),), idle=Idle(gaze_rad=0.0, head_rad=0.0)).at(2.0)
    assert turned.head_yaw_rad == pytest.approx(0.3) and turned.gaze_yaw_rad == 0.0


def test_pain_outranks_a_decoy_as_the_event() -> None:
    both = course(pain=(PainEpisode(at_s=1.0, height=5.0),), smiles=(Smile(at_s=1.0, hold_s=3.0),))
    assert both.at(3.0).event == "pain"


def test_loops_differ_in_height_and_time_by_the_seed() -> None:
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    peaks = [
        [max(Course(scenario, seed, STYLE).at(30.0 * k + 15.0 + 0.1 * i).pain for i in range(60)) for k in range(3)]
        for seed in (0, 1)
    ]
    assert len({round(peak, 3) for loop in peaks for peak in loop}) == 6
    assert all(abs(peak - 8.5) <= 0.4 + 1e-9 for loop in peaks for peak in loop)


def test_the_default_begins_with_three_calm_seconds() -> None:
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    assert max(Course(scenario, 0, STYLE).at(0.1 * i).pain for i in range(31)) == 0.0


def test_the_default_has_four_painful_stretches_in_each_loop() -> None:
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    lived = Course(scenario, 5, STYLE)
    painful = [lived.at(0.1 * i).pain > 0.5 for i in range(600)]
    assert sum(now and not before for before, now in itertools.pairwise(painful)) == 8


@settings(max_examples=40, deadline=None)
@given(time_s=st.floats(-10.0, 1e5), seed=st.integers(0, 50))
def test_any_moment_stands_alone_and_within_limits(time_s: float, seed: int) -> None:
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    lived = Course(scenario, seed, STYLE)
    lived.at(max(time_s - 1.0, 0.0))
    fresh = Course(scenario, seed, STYLE).at(time_s)
    assert lived.at(time_s) == fresh
    assert set(fresh.intensity) == set(UNITS)
    assert all(0.0 <= intensity <= 5.0 for intensity in fresh.intensity.values())
    assert 0.0 <= fresh.pain <= 10.0 and math.isfinite(fresh.head_yaw_rad)
