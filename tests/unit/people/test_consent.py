"""Whose word counts, and until when."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.states import Consent
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
