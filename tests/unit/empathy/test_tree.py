import pytest
from py_trees.common import Status

from solamen.core.clock import SteppedClock
from solamen.empathy import EmpathySettings
from solamen.empathy.behaviours.base import EmpathicBehaviour
from solamen.empathy.scene import Choice, Desk, Scene
from solamen.empathy.timers import Elapsed
from solamen.empathy.tree import grow, path_to_tip


class Probe(EmpathicBehaviour):
    asked = True

    def wanted(self):
        return self.asked

    def choose(self):
        return Choice(self.name, "It was asked for.")


def desk(**scene):
    return Desk(EmpathySettings(), SteppedClock(5.0), Scene(**scene))


def test_a_behaviour_lasts_for_its_dwell_though_it_is_not_wanted_any_more():
    table = desk()
    probe = Probe("probe", table)
    probe.tick_once()
    probe.asked = False
    table.clock.advance(0.9)
    probe.tick_once()
    assert probe.status == Status.RUNNING
    table.clock.advance(0.2)
    probe.tick_once()
    assert probe.status == Status.FAILURE


def test_a_behaviour_that_is_not_wanted_does_not_begin():
    table = desk()
    probe = Probe("probe", table)
    probe.asked = False
    probe.tick_once()
    assert probe.status == Status.FAILURE and table.choice.behavior == "rest"


SEEN = {"frame_age_s": 0.0, "face_age_s": 0.0}
HURT = {**SEEN, "hurt_age_s": 0.0, "onsets": 1, "peak_level": 6.0}


@pytest.mark.parametrize(
    ("scene", "path"),
    [
        ({}, "companion/wait"),
        ({**HURT, "frame_age_s": 2.0, "onset_age_s": 0.6}, "companion/wait"),
        ({**HURT, "onset_age_s": 0.6}, "companion/acknowledge"),
        ({**HURT, "onset_age_s": 0.1}, "companion/mirror"),
        ({**HURT, "onset_age_s": 3.0}, "companion/soothe/concern"),
        ({**HURT, "onset_age_s": 30.0}, "companion/soothe/calm"),
        ({**SEEN, "smile_age_s": 0.0}, "companion/mirror"),
        (SEEN, "companion/attend"),
        ({"frame_age_s": 0.0, "face_age_s": 5.0}, "companion/rest"),
    ],
)
def test_what_matters_most_comes_first(scene, path):
    table = desk(**scene)
    root = grow(table)
    root.tick_once()
    assert path_to_tip(root) == path


def test_an_acknowledgement_ends_with_its_nod():
    table = desk(**HURT, onset_age_s=0.6)
    root = grow(table)
    root.tick_once()
    table.clock.advance(0.9)
    root.tick_once()
    assert path_to_tip(root) == "companion/mirror"


def test_timers_follow_the_injected_clock_and_no_step_of_the_wall_time():
    clock = SteppedClock(5.0)
    timer = Elapsed(clock)
    assert not timer.within(1e9)
    timer.start()
    clock.step_wall(3600.0)
    clock.advance(1.0)
    assert timer.s() == pytest.approx(1.0)
