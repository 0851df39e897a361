"""What `solamen send` may tell a run, from the words of the command line."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from solamen.core.errors import OutsideError
from solamen.core.states import Company

CUES = ("nod", "shake", "yes", "no", "stop", "help", "who", "goodbye", "speech")
"""What the person does, in one word."""

USAGE = """\
what the person does or says:
  nod | shake | yes | no | stop | help | speech
  who | goodbye                  asks who the robot is; takes leave
  number 7                       a number, as an answer
  report 6 [caregiver]           pain from 0 to 10, in the person's or a caregiver's word
  respiration 12 [30]            breaths a minute, for so many seconds (synthetic)
what humans around tell:
  company alone|trusted|stranger|unknown
  context [company=…] [place=…] [procedure=…]
  acknowledge [CALL] [by=nurse]  somebody is coming (the open call, where none is named)
  mode companion|mirror_only|still|delayed|incongruent|sham|scripted [delay=0.5] [study=…] [experimenter=…]
  forbid NAME… | lock NAME | free
what the robot shall do:
  say "text" [de]                speak
  gesture nod                    play a gesture
  breathe 6 [120]                lead breathing at so many breaths a minute, for so many seconds
"""

Order = dict[str, Any]


def read_order(words: Sequence[str]) -> Order:
    """An order, ready to be carried out by `solamen.nodes.send`.

    Raises:
        OutsideError: it is none; says which word is wrong.
    """
    if not words:
        raise _wrong("there is nothing to send")
    name, rest = words[0], list(words[1:])
    if name in CUES:
        return _nothing_more(rest, {"do": "cue", "kind": name, "value": None})
    if name not in _READERS:
        raise _wrong(f"{name[:40]!r} cannot be sent")
    return _READERS[name](rest)


def _number(rest: list[str]) -> Order:
    value = _figure(rest, 0, "a number", 0.0, 10.0)
    return _nothing_more(rest[1:], {"do": "cue", "kind": "number", "value": value})


def _report(rest: list[str]) -> Order:
    value = _figure(rest, 0, "a report", 0.0, 10.0)
    by_proxy = rest[1:2] == ["caregiver"]
    return _nothing_more(rest[2 if by_proxy else 1 :], {"do": "report", "value": value, "by_proxy": by_proxy})


def _respiration(rest: list[str]) -> Order:
    rate = _figure(rest, 0, "breaths a minute", 2.0, 40.0)
    length_s = _figure(rest, 1, "a length in seconds", 1.0, 600.0, 30.0)
    return _nothing_more(rest[2:], {"do": "respiration", "breaths_per_min": rate, "length_s": length_s})


def _company(rest: list[str]) -> Order:
    return _nothing_more(rest[1:], _context([f"company={rest[0] if rest else ''}"]))


def _context(rest: list[str]) -> Order:
    told = _named(rest, "company", "place", "procedure")
    company = told.get("company", "unknown")
    if company.upper() not in Company.__members__:
        raise _wrong(f"company is {company[:40]!r}, but must be alone, trusted, stranger or unknown")
    places = {key: told.get(key, "") for key in ("place", "procedure")}
    return {"do": "context", "company": int(Company[company.upper()]), **places}


def _acknowledge(rest: list[str]) -> Order:
    call_id = rest[0] if rest and "=" not in rest[0] else ""
    told = _named(rest[1 if call_id else 0 :], "by")
    return {"do": "acknowledge", "call_id": call_id, "by": told.get("by", "caregiver")}


def _mode(rest: list[str]) -> Order:
    if not rest:
        raise _wrong("a mode is missing")
    told = _named(rest[1:], "delay", "study", "experimenter")
    delay_s = _figure([told.get("delay", "0")], 0, "delay", 0.0, 1.0)
    study = {"study_id": told.get("study", ""), "experimenter": told.get("experimenter", "")}
    return {"do": "mode", "mode": rest[0], "delay_s": delay_s, **study}


def _forbid(rest: list[str]) -> Order:
    if not rest:
        raise _wrong("the name of a behaviour is missing; `free` forbids none")
    return {"do": "locks", "forbidden": rest, "locked": ""}


def _lock(rest: list[str]) -> Order:
    if len(rest) != 1:
        raise _wrong("one behaviour can be locked; `free` locks none")
    return {"do": "locks", "forbidden": [], "locked": rest[0]}


def _free(rest: list[str]) -> Order:
    return _nothing_more(rest, {"do": "locks", "forbidden": [], "locked": ""})


def _say(rest: list[str]) -> Order:
    if not rest or not rest[0].strip():
        raise _wrong('there is nothing to say; put it in quotes: solamen send say "I am here."')
    return _nothing_more(rest[2:], {"do": "say", "text": rest[0], "language": rest[1] if len(rest) > 1 else "en"})


def _gesture(rest: list[str]) -> Order:
    if not rest:
        raise _wrong("the name of a gesture is missing")
    return _nothing_more(rest[1:], {"do": "gesture", "name": rest[0]})


def _breathe(rest: list[str]) -> Order:
    rate = _figure(rest, 0, "breaths a minute", 4.0, 12.0)
    length_s = _figure(rest, 1, "a length in seconds", 10.0, 3600.0, 120.0)
    return _nothing_more(rest[2:], {"do": "breathe", "breaths_per_min": rate, "length_s": length_s})


_READERS: dict[str, Callable[[list[str]], Order]] = {
    "number": _number,
    "report": _report,
    "respiration": _respiration,
    "company": _company,
    "context": _context,
    "acknowledge": _acknowledge,
    "mode": _mode,
    "forbid": _forbid,
    "lock": _lock,
    "free": _free,
    "say": _say,
    "gesture": _gesture,
    "breathe": _breathe,
}


def _figure(words: list[str], at: int, what: str, low: float, high: float, default: float = math.nan) -> float:
    """A number within its range at a place of the words."""
    try:
        value = float(words[at].replace(",", ".")) if at < len(words) else default  # 7,5 as half of Europe writes it
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        given = repr(words[at][:20]) if at < len(words) else "missing"
        raise _wrong(f"{what} is {given}, but must be from {low:g} to {high:g}")
    return value


def _named(words: Sequence[str], *keys: str) -> dict[str, str]:
    """Words such as place=ward."""
    told = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals or key not in keys:
            raise _wrong(f"{word[:40]!r} is not understood; use {', '.join(f'{key}=…' for key in keys)}")
        told[key] = value
    return told


def _nothing_more(rest: Sequence[str], order: Order) -> Order:
    if rest:
        raise _wrong(f"{rest[0][:40]!r} is one word too many; put a text in quotes")
    return order


def _wrong(what: str) -> OutsideError:
    return OutsideError(what, "solamen send", "See: solamen send --help.")
