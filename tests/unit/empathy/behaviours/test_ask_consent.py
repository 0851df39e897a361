"""Consent asked in words: only a clear yes of the person's own is a yes, and whatever else is none."""

import pytest

from solamen.core.cues import Cue
from solamen.core.states import Consent

from ..faces import Run
from .called_for import begin


def answers(stage):
    return stage.told("consent")


@pytest.mark.parametrize("level", [Consent.OBSERVE, Consent.RECORD, Consent.LEARN])
def test_each_consent_is_asked_for_in_its_own_words(level):
    stage = begin("ask_consent", consent=Consent.NONE)
    stage.go(40.0)
    first, stage.said[:] = stage.said[0], []
    stage.desk.consent_asked = level
    stage.go(1.0)
    assert stage.said[0].endswith("Yes or no?") and (stage.said[0] == first) == (level == Consent.RECORD)


def test_a_clear_yes_is_passed_on_before_it_is_thanked_for():
    stage = begin("ask_consent")
    stage.go(3.0)
    stage.hear("yes", confidence=0.9)
    stage.go(0.3)
    assert answers(stage) == ["record: yes"] and stage.said[-1].startswith("Thank you. You can take it back")


@pytest.mark.parametrize(("second", "answer"), [("yes", "yes"), ("no", "no"), ("", "unanswered")])
def test_a_yes_that_is_not_clear_is_made_sure_of(second, answer):
    stage = begin("ask_consent")
    stage.go(3.0)
    stage.hear("yes", confidence=0.6)
    stage.go(0.3)
    assert answers(stage) == [] and stage.said[-1] == "I did not catch that. Is it a yes?"
    stage.go(2.0)
    if second:
        stage.hear(second, confidence=0.6)
    stage.finish()
    assert answers(stage) == [f"record: {answer}"]


def test_a_clear_yes_stays_clear_when_it_is_heard_once_more_and_less_surely():
    stage = begin("ask_consent")
    stage.go(3.0)
    stage.hear("yes", confidence=0.9)
    stage.hear("yes", confidence=0.6)
    stage.go(0.3)
    assert answers(stage) == ["record: yes"]


def test_a_nod_while_the_question_is_spoken_makes_no_later_yes_clear():
    stage = begin("ask_consent")
    stage.go(0.5)
    stage.hear("nod", confidence=0.9)
    stage.go(2.5)
    stage.hear("yes", confidence=0.6)
    stage.go(0.3)
    assert answers(stage) == [] and stage.said[-1] == "I did not catch that. Is it a yes?"


def test_who_nods_along_while_the_question_is_still_spoken_has_not_agreed():
    stage = begin("ask_consent")
    stage.go(0.5)
    stage.hear("nod", confidence=0.9)
    assert stage.finish() == "failed" and answers(stage) == ["record: unanswered"]


@pytest.mark.parametrize("kind", ["no", "shake", "stop"])
def test_a_no_is_passed_on_and_not_asked_about_again(kind):
    stage = begin("ask_consent")
    stage.go(0.5)
    stage.hear(kind)
    stage.go(1.0)
    assert answers(stage) == ["record: no"] and stage.said[-1] == ""
    stage.desk.consent_asked = Consent.RECORD
    stage.go(300.0)
    assert answers(stage) == ["record: no"]


def test_no_answer_is_neither_yes_nor_no():
    stage = begin("ask_consent")
    assert stage.finish() == "failed"
    assert answers(stage) == ["record: unanswered"] and stage.said[-1] == "All right. Then I leave it as it is."


def test_whoever_said_no_or_stop_is_not_asked_and_that_is_told_at_once():
    run = Run()
    run.see(1.0)
    run.companion.hear(Cue(run.clock.now_s(), "stop"))
    run.see(0.5)
    run.companion.ask_consent(Consent.RECORD)
    run.see(0.5)
    told = [value for turn in run.turns for name, value in turn.markers if name == "consent"]
    assert told == ["record: not asked, the person said stop, so not for another 10 min"]
