"""The commands `solamen consent` and `solamen report`; `solamen people` stands in `cli_people_actions`."""

from __future__ import annotations

import argparse
import json
import math

from solamen.cli_people_actions import add_people_actions, known, people_memory
from solamen.core.clock import SystemClock
from solamen.core.errors import OutsideError
from solamen.core.states import Consent

ASKED_WITHIN_S = 120.0
"""Until the robot has asked and the person has answered, or not."""
HOURS_MOST = 24.0 * 365.0
"""Longer than a year nobody remembers what they agreed to."""
LEVELS = [level.name.lower() for level in Consent]


def add_people(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Adds the commands to those of `solamen`."""
    _add_consent(commands)
    _add_report(commands)
    add_people_actions(commands)


def _add_consent(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    consent = commands.add_parser(
        "consent",
        help="what the person agreed to: show it, set it, take it back",
        description="Consent is none (presence only), observe (estimate, store nothing), record (also write) or learn"
        " (also learn about this person). The person's own refusal wins over any proxy.",
    )
    actions = consent.add_subparsers(required=True, metavar="ACTION")
    show = actions.add_parser("show", help="what holds in the run on this machine, or of a person where there is none")
    show.add_argument("--person", default="", metavar="ID", help="of whom, where no run is going on")
    show.add_argument("--json", action="store_true", help="one JSON object, nothing else")
    show.set_defaults(command=_show_consent)
    setting = actions.add_parser("set", help="what the person agreed to, in their own word or by proxy")
    setting.add_argument("level", choices=LEVELS)
    _add_statement(setting)
    setting.set_defaults(command=_set_consent)
    asking = actions.add_parser("ask", help="have the robot ask the person in words; only their own answer counts")
    asking.add_argument("level", choices=LEVELS[1:])
    asking.add_argument("--person", default="", metavar="ID", help="whom (default: who is in care)")
    asking.set_defaults(command=_ask_consent)
    revoke = actions.add_parser("revoke", help="take it back: nothing is told or written of the person from now on")
    revoke.add_argument("--person", default="", metavar="ID", help="whose consent (default: who is in care)")
    revoke.add_argument("--proxy", metavar="ROLE", help="who takes it back for the person: a role, never a name")
    revoke.add_argument("--relation", metavar="WORDS", help="of the proxy to the person; may be left out")
    revoke.set_defaults(command=_set_consent, level="none", scope="", hours=None)


def _add_statement(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("--person", default="", metavar="ID", help="whose consent (default: who is in care)")
    add("--proxy", metavar="ROLE", help="who consents for the person: a role, never a name")
    add("--relation", metavar="WORDS", help="of the proxy to the person")
    add("--scope", default="", metavar="WORDS", help="what it is for")
    add("--hours", type=float, metavar="H", help="until it ends by itself (default: with the session)")


def _refuse_half_a_proxy(parsed: argparse.Namespace) -> None:
    """What a proxy says must never be taken for the person's own word, which outranks every proxy."""
    blank = parsed.proxy is not None and not parsed.proxy.strip()
    if blank or (parsed.proxy is None and parsed.relation is not None):
        what = "the proxy has no role" if blank else "a relation is a proxy's, but none is named"
        raise OutsideError(what, "--proxy", "Give --proxy ROLE, or neither where it is the person's own word.")


def _set_consent(parsed: argparse.Namespace) -> int:
    from solamen.session.service import ask_people, run_is_going_on

    _refuse_half_a_proxy(parsed)
    if parsed.hours is not None and not 0.0 < parsed.hours <= HOURS_MOST:
        what = f"the consent is to hold for {parsed.hours:g} hours, but that must be above 0 and at most {HOURS_MOST:g}"
        raise OutsideError(what, "--hours", "Give how long it is to hold, such as --hours 2.")
    if not run_is_going_on():
        return _keep_consent(parsed)
    statement = {
        "consent": int(Consent[parsed.level.upper()]),
        "person_id": parsed.person,
        "by_proxy": parsed.proxy is not None,
        "who": parsed.proxy or "",
        "relation": parsed.relation or "",
        "scope": parsed.scope,
    }
    print(ask_people("consent", hours=parsed.hours, **statement))
    return 0


def _keep_consent(parsed: argparse.Namespace) -> int:
    """What is said of a person while no run is going on counts from the next one on."""
    from solamen.people.consent import Statement
    from solamen.people.kept_consent import say_between_runs

    if not parsed.person:
        what = "no run is going on, so it must be said whose consent this is"
        raise OutsideError(what, "solamen consent", "Give --person ID; it then counts from the next run on.")
    now_s = SystemClock().now_s()
    statement = Statement(
        level=Consent[parsed.level.upper()],
        stamp_s=now_s,
        by_proxy=parsed.proxy is not None,
        who=parsed.proxy or "",
        relation=parsed.relation or "",
        scope=parsed.scope,
        expires_s=math.nan if parsed.hours is None else now_s + 3600.0 * parsed.hours,
    )
    with people_memory() as memory:
        standing = say_between_runs(memory, parsed.person, statement)
    level = _with_end(standing.level.name.lower(), standing.expires_s)
    print(f"the consent of {parsed.person} is {level}: {standing.reason}")
    return 0


def _with_end(level: str, expires_s: float) -> str:
    """A level and until when it holds, such as "record until 14:30"; NaN: with the run."""
    from solamen.people.times import until

    return level if level == LEVELS[0] else f"{level} {until(expires_s, SystemClock().now_s())}"


def _show_kept(person_id: str, as_json: bool) -> int:
    """What the next run with a person would begin with."""
    from solamen.people.consent import ConsentLedger
    from solamen.people.kept_consent import recall_consent

    now_s = SystemClock().now_s()
    with people_memory() as memory:
        known(memory, person_id)
        memory.note(person_id, "looked at consent", now_s)
        ledger = recall_consent(memory, person_id, now_s)
    standing = (ledger or ConsentLedger()).standing(now_s)
    reason = standing.reason if ledger else "nothing that was said still holds"
    level, expires_s = standing.level.name.lower(), standing.expires_s
    end_s = expires_s if math.isfinite(expires_s) else None
    told = {"person_id": person_id, "consent": level, "reason": reason, "expires_s": end_s}
    print(json.dumps(told) if as_json else f"{_with_end(level, expires_s)}: {reason}")
    return 0


def _ask_consent(parsed: argparse.Namespace) -> int:
    from solamen.session.service import ask_people

    level = int(Consent[parsed.level.upper()])
    print(ask_people("ask", timeout_s=ASKED_WITHIN_S, consent=level, person_id=parsed.person))
    return 0


def _show_consent(parsed: argparse.Namespace) -> int:
    from solamen.session.service import ask_people, run_is_going_on

    if parsed.person and not run_is_going_on():
        return _show_kept(parsed.person, parsed.json)
    standing = ask_people("standing")
    if parsed.json:
        print(standing)
        return 0
    told = json.loads(standing)
    level = _with_end(told["consent"], math.nan if told["expires_s"] is None else told["expires_s"])
    print(f"{level}: {told['reason']}" + (" (withdrawn)" if told["withdrawn"] else ""))
    return 0


def _add_report(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    report = commands.add_parser(
        "report",
        help="tell a run how much pain the person says they have, 0 to 10",
        description="The person's own word outranks every sensor.",
    )
    report.add_argument("value", help="0 (none) to 10 (worst)")
    report.add_argument("--caregiver", action="store_true", help="a caregiver says so, not the person")
    report.set_defaults(command=_report)


def _report(parsed: argparse.Namespace) -> int:
    from solamen.session.service import send

    print(send(["report", parsed.value, *(["caregiver"] if parsed.caregiver else [])]))
    return 0
