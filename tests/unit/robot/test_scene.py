import dataclasses
import math
from itertools import pairwise

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


def test_a_raised_brow_changes_the_face_and_not_the_collar(faces):
    with RobotRenderer(ROBOT, SIZE, SIZE, FACE) as renderer:
        before = renderer.render({}).astype(int)
        after = renderer.render({"brow_raise_left": 0.012}).astype(int)
    changed = np.abs(before - after).max(axis=2) > 40
    assert changed[: SIZE // 2].any()
    assert not changed[-SIZE // 8 :].any()


@pytest.fixture(scope="module")
def collars():
    """The picture's lowest quarter at rising levels of the glow."""
    with RobotRenderer(ROBOT, SIZE, SIZE, FACE) as renderer:
        return [renderer.render({"glow": level})[-SIZE // 4 :].astype(float) for level in (0.0, 0.25, 0.5, 0.75, 1.0)]


def test_the_collar_is_the_brighter_the_more_it_glows(collars):
    means = [collar.mean() for collar in collars]
    assert all(after > before + 0.5 for before, after in pairwise(means))


def test_the_glow_is_warm(collars):
    added = (collars[-1] - collars[0]).mean(axis=(0, 1))
    assert added[0] > added[1] > added[2]


def test_the_glow_changes_nothing_but_the_collar_and_its_halo():
    with RobotRenderer(ROBOT, SIZE, SIZE, FACE) as renderer:
        dark, full = (renderer.render({"glow": level}).astype(int) for level in (0.0, 1.0))
    assert np.abs(dark - full)[: SIZE * 2 // 3].max() == 0


def test_a_level_that_is_no_number_leaves_the_glow_as_it_was():
    with RobotRenderer(ROBOT, SIZE, SIZE, FACE) as renderer:
        before = renderer.render({"glow": 0.8}).copy()
        assert np.array_equal(renderer.render({"glow": math.nan}), before)


def test_attention_and_a_smile_make_it_glow_and_mirrored_pain_dims_it():
    retargeter = Retargeter(ROBOT)
    level = {name: retargeter.retarget(Expression(0.0, units))["glow"] for name, units in EXPRESSIONS.items()}
    pain = (level["mild pain, mirrored"], level["moderate pain, mirrored"], level["strong pain, mirrored"])
    assert level["smile"] > level["calm"] > level["neutral"] > pain[0] > pain[1] > pain[2] > 0.1
    assert level["attend"] > level["neutral"]


def test_the_glow_cannot_flash():
    """WCAG 2.3.1: no more than three flashes in a second; from dark to full takes a second at least."""
    limit = ROBOT.joint("glow").limit
    assert (limit.upper - limit.lower) / limit.max_velocity >= 1.0


def test_the_sheet_tells_where_it_could_not_be_written(capsys, tmp_path):
    assert main([str(tmp_path / "none" / "sheet.png")]) == 2
    assert "none" in capsys.readouterr().err


def test_a_model_that_is_no_xacro_is_an_outside_error(tmp_path):
    broken = tmp_path / "robot.urdf.xacro"
    broken.write_text("<robot")
    with pytest.raises(OutsideError, match="cannot be read"):
        RobotRenderer(dataclasses.replace(ROBOT, urdf=broken), 32, 32)
