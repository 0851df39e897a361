"""What one step of a simulated session leaves behind, for the judge and for the trace."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.action_units import ActionUnits
from solamen.core.intents import Expression
from solamen.core.states import UserState
from solamen.empathy.turn import Turn
from solamen.session.simulation_world import Instant


@dataclass(frozen=True)
class Step:
    """One step.

    Attributes:
        time_s: seconds since the session began, of the monotonic clock.
        truth: of the patient; what they do in it (cues, reports) was told to the companion in this step.
        units: the frame that was given, or None where none came.
        state: the state that was given in this step, or None.
        expression: what the companion asked the face to show.
        turn: what came out of the tick of this step, or None where there was none.
        robot_news: the robot told that something ended.
        acknowledged: a human said that they are coming.
    """

    time_s: float
    truth: Instant
    units: ActionUnits | None
    state: UserState | None
    expression: Expression
    turn: Turn | None
    robot_news: bool = False
    acknowledged: bool = False


@dataclass(frozen=True)
class ActivityRule:
    """What the settings promise of one activity.

    Attributes:
        name: as in `BehaviorStatus.behavior`.
        helps: it is offered to ease pain.
        refused_s: not offered again for so long after a refusal.
        again_after_s: least time from its end to its next beginning.
        pain_from, pain_to: points of pain that it is offered at.
    """

    name: str
    helps: bool
    refused_s: float
    again_after_s: float
    pain_from: float
    pain_to: float


@dataclass(frozen=True)
class Rules:
    """What the judge holds a session to.

    Attributes:
        activities: name to rule.
        stop_s: nothing is offered for so long after a stop.
        offer_gap_s: least time between two things that help.
        dwell_s: least time in a behaviour.
        mode: companion, mirror_only or still.
        decoys: nothing in the scenario calls for a human.
    """

    activities: dict[str, ActivityRule]
    stop_s: float
    offer_gap_s: float
    dwell_s: float
    mode: str = "companion"
    decoys: bool = False
