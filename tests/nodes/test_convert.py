import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from solamen_msgs import msg

from solamen.core.action_units import UNITS, ActionUnits, pain_index
from solamen.core.estimates import Evidence, PainEstimate
from solamen.core.intents import BehaviorStatus, Expression, HeadPose, JointCommand, TrajectoryPoint
from solamen.core.states import Company, Consent, ModalityWeight, SelfReport, UserState
from solamen.nodes import convert

stamps = st.floats(0.0, 2e9).map(lambda seconds: round(seconds, 6))
amounts = st.floats(-1e6, 1e6, width=32)


@given(stamps, st.dictionaries(st.sampled_from(UNITS), st.floats(0.0, 5.0, width=32), min_size=1))
def test_units_come_back_as_they_went(stamp_s, intensity):
    units = ActionUnits(stamp_s, True, intensity, dict.fromkeys(intensity, 0.5), pain_index(intensity), 0.75, "", 12)
    back = convert.units_from(convert.units_message(units, "camera"))
    assert back.stamp_s == pytest.approx(stamp_s, abs=1e-6)
    assert back.intensity == intensity
    assert (back.quality, back.monotonic_ns, back.face_present) == (0.75, 12, True)


def test_an_unseen_unit_stays_unknown():
    message = convert.units_message(ActionUnits(1.0, True, {4: math.nan, 12: 2.0}), "camera")
    assert list(message.observable) == [False, True]
    assert math.isnan(convert.units_from(message).get(4))


def test_units_with_columns_of_unequal_length_are_refused():
    with pytest.raises(ValueError, match="unequal length"):
        convert.units_from(msg.ActionUnits(unit=[4, 6], intensity=[1.0], observable=[True, True]))


def test_an_estimate_comes_back_with_its_reasons():
    evidence = (Evidence("AU4", 2.5, "0-5", 1.25),)
    estimate = PainEstimate(
        5.0, "face", 3.5, 1.25, 0.5, 0.25, 0.75, 0.5, True, False, "AU9 hidden", evidence, ("a", "1", "ff"), "b", 7
    )
    assert convert.estimate_from(convert.estimate_message(estimate)) == estimate


def test_an_abstaining_estimate_stays_unknown():
    back = convert.estimate_from(convert.estimate_message(PainEstimate(5.0, "face", reason="no face")))
    assert back.abstained
    assert math.isnan(back.intensity)


def test_a_state_comes_back_with_the_word_of_the_person():
    report = SelfReport(3.0, "VAS", 40.0, 4.0, by_proxy=True)
    state = UserState(5.0, True, Consent.RECORD, Company.ALONE, 4.5, 1.5, 2.0, 7.0, 0.5, 1.0, 0.25, (), report, False)
    state = replace(state, weights=(ModalityWeight("face", 1.0, "quality 0.5", 4.0, 1.5),), valence=-0.5, dominance=0.5)
    state = replace(state, contributions=(Evidence("AU4", 2.0, "FACS 0-5", 1.25),))
    back = convert.state_from(convert.state_message(state))
    assert back == state


def test_a_report_off_the_scale_is_refused():
    with pytest.raises(ValueError, match="must be 0 to 10"):
        convert.report_from(msg.SelfReport(normalised=11.0))
    with pytest.raises(ValueError, match="scale 9"):
        convert.report_from(msg.SelfReport(scale=9, normalised=1.0))


def test_an_expression_comes_back_with_its_gaze():
    expression = Expression(5.0, {4: 0.25, 12: 0.5}, (1.0, -0.5, 0.25), 0.5, "mirror", 4.5, 99)
    assert convert.expression_from(convert.expression_message(expression)) == expression


def test_an_expression_that_answers_nothing_says_so():
    assert math.isnan(convert.expression_from(convert.expression_message(Expression(5.0))).answers_s)


def test_a_gaze_that_is_not_finite_is_refused():
    message = convert.expression_message(Expression(5.0, {}, (1.0, math.nan, 0.0)))
    with pytest.raises(ValueError, match="not finite"):
        convert.expression_from(message)


@given(st.dictionaries(st.text("abc", min_size=1), st.tuples(amounts, amounts), min_size=1))
def test_a_command_comes_back_as_it_went(joints):
    position = {name: values[0] for name, values in joints.items()}
    velocity = {name: values[1] for name, values in joints.items()}
    command = JointCommand(5.0, position, velocity, 4.5, 99)
    assert convert.command_from(convert.command_message(command)) == command


def test_a_command_with_too_few_positions_is_refused():
    with pytest.raises(ValueError, match="unequal length"):
        convert.command_from(msg.JointCommand(name=["a", "b"], position=[0.0]))


def test_a_trajectory_comes_back_as_it_went():
    points = [TrajectoryPoint(0.1, {"a": 1.0}, {"a": 0.5}), TrajectoryPoint(0.2, {"a": 1.5}, {"a": 0.0})]
    assert convert.trajectory_from(convert.trajectory_message(points, 0.0)) == points


def test_a_head_that_is_not_known_is_none():
    assert convert.head_from(convert.pose_message(None)) is None
    head = HeadPose((0.1, 0.2, 0.7))
    assert convert.head_from(convert.pose_message(head)) == head


def test_a_behaviour_comes_back_with_its_reason():
    status = BehaviorStatus(5.0, "mirror", 1, "root/mirror", "because", 0.25, 4.0, "companion", 4.5)
    assert convert.behavior_from(convert.behavior_message(status)) == status
