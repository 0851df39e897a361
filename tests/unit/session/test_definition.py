import pytest
from mcap_ros2._dynamic import generate_dynamic

from solamen.core.errors import OutsideError
from solamen.session.definition import message_definition


def test_a_definition_carries_every_type_that_it_holds():
    text = message_definition("solamen_msgs/msg/UserState")
    for held in (
        "std_msgs/Header",
        "builtin_interfaces/Time",
        "solamen_msgs/SelfReport",
        "solamen_msgs/ModalityWeight",
    ):
        assert text.count(f"MSG: {held}\n") == 1


def test_both_ways_to_write_a_type_mean_the_same():
    assert message_definition("std_msgs/Header") == message_definition("std_msgs/msg/Header")


@pytest.mark.parametrize("name", ["PersonPose", "GroundTruth", "PainEstimate", "SafetyStatus", "Expression"])
def test_definitions_of_our_messages_can_be_parsed(name):
    full = f"solamen_msgs/msg/{name}"
    assert full in generate_dynamic(full, message_definition(full))


def test_a_type_that_is_not_installed_is_named():
    with pytest.raises(OutsideError, match="nowhere_msgs/Nothing is not installed"):
        message_definition("nowhere_msgs/msg/Nothing")
