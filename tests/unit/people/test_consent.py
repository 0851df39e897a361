"""Whose word counts, and until when."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.states import Consent
from solamen.people.care import ASKED_S, IN_WORDS, UNASKED, Care
from solamen.people.consent import ConsentLedger, Statement

LEVELS = st.sampled_from(list(Consent))


def own(level, at_s=0.0, **more):
    return Statement(level=level, stamp_s=at_s, **more)


def proxy(level, at_s=0.0, **more):
    return Statement(level=level, stamp_s=at_s, by_proxy=True, who="nurse", relation="cares for them", **more)


def ledger(*said, default=Consent.NONE):
    made = ConsentLedger(default)
    for statement in said:
        made.say(statement, statement.stamp_s)
    return made


def test_until_anybody_says_something_the_run_stands_as_it_was_started():
    standing = ledger(default=Consent.RECORD).standing(5.0)
    assert (standing.level, standing.withdrawn) == (Consent.RECORD, False)


@given(level=LEVELS)
def test_the_persons_own_refusal_wins_over_any_proxy(level):
    refused = ledger(own(Consent.NONE), proxy(level, 1.0), default=Consent.LEARN)
    assert refused.standing(2.0).level == Consent.NONE
    assert refused.standing(2.0).withdrawn


def test_the_person_can_consent_again_after_a_refusal():
    assert ledger(own(Consent.NONE), own(Consent.RECORD, 1.0)).standing(2.0).level == Consent.RECORD


def test_a_proxy_consents_where_the_person_said_nothing():
    standing = ledger(proxy(Consent.RECORD)).standing(1.0)
    assert standing.level == Consent.RECORD
    assert standing.statement.who == "nurse"
    assert standing.reason == "the nurse agreed to record"


def test_a_proxy_can_lower_the_persons_consent_but_never_raise_it():
    agreed = ledger(own(Consent.RECORD))
    assert "no proxy can raise it" in agreed.say(proxy(Consent.LEARN, 1.0), 1.0)
    assert agreed.say(proxy(Consent.OBSERVE, 2.0), 2.0) == ""
    assert agreed.standing(3.0).level == Consent.OBSERVE


@pytest.mark.parametrize("level", [Consent.NONE, Consent.OBSERVE])
def test_a_proxy_who_takes_back_needs_no_relation(level):
    agreed = ledger(own(Consent.RECORD))
    assert agreed.say(Statement(level=level, stamp_s=1.0, by_proxy=True, who="nurse"), 1.0) == ""
    assert agreed.standing(2.0).level == level


def test_the_persons_own_word_replaces_what_a_proxy_said_before():
    assert ledger(proxy(Consent.OBSERVE), own(Consent.LEARN, 1.0)).standing(2.0).level == Consent.LEARN


def test_consent_ends_when_it_was_to_end_and_counts_as_taken_back():
    ending = ledger(proxy(Consent.RECORD, expires_s=10.0))
    assert ending.standing(9.9).level == Consent.RECORD
    assert ending.standing(10.0).level == Consent.NONE
    assert ending.standing(10.0).withdrawn


def test_a_refusal_never_ends_by_itself():
    assert ledger(own(Consent.NONE, expires_s=10.0), proxy(Consent.LEARN, 11.0)).standing(12.0).level == Consent.NONE


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        (Statement(level=Consent.RECORD, stamp_s=0.0, by_proxy=True), "needs who consents"),
        (Statement(level=Consent.RECORD, stamp_s=0.0, relation="mother"), "is a proxy's"),
        (Statement(level=Consent.RECORD, stamp_s=0.0, who="mother"), "is a proxy's"),
        (Statement(level=Consent.NONE, stamp_s=0.0, by_proxy=True, relation="mother"), "needs who consents"),
        (own(Consent.RECORD, scope="x" * 201), "letters at most"),
        (own(Consent.RECORD, expires_s=math.inf), "finite"),
        (own(Consent.RECORD, expires_s=-1.0), "expired already"),
    ],
)
def test_a_malformed_consent_is_refused_and_changes_nothing(statement, problem):
    made = ledger(own(Consent.OBSERVE))
    assert problem in made.say(statement, 0.0)
    assert made.standing(0.0).level == Consent.OBSERVE


@given(st.lists(st.tuples(LEVELS, st.booleans()), max_size=6))
def test_what_is_kept_says_the_same_when_it_is_read_again(said):
    made = ledger(*(proxy(level, at) if by else own(level, at) for at, (level, by) in enumerate(said)))
    read = ConsentLedger.from_dict(made.as_dict(), made.default)
    assert read.standing(9.0) == made.standing(9.0)


def asked(level, *, run=Consent.OBSERVE, proxy=None):
    care = Care(run)
    if proxy is not None:
        care.say(Statement(level=proxy, stamp_s=1.0, by_proxy=True, who="nurse", relation="ward"), 1.0)
    assert care.ask(level, 2.0) == "" and care.asked(3.0) == level
    return care


def test_a_yes_in_words_is_the_persons_own_consent():
    care = asked(Consent.RECORD)
    assert care.answered(Consent.RECORD, "yes", 4.0) is not None
    standing = care.standing(5.0)
    assert (standing.level, standing.reason) == (Consent.RECORD, "the person agreed to record")
    assert not standing.statement.by_proxy and standing.statement.scope == IN_WORDS and care.asked(5.0) == Consent.NONE


@pytest.mark.parametrize(
    ("level", "left"),
    [(Consent.OBSERVE, Consent.NONE), (Consent.RECORD, Consent.OBSERVE), (Consent.LEARN, Consent.RECORD)],
)
def test_a_no_in_words_wins_over_a_proxy_who_had_agreed_to_everything(level, left):
    care = asked(level, proxy=Consent.LEARN)
    care.answered(level, "no", 4.0)
    assert care.standing(5.0).level == left
    again = Statement(level=Consent.LEARN, stamp_s=6.0, by_proxy=True, who="nurse", relation="ward")
    assert "no proxy can raise it" in care.say(again, 6.0)
    assert care.standing(7.0).level == left


def test_a_no_to_more_leaves_less_as_it_is():
    care = asked(Consent.LEARN, run=Consent.OBSERVE)
    care.answered(Consent.LEARN, "no", 4.0)
    assert care.standing(5.0).level == Consent.OBSERVE


@pytest.mark.parametrize("answer", ["unanswered", "not asked, the person said stop", "", "yes no"])
def test_whatever_is_no_answer_changes_nothing(answer):
    care = asked(Consent.RECORD)
    assert care.answered(Consent.RECORD, answer, 4.0) is None
    assert care.standing(5.0).level == Consent.OBSERVE and care.asked(5.0) == Consent.NONE


def test_a_yes_to_what_was_not_asked_or_not_in_time_is_none():
    assert asked(Consent.OBSERVE).answered(Consent.LEARN, "yes", 4.0) is None
    assert asked(Consent.RECORD).answered(Consent.RECORD, "yes", 2.0 + ASKED_S) is None
    assert Care(Consent.OBSERVE).answered(Consent.RECORD, "yes", 4.0) is None


def test_there_is_nothing_to_ask_where_the_person_agreed_or_nothing_is_asked_for():
    care = asked(Consent.RECORD)
    care.answered(Consent.RECORD, "yes", 4.0)
    assert care.ask(Consent.OBSERVE, 5.0) == "the person agreed to record already"
    assert "nothing to ask for" in care.ask(Consent.NONE, 5.0)


def test_who_refuses_in_words_without_being_asked_is_heard_and_wins_over_a_proxy():
    care = asked(Consent.LEARN, run=Consent.RECORD, proxy=Consent.LEARN)
    said = care.refused(4.0)
    assert said is not None and said.scope == UNASKED and not said.by_proxy
    assert care.standing(5.0).level == Consent.NONE and care.standing(5.0).withdrawn


def test_a_refusal_of_what_does_not_hold_says_nothing_new():
    assert Care(Consent.NONE).refused(4.0) is None


def test_an_answer_counts_for_whom_the_question_was_put_to_alone():
    care = Care(Consent.NONE, "p-1")
    care.ask(Consent.RECORD, 1.0)
    care.confirm("p-2")
    assert care.asked(2.0) == Consent.NONE
    assert care.answered(Consent.RECORD, "yes", 3.0) is None
    assert care.standing(4.0).level == Consent.NONE


def lost(care):
    care.see(True, "p-1", 0.0)
    assert care.see(True, "", 0.1)
    return care


def test_while_the_track_is_lost_nobody_is_asked_as_whoever_is_there_may_be_another():
    care = lost(Care(Consent.OBSERVE, "p-1"))
    assert "confirm" in care.ask(Consent.RECORD, 1.0)
    assert care.asked(1.0) == Consent.NONE


def test_a_yes_after_the_track_was_lost_is_nobodys():
    care = Care(Consent.OBSERVE, "p-1")
    care.ask(Consent.RECORD, 0.0)
    assert lost(care).answered(Consent.RECORD, "yes", 1.0) is None
    care.confirm("p-1")
    assert care.standing(2.0).level == Consent.OBSERVE


def test_a_no_after_the_track_was_lost_counts():
    care = Care(Consent.OBSERVE, "p-1")
    care.say(proxy(Consent.LEARN), 0.0)
    care.ask(Consent.RECORD, 0.0)
    lost(care).answered(Consent.RECORD, "no", 1.0)
    care.confirm("p-1")
    assert care.standing(2.0).level == Consent.OBSERVE


@pytest.mark.parametrize("step_s", [30.0, 3600.0])
def test_a_clock_that_is_set_back_makes_no_consent_last_longer(step_s):
    care = Care(Consent.NONE)
    care.say(proxy(Consent.RECORD, 1000.0, expires_s=1100.0), 1000.0)
    assert care.clock_set_back(step_s)
    now_s = 1000.0 - step_s
    assert care.standing(now_s + 99.0).level == Consent.RECORD
    assert care.standing(now_s + 100.0).withdrawn


def test_what_the_robot_asks_ends_in_time_though_the_clock_is_set_back():
    care = Care(Consent.NONE)
    assert care.ask(Consent.OBSERVE, 1000.0) == ""
    assert not care.clock_set_back(500.0)  # no consent has an end
    assert care.asked(499.0 + ASKED_S) == Consent.OBSERVE and care.asked(500.0 + ASKED_S) == Consent.NONE
