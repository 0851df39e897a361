"""The behaviours without a course, from attend to still, in the whole tree, beyond the cases of `test_every_case`."""

import dataclasses

import pytest
from py_trees.common import Status

from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.empathy import RobotFeedback
from solamen.empathy.behaviours.acknowledge import AcknowledgeSettings
from solamen.empathy.behaviours.attend import AttendSettings

from .whole_tree import HURT, SEEN, WHEN, Tree


@pytest.mark.parametrize("name", sorted(set(WHEN) - {"quiet_company", "still", "rest", "wait"}))
def test_a_lock_keeps_it_away(name):
    tree = Tree()
    tree.desk.permits = lambda behavior: behavior != name
    assert tree.go(0.5, **WHEN[name]) != name


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
