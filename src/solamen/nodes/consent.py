"""What the person agreed to, as every node that handles the person obeys it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from solamen_msgs import msg

from solamen.core.states import Consent
from solamen.nodes.clock import to_seconds
from solamen.nodes.qos import STATE
from solamen.nodes.runtime import kept

PERSON = "person"
"""The topic, and the name under which the last word is kept for a respawned node."""

EXPIRY_PERIOD_S = 0.1


class ConsentWatch:
    """Follows the topic `person` for a node.

    It begins with what was said last in this run, else with the run's options. When the people process dies, the last
    word stays, and ends by itself when it was to end: nothing here ever raises it.

    Args:
        node: that obeys; it must have the option `consent`.
        changed: called whenever level, withdrawal or person have changed; `level` and so on are set by then.

    Attributes:
        level: what may be done.
        withdrawn: consent was taken back: nothing is told, not even presence.
        person_id: who is in care; empty: anonymous.
    """

    def __init__(self, node: Any, changed: Callable[[], None] = lambda: None) -> None:
        self._node, self._changed = node, changed
        if not node.has_parameter("person_id"):
            node.declare_parameter("person_id", "")
        self.level, self.withdrawn = Consent[node.option("consent").upper()], False
        self.person_id, self._expires_s = str(node.option("person_id")), math.nan
        before = kept(PERSON)
        if before is not None:
            self.level, self.withdrawn = Consent(before["consent"]), bool(before["withdrawn"])
            self.person_id, self._expires_s = str(before["person_id"]), float(before["expires_s"])
        node.listen(msg.PersonInCare, PERSON, self._on_person, STATE)
        node.every(EXPIRY_PERIOD_S, self._mind_the_end)

    def allows(self, level: Consent) -> bool:
        """Whether the person agreed to this."""
        return self.level >= level

    def _on_person(self, message: msg.PersonInCare) -> None:
        self._expires_s = to_seconds(message.expires) or math.nan
        self._become(_level(message.consent), message.withdrawn, message.person_id)

    def _mind_the_end(self) -> None:
        if self.level > Consent.NONE and self._node.solamen_clock.now_s() >= self._expires_s:
            self._become(Consent.NONE, True, self.person_id)

    def _become(self, level: Consent, withdrawn: bool, person_id: str) -> None:
        before = (self.level, self.withdrawn, self.person_id)
        self.level, self.withdrawn, self.person_id = level, withdrawn, person_id
        if before != (level, withdrawn, person_id):
            self._changed()


def _level(value: int) -> Consent:
    """A level that nobody knows is none."""
    return Consent(value) if value in set(Consent) else Consent.NONE
