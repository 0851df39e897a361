import dataclasses
import itertools
import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from solamen.core.action_units import pain_index
from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.patient import PatientSettings, Scenario, VirtualPatient
from solamen.patient.person import PERSONS, Person
from solamen.patient.pose import head_rotation, quaternion

DEFAULT = resource("sim", "scenarios", "default.yaml")
CALM_S, BLINK_S, HIGH_S = 0.4, 2.35, 19.9


@pytest.fixture(scope="module")
def patient() -> Iterator[VirtualPatient]:
    with VirtualPatient(Scenario.load(DEFAULT), PatientSettings(), seed=0) as drawn:
        yield drawn


def test_a_frame_is_a_picture_of_the_size_asked_for(patient: VirtualPatient) -> None:
    image, _ = patient.frame(CALM_S)
    assert image.shape == (480, 640, 3) and image.dtype == np.uint8
    assert image.std() > 20.0


def test_the_same_time_gives_the_same_bytes_whatever_came_before(patient: VirtualPatient) -> None:
    first, truth = patient.frame(CALM_S)
    patient.frame(HIGH_S)
    again, same = patient.frame(CALM_S)
    assert np.array_equal(first, again)
    assert dataclasses.replace(truth, arousal=0.0) == dataclasses.replace(same, arousal=0.0)


def test_pain_changes_the_picture_of_the_face(patient: VirtualPatient) -> None:
    calm, hurt = (patient.frame(t)[0].astype(int) for t in (CALM_S, HIGH_S))
    assert np.abs(calm - hurt)[120:360, 220:420].mean() > 4.0


def test_the_torso_keeps_still_while_the_face_moves(patient: VirtualPatient) -> None:
    calm, hurt = (patient.frame(t)[0] for t in (CALM_S, HIGH_S))
    assert np.array_equal(calm[440:], hurt[440:])


def test_the_truth_beside_a_frame_is_the_truth_alone(patient: VirtualPatient) -> None:
    _, beside = patient.frame(HIGH_S)
    assert beside.pspi == patient.truth(HIGH_S).pspi and beside.head == patient.truth(HIGH_S).head


def test_pspi_of_the_truth_is_that_of_its_units() -> None:
    lived = VirtualPatient(Scenario.load(DEFAULT), PatientSettings(), seed=2)
    for i in range(120):
        truth = lived.truth(0.25 * i)
        assert truth.pspi == pain_index(truth.intensity).value
        assert truth.scenario_frame == 5 * i and truth.stamp_s == 0.25 * i
        assert math.isnan(truth.arousal)


def test_the_head_is_before_the_camera_and_faces_it() -> None:
    head = VirtualPatient(Scenario.load(DEFAULT), PatientSettings(distance_m=0.8)).truth(0.0).head
    assert head.position[2] == pytest.approx(0.8, abs=0.02)
    assert abs(head.position[0]) < 0.02 and -0.09 < head.position[1] < 0.0
    forward = _rotate(head.rotation, (1.0, 0.0, 0.0))
    assert forward[2] < -0.98
    assert _rotate(head.rotation, (0.0, 0.0, 1.0))[1] < -0.98


def _rotate(q: tuple[float, float, float, float], v: tuple[float, float, float]) -> np.ndarray:
    w, axis, vector = q[0], np.array(q[1:]), np.array(v)
    return vector + 2.0 * np.cross(axis, np.cross(axis, vector) + w * vector)


def test_a_quaternion_turns_as_its_matrix_does() -> None:
    for yaw, pitch, roll in itertools.product((-3.0, 0.0, 0.4, 3.1), (-1.4, 0.0, 1.2), (-3.0, 0.0, 2.0)):
        rotation = head_rotation(yaw, pitch, roll)
        for axis in np.eye(3):
            assert _rotate(quaternion(rotation), tuple(axis)) == pytest.approx(rotation @ axis, abs=1e-9)


def test_the_camera_matrix_has_its_centre_in_the_picture() -> None:
    matrix = VirtualPatient(Scenario(), PatientSettings()).camera_matrix
    assert matrix[0, 0] == matrix[1, 1] and 500.0 < matrix[0, 0] < 900.0
    assert (matrix[0, 2], matrix[1, 2]) == (319.5, 239.5)


def test_the_shipped_settings_are_the_defaults() -> None:
    assert load(PatientSettings, resource("config", "patient.yaml")) == PatientSettings()


def test_the_settings_may_choose_another_person() -> None:
    truths = [
        VirtualPatient(Scenario.load(DEFAULT), PatientSettings(person=who)).truth(HIGH_S) for who in ("child", "elder")
    ]
    assert truths[0].pain == truths[1].pain and truths[0].intensity != truths[1].intensity


def test_three_persons_ship_in_5_mb_together() -> None:
    files = sorted(PERSONS.glob("*.npz"))
    assert [file.stem for file in files] == ["adult", "child", "elder"]
    assert sum(file.stat().st_size for file in files) <= 5_000_000


@pytest.mark.parametrize("who", ["adult", "child", "elder"])
def test_a_shipped_person_is_whole(who: str) -> None:
    person = Person.load(who)
    assert len(person.actions) == 52
    for surface in (person.head, person.hair, person.torso):
        assert np.isfinite(surface.vertex).all()
        assert surface.face.max() < len(surface.vertex) and surface.face_uv.max() < len(surface.uv)
        assert surface.uv.min() >= 0.0 and surface.uv.max() <= 1.0
    assert len(person.offset_start) == 53 and person.offset_start[-1] == len(person.offset)
    assert np.abs(person.offset).max() < 0.05


def test_an_unknown_person_is_named() -> None:
    with pytest.raises(OutsideError, match="nobody"):
        VirtualPatient(Scenario(person="nobody"), PatientSettings())


def test_a_file_that_is_no_person_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "x.npz"
    path.write_bytes(b"not an archive")
    with pytest.raises(OutsideError, match="no baked person"):
        Person.load(str(path))


def test_frames_are_given_only_within_a_block() -> None:
    with pytest.raises(RuntimeError, match="with"):
        VirtualPatient(Scenario(), PatientSettings()).frame(0.0)
