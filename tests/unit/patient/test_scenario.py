import math
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.patient.scenario import Scenario

SHIPPED = ("default", "calm", "severe", "child", "elder")


def write(folder: Path, text: str) -> Path:
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> str:
    with pytest.raises(OutsideError) as caught:
        Scenario.load(write(folder, text))
    assert str(folder / "scenario.yaml") in str(caught.value)
    return str(caught.value)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_scenario_loads(name: str) -> None:
    scenario = Scenario.load(resource("sim", "scenarios", f"{name}.yaml"))
    assert scenario.events


def test_the_default_has_four_episodes_of_different_height_and_rise_in_each_30_s() -> None:
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    assert scenario.period_s == 30.0
    assert len({episode.height for episode in scenario.pain}) == 4
    assert len({episode.rise_s for episode in scenario.pain}) == 4
    assert min(e.height for e in scenario.pain) <= 3.5 and max(e.height for e in scenario.pain) >= 8.0


def test_the_default_has_one_decoy_of_each_kind_in_each_30_s() -> None:
    scenario = Scenario.load(resource("sim", "scenarios", "default.yaml"))
    assert sorted(decoy.kind for decoy in scenario.decoys) == ["blink", "glance", "smile", "speech"]


def test_the_calm_scenario_is_without_pain() -> None:
    scenario = Scenario.load(resource("sim", "scenarios", "calm.yaml"))
    assert scenario.pain == () and scenario.baseline == 0.0 and len(scenario.decoys) >= 4


def test_an_unknown_key_is_named_with_the_known_ones(tmp_path: Path) -> None:
    message = refused(tmp_path, "person: adult\npains: []\n")
    assert "'pains'" in message and "unit_weights" in message


def test_an_unknown_key_of_an_event_is_named_with_its_place(tmp_path: Path) -> None:
    message = refused(tmp_path, "pain:\n  - {at_s: 1.0, hight: 3.0}\n")
    assert "'hight'" in message and "pain, event 1" in message and "height" in message


@pytest.mark.parametrize("value", ["11", "-1", ".nan", ".inf", "high", "true", "[1]"])
def test_a_height_that_is_no_number_from_0_to_10_is_refused(tmp_path: Path, value: str) -> None:
    assert "height" in refused(tmp_path, f"pain:\n  - {{at_s: 1.0, height: {value}}}\n")


def test_an_event_without_a_time_is_refused(tmp_path: Path) -> None:
    assert "at_s" in refused(tmp_path, "blinks:\n  - {count: 2}\n")


def test_an_event_after_the_end_of_its_loop_is_refused(tmp_path: Path) -> None:
    assert "period" in refused(tmp_path, "period_s: 10\nsmiles:\n  - {at_s: 12.0}\n")


@pytest.mark.parametrize(
    "text", ["", "- 1\n", "pain: 3\n", "pain: [3]\n", "1: 2\n", "idle: 4\n", "{", "unit_weights: {12: 1}\n"]
)
def test_what_is_no_scenario_is_refused_in_one_sentence(tmp_path: Path, text: str) -> None:
    assert "\n" not in refused(tmp_path, text)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutsideError, match="nowhere"):
        Scenario.load(tmp_path / "nowhere.yaml")


@settings(max_examples=50, deadline=None)
@given(
    weight=st.one_of(
        st.floats().map(lambda x: round(x, 6) if abs(x) < 9.0 else x), st.integers(), st.text(max_size=3), st.booleans()
    )
)
def test_weights_of_units_are_numbers_from_0_to_2_or_refused(
    weight: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("weights") / "scenario.yaml"
    path.write_text(f"unit_weights: {{4: {_yaml(weight)}}}\n", encoding="utf-8")
    good = type(weight) in (int, float) and math.isfinite(weight) and 0.0 <= weight <= 2.0  # type: ignore[arg-type]
    if good:
        assert Scenario.load(path).unit_weights[4] == pytest.approx(weight)
    else:
        with pytest.raises(OutsideError):
            Scenario.load(path)


def _yaml(value: object) -> str:
    if isinstance(value, float):
        return {math.inf: ".inf", -math.inf: "-.inf"}.get(value, ".nan" if math.isnan(value) else f"{value:.17f}")
    if isinstance(value, str):
        return '"' + "".join(f"\\U{ord(c):08x}" if not 0xD800 <= ord(c) <= 0xDFFF else "?" for c in value) + '"'
    return str(value).lower()
