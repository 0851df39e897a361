"""The behaviours without a course, from attend to still, in the whole tree."""

import dataclasses
import math

import pytest
from py_trees.common import Status

from solamen.core.clock import SteppedClock
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.empathy import EmpathySettings, RobotFeedback
from solamen.empathy.behaviours.acknowledge import AcknowledgeSettings
from solamen.empathy.behaviours.attend import AttendSettings
from solamen.empathy.scene import Desk, Scene
from solamen.empathy.tree import grow, path_to_tip

SEEN = {"frame_age_s": 0.0, "face_age_s": 0.0}
HURT = {**SEEN, "hurt_age_s": 0.0, "onsets": 1, "peak_level": 6.0}
WHEN = {
    "attend": SEEN,
    "acknowledge": {**HURT, "onset_age_s": 0.6},
    "concern": {**HURT, "onset_age_s": 3.0},
    "calm": {**HURT, "onset_age_s": 30.0},
    "mirror": {**SEEN, "smile_age_s": 0.0},
    "quiet_company": {**SEEN, "quiet": True},
    "still": {**SEEN, "mode": "still"},
    "rest": {"frame_age_s": 0.0, "face_age_s": 5.0},
}
ENDS = {
    "attend": {**SEEN, "face_age_s": 20.0},
    "acknowledge": SEEN,
    "concern": SEEN,
    "calm": SEEN,
    "mirror": SEEN,
    "quiet_company": SEEN,
    "still": SEEN,
    "rest": SEEN,
}


class Tree:
    def __init__(self, **scene):
        self.clock = SteppedClock(50.0)
        self.desk = Desk(EmpathySettings(), self.clock, Scene(**scene))
        self.root = grow(self.desk)
        self.said = []

    def go(self, seconds_, **scene):
        """Ticks for a while in a scene; what is active then."""
        self.desk.scene = Scene(**scene)
        for _ in range(round(seconds_ / 0.1)):
            self.clock.advance(0.1)
            self.root.tick_once()
            utterances, *_ = self.desk.outbox.empty()
            self.said += [utterance.text for utterance in utterances]
        return path_to_tip(self.root).split("/")[-1]


@pytest.mark.parametrize("name", WHEN)
def test_it_starts_when_the_scene_asks_for_it_and_says_why(name):
    tree = Tree()
    assert tree.go(0.1, **WHEN[name]) == name
    assert tree.desk.choice.behavior == name and tree.desk.choice.reason.endswith(".")


@pytest.mark.parametrize("name", WHEN)
def test_it_succeeds_in_giving_way_when_its_time_is_over(name):
    tree = Tree()
    tree.go(0.1, **WHEN[name])
    assert tree.go(3.0, **ENDS[name]) != name


@pytest.mark.parametrize("name", sorted(set(WHEN) - {"quiet_company", "still", "rest"}))
def test_it_is_preempted_when_no_picture_comes_any_more(name):
    tree = Tree()
    tree.go(0.1, **WHEN[name])
    assert tree.go(0.1, **{**WHEN[name], "frame_age_s": 2.0}) == "wait"


@pytest.mark.parametrize("name", sorted(set(WHEN) - {"quiet_company", "still"}))
def test_a_stop_takes_over_at_once(name):
    tree = Tree()
    tree.go(0.1, **WHEN[name])
    assert tree.go(0.1, **{**WHEN[name], "quiet": True}) == "quiet_company"


@pytest.mark.parametrize("name", sorted(set(WHEN) - {"quiet_company", "still", "rest"}))
def test_a_lock_keeps_it_away(name):
    tree = Tree()
    tree.desk.permits = lambda behavior: behavior != name
    assert tree.go(0.5, **WHEN[name]) != name


@pytest.mark.parametrize("name", WHEN)
def test_numbers_that_are_none_end_in_no_number(name):
    tree = Tree()
    unknown = {"pain": math.nan, "peak_level": math.nan, "trust": math.nan, "arousal": math.nan}
    tree.go(0.5, **WHEN[name])
    tree.go(2.0, **{**WHEN[name], **unknown})
    choice = tree.desk.choice
    assert all(0.0 <= value <= 1.0 for value in choice.pose.values()) and "nan" not in choice.reason
    assert math.isnan(choice.lean) or 0.0 <= choice.lean <= 1.0


def test_a_nod_comes_with_a_short_word_but_not_with_every_nod():
    tree = Tree()
    tree.desk.robot.take(RobotFeedback(channels=frozenset({"speech"})))
    for onset in (1, 2, 3):
        tree.go(1.0, **{**HURT, "onsets": onset, "onset_age_s": 0.6})
        tree.go(20.0, **SEEN)
    assert tree.said == ["I see."]


@pytest.mark.parametrize("feedback", [RobotFeedback(), RobotFeedback(channels=frozenset({"speech"}), speaking=True)])
def test_a_nod_is_silent_where_the_robot_cannot_speak_or_is_speaking(feedback):
    tree = Tree()
    tree.desk.robot.take(feedback)
    assert tree.go(0.2, **WHEN["acknowledge"]) == "acknowledge" and tree.said == []


def test_attending_leans_a_little_and_comes_and_goes():
    tree = Tree()
    leans = []
    for _ in range(150):
        tree.go(0.1, **SEEN)
        leans.append(tree.desk.choice.lean)
    assert 0.06 < min(leans) < 0.08 and 0.16 < max(leans) < 0.18


def test_a_choice_is_dropped_where_its_node_is_stopped():
    tree = Tree()
    tree.go(0.1, **WHEN["acknowledge"])
    tree.root.stop(Status.INVALID)
    assert tree.go(0.1, **SEEN) == "attend"


@pytest.mark.parametrize(("name", "own"), [("acknowledge", AcknowledgeSettings), ("attend", AttendSettings)])
def test_settings_stand_in_config_each_with_its_default(name, own):
    written = read_yaml(resource("config", "behaviors", f"{name}.yaml"))
    assert written == {field.name: getattr(own(), field.name) for field in dataclasses.fields(own)}
