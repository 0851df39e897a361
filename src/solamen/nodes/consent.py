"""What the person agreed to, as every node that handles the person obeys it."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from solamen_msgs import msg

from solamen.core.states import Consent
from solamen.nodes.clock import to_seconds
from solamen.nodes.qos import ESTIMATE, STATE
from solamen.nodes.runtime import keep, kept

PERSON = "person"
"""The topic, and the name under which the last word is kept for a respawned node."""

WITHDRAW = "withdraw"
"""The cue of who says that they want to be watched no longer."""
REFUSED = "refused"
"""Under this name it is kept that such a cue was heard, for a people process that was away when it was said."""

ANSWERED = "answered"
"""Likewise what the person answered when the robot asked them for consent."""

EXPIRY_PERIOD_S = 0.1
LOOK_PERIOD_S = 1.0
GONE_S = 10.0
"""Where nobody tells what was agreed to for so long, it counts as taken back: nobody could take it back any more.

A people process that died is started again within a few seconds, and tells it anew.
"""


class ConsentWatch:
    """Follows the topic `person` for a node.

    It begins with what was said last in this run, else with the run's options. When the people process dies, the last
    word stays, and ends by itself when it was to end, or when nobody has come to tell it again. Nothing here raises it.

    Args:
        node: that obeys; it must have the option `consent`.
        changed: called whenever any of the attributes has changed.

    Attributes:
        level: what may be done.
        withdrawn: consent was taken back: nothing is told, not even presence.
        person_id: who is in care; empty: anonymous.
        asked_for: which consent the robot asks the person for now; NONE where none.
    """

    def __init__(self, node: Any, changed: Callable[[], None] = lambda: None) -> None:
        self._node, self._changed = node, changed
        if not node.has_parameter("person_id"):
            node.declare_parameter("person_id", "")
        self.level, self.withdrawn = Consent[node.option("consent").upper()], False
        self.person_id, self._expires_s = str(node.option("person_id")), math.nan
        self.asked_for = Consent.NONE
        before = kept(PERSON)
        if before is not None:
            self.level, self.withdrawn = Consent(before["consent"]), bool(before["withdrawn"])
            self.person_id, self._expires_s = str(before["person_id"]), float(before["expires_s"])
        if refused_since(before):
            self.level, self.withdrawn = Consent.NONE, True
        node.listen(msg.PersonInCare, PERSON, self._on_person, STATE)
        node.listen(msg.PersonCue, "cues", self._on_cue, ESTIMATE)
        self._told_ns: int | None = None
        node.every(EXPIRY_PERIOD_S, self._mind_the_end)
        node.every(LOOK_PERIOD_S, self._mind_who_tells)

    @property
    def asked(self) -> bool:
        """The person is asked for consent at this moment."""
        return self.asked_for > Consent.NONE

    def allows(self, level: Consent) -> bool:
        """Whether the person agreed to this."""
        return self.level >= level

    def _on_person(self, message: msg.PersonInCare) -> None:
        self._node.solved(PERSON)
        self._expires_s = to_seconds(message.expires) or math.nan
        self._told_ns = self._node.solamen_clock.monotonic_ns()
        self._become(_level(message.consent), message.withdrawn, message.person_id, _level(message.asked))

    def _on_cue(self, message: msg.PersonCue) -> None:
        """The person's own refusal is obeyed at once, whether or not the people process is there to hear it."""
        if message.kind == WITHDRAW and self.level > Consent.NONE:
            keep(REFUSED, {"heard_ns": self._node.solamen_clock.monotonic_ns()})
            self._become(Consent.NONE, True, self.person_id)

    def _mind_the_end(self) -> None:
        if self.level > Consent.NONE and self._node.solamen_clock.now_s() >= self._expires_s:
            self._become(Consent.NONE, True, self.person_id)

    def _mind_who_tells(self) -> None:
        """Where whoever told of consent is gone for long, nobody can take it back any more: it counts as taken back."""
        now_ns = self._node.solamen_clock.monotonic_ns()
        if self._told_ns is None or self._node.count_publishers(PERSON):
            self._told_ns = None if self._told_ns is None else now_ns
        elif now_ns - self._told_ns > GONE_S * 1e9 and not self.withdrawn:
            self._node.problem(f"nobody has told of consent for {GONE_S:g} s, so it counts as taken back", PERSON)
            self._become(Consent.NONE, True, self.person_id)

    def _become(self, level: Consent, withdrawn: bool, person_id: str, asked_for: Consent = Consent.NONE) -> None:
        before = (self.level, self.withdrawn, self.person_id, self.asked_for)
        self.level, self.withdrawn, self.person_id, self.asked_for = level, withdrawn, person_id, asked_for
        if before != (level, withdrawn, person_id, asked_for):
            self._changed()


def refused_since(told: dict[str, Any] | None) -> bool:
    """Whether the person was heard to refuse after what was kept as told last; `told` is None where nothing was."""
    refused = kept(REFUSED)
    return refused is not None and int(refused["heard_ns"]) > int((told or {}).get("told_ns", 0))


def _level(value: int) -> Consent:
    """A level that nobody knows is none."""
    return Consent(value) if value in set(Consent) else Consent.NONE
