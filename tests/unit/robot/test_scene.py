import dataclasses

import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.core.intents import Expression
from solamen.robot.adapters.scene import FACE, RobotRenderer
from solamen.robot.description import load_robot
from solamen.robot.retarget import Retargeter
from solamen.robot.sheet import EXPRESSIONS, main

ROBOT = load_robot("sol")
SIZE = 160


@pytest.fixture(scope="module")
def faces():
    retargeter = Retargeter(ROBOT)
    with RobotRenderer(ROBOT, SIZE, SIZE, FACE) as renderer:
        return {
            name: renderer.render(retargeter.retarget(Expression(0.0, units))).copy()
            for name, units in EXPRESSIONS.items()
        }


def test_a_picture_has_the_size_asked_for_and_is_not_empty(faces):
    assert faces["neutral"].shape == (SIZE, SIZE, 3)
    assert faces["neutral"].std() > 20


def test_the_face_is_symmetric(faces):
    picture = faces["neutral"].astype(float).mean(axis=2)
    assert np.median(np.abs(picture - picture[:, ::-1])) < 12


def test_each_expression_differs_from_every_other(faces):
    pictures = list(faces.values())
    for index, one in enumerate(pictures):
        for other in pictures[index + 1 :]:
            changed = np.abs(one.astype(int) - other.astype(int)).max(axis=2) > 40
            assert changed.mean() > 0.004


def test_a_smile_changes_the_mouth_and_not_the_collar(faces):
    changed = np.abs(faces["smile"].astype(int) - faces["neutral"].astype(int)).max(axis=2) > 40
    assert changed[SIZE // 2 : -SIZE // 8].any()
    assert not changed[-SIZE // 16 :].any()


def test_the_sheet_tells_where_it_could_not_be_written(capsys, tmp_path):
    assert main([str(tmp_path / "none" / "sheet.png")]) == 2
    assert "none" in capsys.readouterr().err


def test_a_model_that_is_no_xacro_is_an_outside_error(tmp_path):
    broken = tmp_path / "robot.urdf.xacro"
    broken.write_text("<robot")
    with pytest.raises(OutsideError, match="cannot be read"):
        RobotRenderer(dataclasses.replace(ROBOT, urdf=broken), 32, 32)
