"""The store of people as a run and the commands open it: what was to be forgotten is forgotten first."""

from __future__ import annotations

from solamen.people.forget import end_forgetting
from solamen.people.memory import Memory
from solamen.people.settings import PeopleSettings
from solamen.session.parting import part_run


def open_people(settings: PeopleSettings) -> Memory:
    """The store that the settings and the environment name.

    Raises:
        OutsideError: there is no key, or the store cannot be opened.
    """
    memory = Memory.of(settings)
    end_forgetting(memory, part_run)
    return memory
