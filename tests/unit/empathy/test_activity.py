"""Activities by a probe of their own: what every behaviour of several steps may rely on."""

import pytest
from py_trees.common import Status

from solamen.core.clock import SteppedClock
from solamen.core.cues import Cue
from solamen.core.states import Consent
from solamen.empathy import EmpathySettings, RobotFeedback
from solamen.empathy.activity import Activity
from solamen.empathy.appeal import Appeal
from solamen.empathy.chooser import Chooser
from solamen.empathy.heeding import Heeding
from solamen.empathy.scene import Desk, Scene
from solamen.empathy.timers import seconds

TICK_S = 0.1
HURTING = {"pain": 6.0, "aching_s": 10.0, "present": True, "present_age_s": 0.0, "consent": Consent.OBSERVE}


class Tea(Activity):
    """Offers tea, and pours it for two seconds."""

    needs = frozenset({"speech"})
    fails = False

    def __init__(self, name, desk, appeal):
        super().__init__(name, desk, appeal)
        self.left = []

    def course(self):
        show = self.show("Tea may help.")
        yield from self.offer("Would you like some tea?", "Tea, yes or no?", show)
        if self.fails:
            raise RuntimeError("the pot is empty")
        yield from self.last(2.0, show)
        return True

    def leave(self, end):
        self.left.append(end)


class Cake(Tea):
    pass


class Table:
    """A chooser of tea and cake, ticked ten times a second; the robot has said each text after 1 s."""

    def __init__(self, **scene):
        self.clock = SteppedClock(5.0)
        self.desk = Desk(EmpathySettings(), self.clock, Scene(**{**HURTING, **scene}))
        self.desk.robot.take(RobotFeedback(channels=frozenset({"speech"})))
        self.tea = Tea("tea", self.desk, Appeal(base=0.9))
        self.cake = Cake("cake", self.desk, Appeal(base=0.5))
        self.chooser = Chooser("help", self.desk, [self.tea, self.cake])
        self.heeding = Heeding(self.desk, self.chooser)
        self.said, self.markers = [], []

    def go(self, seconds_):
        for _ in range(round(seconds_ / TICK_S)):
            self.clock.advance(TICK_S)
            self.heeding.heed()
            self.chooser.tick_once()
            utterances, _, _, markers = self.desk.outbox.empty()
            self.said += [item.text for item in utterances]
            self.markers += [" ".join(item) for item in markers]
            self.desk.robot.take(RobotFeedback(utterances={item.utterance_id: "ended" for item in utterances}))

    def hear(self, kind, **fields):
        self.desk.ear.hear(Cue(self.clock.now_s(), kind, **fields), seconds(self.clock))


@pytest.mark.parametrize("kind", ["yes", "nod"])
def test_an_offer_that_is_accepted_goes_on_to_its_end(kind):
    table = Table()
    table.go(1.0)
    assert table.said == ["Would you like some tea?"]
    table.hear(kind)
    table.go(3.0)
    assert table.markers == ["offer tea", "accepted tea", "ended tea: succeeded"] and table.tea.left == ["succeeded"]


@pytest.mark.parametrize("kind", ["no", "shake"])
def test_a_refusal_ends_an_offer_at_the_next_tick_and_silences_the_robot(kind):
    table = Table()
    table.go(1.0)
    table.hear(kind)
    table.go(TICK_S)
    assert table.tea.left == ["refused"] and table.said[-1] == "" and not table.desk.active


def test_a_refusal_ends_what_was_accepted_before():
    table = Table()
    table.go(1.0)
    table.hear("yes")
    table.go(1.0)
    table.hear("no")
    table.go(TICK_S)
    assert table.tea.left == ["refused"]


def test_what_was_refused_is_not_offered_again_for_ten_minutes_and_something_else_is():
    table = Table()
    table.go(1.0)
    table.hear("no")
    table.go(1.0)
    why = {option.name: option.why for option in table.desk.options}
    assert why["tea"] == "it was refused, so not for another 10 min"
    table.go(35.0)
    assert table.markers[3] == "offer cake"
    table.go(540.0)
    assert table.markers.count("offer tea") == 1
    table.go(120.0)
    assert table.markers.count("offer tea") == 2


def test_no_answer_is_asked_for_once_again_and_then_taken_as_a_no():
    table = Table()
    table.go(25.0)
    assert table.said == ["Would you like some tea?", "Tea, yes or no?", ""] and table.tea.left == ["refused"]


def test_an_unsure_yes_is_no_yes_and_an_unsure_no_is_a_no():
    table = Table()
    table.go(1.0)
    table.hear("yes", confidence=0.4)
    table.go(1.0)
    assert table.tea.under_way and "accepted tea" not in table.markers
    table.hear("shake", confidence=0.4)
    table.go(TICK_S)
    assert table.tea.left == ["refused"]


def test_after_stop_nothing_is_offered_for_the_set_time():
    table = Table()
    table.go(1.0)
    table.hear("stop")
    table.go(TICK_S)
    assert table.tea.left == ["refused"] and table.desk.refusals.quiet
    table.go(590.0)
    assert table.markers.count("offer tea") == 1 and "offer cake" not in table.markers


def test_an_activity_that_fails_is_not_tried_again_at_once():
    table = Table()
    table.tea.fails = True
    table.go(1.0)
    table.hear("yes")
    table.go(1.0)
    assert table.tea.left == ["failed"]
    assert table.desk.options[-1].why.startswith("it failed (RuntimeError: the pot is empty)")


def test_without_speech_nothing_is_offered():
    table = Table()
    table.desk.robot.take(RobotFeedback(channels=frozenset()))
    table.go(1.0)
    assert table.said == [] and table.desk.options[0].why == "the robot has no speech"


@pytest.mark.parametrize(
    "change",
    [{"consent": Consent.NONE}, {"consent": None}, {"present_age_s": 11.0}, {"quiet": True}],
)
def test_an_activity_ends_when_what_it_rests_on_is_gone(change):
    table = Table()
    table.go(1.0)
    table.desk.scene = Scene(**{**HURTING, **change})
    table.go(TICK_S)
    assert table.tea.left == ["stopped"] and table.said[-1] == ""


def test_what_takes_over_ends_an_activity():
    table = Table()
    table.go(1.0)
    table.chooser.stop()
    assert table.tea.left == ["preempted"] and not table.desk.active


def test_an_activity_by_itself_begins_only_where_it_may():
    table = Table(pain=1.0)
    table.tea.tick_once()
    assert not table.tea.under_way and table.tea.status == Status.FAILURE and not table.desk.active
