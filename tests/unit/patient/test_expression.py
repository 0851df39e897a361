import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.patient.bake import bake
from solamen.patient.expression import Rig, Style, closure, drive
from solamen.patient.person import Person

PERSON = Person.load("adult")
STYLE = Style.of("adult")
RIG = Rig(PERSON.actions, STYLE)


def weight(name: str, intensity: dict[int, float], **gaze: float) -> float:
    return float(RIG.weights(intensity, **gaze)[PERSON.actions.index(name)])


def test_a_neutral_face_moves_nothing() -> None:
    assert not RIG.weights({}).any()


@pytest.mark.parametrize(
    ("unit", "action"),
    [
        (4, "browDown"),
        (6, "cheekSquint"),
        (7, "eyeSquint"),
        (9, "noseSneer"),
        (10, "mouthUpperUp"),
        (12, "mouthSmile"),
        (43, "eyeBlink"),
        (45, "eyeBlink"),
    ],
)
def test_each_unit_moves_its_own_action_on_both_sides(unit: int, action: str) -> None:
    assert weight(action + "Left", {unit: 4.0}) > 0.5 and weight(action + "Right", {unit: 4.0}) > 0.5


def test_sides_differ_a_little_and_always_alike() -> None:
    left, right = weight("browDownLeft", {4: 3.0}), weight("browDownRight", {4: 3.0})
    assert left != right and abs(left - right) < 0.31 * max(left, right)
    assert Style.of("adult") == STYLE != Style.of("child")


def test_lids_are_shut_before_the_unit_is_at_its_most() -> None:
    assert closure({43: 3.3}) == 1.0 and 0.7 < closure({45: 2.5}) < 1.0 and closure({}) == 0.0


def test_shut_lids_leave_less_way_for_a_squint() -> None:
    assert weight("eyeSquintLeft", {7: 4.0, 43: 5.0}) < 0.5 * weight("eyeSquintLeft", {7: 4.0})


def test_a_look_to_the_left_turns_the_left_eye_outward() -> None:
    assert weight("eyeLookOutLeft", {}, gaze_yaw_rad=0.3) > 0.0 and weight("eyeLookInRight", {}, gaze_yaw_rad=0.3) > 0.0
    assert weight("eyeLookInLeft", {}, gaze_yaw_rad=0.3) == 0.0


def test_drive_is_nothing_below_the_threshold_and_bounded_above() -> None:
    assert drive(1.0, 1.0, 2.0) == 0.0 and drive(10.0, 0.0, 2.0) == 1.25
    assert np.all(np.diff([drive(0.1 * i, 1.0, 1.0) for i in range(100)]) >= 0.0)


@pytest.mark.parametrize(
    ("age", "gender", "skin"), [(-1.0, 0.5, "tan"), (float("nan"), 0.5, "tan"), (30.0, 2.0, "tan"), (30.0, 0.5, "blue")]
)
def test_nobody_impossible_is_baked(age: float, gender: float, skin: str, tmp_path) -> None:
    with pytest.raises(OutsideError):
        bake("x", age, gender, skin, tmp_path)
    assert not list(tmp_path.iterdir())
