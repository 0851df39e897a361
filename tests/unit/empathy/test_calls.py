import json
import math

import pytest

from solamen.core.cues import Cue
from solamen.core.states import Consent, SelfReport, UserState
from solamen.empathy import EmpathySettings
from solamen.empathy.companion import Companion

from .faces import FRAME_S, Run, grimace, state


class Watched(Run):
    """A run of which the calls are kept, with the time of each."""

    def __init__(self, receivers=1, settings=None):
        super().__init__(settings)
        self.companion.console(receivers)

    @property
    def calls(self):
        return [call for turn in self.turns for call in turn.calls]

    def hear(self, kind, **fields):
        self.companion.hear(Cue(self.clock.now_s(), kind, **fields))

    def report(self, points, by_proxy=False):
        self.companion.report(SelfReport(self.clock.now_s(), "NRS", points, points, by_proxy))

    def feel(self, seconds, pain=math.nan, upper=math.nan, consent=Consent.OBSERVE):
        """A state ten times a second, without a picture; abstaining where the pain is no number."""
        for _ in range(round(seconds / 0.1)):
            self.clock.advance(0.1)
            now_s = self.clock.now_s()
            told = UserState(now_s, True, consent, pain_mean=pain, pain_stddev=1.0, pain_upper=upper)
            self.companion.know(UserState(**{**told.__dict__, "abstained": math.isnan(pain)}))
            self.turns.append(self.companion.tick())


@pytest.mark.parametrize(("kind", "source"), [("help", "voice"), ("call", "console"), ("help", "body")])
@pytest.mark.parametrize("consent", [Consent.NONE, Consent.OBSERVE])
def test_a_request_is_a_call_at_the_next_tick_whatever_was_consented_to(kind, source, consent):
    run = Watched()
    run.feel(1.0, consent=consent)
    run.hear(kind, source=source)
    run.feel(0.1, consent=consent)
    (call,) = run.calls
    assert call.level == 1 and not call.acknowledged and "asked" in call.reason


@pytest.mark.parametrize("mode", ["mirror_only", "still", "delayed", "incongruent", "sham"])
def test_a_request_is_a_call_in_every_mode(mode):
    run = Watched()
    assert run.companion.set_mode(mode, 0.5, "S1", "E1") == ""
    run.hear("help", source="voice")
    run.feel(0.1)
    assert len(run.calls) == 1


def test_a_request_is_a_call_after_the_person_said_stop():
    run = Watched()
    run.hear("stop")
    run.feel(1.0)
    run.hear("help")
    run.feel(0.1)
    assert len(run.calls) == 1 and run.turns[-1].status.behavior == "call"  # shown, and then it is quiet again
    run.feel(3.0)
    assert run.turns[-1].status.behavior == "quiet_company"


def test_a_request_is_a_call_though_every_behaviour_fails():
    run = Watched()
    for node in run.companion.tree.iterate():
        node.update = lambda: 1 / 0
    run.companion._perception.scene = lambda now_s: 1 / 0
    run.hear("help")
    run.feel(0.1)
    assert len(run.calls) == 1 and "still call for help" in run.turns[-1].status.reason


def test_a_mumbled_request_counts_and_a_guess_does_not():
    run = Watched()
    run.hear("help", confidence=0.1)
    run.feel(0.2)
    assert run.calls == []
    run.hear("help", confidence=0.35)
    run.feel(0.2)
    assert len(run.calls) == 1


def test_a_report_of_severe_pain_is_a_call():
    run = Watched()
    run.report(6.9)
    run.feel(0.2)
    assert run.calls == []
    run.report(7.0)
    run.feel(0.1)
    assert run.calls[0].reason == "The person reported pain of 7 of 10."


@pytest.mark.parametrize("points", [math.nan, math.inf, -1.0, 70.0])
def test_a_report_that_is_no_number_from_0_to_10_is_no_call(points):
    run = Watched()
    run.report(points)
    run.feel(0.2)
    assert run.calls == []


