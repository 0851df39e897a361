"""Every activity: it starts, succeeds, is preempted, is refused, its robot part fails, its input stops."""

import dataclasses
import math

import pytest
from py_trees.common import Status

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.core.states import Company, Consent
from solamen.empathy import RobotFeedback
from solamen.empathy.behaviours import worded
from solamen.empathy.behaviours.ask import AskSettings
from solamen.empathy.behaviours.offered import OFFERED
from solamen.empathy.scene import OpenCall

from .stage import CHANNELS, KINDS, Stage

CALL = OpenCall("The person asked for someone.", 1, 2.0, False)
SHORT = {
    "paced_breathing": {"duration_s": 60.0},
    "neurofeedback": {"baseline_s": 10.0, "block_s": 10.0, "rest_s": 2.0},
}
ALL = [name for name, _, _ in OFFERED] + ["call"]
OFFERS = ["paced_breathing", "distraction", "hold_hand", "neurofeedback"]
SPEAKING = [name for name in ALL if name != "call"]


def stage(name, **arguments):
    """A stage on which the activity is called for, and the person goes along with it."""
    scene = {"call": {"call": CALL}, "neurofeedback": {"pain": 5.0}}.get(name, {})
    made = Stage(name, own=SHORT.get(name), **{**scene, **arguments})
    if name == "paced_breathing":
        made.breathes_per_min = "along"
    if name == "neurofeedback":
        made.breathes_per_min = 14
        made.activity.barrier, barrier = (lambda: "not yet"), made.activity.barrier
        made.go(30.0)
        made.activity.barrier = barrier
    if name == "hold_hand":
        made.hand_s = 12.0
    if name == "farewell":
        made.go(0.2)
        made.hear("goodbye")
    if name == "praise":
        made.go(12.0)
        made.facts["pain"] = 2.0
    return made


def begin(name, **arguments):
    """The same, when it has begun."""
    made = stage(name, **arguments)
    assert made.go(20.0, until=lambda: made.activity.under_way), made.desk.options
    return made


def at_work(name, **arguments):
    """The same, when the person has accepted it, or its first words are under way."""
    made = begin(name, **arguments)
    if name in OFFERS:
        assert made.go(20.0, until=lambda: bool(made.told("accepted")))
        made.go(6.0)
    else:
        made.go(0.3)
    assert made.activity.under_way
    return made


def end_of(made):
    """How it ended where the person goes along."""
    if made.activity.name == "ask":
        made.go(3.0)
        made.hear("number", value=6.0)
    return made.finish()


@pytest.mark.parametrize("name", ALL)
def test_it_starts_when_it_is_called_for_and_says_why(name):
    made = begin(name)
    assert made.chooser.status == Status.RUNNING and made.desk.choice.behavior == name
    assert made.desk.choice.reason.endswith(".") and made.desk.options[0].name == name


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("language", "audience"), [("en", "adult"), ("de", "child")])
def test_it_succeeds_where_the_person_goes_along(name, language, audience):
    made = begin(name, language=language, audience=audience)
    assert end_of(made) == "succeeded"
    assert any(made.said) and made.desk.active == "" and not made.desk.asking


@pytest.mark.parametrize("name", ALL)
def test_it_is_preempted_and_leaves_silence_and_stillness(name):
    made = at_work(name)
    made.chooser.stop(Status.INVALID)
    made._take()
    assert made.ends == ["preempted"] and made.desk.active == "" and not made.desk.asking
    assert made.said[-1] == "" and "" in [request.name for request in made.gestures]


@pytest.mark.parametrize("name", SPEAKING)
@pytest.mark.parametrize("kind", ["no", "shake", "stop"])
def test_a_refusal_ends_it_within_a_second_and_it_does_not_come_again(name, kind):
    made = at_work(name)
    made.hear(kind)
    made.go(1.0)
    assert made.ends[:1] == ["refused"] and not made.activity.under_way
    made.go(300.0)
    assert made.ends == ["refused"] and sum(marker == "offer" for marker, _ in made.markers) <= 1


@pytest.mark.parametrize("name", OFFERS)
def test_an_offer_that_is_not_answered_is_a_no(name):
    made = stage(name)
    made.answer = ""
    assert made.finish(120.0) == "refused" and not made.told("accepted")


@pytest.mark.parametrize("name", SPEAKING)
def test_a_robot_that_fails_to_speak_ends_it_as_failed_and_not_as_refused(name):
    made = stage(name)
    made.fails = "utterance"
    assert made.finish(120.0) == "failed"
    assert made.desk.refusals.why_not(name).startswith("it failed (RobotFailed: the robot could not speak)")


