"""The consent of a person from one session to the next."""

from __future__ import annotations

import math
from dataclasses import replace

from solamen.core.errors import OutsideError, of_words
from solamen.core.states import Consent
from solamen.people.consent import AS_STARTED, ConsentLedger, Standing, Statement
from solamen.people.memory import Memory
from solamen.people.times import day

CONSENT = "consent"
CLOCK_SLACK_S = 60.0
"""What was said so long after now was said before the clock was set back, and nobody knows how long ago."""


def keep_consent(memory: Memory, person_id: str, ledger: ConsentLedger, statement: Statement) -> None:
    """Keeps what was said, and who said it in the log; what ends with the session is not taken into the next."""
    memory.add(person_id, CONSENT, ledger.as_dict(), statement.stamp_s, _event(statement))


def note_start(memory: Memory, person_id: str, level: Consent, stamp_s: float) -> None:
    """Notes in the log the consent that a run was started with; of whom nothing may be stored, nothing is noted."""
    if level >= Consent.RECORD:
        memory.enrol(person_id, stamp_s)
    if level > Consent.NONE and memory.knows(person_id):
        memory.note(person_id, f"consent: {level.name.lower()}, {AS_STARTED}", stamp_s)


def keep_new_end(memory: Memory, person_id: str, ledger: ConsentLedger, now_s: float) -> None:
    """Keeps what holds on a clock that was set back."""
    memory.add(person_id, CONSENT, ledger.as_dict(), now_s, "consent: its end moved with the clock, which was set back")


def recall_consent(memory: Memory, person_id: str, now_s: float) -> ConsentLedger | None:
    """What still holds of a person's consent: refusals, and what is known not to have ended; None: nothing."""
    record = memory.latest(person_id, CONSENT)
    if record is None:
        return None
    kept = ConsentLedger.from_dict(record)
    kept.own, kept.proxy = _lasting(kept.own, now_s), _lasting(kept.proxy, now_s)
    return kept if kept.own or kept.proxy else None


def say_between_runs(memory: Memory, person_id: str, statement: Statement) -> Standing:
    """Keeps what was said while no run is going on; gives what holds from then on, also for the next run.

    What only lowers what holds needs no time of its own: it holds for as long as that would have.

    Raises:
        OutsideError: nothing would be left of it by the next run, or the person's own word forbids it.
    """
    now_s, place = statement.stamp_s, "solamen consent"
    ledger = recall_consent(memory, person_id, now_s) or ConsentLedger()
    if statement.level > Consent.NONE and not math.isfinite(statement.expires_s):
        before = ledger.standing(now_s)
        if before.statement is None or statement.level >= before.level:
            what = (
                "without a run with the person, consent needs a time for which it holds; else it ends with the session"
            )
            raise OutsideError(what, place, "Give --hours.")
        statement = replace(statement, expires_s=before.statement.expires_s)
    if problem := ledger.say(statement, now_s):
        raise of_words(problem, place, "Ask the person.")
    keep_consent(memory, person_id, ledger, statement)
    return ledger.standing(now_s)


def _event(statement: Statement) -> str:
    """What the log says of a statement: what was agreed to, by whom, what for, and until when."""
    by = statement.who if statement.by_proxy else "the person"
    words = f"consent: {statement.level.name.lower()} by {by}"
    words += f" ({statement.relation})" if statement.relation.strip() else ""
    words += f", {statement.scope}" if statement.scope.strip() else ""
    if statement.level > Consent.NONE:
        words += f", until {day(statement.expires_s)}" if math.isfinite(statement.expires_s) else ", until the run ends"
    return " ".join(words.split())


def _lasting(statement: Statement | None, now_s: float) -> Statement | None:
    if statement is None or statement.level == Consent.NONE:
        return statement
    lasts = math.isfinite(statement.expires_s) and not statement.over(now_s)
    return statement if lasts and statement.stamp_s <= now_s + CLOCK_SLACK_S else None
