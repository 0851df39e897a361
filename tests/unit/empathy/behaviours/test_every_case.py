"""Every behaviour of the tree in every case: it starts, succeeds, is preempted, is refused, and what it rests on fails.

The behaviours are those of the tree and of config/behaviors, so that a new one without a case fails here.
"""

import math

import pytest
from py_trees.common import Status

from solamen.core.clock import SteppedClock
from solamen.core.resources import resource
from solamen.empathy import EmpathySettings, RobotFeedback
from solamen.empathy.companion import leaves
from solamen.empathy.scene import Desk
from solamen.empathy.tree import grow

from .called_for import ALL, CALL, at_work, begin, end_of, stage
from .whole_tree import ENDS, WHEN, Tree

IN_TREE = leaves(grow(Desk(EmpathySettings(), SteppedClock(50.0))))
IN_CONFIG = {path.stem for path in resource("config", "behaviors").glob("*.yaml")}
PARTS = {
    "call": {"utterance": "failed"},
    "farewell": {"utterance": "failed", "wave": "succeeded"},
    "hold_hand": {"utterance": "failed", "offer_hand": "failed", "rest_hand": "failed", "withdraw_hand": "succeeded"},
    "paced_breathing": {"utterance": "failed", "breathe_arms": "succeeded"},
}
"""How a course ends where a part of the robot fails at what it asks of it; a voice that fails ends it as failed."""

UNSEEN = {"call": "succeeded", "ask_consent": "failed"}
"""What goes on with somebody who is not seen: they may hear that someone comes, and answer no question."""


def known(choice):
    """Nothing that is shown is out of its range, or told as a number where there is none."""
    shown = [value for value in (choice.breath, choice.glow, choice.lean) if not math.isnan(value)]
    return all(0.0 <= value <= 1.0 for value in (*shown, *choice.pose.values())) and "nan" not in choice.reason


@pytest.mark.parametrize("name", sorted(ALL))
class TestCourse:
    """Cases of an activity: on a stage, with a person who goes along unless the case says otherwise."""

    def test_starts(self, name):
        made = begin(name)
        assert made.chooser.status == Status.RUNNING and made.desk.choice.behavior == name
        assert made.desk.choice.reason.endswith(".") and made.desk.options[0].name == name

    def test_succeeds(self, name):
        made = begin(name)
        assert end_of(made) == "succeeded"
        assert any(made.said) and made.desk.active == "" and not made.desk.asking

    def test_is_preempted(self, name):
        made = at_work(name)
        made.chooser.stop(Status.INVALID)
        made._take()
        assert made.ends == ["preempted"] and made.desk.active == "" and not made.desk.asking
        assert made.said[-1] == "" and "" in [request.name for request in made.gestures]

    def test_is_refused(self, name):
        for kind in ("no", "shake", "stop"):
            made = at_work(name)
            made.hear(kind)
            made.go(1.0)
            assert made.ends[:1] == ["refused"] and not made.activity.under_way and made.said[-1] == ""
            made.go(300.0)
            assert made.ends == ["refused"] and sum(marker == "offer" for marker, _ in made.markers) <= 1

    def test_its_robot_part_fails(self, name):
        went_well = stage(name)
        end_of(went_well)
        parts = PARTS.get(name, {"utterance": "failed"})
        assert {request.name for request in went_well.gestures} - {""} <= set(parts), "a gesture without a case"
        for part, expected in parts.items():
            made = stage(name)
            made.fails = part
            assert made.finish(300.0) == expected, part
            assert made.desk.active == "" and not made.desk.asking

    def test_its_input_turns_nan(self, name):
        made = at_work(name)
        made.facts |= dict.fromkeys(("pain", "arousal", "trend_per_min", "report", "trust"), math.nan)
        made.breathes_per_min = 0
        for _ in range(30):
            made.hear("number", value=math.nan)
            made.hear("yes", confidence=math.nan)
            made.go(0.1)
        assert made.finish() in ("succeeded", "failed")
        assert made.desk.refusals.why_not(name) == ""  # it did not break
        assert all(known(choice) for _, choice in made.shown)

    def test_its_input_stops(self, name):
        made = at_work(name)
        made.facts |= {"frame_age_s": 11.0, "face_age_s": 11.0, "present": False, "present_age_s": 11.0}
        made.breathes_per_min = 0
        if name in UNSEEN:
            assert made.finish(60.0) == UNSEEN[name]
        else:
            made.go(0.2)
            assert made.ends == ["stopped"] and made.said[-1] == ""


@pytest.mark.parametrize("name", sorted(WHEN))
class TestFace:
    """Cases of a behaviour without a course: in the whole tree."""

    def test_starts(self, name):
        tree = Tree()
        assert tree.go(0.1, **WHEN[name]) == name
        assert tree.desk.choice.reason.endswith(".") and known(tree.desk.choice)
        assert tree.desk.choice.behavior == ("rest" if name == "wait" else name)

    def test_succeeds(self, name):
        tree = Tree()
        tree.go(0.1, **WHEN[name])
        assert tree.go(3.0, **ENDS[name]) != name  # it gives way when its time is over

    def test_is_preempted(self, name):
        tree = Tree()
        tree.go(0.1, **WHEN[name])
        assert tree.go(0.1, **{**WHEN[name], "call": CALL}) == "call"  # whatever goes on, the person is told

    def test_is_refused(self, name):
        tree = Tree()
        tree.go(0.1, **WHEN[name])
        assert tree.go(0.1, **{**WHEN[name], "quiet": True}) == "quiet_company"

    def test_its_robot_part_fails(self, name):
        whole, broken = Tree(), Tree()
        speaks = RobotFeedback(channels=frozenset({"speech", "face", "gaze"}), gesture_names=frozenset({"nod"}))
        for tree in (whole, broken):
            tree.desk.robot.take(speaks)
            tree.go(0.1, **WHEN[name])
        for part in ("say-1", "say-2"):
            broken.desk.robot.take(RobotFeedback(utterances={part: "failed"}))
        broken.desk.robot.take(RobotFeedback(channels=frozenset(), gesture_names=frozenset()))
        assert broken.go(0.3, **WHEN[name]) == whole.go(0.3, **WHEN[name]) == name
        assert broken.desk.choice == whole.desk.choice

    def test_its_input_turns_nan(self, name):
        tree = Tree()
        unknown = dict.fromkeys(("pain", "peak_level", "trust", "arousal", "trend_per_min"), math.nan)
        tree.go(0.5, **WHEN[name])
        tree.go(2.0, **{**WHEN[name], **unknown})
        assert known(tree.desk.choice)

    def test_its_input_stops(self, name):
        tree = Tree()
        tree.go(0.1, **WHEN[name])
        stays = name in ("quiet_company", "still")  # neither rests on what is seen
        assert tree.go(0.1, **{**WHEN[name], "frame_age_s": 2.0}) == (name if stays else "wait")


def test_both_kinds_of_behaviour_are_put_to_the_same_cases():
    course, face = ({case for case in vars(kind) if case.startswith("test_")} for kind in (TestCourse, TestFace))
    assert course == face


def test_what_stands_in_config_is_in_the_tree_and_what_is_told_of_it_in_the_documents():
    assert IN_CONFIG <= IN_TREE and set(ALL) | set(WHEN) == IN_TREE
    rows = [line for line in resource("docs", "behaviors.md").read_text(encoding="utf-8").splitlines() if "|" in line]
    told = {name.strip("` ") for row in rows for name in row.split("|")[1].split(",")}
    assert told >= IN_TREE
