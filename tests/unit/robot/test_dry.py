import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.intents import TrajectoryPoint
from solamen.robot.adapters.dry import DryBackend
from solamen.robot.safety.limits import JointLimit

LIMITS = (JointLimit("a", -1.0, 1.0, 2.0, 10.0), JointLimit("b", 0.0, 0.02, 0.1, 1.0))
NEUTRAL = {"a": 0.1, "b": 0.01}


def point(time_s, **place):
    return TrajectoryPoint(time_s, place, dict.fromkeys(place, 0.0))


def places(body):
    names, positions, _ = body.joint_states()
    return dict(zip(names, positions, strict=True))


def test_it_starts_at_neutral_and_stays_there():
    with DryBackend(LIMITS, NEUTRAL) as body:
        body.advance(1.0)
        assert places(body) == NEUTRAL
        assert body.joint_states()[2] == (0.0, 0.0)


def test_it_notes_what_it_was_sent_and_when():
    body = DryBackend(LIMITS, NEUTRAL)
    body.advance(0.5)
    body.send([point(0.2, a=0.3)], age_s=0.01)
    (noted,) = body.sent
    assert (noted.time_s, noted.points[0].position, noted.age_s) == (0.5, {"a": 0.3}, 0.01)


def test_it_is_exactly_where_the_trajectory_says():
    body = DryBackend(LIMITS, NEUTRAL)
    body.send([point(1.0, a=0.5)])
    body.advance(0.5)
    assert places(body)["a"] == pytest.approx(0.3)
    body.advance(0.5)
    assert places(body) == {"a": 0.5, "b": 0.01}


def test_a_replaced_trajectory_goes_on_where_the_body_stands():
    body = DryBackend(LIMITS, NEUTRAL)
    body.send([point(1.0, a=0.5)])
    body.advance(0.5)
    body.send([point(1.0, a=-0.5)])
    assert places(body)["a"] == pytest.approx(0.3)


@given(st.lists(st.floats(allow_nan=True, allow_infinity=True), min_size=1, max_size=4))
def test_whatever_comes_it_stays_a_number(values):
    body = DryBackend(LIMITS, NEUTRAL)
    for number, value in enumerate(values):
        body.send([point(0.1 * (number + 1), a=value if not abs(value) > 1e6 else math.nan)])
        body.advance(0.05)
    assert all(math.isfinite(place) for place in places(body).values())


def test_a_body_without_motors_knows_no_effort():
    dry = DryBackend(LIMITS, NEUTRAL)
    assert len(dry.efforts()) == len(dry.joint_states()[0])
    assert all(math.isnan(effort) for effort in dry.efforts())
