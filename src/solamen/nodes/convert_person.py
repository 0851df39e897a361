"""What a person does and what humans tell, as messages and back; malformed ones raise ValueError in one sentence."""

from __future__ import annotations

import math
from collections.abc import Sequence

from solamen_msgs import msg

from solamen.core.cues import Cue
from solamen.core.intents import HumanCall
from solamen.core.states import Company
from solamen.nodes.clock import to_seconds, to_stamp

_KIND_LETTERS_MAX = 40


def cue_message(cue: Cue) -> msg.PersonCue:
    """A cue as a message."""
    message = msg.PersonCue(kind=cue.kind, place=cue.place, source=cue.source)
    message.header.stamp = to_stamp(cue.stamp_s)
    message.onset = to_stamp(cue.onset_s)
    message.value, message.duration_s = float(cue.value), float(cue.duration_s)
    message.confidence = float(cue.confidence)
    return message


def cue_from(message: msg.PersonCue) -> Cue:
    """A cue from a message."""
    kind = message.kind.strip()
    if not 0 < len(kind) <= _KIND_LETTERS_MAX:
        raise ValueError(f"PersonCue has the kind {kind[:_KIND_LETTERS_MAX]!r}; give it a name such as nod or stop")
    onset_s = to_seconds(message.onset)
    return Cue(
        stamp_s=to_seconds(message.header.stamp),
        kind=kind,
        value=float(message.value),
        place=message.place,
        onset_s=onset_s if onset_s > 0.0 else math.nan,
        duration_s=float(message.duration_s),
        confidence=float(message.confidence),
        source=message.source,
    )


def context_message(company: Company, place: str, procedure: str, stamp_s: float) -> msg.Context:
    """Where and with whom, as a message."""
    message = msg.Context(company=int(company), place=place, procedure=procedure)
    message.header.stamp = to_stamp(stamp_s)
    return message


def context_from(message: msg.Context) -> tuple[Company, str, str]:
    """Company, place and procedure from a message."""
    if message.company not in set(Company):
        raise ValueError(
            f"Context has company {message.company}; use 0 (unknown), 1 (alone), 2 (trusted), 3 (stranger)"
        )
    return Company(message.company), message.place, message.procedure


def call_message(call: HumanCall, reached: Sequence[str]) -> msg.HumanCall:
    """A call as a message, with the channels that it reached."""
    message = msg.HumanCall(
        call_id=call.call_id,
        level=call.level,
        reason=call.reason,
        acknowledged=call.acknowledged,
        reached=list(reached),
    )
    message.header.stamp = to_stamp(call.stamp_s)
    message.since = to_stamp(call.since_s)
    return message


def call_from(message: msg.HumanCall) -> HumanCall:
    """A call from a message."""
    stamp_s, since_s = to_seconds(message.header.stamp), to_seconds(message.since)
    return HumanCall(stamp_s, message.call_id, message.level, message.reason, since_s, message.acknowledged)


def marker_message(name: str, value: str, stamp_s: float, source: str = "behavior") -> msg.Marker:
    """An event for the record."""
    message = msg.Marker(name=name, value=value, source=source)
    message.header.stamp = to_stamp(stamp_s)
    return message
