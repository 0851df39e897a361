from pathlib import Path

import pytest

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.states import Consent
from solamen.robot.description import load_robot
from solamen.session.options import RunOptions, default_consent, parse_consent, parse_input, parse_robot


def test_a_camera_may_be_numbered():
    assert parse_input("camera") == {"source": "camera", "device": 0}
    assert parse_input("camera:2") == {"source": "camera", "device": 2}


def test_anything_else_is_a_file():
    assert parse_input("/tmp/film.mp4") == {"source": "file", "file": Path("/tmp/film.mp4")}


@pytest.mark.parametrize("text", ["camera:x", "camera:-1", "camera:64"])
def test_a_camera_that_cannot_be_is_told_about(text):
    with pytest.raises(OutsideError, match="no number of a camera"):
        parse_input(text)


def test_a_camera_starts_without_consent_and_the_rest_counts_as_record():
    assert default_consent("camera") is Consent.NONE
    assert default_consent("patient") is default_consent("file") is Consent.RECORD


def test_of_a_real_person_only_landmarks_are_shown_unless_pictures_are_asked_for():
    assert RunOptions(source="file").preview == "landmarks"
    assert RunOptions(source="file", record_video=True).preview == "picture"
    assert RunOptions(source="camera", consent=Consent.OBSERVE, record_video=True).preview == "none"
    assert RunOptions(source="patient").preview == "picture"


def test_the_record_names_no_path_that_could_name_a_person():
    record = RunOptions(source="file", file=Path("/home/ada/ada_lovelace.mp4")).as_record()
    assert "ada" not in str(record)


def test_a_robot_brings_its_own_backend():
    assert parse_robot("mujoco") == {"robot": "sol", "backend": "mujoco"}
    assert parse_robot("dry") == {"robot": "sol", "backend": "dry"}
    assert parse_robot("reachy_mini") == {"robot": "reachy_mini", "backend": "reachy_mini"}


def test_a_robot_may_be_a_file_anywhere_with_its_model_beside_it(tmp_path):
    folder = tmp_path / "mein Gerät"
    folder.mkdir()
    (folder / "own.urdf").write_text("<robot/>")
    text = resource("config", "robots", "sol.yaml").read_text().replace("urdf: urdf/sol.urdf.xacro", "urdf: own.urdf")
    (folder / "own.yaml").write_text(text.replace("name: sol", "name: own"))
    given = parse_robot(str(folder / "own.yaml"))
    assert given == {"robot": str(folder / "own.yaml"), "backend": "mujoco"}
    assert load_robot(given["robot"]).urdf == folder / "own.urdf"
    with pytest.raises(OutsideError, match="cannot read the file"):
        parse_robot(str(tmp_path / "none.yaml"))


def test_a_robot_that_is_not_known_is_told_about():
    with pytest.raises(OutsideError, match="there is no robot 'hal'"):
        parse_robot("hal")


def test_consent_is_what_was_given_or_what_the_source_stands_for():
    assert parse_consent("learn", "topic") == Consent.LEARN
    sources = ("patient", "file", "camera", "topic")
    assert [parse_consent("", source) for source in sources] == [Consent.RECORD, Consent.RECORD, *[Consent.NONE] * 2]


def test_a_consent_that_nobody_knows_is_told_about():
    with pytest.raises(OutsideError, match="there is no consent 'recrod'"):
        parse_consent("recrod", "patient")
