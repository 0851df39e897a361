"""Carries out one order of `solamen consent` or `solamen people` in the run on this ROS domain."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from typing import Any

from solamen_msgs import action, msg, srv

from solamen.core.states import Consent
from solamen.nodes.clock import to_seconds, to_stamp
from solamen.nodes.consent import PERSON
from solamen.nodes.qos import RECORD, STATE
from solamen.nodes.send import FOUND_WITHIN_S, NotDone, Sender, carry_out
from solamen.people.care import ASKED_S
from solamen.session.service import FORGOTTEN_WITHIN_S

WHOSE = "people"


class PeopleSender(Sender):
    """A node that asks the people process for one thing and goes."""

    def _consent(self, hours: float | None = None, **fields: Any) -> str:
        if hours is not None:
            fields["expires"] = to_stamp(self._clock.now_s() + 3600.0 * hours)
        answer = self._serve(srv.SetConsent, "set_consent", WHOSE, **fields)
        named, level = fields.get("person_id", ""), Consent(fields["consent"])
        of = f" of {named}" if named else ""
        told = f"; {answer.message}" if answer.message else ""
        return self._accepted(answer, f"the consent{of} is {level.name.lower()}{told}{self._but(level, named)}")

    def _but(self, level: Consent, named: str) -> str:
        """What else must be known of a consent that was just given to whoever is in care; empty: nothing."""
        standing = json.loads(self._standing()) if level > Consent.NONE else {}
        if not standing or (named and named != standing["person_id"]):
            return ""
        if Consent[standing["consent"].upper()] < level:
            return f", but for now {standing['consent']} holds: {standing['reason']}"
        if level == Consent.LEARN and not standing["person_id"]:
            return ", but nothing is learned of somebody unknown: solamen people confirm ID, then give it again"
        return ""

    def _ask(self, consent: int, person_id: str) -> str:
        """Has the robot ask the person, and waits for their answer."""
        level = Consent(consent).name.lower()
        answers: list[str] = []
        self.node.create_subscription(msg.Marker, "markers", lambda mark: answers.append(_answer(mark, level)), RECORD)
        self._until(lambda: self.node.count_publishers("markers") > 0, FOUND_WITHIN_S)
        answer = self._serve(srv.SetConsent, "set_consent", WHOSE, consent=consent, person_id=person_id, ask=True)
        self._accepted(answer, "")
        if not self._until(lambda: any(answers), ASKED_S):
            raise NotDone("the robot did not get to ask; see what it does instead, and try again")
        said = next(filter(None, answers))
        standing = json.loads(self._standing())["consent"]
        if said in ("yes", "no"):
            told = f"; {answer.message}" if said == "yes" and answer.message else ""
            return f"the person said {said} to {level}; the consent is {standing}{told}"
        raise NotDone(f"{said}; the consent is still {standing}")

    def _confirm(self, person_id: str) -> str:
        answer = self._serve(srv.ConfirmPerson, "confirm_person", WHOSE, person_id=person_id)
        return self._accepted(answer, f"{person_id or 'nobody known'} is in care; {answer.message}")

    def _forget(self, person_id: str) -> str:
        answer = self._serve(srv.ForgetPerson, "forget_person", WHOSE, within_s=FORGOTTEN_WITHIN_S, person_id=person_id)
        told = f"; {answer.message}" if answer.message else ""
        return self._accepted(answer, f"{person_id} is forgotten{told}")

    def _calibrate(self, person_id: str, modality: list[str], duration_s: float) -> str:
        goal = {"person_id": person_id, "modality": modality, "duration_s": duration_s}
        return self._act(action.Calibrate, "calibrate", within_s=5.0 * duration_s, **goal)

    def _standing(self) -> str:
        """What holds, as JSON."""
        told: list[msg.PersonInCare] = []
        self.node.create_subscription(msg.PersonInCare, PERSON, told.append, STATE)
        if not self._until(lambda: bool(told), FOUND_WITHIN_S):
            raise NotDone("the people process does not tell")
        newest = told[-1]
        words = {name: getattr(newest, name) for name in ("person_id", "reason", "who", "relation", "scope")}
        expires_s = to_seconds(newest.expires)
        content = {"consent": Consent(newest.consent).name.lower(), "withdrawn": newest.withdrawn, **words}
        return json.dumps({**content, "expires_s": expires_s if math.isfinite(expires_s) and expires_s else None})

    def _accepted(self, answer: Any, done: str) -> str:
        if not answer.success:
            raise NotDone(answer.message or "it was refused without a reason")
        return done


def _answer(mark: msg.Marker, level: str) -> str:
    """What a marker says of the answer to a question for this consent; empty: nothing."""
    asked, _, answer = mark.value.partition(": ")
    return answer if mark.name == "consent" and asked == level else ""


def main(arguments: Sequence[str] | None = None) -> None:
    """Carries out an order."""
    carry_out(PeopleSender, arguments)


if __name__ == "__main__":
    main()
