"""What all activities have in common beyond the cases of `test_every_case`: languages, consent, locks, settings."""

import dataclasses

import pytest

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import read_yaml
from solamen.core.states import Company, Consent
from solamen.empathy import RobotFeedback
from solamen.empathy.behaviours import worded
from solamen.empathy.behaviours.ask import AskSettings

from .called_for import ALL, OFFERS, at_work, begin, end_of, stage
from .stage import CHANNELS, KINDS, Stage

SPEAKING = [name for name in ALL if name != "call"]


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(("language", "audience"), [("en", "adult"), ("de", "child")])
def test_it_succeeds_where_the_person_goes_along(name, language, audience):
    made = begin(name, language=language, audience=audience)
    assert end_of(made) == "succeeded"
    assert any(made.said) and made.desk.active == "" and not made.desk.asking


@pytest.mark.parametrize("name", OFFERS)
def test_an_offer_that_is_not_answered_is_a_no(name):
    made = stage(name)
    made.answer = ""
    assert made.finish(120.0) == "refused" and not made.told("accepted")


@pytest.mark.parametrize("name", SPEAKING)
def test_a_robot_that_cannot_speak_does_not_begin(name):
    made = stage(name)
    made.desk.robot.take(RobotFeedback(channels=CHANNELS - {"speech"}))
    made.go(10.0)
    assert not made.begun and "speech" in made.activity.hindrance()


@pytest.mark.parametrize("name", sorted(set(SPEAKING) - {"introduce", "farewell", "ask_consent"}))
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
