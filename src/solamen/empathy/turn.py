"""What comes out of one tick."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.intents import BehaviorStatus, Expression, GestureRequest, HumanCall, Utterance
from solamen.core.states import SelfReport


@dataclass(frozen=True)
class Turn:
    """All that the companion asks of the world at a tick.

    Attributes:
        expression: what to show where no frame has come to be answered, else None.
        status: what the robot does and why.
        utterances: what to say; an empty text means silence at once.
        gestures: what to play; an empty name ends the one that is playing.
        calls: calls for a human, new or again; each is to be passed on at once.
        markers: name and value, for the record (offer, accepted, refused, ended, mode, debriefing, …).
        reports: what the person answered, to be told to fusion as their own word.
    """

    expression: Expression | None
    status: BehaviorStatus
    utterances: tuple[Utterance, ...] = ()
    gestures: tuple[GestureRequest, ...] = ()
    calls: tuple[HumanCall, ...] = ()
    markers: tuple[tuple[str, str], ...] = ()
    reports: tuple[SelfReport, ...] = ()
