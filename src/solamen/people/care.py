"""The person in care at every moment: who it is, and what may be done."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from solamen.core.states import Consent
from solamen.people.consent import NOT_SAID, ConsentLedger, Standing, Statement
from solamen.people.identity import Aliases, Identity, id_problem

ASKED_S = 90.0
"""So long the robot has to ask, and the person to answer."""
IN_WORDS = "asked in words by the robot"
UNASKED = "said to the robot in words"

Recall = Callable[[str], ConsentLedger | None]
"""Person id to what is kept of their consent; None where nothing is."""


class Care:
    """Identity and consent together.

    The consent that a run was started with is that of whom it was started with. Who is confirmed later stands under
    what is kept of their own consent, or under none. While a track is lost nothing is recorded or learned: whoever is
    there may be somebody else.

    Args:
        run_consent: what the run was started with.
        person_id: whom it was started with; empty: somebody anonymous.
        recall: what is kept of a person's consent.
    """

    def __init__(self, run_consent: Consent, person_id: str = "", recall: Recall = lambda _: None) -> None:
        self._recall = recall
        self.identity, self.aliases = Identity(), Aliases()
        self.ledger = ConsentLedger(run_consent)
        self._of = ""
        self._asked, self._asked_until_s = Consent.NONE, -math.inf
        if person_id:
            self._take(person_id, run_consent)

    @property
    def person_id(self) -> str:
        """Who is in care; empty: anonymous, and no profile is in use."""
        return self.identity.person_id

    @property
    def consent_of(self) -> str:
        """Whose consent counts: the person in care, or whoever was before the track was lost."""
        return self._of

    def confirm(self, named: str) -> str:
        """A human says who it is (an id or an alias; empty: nobody known); gives back what was wrong with that."""
        person_id = self.aliases.resolve(named) if named else ""
        problem = id_problem(person_id) if named else ""
        if named and not person_id:
            problem = f"{named[:40]} was said to be two persons, so the id itself is needed"
        if problem:
            return f"{problem}. See which are known: solamen people list"
        if person_id == self._of:
            self.identity.confirm(person_id)
        elif not self._of and not self.identity.lost and self.ledger.own is None and self.ledger.proxy is None:
            why = self.ledger.why
            self._take(person_id, self.ledger.default)  # the one who was there all along now has an id
            self.ledger.why = why
        else:
            self._take(person_id, Consent.NONE)
            self.ledger.why = NOT_SAID
        return ""

    def see(self, face_present: bool, marked_id: str, now_s: float) -> bool:
        """A frame of the face room; whether the person was lost by it."""
        return self.identity.see(face_present, self.aliases.resolve(marked_id), now_s)

    def say(self, statement: Statement, now_s: float) -> str:
        """Takes a statement of whose consent counts; gives back what was wrong with it."""
        problem = self.ledger.say(statement, now_s)
        if not problem and not self.ledger.standing(now_s).level:
            self.identity.look_anew()
        return problem

    def ask(self, level: Consent, now_s: float) -> str:
        """The robot shall ask the person for consent; gives back what was wrong with that, or an empty text."""
        if level == Consent.NONE:
            return "there is nothing to ask for; to take consent back, nobody needs to be asked"
        if self.identity.lost:
            return f"nobody can be asked now: {self.identity.reason}. Use: solamen people confirm ID"
        own = self.ledger.own
        if own is not None and own.level >= level and not own.over(now_s):
            return f"the person agreed to {own.level.name.lower()} already"
        self._asked, self._asked_until_s = level, now_s + ASKED_S
        return ""

    def asked(self, now_s: float) -> Consent:
        """What the person is asked for now; NONE: nothing."""
        if now_s >= self._asked_until_s:
            self._asked = Consent.NONE
        return self._asked

    def answered(self, level: Consent, answer: str, now_s: float) -> Statement | None:
        """Takes what the person answered to the robot's question; the statement that it made, None where it made none.

        A no lowers what holds to below what was asked for, whoever had agreed to it before.
        """
        if self.asked(now_s) != level or level == Consent.NONE:
            return None  # nobody asks that, or not any more
        self._asked = Consent.NONE
        if answer not in ("yes", "no") or (answer == "yes" and self.identity.lost):
            return None  # a yes of whoever is there may be somebody else's
        below = min(self.ledger.standing(now_s).level, Consent(level - 1))
        said = Statement(level=level if answer == "yes" else below, stamp_s=now_s, scope=IN_WORDS)
        self.say(said, now_s)
        return said

    def refused(self, now_s: float) -> Statement | None:
        """The person wants to be watched no longer; the statement that it made, None where nothing held anyway."""
        if self.ledger.standing(now_s).level == Consent.NONE:
            return None
        said = Statement(level=Consent.NONE, stamp_s=now_s, scope=UNASKED)
        self.say(said, now_s)
        return said

    def clock_set_back(self, seconds: float) -> bool:
        """The clock was set back while this went on; whether the end of a consent was moved with it."""
        self._asked_until_s -= seconds
        return self.ledger.clock_set_back(seconds)

    def standing(self, now_s: float) -> Standing:
        """What may be done now."""
        standing = self.ledger.standing(now_s)
        if self.identity.lost and standing.level > Consent.OBSERVE:
            return replace(standing, level=Consent.OBSERVE, reason=self.identity.reason)
        return standing

    def as_dict(self) -> dict[str, Any]:
        """What a respawned process must know, as plain values."""
        default = int(self.ledger.default)
        identity = {"person_id": self.person_id, "lost": self.identity.lost, "reason": self.identity.reason}
        asked = [int(self._asked), self._asked_until_s if self._asked else 0.0]
        return {
            "of": self._of,
            "default": default,
            "why": self.ledger.why,
            "ledger": self.ledger.as_dict(),
            "identity": identity,
            "asked": asked,
        }

    def resume(self, values: dict[str, Any]) -> None:
        """Goes on where a process that died left off; who is confirmed stays so only where the face room says so."""
        self._of = str(values["of"])
        self.ledger = ConsentLedger.from_dict(values["ledger"], Consent(values["default"]))
        self.ledger.why = str(values["why"])
        self._asked, self._asked_until_s = Consent(values["asked"][0]), float(values["asked"][1])
        identity = values["identity"]
        self.identity.confirm(str(identity["person_id"]))
        self.identity.lost, self.identity.reason = bool(identity["lost"]), str(identity["reason"])

    def _take(self, person_id: str, default: Consent) -> None:
        self._of = person_id
        self._asked = Consent.NONE  # another was asked
        self.identity.confirm(person_id)
        kept = self._recall(person_id) if person_id else None
        self.ledger = kept or ConsentLedger(default)
        self.ledger.default = default