def test_a_severe_state_is_a_call_after_a_minute_and_within_ten_seconds():
    run = Watched()
    run.feel(5.0, 3.0)
    run.feel(59.5, 7.2)
    assert run.calls == []
    run.feel(2.0, 7.2)
    assert [call.level for call in run.calls] == [1]


def test_a_state_that_wavers_about_severe_for_less_than_two_seconds_is_severe():
    run = Watched()
    for _ in range(31):
        run.feel(1.0, 7.5)
        run.feel(1.0, 6.8)
    assert len(run.calls) == 1


def test_a_state_that_is_severe_now_and_then_is_no_call():
    run = Watched()
    for _ in range(10):
        run.feel(40.0, 7.5)
        run.feel(5.0, 5.0)
    assert run.calls == []


def test_after_an_interval_that_reached_severe_silence_asks_and_then_calls():
    run = Watched()
    run.feel(5.0, 5.0, upper=7.1)
    run.feel(29.5)
    assert not run.companion._calls.must_ask
    run.feel(1.0)
    assert run.companion._calls.must_ask
    run.feel(28.5)
    assert run.calls == []
    run.feel(2.0)
    assert len(run.calls) == 1 and "no answer" in run.calls[0].reason


@pytest.mark.parametrize("kind", ["yes", "no", "nod", "shake", "number", "stop"])
def test_an_answer_settles_the_question(kind):
    run = Watched()
    run.feel(5.0, 5.0, upper=7.1)
    run.feel(40.0)
    run.hear(kind, value=3.0)
    run.feel(120.0)
    assert run.calls == []


def test_an_answer_of_eight_is_a_call():
    run = Watched()
    run.feel(5.0, 5.0, upper=7.1)
    run.feel(40.0)
    run.report(8.0)
    run.feel(0.1)
    assert len(run.calls) == 1


def test_a_state_that_stops_coming_counts_as_one_that_says_nothing():
    run = Watched()
    run.feel(5.0, 5.0, upper=7.1)
    run.wait(65.0)
    assert len(run.calls) == 1


def test_silence_after_an_interval_that_did_not_reach_severe_is_no_call():
    run = Watched()
    run.feel(5.0, 3.0, upper=6.0)
    run.feel(200.0)
    assert run.calls == []


def test_withdrawn_consent_ends_all_watching_of_the_state():
    run = Watched()
    run.feel(5.0, 5.0, upper=9.0)
    run.feel(59.0, 7.5, upper=9.0)
    run.feel(200.0, consent=Consent.NONE)
    assert run.calls == []


def test_a_call_stays_when_consent_is_taken_back_but_no_longer_tells_of_the_person():
    run = Watched()
    run.report(8.0)
    run.feel(1.0)
    run.feel(61.0, consent=Consent.NONE)
    assert "8 of 10" in run.calls[0].reason
    assert [call.level for call in run.calls] == [1, 1, 2]
    assert all("of 10" not in call.reason and "consent was taken back" in call.reason for call in run.calls[1:])


def test_a_call_that_nobody_acknowledges_grows_louder():
    run = Watched()
    run.hear("help")
    run.feel(200.0)
    levels = [(call.level, round(call.stamp_s - 100.0)) for call in run.calls]
    assert levels == [(1, 0), (2, 60), (3, 120), (3, 180)]
    assert len({call.call_id for call in run.calls}) == 1 and len({round(call.since_s, 3) for call in run.calls}) == 1


def test_an_acknowledgement_ends_the_escalation_and_is_told():
    run = Watched()
    run.hear("help")
    run.feel(10.0)
    assert run.companion.acknowledge_call("call-7", "nurse") == "there is no call 'call-7'; the last one is 'call-1'"
    assert run.companion.acknowledge_call("call-1", "nurse") == ""
    run.feel(200.0)
    assert [call.acknowledged for call in run.calls] == [False, True]
    assert ("acknowledged", "call-1 by nurse") in [marker for turn in run.turns for marker in turn.markers]


