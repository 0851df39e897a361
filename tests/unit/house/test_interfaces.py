"""The interfaces: all that the design names, commented, and built from the files that stand here."""

import re
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
SOURCE = ROOT / "ros2_ws" / "src" / "solamen_msgs"
DEFINITIONS = sorted(path for kind in ("msg", "srv", "action") for path in (SOURCE / kind).iterdir())
DESIGNED = {
    "msg": "ActionUnits PersonPose PersonCue PainEstimate UserState SelfReport Expression SpeechStatus BehaviorStatus "
    "SafetyStatus HumanCall Baseline AudioChunk BiosignalChunk GroundTruth Context Marker",
    "srv": "AcknowledgeCall GetBaseline SetConsent ForgetPerson SetMode SetBehaviorLocks",
    "action": "Calibrate GuideBreathing Say PlayGesture",
}
NUMBER = re.compile(r"^(float32|float64)(\[\d*\])? (?P<name>\w+)(?P<comment>.*#.*)?")
UNIT_IN_NAME = re.compile(r"_(s|ms|ns|hz|rad|m|per_min)$")


@pytest.mark.parametrize("kind", DESIGNED)
def test_each_designed_interface_is_there(kind: str) -> None:
    assert set(DESIGNED[kind].split()) <= {path.stem for path in (SOURCE / kind).glob(f"*.{kind}")}


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_each_number_tells_its_unit_or_range(path: Path) -> None:
    numbers = [match for line in path.read_text(encoding="utf-8").splitlines() if (match := NUMBER.match(line))]
    # An action repeats its fields in goal, result and feedback: one comment is enough.
    told = {match["name"] for match in numbers if match["comment"]}
    assert [n["name"] for n in numbers if n["name"] not in told and not UNIT_IN_NAME.search(n["name"])] == []


@pytest.mark.parametrize("path", DEFINITIONS, ids=lambda path: path.name)
def test_the_built_interface_is_the_one_that_stands_here(path: Path) -> None:
    built = Path(sys.prefix) / "share" / "solamen_msgs" / path.parent.name / path.name
    assert built.read_text(encoding="utf-8") == path.read_text(encoding="utf-8")


def test_each_process_has_an_executable_for_ros() -> None:
    table = yaml.safe_load((ROOT / "config" / "nodes.yaml").read_text(encoding="utf-8"))["nodes"]
    scripts = {path.name: path for path in (ROOT / "ros2_ws" / "src" / "solamen" / "scripts").iterdir()}
    assert set(scripts) == set(table)
    for process, entry in table.items():
        assert f"from {entry['module']} import main\n" in scripts[process].read_text(encoding="utf-8")


def test_each_node_has_a_parameter_block_of_its_name() -> None:
    table = yaml.safe_load((ROOT / "config" / "nodes.yaml").read_text(encoding="utf-8"))["nodes"]
    for node, file in (item for entry in table.values() for item in entry["nodes"].items()):
        block = yaml.safe_load((ROOT / "config" / file).read_text(encoding="utf-8"))
        assert list(block) == [node]
        assert list(block[node]) == ["ros__parameters"]
