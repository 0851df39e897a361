import shlex

import pytest

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.states import Consent
from solamen.session.graph import command, parameters, read_table
from solamen.session.options import RunOptions


def names(source: str, records: bool, backend: str = "mujoco") -> set[str]:
    return {spec.name for spec in read_table() if spec.wanted(source, records, backend)}


def test_the_patient_runs_only_where_it_is_looked_at():
    assert "patient" in names("patient", True)
    assert "patient" not in names("camera", True)


def test_without_consent_to_record_there_is_no_recorder():
    assert "recorder" in names("camera", True)
    assert "recorder" not in names("camera", False)


def test_safety_and_robot_are_processes_of_their_own():
    assert {"safety", "robot", "sim", "behavior", "fusion", "vision"} <= names("camera", False)


def test_a_robot_that_others_make_has_a_driver_and_no_simulator():
    assert "sim" in names("patient", True)
    assert "driver" not in names("patient", True)
    assert {"sim", "driver"} & names("patient", True, "reachy_mini") == {"driver"}


def test_a_robot_with_controllers_of_its_own_has_neither():
    assert {"sim", "driver"} & names("patient", True, "ros2_control") == set()


def test_what_moves_the_robot_is_told_to_the_driver_alone():
    """The face node has a setting of that name, too, for what runs its nets."""
    values = parameters(RunOptions(consent=Consent.OBSERVE), None)
    told = {spec.name for spec in read_table() if "backend:=" in command(spec, values)}
    assert told == {"driver"}


def test_every_parameter_file_of_the_table_is_there():
    files = [file for spec in read_table() for file in spec.nodes.values()]
    assert [file for file in files if not resource("config", file).is_file()] == []


def test_a_path_with_blanks_and_quotes_arrives_as_it_is(tmp_path):
    options = RunOptions(source="file", file=tmp_path / 'a "film" of.mp4')
    words = shlex.split(command(read_table()[0], parameters(options, None)))
    assert f'file:="{tmp_path}/a \\"film\\" of.mp4"' in words


@pytest.mark.parametrize("text", ["nodes: {a: {module: m}}", "nodes: {a: {modul: m}}", "[]", "nodes: 3"])
def test_a_malformed_table_is_told_about(tmp_path, text):
    path = tmp_path / "nodes.yaml"
    path.write_text(text)
    with pytest.raises(OutsideError, match=r"nodes\.yaml"):
        read_table(path)
