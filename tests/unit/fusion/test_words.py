import numpy as np
import pytest

from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.core.states import SelfReport
from solamen.fusion import FusionSettings, words


def test_the_absence_of_signs_is_told_as_such():
    assert words.signs(0.2) == "no signs seen"


@pytest.mark.parametrize("points", np.linspace(0.0, 10.0, 41))
def test_words_never_tell_the_absence_of_pain(points):
    assert "no pain" not in words.signs(float(points))


def test_words_grow_with_pain():
    told = [words.signs(points) for points in (0.0, 2.0, 5.0, 9.0)]
    assert told[1:] == ["signs of mild pain", "signs of moderate pain", "signs of strong pain"]


def test_a_proxy_is_named_as_such():
    assert words.said(SelfReport(0.0, "NRS", 4.0, 4.0, by_proxy=True), 5.0) == "a caregiver said 4 of 10, 5 s ago"


def test_a_half_is_told_as_one():
    assert words.said(SelfReport(0.0, "VAS", 65.0, 6.5), 5.0) == "the person said 6.5 of 10, 5 s ago"


def test_an_old_report_is_told_in_minutes():
    assert words.said(SelfReport(0.0, "NRS", 4.0, 4.0), 300.0) == "the person said 4 of 10, 5 min ago"


def test_the_shipped_settings_are_the_defaults():
    assert load(FusionSettings, resource("config", "fusion.yaml")) == FusionSettings()
