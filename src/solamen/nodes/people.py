"""The people node: who is in care and what they agreed to; everybody else obeys what it tells."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from geometry_msgs.msg import PointStamped
from solamen_msgs import msg, srv

from solamen.core.states import Consent
from solamen.nodes.clock import to_seconds, to_stamp
from solamen.nodes.consent import PERSON
from solamen.nodes.qos import ESTIMATE, STATE
from solamen.nodes.runtime import keep, kept
from solamen.nodes.shell import Shell, main_of
from solamen.people.care import Care
from solamen.people.consent import Statement
from solamen.people.settings import PeopleSettings

KEPT = "people"
CHECK_PERIOD_S = 0.1


class PeopleNode(Shell[PeopleSettings]):
    """Holds identity and consent."""

    settings_type = PeopleSettings
    options = {"run_consent": "none", "person_id": ""}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        super().__init__("people", **arguments)

    def start(self) -> None:
        """Takes up what was said in this run, and tells it."""
        before = kept(KEPT)
        person_id = "" if before else str(self.option("person_id"))
        self._care = Care(Consent[self.option("run_consent").upper()], person_id)
        if before:
            self._care.resume(before)
        self._told: dict[str, Any] = {}
        self._person = self.create_publisher(msg.PersonInCare, PERSON, STATE)
        self._choose = self.create_publisher(PointStamped, "face/choose", ESTIMATE)
        self.listen(msg.ActionUnits, "face/action_units", self._on_units, ESTIMATE)
        self._serve(srv.SetConsent, "set_consent", self._set_consent)
        self._serve(srv.ConfirmPerson, "confirm_person", self._confirm)
        self.tell()
        self.every(CHECK_PERIOD_S, self.tell)

    def figures(self) -> dict[str, Any]:
        """What holds; never who."""
        if not self.active:
            return {}
        standing = self._care.standing(self.solamen_clock.now_s())
        return {"consent": standing.level.name.lower(), "confirmed": bool(self._care.person_id)}

    def tell(self) -> None:
        """Publishes who is in care and what holds, where that has changed."""
        now_s = self.solamen_clock.now_s()
        standing, care = self._care.standing(now_s), self._care
        statement = standing.statement
        expires_s = statement.expires_s if statement is not None else math.nan
        words = {name: getattr(statement, name, "") for name in ("who", "relation", "scope")}
        content = {
            "person_id": care.person_id,
            "reason": standing.reason,
            "consent": int(standing.level),
            "withdrawn": standing.withdrawn,
            "by_proxy": statement is not None and statement.by_proxy,
            **words,
        }
        if {**content, "expires_s": repr(expires_s)} == self._told:
            return
        self._told = {**content, "expires_s": repr(expires_s)}
        keep(KEPT, care.as_dict())
        keep(PERSON, {**content, "expires_s": expires_s})
        message = msg.PersonInCare(**content, expires=to_stamp(expires_s))
        message.header.stamp = to_stamp(now_s)
        self._person.publish(message)

    def _on_units(self, message: msg.ActionUnits) -> None:
        now_s = self.solamen_clock.now_s()
        if self._care.standing(now_s).level >= Consent.OBSERVE:
            if self._care.see(message.face_present, message.person_id, now_s):
                self.tell()

    def _serve(self, kind: Any, name: str, work: Callable[[Any], str]) -> None:
        """Serves; `work` gives back what was wrong with a request, or an empty text."""

        def serve(request: Any, response: Any) -> Any:
            problem = self.guard(work)(request)
            response.message = "the people process failed; see its log" if problem is None else problem
            response.success = not response.message
            self.tell()
            return response

        self.create_service(kind, name, serve)

    def _set_consent(self, request: Any) -> str:
        now_s = self.solamen_clock.now_s()
        if request.consent not in set(Consent):
            return f"consent is {request.consent}, but must be 0 (none), 1 (observe), 2 (record) or 3 (learn)"
        return self._say(_statement(request, now_s), request.person_id, now_s)

    def _say(self, statement: Statement, named: str, now_s: float) -> str:
        person_id = self._care.aliases.resolve(named)
        if named and person_id != self._care.consent_of:
            return f"{named[:40]} is not in care here; a human must confirm who it is first"
        return self._care.say(statement, now_s)

    def _confirm(self, request: Any) -> str:
        problem = self._care.confirm(request.person_id)
        if not problem:
            self.tell()
            whoever_is_in_view = PointStamped()
            whoever_is_in_view.point.x = whoever_is_in_view.point.y = math.nan
            self._choose.publish(whoever_is_in_view)
        return problem


def _statement(request: Any, now_s: float) -> Statement:
    return Statement(
        level=Consent(request.consent),
        stamp_s=now_s,
        by_proxy=request.by_proxy,
        who=request.who,
        relation=request.relation,
        scope=request.scope,
        expires_s=to_seconds(request.expires) or math.nan,
    )


main = main_of("people", PeopleNode)

if __name__ == "__main__":
    main()