def test_a_request_after_an_acknowledgement_is_a_call_again():
    run = Watched()
    run.hear("help")
    run.feel(10.0)
    run.companion.acknowledge_call("call-1", "nurse")
    run.hear("help")
    run.feel(0.1)
    assert run.calls[-1].call_id == "call-2" and not run.calls[-1].acknowledged


def test_a_state_that_stays_severe_does_not_call_again_soon_after_an_acknowledgement():
    run = Watched()
    run.feel(62.0, 8.0)
    run.companion.acknowledge_call("call-1", "nurse")
    run.feel(200.0, 8.0)
    assert len({call.call_id for call in run.calls}) == 1
    run.feel(200.0, 8.0)
    assert len({call.call_id for call in run.calls}) == 2


def test_another_request_while_a_call_is_open_is_told_at_once_with_its_reason():
    run = Watched()
    run.hear("help", source="voice")
    run.feel(1.0)
    run.report(9.0)
    run.feel(0.1)
    assert len(run.calls) == 2 and run.calls[1].call_id == "call-1" and "pain of 9 of 10" in run.calls[1].reason


def test_without_a_receiver_the_state_is_red_and_the_first_call_is_audible():
    run = Watched(receivers=0)
    assert "No receiver" in run.companion.problems()[0]
    run.hear("help")
    run.feel(0.1)
    assert run.calls[0].level == 2
    run.companion.console(1)
    assert run.companion.problems() == ()


def test_a_step_of_the_wall_time_neither_hastens_nor_delays_a_call():
    levels = []
    for step_s in (0.0, 3600.0, -3600.0):
        run = Watched(settings=EmpathySettings())
        run.feel(30.0, 8.0)
        run.clock.step_wall(step_s)
        run.feel(170.0, 8.0)
        levels.append([k for k, turn in enumerate(run.turns) if turn.calls])
    assert levels[0] == levels[1] == levels[2]


def test_frames_that_stop_do_not_stop_calls():
    run = Watched()
    run.see(1.0, pain=5.0, **grimace(3.0))
    run.companion.know(state(run.clock.now_s(), 8.0))
    run.hear("help")
    run.wait(2 * FRAME_S)
    assert len(run.calls) == 1


def begun_again(run):
    """The companion of a process that was started anew after its predecessor died."""
    after = Watched()
    after.clock, after.companion = run.clock, Companion(EmpathySettings(), run.clock)
    after.companion.console(1)
    after.companion.resume(json.loads(json.dumps(run.companion.as_dict())))
    return after


def test_a_call_that_nobody_answered_outlives_the_process_and_grows_louder():
    before = Watched()
    before.hear("help")
    before.feel(1.0)
    after = begun_again(before)
    after.feel(2.0 * EmpathySettings().escalate_s + 1.0)
    assert {call.call_id for call in after.calls} == {"call-1"}
    assert [call.level for call in after.calls] == [1, 2, 3]
    assert after.companion.acknowledge_call("call-1", "nurse") == ""


def test_a_call_that_was_answered_is_not_made_again_by_a_process_that_begins_anew():
    before = Watched()
    before.hear("help")
    before.feel(1.0)
    before.companion.acknowledge_call("call-1", "nurse")
    after = begun_again(before)
    after.feel(60.0)
    assert after.calls == []
    after.hear("help")
    after.feel(0.1)
    assert [call.call_id for call in after.calls] == ["call-2"]


def test_what_was_forbidden_or_refused_stays_so_in_a_process_that_begins_anew():
    before = Watched()
    assert before.companion.set_mode("mirror_only") == "" and before.companion.set_locks(["hold_hand"], "") == ""
    before.hear("stop")
    before.feel(0.2)
    after = begun_again(before).companion
    assert "said stop" in after.guide_breathing(6.0, 60.0)
    assert after.tick().status.mode == "mirror_only"
    assert after.as_dict()["modes"]["forbidden"] == ["hold_hand"]
