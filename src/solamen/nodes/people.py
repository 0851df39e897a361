"""The people node: who is in care and what they agreed to; everybody else obeys what it tells."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from geometry_msgs.msg import PointStamped
from solamen_msgs import msg, srv

from solamen.core.errors import OutsideError
from solamen.core.states import Consent
from solamen.nodes.clock import to_seconds, to_stamp
from solamen.nodes.consent import ANSWERED, PERSON, WITHDRAW, refused_since
from solamen.nodes.people_aliases import AliasWatch
from solamen.nodes.people_calibration import CalibrationDesk
from solamen.nodes.people_memory import Remembering
from solamen.nodes.qos import ESTIMATE, RECORD, STATE
from solamen.nodes.runtime import keep, kept
from solamen.nodes.shell import Shell, main_of
from solamen.people.care import Care
from solamen.people.consent import Standing, Statement
from solamen.people.settings import PeopleSettings
from solamen.people.times import until

KEPT = "people"
CHECK_PERIOD_S = 0.1
CLOCK_STEP_S = 1.0
"""Set back by less at once, the clock is only put right a little."""
FILES_CLOSED_S = 1.0
"""So long a recorder may take to close its files after consent was withdrawn."""
NO_RECORDING = "this run writes no recording, as it began with less; start a new one to record"
FORGETTING = "somebody else is being forgotten; recording goes on when that is done"


class PeopleNode(Shell[PeopleSettings]):
    """Holds identity and consent."""

    settings_type = PeopleSettings
    options = {"run_consent": "none", "person_id": "", "out": ""}  # noqa: RUF012 (declared as ClassVar in Shell)

    def __init__(self, **arguments: Any) -> None:
        self._remembering: Remembering | None = None
        self._calibration: CalibrationDesk | None = None
        super().__init__("people", **arguments)

    def start(self) -> None:
        """Takes up what was said in this run, and tells it."""
        self._leaving = threading.Event()
        self._forgetting: threading.Thread | None = None
        self._waits = False
        before = kept(KEPT)
        person_id = "" if before else str(self.option("person_id"))
        self._remembering = keeper = Remembering(self, str(self.option("out")))
        self._care = Care(Consent[self.option("run_consent").upper()], person_id, keeper.recall)
        if before:
            self._care.resume(before)
        self._clock_was = (self.solamen_clock.now_s(), self.solamen_clock.monotonic_ns())
        if before:
            self._clock_was = (float(before["told_s"]), int(before["told_ns"]))
        self._told: dict[str, Any] = {}
        self._person = self.create_publisher(msg.PersonInCare, PERSON, STATE)
        self._choose = self.create_publisher(PointStamped, "face/choose", ESTIMATE)
        self.listen(msg.ActionUnits, "face/action_units", self._on_units, ESTIMATE)
        AliasWatch(self, self._care.aliases)
        self.listen(msg.Marker, "markers", self._on_marker, RECORD)
        self.listen(msg.PersonCue, "cues", self._on_cue, ESTIMATE)
        self._serve(srv.SetConsent, "set_consent", self._set_consent)
        self._serve(srv.ConfirmPerson, "confirm_person", self._confirm)
        self._serve(srv.ForgetPerson, "forget_person", self._forget)
        self._serve(srv.GetBaseline, "get_baseline", self._get_baseline)
        self._calibration = CalibrationDesk(self, self._no_calibration, keeper.keep_baseline)
        self._hear_what_was_missed(before)
        self.tell()
        self.every(CHECK_PERIOD_S, self.tell)

    def _hear_what_was_missed(self, before: dict[str, Any] | None) -> None:
        """What the person said while this process was away counts as if it had been there."""
        if refused_since(before):
            self.guard(self._on_cue)(msg.PersonCue(kind=WITHDRAW))
        answered = kept(ANSWERED)
        if answered is not None and before is not None and int(answered["heard_ns"]) > int(before["told_ns"]):
            self.guard(self._on_marker)(msg.Marker(name="consent", value=str(answered["value"])))

    def finish(self) -> None:
        """Lets go of the store."""
        if self._calibration is not None:
            self._calibration.destroy()
        if self._remembering is not None:
            self._remembering.close()
        self._calibration = self._remembering = None

    def figures(self) -> dict[str, Any]:
        """What holds; never who."""
        if not self.active:
            return {}
        standing = self._care.standing(self.solamen_clock.now_s())
        return {"consent": standing.level.name.lower(), "confirmed": bool(self._care.person_id)}

    def tell(self) -> None:
        """Publishes who is in care and what holds, where that has changed."""
        now_s, told_ns, care = self.solamen_clock.now_s(), self.solamen_clock.monotonic_ns(), self._care
        self._mind_the_clock(now_s, told_ns)
        standing = self._standing(now_s)
        statement = standing.statement
        expires_s = standing.expires_s
        words = {name: getattr(statement, name, "") for name in ("who", "relation", "scope")}
        content = {
            "person_id": care.person_id,
            "reason": standing.reason,
            "consent": int(standing.level),
            "withdrawn": standing.withdrawn,
            "by_proxy": statement is not None and statement.by_proxy,
            "asked": int(care.asked(now_s)),
            **words,
        }
        if {**content, "expires_s": repr(expires_s)} == self._told:
            return
        self._told = {**content, "expires_s": repr(expires_s)}
        keep(KEPT, {**care.as_dict(), "told_ns": told_ns, "told_s": now_s})
        keep(PERSON, {**content, "expires_s": expires_s, "told_ns": told_ns})
        message = msg.PersonInCare(**content, expires=to_stamp(expires_s))
        message.header.stamp = to_stamp(now_s)
        self._person.publish(message)
        if self._remembering is not None:
            self.guard(self._remembering.follow)(care.person_id, standing, now_s)

    def _mind_the_clock(self, now_s: float, now_ns: int) -> None:
        """A clock that is set back makes nobody's consent last longer."""
        before_s, before_ns = self._clock_was
        self._clock_was = (now_s, now_ns)
        set_back_s = (now_ns - before_ns) * 1e-9 - (now_s - before_s)
        if set_back_s > CLOCK_STEP_S and self._care.clock_set_back(set_back_s) and self._remembering is not None:
            self.guard(self._remembering.clock_set_back)(self._care.consent_of, self._care.ledger)

    def _standing(self, now_s: float) -> Standing:
        """What holds; while somebody is taken out of what was recorded, the others are not recorded."""
        standing = self._care.standing(now_s)
        waits = self._waits or (self._forgetting is not None and self._forgetting.is_alive())
        if waits and standing.level > Consent.OBSERVE:
            return replace(standing, level=Consent.OBSERVE, reason=FORGETTING)
        return standing

    def _on_units(self, message: msg.ActionUnits) -> None:
        now_s = self.solamen_clock.now_s()
        observed = self._care.standing(now_s).level >= Consent.OBSERVE
        if observed and self._care.see(message.face_present, message.person_id, now_s):
            self.tell()

    def _serve(self, kind: Any, name: str, work: Callable[[Any, Any], str]) -> None:
        """Serves; `work` takes request and response and gives back what was wrong, or an empty text."""

        def serve(request: Any, response: Any) -> Any:
            try:
                problem = work(request, response)
                response.success, response.message = not problem, problem or response.message
            except OutsideError as error:
                response.success, response.message = False, str(error)
            except Exception as error:
                response.success, response.message = False, f"{name} failed: {type(error).__name__}: {error}"
                self.mishap(response.message)
            self.tell()
            return response

        self.create_service(kind, name, serve)

    def _set_consent(self, request: Any, response: Any) -> str:
        now_s, care = self.solamen_clock.now_s(), self._care
        if request.consent not in set(Consent):
            return f"consent is {request.consent}, but must be 0 (none), 1 (observe), 2 (record) or 3 (learn). Give one"
        named = care.aliases.resolve(request.person_id)  # empty: an alias of two persons is nobody
        statement = _statement(request, now_s)
        if request.ask and (request.by_proxy or request.who or request.relation):
            return "only the person's own answer counts where they are asked. Name no proxy and no relation"
        if request.person_id and (not named or named != care.consent_of):
            if named and not request.ask and self._remembering is not None:
                response.message = _how_long(self._remembering.said_of_another(named, statement), now_s)
                return ""
            first = (
                f"Confirm who it is: solamen people confirm {named}" if named else "Give the id: solamen people list"
            )
            return f"{request.person_id[:40]} is not in care here. {first}"
        if request.ask:
            response.message = self._not_recorded(statement.level)
            return care.ask(statement.level, now_s)
        problem = care.say(statement, now_s)
        if not problem:
            self._said(statement)
            told = (_how_long(care.ledger.standing(now_s), now_s), self._not_recorded(statement.level))
            response.message = "; ".join(filter(None, told))
        return problem

    def _not_recorded(self, level: Consent) -> str:
        """What must be known of consent to record in a run that has no folder and no recorder; empty: nothing."""
        return NO_RECORDING if level >= Consent.RECORD and not self.option("out") else ""

    def _said(self, statement: Statement) -> None:
        """Something was said of consent: it is told first, as nothing may hold it up, and then kept."""
        self.tell()
        if self._remembering is not None:
            self._remembering.said(self._care.consent_of, self._care.ledger, statement)

    def _on_cue(self, message: msg.PersonCue) -> None:
        """Who says that they want to be watched no longer is not asked twice."""
        said = self._care.refused(self.solamen_clock.now_s()) if message.kind == WITHDRAW else None
        if said is not None:
            self._said(said)

    def _on_marker(self, message: msg.Marker) -> None:
        """What the person answered when the robot asked them for consent."""
        level, _, answer = message.value.partition(": ")
        if message.name != "consent" or level.upper() not in Consent.__members__:
            return
        said = self._care.answered(Consent[level.upper()], answer, self.solamen_clock.now_s())
        if said is not None:
            self._said(said)
        self.tell()

    def _confirm(self, request: Any, response: Any) -> str:
        problem = self._care.confirm(request.person_id)
        if not problem:
            self.tell()
            standing = self._standing(self.solamen_clock.now_s())
            response.message = f"the consent is {standing.level.name.lower()}: {standing.reason}"
            whoever_is_in_view = PointStamped()
            whoever_is_in_view.point.x = whoever_is_in_view.point.y = math.nan
            self._choose.publish(whoever_is_in_view)
        return problem

    def _forget(self, request: Any, response: Any) -> str:
        """Withdraws first, so that nobody writes on, then destroys; the recorder has closed its files by then."""
        care, now_s, keeper = self._care, self.solamen_clock.now_s(), self._remembering
        person_id = care.aliases.resolve(request.person_id)
        if keeper is None or not person_id:
            return "the people process ends" if keeper is None else "give the id of the person who is to be forgotten"
        if person_id == care.consent_of:
            care.say(Statement(level=Consent.NONE, stamp_s=now_s), now_s)
            care.confirm("")
            care.say(Statement(level=Consent.NONE, stamp_s=now_s), now_s)
        elif not (keeper.in_this_run(person_id) and care.standing(now_s).level >= Consent.RECORD):
            return self._destroy(keeper, person_id, response)
        self._waits = True
        try:
            self.tell()
            self._leaving.wait(FILES_CLOSED_S)
            return self._destroy(keeper, person_id, response)
        finally:
            self._waits = False

    def _destroy(self, keeper: Remembering, person_id: str, response: Any) -> str:
        done = keeper.forget(person_id)
        if done.left:  # in a thread of its own: consent can be taken back meanwhile
            self._forgetting = threading.Thread(target=keeper.end_forgetting, name="forgetting", daemon=True)
            self._forgetting.start()
        response.message = "; ".join(done.of_others())
        missed = [str(path) for path in done.missed]
        told = [f"forgotten, but these could not be reached: {', '.join(missed)}", *done.of_others()]
        return "; ".join(told) if missed else ""

    def _get_baseline(self, request: Any, response: Any) -> str:
        person_id = self._care.aliases.resolve(request.person_id)
        if not person_id or self._remembering is None:
            return "an anonymous person has no baseline"
        baseline = self._remembering.baseline(person_id, request.modality, request.version)
        if baseline is None:
            return f"no such baseline of {request.modality[:20]} is kept"
        response.baseline = baseline
        return ""

    def _no_calibration(self, named: str) -> str:
        person_id = self._care.aliases.resolve(named)
        standing, lacks, ask = self._care.standing(self.solamen_clock.now_s()), "", "solamen consent ask record"
        if standing.level < Consent.RECORD:
            holds = f"{standing.level.name.lower()} holds ({standing.reason})"
            lacks = f"to keep a baseline needs consent to record, but {holds}"
        if not person_id or person_id != self._care.person_id:
            what = f"a baseline is kept of a person who is confirmed alone{lacks and f'; {lacks}'}"
            return f"{what}. Confirm who it is: solamen people confirm {person_id or 'ID'}{lacks and f'; then {ask}'}"
        return f"{lacks}. Ask the person: {ask}" if lacks else ""


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


def _how_long(standing: Standing, now_s: float) -> str:
    """Until when a consent holds, in words; empty where there is none."""
    return f"it holds {until(standing.expires_s, now_s)}" if standing.level > Consent.NONE else ""


main = main_of("people", PeopleNode)

if __name__ == "__main__":
    main()
