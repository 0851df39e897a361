"""What is said of consent while no run is going on: it is kept, and counts from the next run on."""

import json

import pytest

from solamen.cli import main
from solamen.core.states import Consent
from solamen.people.care import Care
from solamen.people.kept_consent import recall_consent
from solamen.people.keys import master_key
from solamen.people.memory import Memory
from solamen.people.times import day, until
from solamen.session import service

PROXY = ("--proxy", "nurse", "--relation", "of the ward")


@pytest.fixture
def said(tmp_path, monkeypatch, capsys):
    """Gives a command to `solamen consent`; its exit status and what was printed."""
    monkeypatch.setenv("SOLAMEN_PEOPLE", str(tmp_path / "people"))
    monkeypatch.setenv("SOLAMEN_PEOPLE_KEY_FILE", str(tmp_path / "people.key"))
    monkeypatch.setattr(service, "run_is_going_on", lambda: False)

    def say(*words):
        with pytest.raises(SystemExit) as left:
            main(["consent", *words])
        told = capsys.readouterr()
        return left.value.code, told.out + told.err

    say.folder, say.key = tmp_path / "people", tmp_path / "people.key"
    return say


def next_run(said, now_s):
    with Memory(said.folder, master_key(str(said.key), {}, make=False)) as memory:
        return Care(Consent.LEARN, "p-17", lambda who: recall_consent(memory, who, now_s)).standing(now_s)


def test_consent_for_some_hours_is_what_the_next_run_begins_with_and_then_it_is_over(said):
    status, told = said("set", "record", "--person", "p-17", "--hours", "8")
    end = until(_now_s(said) + 8 * 3600.0, _now_s(said))
    assert (status, told) == (0, f"the consent of p-17 is record {end}: the person agreed to record\n")
    assert said("show", "--person", "p-17") == (0, f"record {end}: the person agreed to record\n")
    kept = next_run(said, _now_s(said))
    assert kept.level == Consent.RECORD
    assert next_run(said, _now_s(said) + 9 * 3600.0).statement is None


def test_a_refusal_holds_until_the_person_says_otherwise_and_no_proxy_can_raise_it(said):
    assert said("revoke", "--person", "p-17")[0] == 0
    status, told = said("set", "record", "--person", "p-17", "--hours", "8", *PROXY)
    assert status == 2 and "no proxy can raise it" in told
    assert next_run(said, _now_s(said) + 9 * 3600.0).level == Consent.NONE
    assert json.loads(said("show", "--person", "p-17", "--json")[1])["consent"] == "none"
    assert said("set", "observe", "--person", "p-17", "--hours", "1")[0] == 0
    assert next_run(said, _now_s(said)).level == Consent.OBSERVE


def test_the_log_tells_who_consented_what_for_and_until_when(said):
    assert said("set", "record", "--person", "p-17", "--hours", "8", *PROXY, "--scope", "for the night")[0] == 0
    with Memory(said.folder, master_key(str(said.key), {}, make=False)) as memory:
        entry = memory.history("p-17")[-1]
        assert memory.problem() == ""
    end = day(entry.stamp_s + 8 * 3600.0)
    assert entry.event == f"consent: record by nurse (of the ward), for the night, until {end}"


def test_a_proxy_takes_consent_back_without_any_further_word(said):
    assert said("revoke", "--person", "p-17", "--proxy", "nurse")[0] == 0
    standing = next_run(said, _now_s(said))
    assert (standing.level, standing.withdrawn, standing.reason) == (Consent.NONE, True, "the nurse refused")


def test_what_a_proxy_lowers_holds_for_as_long_as_what_was_agreed_to_and_is_not_raised_by_the_next_run(said):
    assert said("set", "record", "--person", "p-17", "--hours", "8")[0] == 0
    assert said("set", "observe", "--person", "p-17", "--proxy", "nurse")[0] == 0
    assert next_run(said, _now_s(said) + 7 * 3600.0).level == Consent.OBSERVE
    assert said("set", "record", "--person", "p-17", "--proxy", "nurse", "--hours", "8")[0] == 2


def test_what_was_said_after_now_holds_no_longer_as_the_clock_was_set_back_but_a_refusal_does(said):
    assert said("set", "record", "--person", "p-17", "--hours", "8")[0] == 0
    assert next_run(said, _now_s(said) - 30.0).level == Consent.RECORD
    assert next_run(said, _now_s(said) - 3600.0).statement is None
    assert said("revoke", "--person", "p-17")[0] == 0
    assert next_run(said, _now_s(said) - 3600.0).withdrawn


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("set", "record", "--person", "p-17"), "Give --hours."),
        (("set", "record", "--person", "p-17", "--hours", "-1"), "above 0"),
        (("set", "record", "--person", "../p", "--hours", "1"), "no id of a person"),
        (("set", "record", "--person", "p-17", "--hours", "1", "--proxy", "nurse"), "Give --proxy ROLE and --relation"),
        (("set", "record", "--person", "p-17", "--hours", "1", "--relation", "mother"), "a relation is a proxy's"),
        (("set", "record", "--person", "p-17", "--hours", "1", "--proxy", "", "--relation", "x"), "no role"),
        (("revoke", "--person", "p-17", "--proxy", "  "), "no role"),
        (("revoke", "--person", "p-17", "--relation", "mother"), "a relation is a proxy's"),
        (("show", "--person", "p-99"), "nothing is kept of 'p-99'"),
    ],
)
def test_what_cannot_be_kept_is_told_in_one_sentence(said, words, told):
    status, printed = said(*words)
    assert status == 2 and told in printed and printed.count("\n") == 1


def _now_s(said):
    with Memory(said.folder, master_key(str(said.key), {}, make=False)) as memory:
        return memory.history("p-17")[-1].stamp_s


def test_no_backup_is_restored_under_a_run_that_goes_on(said, tmp_path, monkeypatch, capsys):
    def people(*words):
        with pytest.raises(SystemExit) as left:
            main(["people", *words])
        return left.value.code, capsys.readouterr().err

    backup = str(tmp_path / "people.backup")
    assert people("backup", backup)[0] == 0
    monkeypatch.setattr(service, "run_is_going_on", lambda: True)
    status, told = people("restore", backup)
    assert status == 2 and "End the run first" in told
    monkeypatch.setattr(service, "run_is_going_on", lambda: False)
    assert people("restore", backup)[0] == 0


@pytest.mark.parametrize("hours", ["-1e9", "0", "nan", "inf", "1e9"])
@pytest.mark.parametrize("going_on", [True, False])
def test_a_time_that_is_none_never_becomes_consent_without_an_end(said, monkeypatch, hours, going_on):
    asked = []
    monkeypatch.setattr(service, "run_is_going_on", lambda: going_on)
    monkeypatch.setattr(service, "ask_people", lambda *_, **fields: asked.append(fields))
    status, told = said("set", "record", "--person", "p-1", f"--hours={hours}")
    assert status == 2 and "above 0" in told and asked == []


def test_where_no_run_is_going_on_it_must_be_said_whose_consent_it_is(said):
    status, told = said("revoke")
    assert status == 2 and "Give --person ID" in told
