"""What an operator is told of the consent that a run begins with."""

import pytest

from solamen.core.errors import OutsideError
from solamen.core.states import Consent
from solamen.people.consent import Statement
from solamen.people.kept_consent import say_between_runs
from solamen.session.people_store import kept_standing, open_people, people_settings, told_of_consent


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setenv("SOLAMEN_PEOPLE", str(tmp_path / "people"))
    monkeypatch.setenv("SOLAMEN_PEOPLE_KEY_FILE", str(tmp_path / "people.key"))
    return tmp_path / "people"


def told(person, asked, now_s=10.0):
    return told_of_consent(person, asked, kept_standing(person, now_s))


def test_where_nothing_was_said_the_run_stands_as_it_is_started(store):
    assert told("p-1", Consent.LEARN) == ""
    assert told("p-1", Consent.OBSERVE) == "Consent is observe: nothing will be stored."


def test_a_refusal_is_told_before_the_run_begins(store):
    with open_people(people_settings()) as memory:
        say_between_runs(memory, "p-1", Statement(level=Consent.NONE, stamp_s=1.0))
    expected = "The consent of p-1 is none, as the person refused; that holds, not --consent record."
    assert told("p-1", Consent.RECORD) == expected


def test_nobody_is_told_that_nothing_is_stored_of_a_person_who_agreed_to_more(store):
    with open_people(people_settings()) as memory:
        say_between_runs(memory, "p-1", Statement(level=Consent.LEARN, stamp_s=1.0, expires_s=100.0))
    assert told("p-1", Consent.OBSERVE).endswith("not --consent observe. No recording will be written.")
    assert told("p-1", Consent.OBSERVE, now_s=200.0) == "Consent is observe: nothing will be stored."


def test_a_store_that_cannot_be_opened_is_told_before_anything_is_started(store, monkeypatch):
    kept_standing("p-1", 1.0)
    monkeypatch.setenv("SOLAMEN_PEOPLE_KEY", "00" * 32)
    with pytest.raises(OutsideError, match="the key does not fit"):
        kept_standing("p-1", 1.0)