@pytest.mark.parametrize("name", SPEAKING)
def test_a_robot_that_cannot_speak_does_not_begin(name):
    made = stage(name)
    made.desk.robot.take(RobotFeedback(channels=CHANNELS - {"speech"}))
    made.go(10.0)
    assert not made.begun and "speech" in made.activity.hindrance()


@pytest.mark.parametrize("name", ALL)
def test_input_that_turns_to_no_number_ends_nothing_badly(name):
    made = at_work(name)
    made.facts |= {"pain": math.nan, "arousal": math.nan, "trend_per_min": math.nan, "report": math.nan}
    made.breathes_per_min = 0
    for _ in range(30):
        made.hear("number", value=math.nan)
        made.hear("yes", confidence=math.nan)
        made.go(0.1)
    end = made.finish()
    assert end in ("succeeded", "failed")
    assert made.desk.refusals.why_not(name) == ""  # it did not break
    for _, choice in made.shown:
        fields = (choice.breath, choice.glow, choice.lean)
        assert all(math.isnan(value) or 0.0 <= value <= 1.0 for value in fields)
        assert "nan" not in choice.reason and all(0.0 <= value <= 1.0 for value in choice.pose.values())


@pytest.mark.parametrize("name", SPEAKING)
def test_it_ends_when_the_person_is_gone_for_long(name):
    made = at_work(name)
    made.facts |= {"present": False, "present_age_s": 11.0}
    made.go(0.2)
    assert made.ends == ["stopped"] and made.said[-1] == ""


@pytest.mark.parametrize("name", sorted(set(SPEAKING) - {"introduce", "farewell"}))
def test_it_ends_when_consent_is_withdrawn(name):
    made = at_work(name)
    made.facts["consent"] = Consent.NONE
    made.go(0.2)
    assert made.ends == ["stopped"]


@pytest.mark.parametrize("name", SPEAKING)
def test_a_lock_keeps_it_from_beginning_and_ends_it(name):
    made = at_work(name)
    made.desk.permits = lambda behavior: behavior != name
    made.go(0.2)
    assert made.ends == ["stopped"]
    made.go(10.0)
    assert not made.activity.under_way


@pytest.mark.parametrize("name", OFFERS)
def test_what_may_help_is_given_up_where_pain_gets_clearly_worse(name):
    made = at_work(name)
    made.facts["pain"] += 3.0
    assert made.finish(120.0) in ("failed", "succeeded") and made.clock.now_s() < 150.0
    assert made.told("not_eased") == [name]


@pytest.mark.parametrize("name", OFFERS)
def test_what_may_help_leaves_its_measures(name):
    made = begin(name)
    made.go(20.0)
    made.facts["pain"] -= 2.0
    assert made.finish() == "succeeded"
    assert made.told("measure")[0].startswith(f"{name}: ") and made.told("eased") == [name]


@pytest.mark.parametrize("name", ALL)
def test_its_settings_stand_in_config_each_with_its_default(name):
    _, own = KINDS[name]
    written = read_yaml(resource("config", "behaviors", f"{name}.yaml"))
    assert written == {field.name: getattr(own(), field.name) for field in dataclasses.fields(own)}


@pytest.mark.parametrize("name", ["shared_concern", "hold_hand", "distraction", "ask"])
def test_trusted_company_makes_it_less_called_for(name):
    alone, trusted = (Stage(name, company=company) for company in (Company.ALONE, Company.TRUSTED))
    for made in (alone, trusted):
        made.go(0.1)
    assert alone.desk.options[0].utility > trusted.desk.options[0].utility


@pytest.mark.parametrize("name", OFFERS)
def test_a_voice_that_fails_halfway_ends_it_as_failed(name):
    made = at_work(name)
    made.fails = "utterance"
    assert made.finish() == "failed"
    if name == "hold_hand":
        assert made.gestures[-1].name == "withdraw_hand"


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("bas: 1.0", "unknown key 'bas'"),
        ("base: 9.0", "base is 9.0, but must be"),
        ("- 1", "keys"),
    ],
)
def test_settings_that_are_wrong_are_told_in_one_sentence(tmp_path, monkeypatch, written, told):
    (tmp_path / "ask.yaml").write_text(written)
    monkeypatch.setattr(worded, "resource", lambda *parts: tmp_path / parts[-1])
    with pytest.raises(OutsideError) as error:
        worded.own_settings(AskSettings, "ask")
    assert told in str(error.value) and "ask.yaml" in str(error.value) and "\n" not in str(error.value)
