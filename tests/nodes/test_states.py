import math

from solamen.nodes.states import states_message


def test_only_joints_whose_place_is_known_are_told():
    message = states_message((("a", "b"), (0.5, math.nan), (0.1, math.nan)), (2.0, math.nan))
    assert (list(message.name), list(message.position), list(message.velocity)) == (["a"], [0.5], [0.1])
    assert list(message.effort) == [2.0]


def test_a_body_that_knows_nothing_is_silent():
    assert states_message((("a",), (math.nan,), (math.nan,)), (math.nan,)) is None


def test_efforts_that_nobody_knows_are_left_out_and_a_single_one_is_not():
    states = (("a", "light"), (0.5, 0.2), (math.nan, 0.0))
    assert len(states_message(states, (math.nan, math.nan)).effort) == 0
    message = states_message(states, (1.5, math.nan))
    assert message.effort[0] == 1.5 and math.isnan(message.effort[1])
    assert len(message.velocity) == 0
