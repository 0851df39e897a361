"""Settings of the people room."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class PeopleSettings(Checked):
    """See config/people.yaml."""

    store: str = setting("", doc="folder of the store; empty: SOLAMEN_PEOPLE, or ~/.local/share/solamen/people")
    key_file: str = setting("", doc="file of the key; empty: SOLAMEN_PEOPLE_KEY_FILE, or ~/.config/solamen/people.key")
    recent_s: float = setting(3.0, low=0.5, high=30.0, doc="age up to which an estimate counts as seen at a report")
