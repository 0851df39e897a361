import math
from dataclasses import dataclass

import pytest

from solamen.core.errors import OutsideError
from solamen.core.settings import Checked, from_mapping, load, setting


@dataclass(frozen=True, kw_only=True)
class Lamp(Checked):
    glow: float = setting(0.5, low=0.0, high=1.0)
    colour: str = setting("warm", choices=("warm", "cold"))
    steps: int = setting(3, low=1, high=9)


def test_a_whole_number_serves_where_a_float_is_declared():
    assert from_mapping(Lamp, {"glow": 1}, "here").glow == 1.0


@pytest.mark.parametrize("glow", [-0.1, 1.1, math.nan, math.inf])
def test_a_number_out_of_range_is_refused_with_key_and_range(glow):
    with pytest.raises(OutsideError, match=r"glow .* from 0 to 1: lamp.yaml"):
        from_mapping(Lamp, {"glow": glow}, "lamp.yaml")


def test_a_word_that_is_no_choice_is_refused_with_the_choices():
    with pytest.raises(OutsideError, match="warm, cold"):
        from_mapping(Lamp, {"colour": "green"}, "lamp.yaml")


def test_a_value_of_the_wrong_type_is_refused():
    with pytest.raises(OutsideError, match="steps is 'many', but must be of type int"):
        from_mapping(Lamp, {"steps": "many"}, "lamp.yaml")


def test_an_unknown_key_is_refused_with_the_known_ones():
    with pytest.raises(OutsideError, match=r"unknown key 'glwo'.*colour, glow, steps"):
        from_mapping(Lamp, {"glwo": 1.0}, "lamp.yaml")


def test_a_parameter_file_fills_the_settings(tmp_path):
    path = tmp_path / "lamp.yaml"
    path.write_text("lamp:\n  ros__parameters:\n    glow: 0.25\n")
    assert load(Lamp, path) == Lamp(glow=0.25)


@pytest.mark.parametrize(
    "text", ["", "lamp: 3", "a: {ros__parameters: {}}\nb: {ros__parameters: {}}", "lamp: [", "\x00"]
)
def test_a_file_that_is_no_parameter_file_is_told_about(tmp_path, text):
    path = tmp_path / "lamp.yaml"
    path.write_text(text)
    with pytest.raises(OutsideError, match=r"lamp\.yaml"):
        load(Lamp, path)


def test_a_missing_file_is_told_about(tmp_path):
    with pytest.raises(OutsideError, match="cannot read the file"):
        load(Lamp, tmp_path / "none.yaml")
