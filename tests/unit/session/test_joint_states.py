import struct

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_run import encoder
from mcap_ros2._dynamic import generate_dynamic

from solamen.session.definition import message_definition
from solamen.session.joint_states import JointStateDecoder

KIND = "sensor_msgs/msg/JointState"
REFERENCE = generate_dynamic(KIND, message_definition(KIND))[KIND]

states = st.fixed_dictionaries(
    {
        "header": st.fixed_dictionaries(
            {
                "stamp": st.fixed_dictionaries({"sec": st.integers(0, 2**31 - 1), "nanosec": st.integers(0, 10**9)}),
                "frame_id": st.text(max_size=9),
            }
        ),
        "name": st.lists(st.text(max_size=9), max_size=5),
        "position": st.lists(st.floats(allow_nan=False), max_size=5),
        "velocity": st.lists(st.floats(allow_nan=False), max_size=5),
    }
)


@given(st.lists(states, min_size=1, max_size=4))
@settings(deadline=None)
def test_it_decodes_as_the_reference_does(messages):
    decode = JointStateDecoder()
    for fields in [each for each in messages for _ in range(2)]:
        cdr = encoder(KIND)(fields)
        found, expected = decode(cdr), REFERENCE(cdr)
        assert found.header.stamp.sec == expected.header.stamp.sec
        assert found.header.stamp.nanosec == expected.header.stamp.nanosec
        assert list(found.name) == list(expected.name)
        assert found.position.tolist() == list(expected.position)
        assert found.velocity.tolist() == list(expected.velocity)


def test_a_name_more_is_noticed():
    decode = JointStateDecoder()
    decode(encoder(KIND)({"name": ["a"], "position": [1.0]}))
    found = decode(encoder(KIND)({"name": ["a", "b"], "position": [1.0, 2.0]}))
    assert found.name == ("a", "b")
    assert found.position.tolist() == [1.0, 2.0]


@given(st.floats(0.0, 0.99))
@settings(deadline=None)
def test_a_message_that_is_cut_off_is_an_error_and_no_value(share):
    cdr = encoder(KIND)({"name": ["a", "b"], "position": [1.0, 2.0], "velocity": [3.0, 4.0]})
    whole_velocity = len(cdr) - 4
    with pytest.raises(struct.error):
        JointStateDecoder()(cdr[: int(share * whole_velocity)])
