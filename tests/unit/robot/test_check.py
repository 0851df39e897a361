import copy
import math
from pathlib import Path

import pytest
import yaml

from solamen.core.resources import resource
from solamen.robot.check import check_file, unguarded
from solamen.robot.description import known_robots

SOL = yaml.safe_load(resource("config", "robots", "sol.yaml").read_text())


def written(tmp_path: Path, *changes: tuple[str, object]) -> Path:
    """Sol's file with changes; a value of None takes the key away."""
    content = copy.deepcopy(SOL)
    for path, value in changes:
        *parents, last = path.split("/")
        place = content
        for key in parents:
            place = place.setdefault(int(key) if key.isdigit() else key, {})
        last = int(last) if last.isdigit() else last
        if value is None:
            del place[last]
        else:
            place[last] = value
    file = tmp_path / "robot.yaml"
    file.write_text(yaml.safe_dump(content))
    return file


def test_a_robot_whose_contact_nobody_guards_is_told_so():
    assert unguarded("sol") == ""
    assert unguarded("reachy_mini").startswith("There is no config/collision/reachy_mini.yaml: contact")


@pytest.mark.parametrize("name", known_robots())
def test_every_robot_that_ships_is_without_mistakes(name):
    assert check_file(name) == []


def test_every_mistake_is_told_and_not_the_first_alone(tmp_path):
    file = written(
        tmp_path,
        ("colour", "red"),
        ("joints/jaw/upper", float("nan")),
        ("joints/neck_yaw/neutral", 3.0),
        ("units/4", {"tail": 1.0}),
        ("camera/yaw", None),
        ("gaze/head_roll", "neck_rol"),
    )
    mistakes = check_file(file)
    assert len(mistakes) == 6
    for word in ("colour", "jaw", "neck_yaw", "tail", "yaw", "neck_rol"):
        assert any(word in mistake for mistake in mistakes)


def test_each_mistake_is_one_line_with_place_and_remedy(tmp_path):
    file = written(tmp_path, ("colour", "red"), ("joints/jaw/upper", "far"), ("units/99", {"jaw": 1.0}))
    for mistake in check_file(file):
        what, where, remedy = mistake.partition(f": {file}. ")
        assert what and where and remedy.endswith((".", "?"))
        assert "\n" not in mistake


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("gaze/head_roll", "neck_rol", "Did you mean 'neck_roll'?"),
        ("controler", "sol", "Did you mean 'controller'?"),
        ("joints/neck_yaw/upper", 63.0, "not degrees"),
        ("joints/jaw/upper", 14.0, "not millimetres"),
        ("camera/position", [91.0, 0.0, 350.0], "not millimetres"),
        ("camera/mount", "tail", "Write base or head"),
        ("joints/jaw/max_velocity", -1.0, "above 0"),
        ("joints/jaw/kind", "light", "of kind 'light'"),
        ("units/12", {"jaw": 0.0}, "has no effect"),
        ("units/12", {"jaw": -0.1}, "unit 12 moves nothing"),
        ("units", {}, "units must hold"),
        ("channels", {"glow": {"kind": "light"}}, "channel glow lacks 'lower'"),
        ("channels", {"jaw": {"kind": "light"}}, "is also a joint"),
        ("backend", {"name": "hydra"}, "the backend is 'hydra'"),
        ("backend", {"name": "nao", "hots": "x"}, "Did you mean 'host'?"),
        ("face", "smiling", "face is 'smiling'"),
        ("controllers", {"head": ["neck_yaw", "neck_yaw"]}, "neck_yaw stands in more than one controller"),
        ("controllers", {"head": ["neck_yaw"]}, "jaw stands in no controller"),
        ("gaze/eyes_pitch", None, "one of eyes_yaw and eyes_pitch alone"),
        ("arms/left/hanging", None, "arms left lacks 'hanging'"),
        ("arms/left/bend", {"elbow_right": 1.0}, "elbow_right in bend of arms left is missing in its hanging"),
        ("arms/left/wave", {"elbow_left": 1.0}, "unknown key 'wave' in arms left"),
        ("joints/tail", SOL["joints"]["neck_yaw"], "joint tail is not in the model"),
        ("joints/jaw/kind", "revolute", "jaw is revolute here but prismatic in the model"),
        ("joints/neck_yaw/upper", 1.3, "narrow its limits"),
        ("joints/neck_yaw/max_velocity", 3.0, "Lower its max_velocity"),
        ("joints/neck_yaw/max_effort", 9.0, "Lower its max_effort"),
        ("joints/neck_yaw/max_effort", 0.0, "max_effort of joint neck_yaw is 0"),
        ("joints/neck_yaw/max_effort", math.nan, "must be a finite number"),
        ("channels/glow/upper", 255.0, "a share from 0 to 1"),
        ("urdf", "urdf/nothing.urdf", "is missing"),
        ("name", 7, "name is 7"),
    ],
)
def test_a_mistake_is_told_with_what_to_do(tmp_path, path, value, says):
    mistakes = check_file(written(tmp_path, (path, value)))
    assert any(says.lower() in mistake.lower() for mistake in mistakes), mistakes


def test_a_key_that_stands_twice_is_told_with_its_line(tmp_path):
    file = written(tmp_path)
    file.write_text(file.read_text() + "name: another\n")
    (mistake,) = check_file(file)
    assert "'name' stands twice" in mistake
    assert f"line {len(file.read_text().splitlines())}" in mistake


@pytest.mark.parametrize("text", ["", "[]", "3", "a: [", "name: x\n", "joints: {a: 1}\n", "\x00"])
def test_what_is_no_robot_at_all_is_told_too(tmp_path, text):
    file = tmp_path / "robot.yaml"
    file.write_text(text)
    mistakes = check_file(file)
    assert mistakes and all(str(file) in mistake for mistake in mistakes)


def test_a_file_that_is_not_there_is_one_mistake():
    (mistake,) = check_file("nobody")
    assert "nobody.yaml" in mistake
