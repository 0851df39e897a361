"""The store of people as a run and the commands open it: what was to be forgotten is forgotten first."""

from __future__ import annotations

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.core.states import Consent
from solamen.people.begun import any_begun
from solamen.people.consent import Standing
from solamen.people.forget import end_forgetting
from solamen.people.kept_consent import recall_consent
from solamen.people.memory import Memory
from solamen.people.settings import PeopleSettings


def people_settings() -> PeopleSettings:
    """As config/people.yaml has them."""
    return load(PeopleSettings, resource("config", "people.yaml"))


def open_people(settings: PeopleSettings) -> Memory:
    """The store that the settings and the environment name.

    Raises:
        OutsideError: there is no key, the store cannot be opened, or all keys of persons are lost.
    """
    memory = Memory.of(settings)
    try:
        memory.refuse_without_keys()
    except OutsideError:
        memory.close()
        raise
    if any_begun(memory.folder):
        from solamen.session.parting import part_run  # and with it all that makes a summary, in a process that is small

        end_forgetting(memory, part_run)
    return memory


def kept_standing(person_id: str, now_s: float) -> Standing | None:
    """What a run with this person begins with, whatever it is started with; None where nothing was said that holds.

    Raises:
        OutsideError: there is no key, or the store cannot be opened.
    """
    with open_people(people_settings()) as memory:
        ledger = recall_consent(memory, person_id, now_s)
    return ledger.standing(now_s) if ledger is not None else None


def told_of_consent(person_id: str, asked: Consent, kept: Standing | None) -> str:
    """What an operator must know of the consent that a run begins with, in a sentence; empty: nothing."""
    if kept is None or kept.level == asked:
        return "" if asked >= Consent.RECORD else f"Consent is {asked.name.lower()}: nothing will be stored."
    name = kept.level.name.lower()
    told = f"The consent of {person_id} is {name}, as {kept.reason}; that holds, not --consent {asked.name.lower()}."
    if asked < Consent.RECORD:
        told += " No recording will be written."
    return told
