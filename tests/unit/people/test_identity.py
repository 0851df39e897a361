"""Who is in care is what humans said, and nobody once there is a doubt."""

from hypothesis import given
from hypothesis import strategies as st

from solamen.core.states import Consent
from solamen.people.care import Care
from solamen.people.consent import ConsentLedger, Statement
from solamen.people.identity import CONFIRMED_WITHIN_S, Aliases, Identity, id_problem


def confirmed(person_id="p-1"):
    identity = Identity()
    identity.confirm(person_id)
    identity.see(True, person_id, 0.0)
    return identity


def test_nobody_is_known_until_a_human_says_so():
    identity = Identity()
    identity.see(True, "p-1", 0.0)
    assert identity.person_id == ""


def test_a_track_that_is_lost_makes_the_person_anonymous_until_a_human_confirms():
    identity = confirmed()
    assert identity.see(True, "", 0.1)
    assert (identity.person_id, identity.lost) == ("", True)
    identity.see(True, "p-1", 0.2)
    assert identity.person_id == ""
    identity.confirm("p-1")
    assert identity.person_id == "p-1"


def test_the_face_room_has_a_moment_to_find_whom_a_human_confirmed():
    identity = Identity()
    identity.confirm("p-1")
    assert not identity.see(True, "", 0.0)
    assert not identity.see(True, "", 0.5 * CONFIRMED_WITHIN_S)
    assert identity.see(True, "", 1.1 * CONFIRMED_WITHIN_S)


def test_somebody_who_is_not_in_the_picture_yet_is_waited_for():
    identity = Identity()
    identity.confirm("p-1")
    assert not any(identity.see(False, "", float(at)) for at in range(60))


def test_two_ids_for_one_person_lead_to_the_same_id():
    aliases = Aliases()
    assert aliases.tell("body-7", "p-1") == ""
    assert aliases.tell("face-3", "body-7") == ""
    assert aliases.resolve("face-3") == "p-1"


def test_an_alias_of_two_persons_is_nobody():
    aliases = Aliases()
    aliases.tell("face-3", "p-1")
    assert "two persons" in aliases.tell("face-3", "p-2")
    assert aliases.resolve("face-3") == ""


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.sampled_from("abcde")), max_size=20))
def test_aliases_always_end_whatever_a_tracker_tells(told):
    aliases = Aliases()
    for alias, person in told:
        aliases.tell(alias, person)
    assert all(aliases.resolve(aliases.resolve(name)) in ("", aliases.resolve(name)) for name in "abcde")


def test_an_id_is_a_code_and_no_path_or_sentence():
    assert id_problem("p-17") == ""
    assert all(id_problem(bad) for bad in ("", "../x", "a b", "x" * 65, "-x", "ä"))


def test_the_consent_of_a_run_is_not_that_of_whoever_comes_next():
    care = Care(Consent.RECORD, "p-1")
    assert care.standing(0.0).level == Consent.RECORD
    care.confirm("p-2")
    assert care.standing(0.0).level == Consent.NONE


def test_whoever_was_there_from_the_start_keeps_the_consent_when_a_human_tells_their_id():
    care = Care(Consent.OBSERVE)
    care.confirm("p-1")
    assert care.standing(0.0).level == Consent.OBSERVE


def test_nothing_is_recorded_while_the_track_is_lost():
    care = Care(Consent.LEARN, "p-1")
    care.see(True, "p-1", 0.0)
    care.see(True, "", 0.1)
    assert care.standing(0.2).level == Consent.OBSERVE
    care.confirm("p-1")
    assert care.standing(0.3).level == Consent.LEARN


def test_a_refusal_that_is_kept_wins_over_the_consent_that_a_run_is_started_with():
    kept = ConsentLedger()
    kept.say(Statement(level=Consent.NONE, stamp_s=0.0), 0.0)
    care = Care(Consent.LEARN, "p-1", lambda _: kept)
    assert care.standing(1.0).level == Consent.NONE


def test_a_respawned_process_goes_on_where_the_one_before_left_off():
    care = Care(Consent.RECORD, "p-1")
    care.say(Statement(level=Consent.OBSERVE, stamp_s=0.0), 0.0)
    care.see(True, "p-1", 0.0)
    care.see(True, "", 0.1)
    again = Care(Consent.RECORD)
    again.resume(care.as_dict())
    assert again.standing(0.2) == care.standing(0.2)
    assert (again.person_id, again.consent_of) == ("", "p-1")


def test_the_consent_of_a_run_does_not_come_back_for_another_after_somebody_unknown():
    care = Care(Consent.RECORD, "p-1")
    assert care.confirm("") == "" and care.standing(1.0).level == Consent.NONE
    assert care.confirm("p-2") == "" and care.standing(2.0).level == Consent.NONE
