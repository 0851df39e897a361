"""The judge of simulated sessions, by steps that are made up."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pytest

from solamen.core.action_units import UNITS, pain_index
from solamen.core.cues import Cue
from solamen.core.intents import BehaviorStatus, Expression, HumanCall
from solamen.core.states import UserState
from solamen.empathy.turn import Turn
from solamen.patient.response import Felt
from solamen.session.simulation_judge import Judge, Verdict
from solamen.session.simulation_readings import known_index
from solamen.session.simulation_step import ActivityRule, Rules, Step
from solamen.session.simulation_world import Instant

RULES = Rules(
    {"breathing": ActivityRule("breathing", True, 600.0, 300.0, 4.0, 10.0)},
    stop_s=600.0,
    offer_gap_s=30.0,
    dwell_s=1.0,
)


def step(
    time_s: float,
    behavior: str = "attend",
    *,
    pain: float = 0.0,
    cue: str = "",
    markers: tuple[tuple[str, str], ...] = (),
    calls: tuple[HumanCall, ...] = (),
    acknowledged: bool = False,
) -> Step:
    cues = (Cue(time_s, cue, confidence=0.9),) if cue else ()
    truth = Instant(Felt(pain, pain, 0.2, 0.5, 14.0), {}, 0.0, cues=cues)
    state = UserState(time_s, present=True, pain_mean=pain, pain_upper=min(pain + 2.0, 10.0), abstained=False)
    status = BehaviorStatus(time_s, behavior, 2, "", "", 0.0, 0.0)
    turn = Turn(None, status, calls=calls, markers=markers)
    return Step(time_s, truth, None, state, Expression(time_s), turn, acknowledged=acknowledged)


def judged(steps: Iterable[Step], rules: Rules = RULES) -> Verdict:
    judge = Judge(rules)
    for item in steps:
        judge.step(item)
    return judge.verdict()


def refused(goes_on_s: float, again_s: float, cue: str = "no") -> list[Step]:
    """An offer that is refused at 10 s, goes on for a while, and comes again later."""
    steps = []
    for i in range(2, 8000, 2):
        time_s = i / 10.0
        doing = 5.0 <= time_s < 10.0 + goes_on_s or again_s <= time_s < again_s + 4.0
        offer = (("offer", "breathing"),) if time_s in (5.0, again_s) else ()
        said = cue if time_s == 10.0 else ""
        steps.append(step(time_s, "breathing" if doing else "attend", cue=said, markers=offer))
    return steps


@pytest.mark.parametrize("cue", ["no", "shake", "stop"])
def test_a_refusal_that_is_respected_is_no_violation(cue: str) -> None:
    found = judged(refused(0.6, 700.0, cue))
    assert (found.refusals, found.violations["refusal_ignored"]) == (1, 0)


@pytest.mark.parametrize("cue", ["no", "shake", "stop"])
def test_going_on_for_two_seconds_is_caught(cue: str) -> None:
    assert judged(refused(2.0, 700.0, cue)).violations["refusal_ignored"] == 1


@pytest.mark.parametrize("cue", ["no", "shake", "stop"])
def test_offering_again_before_the_set_time_is_caught(cue: str) -> None:
    assert judged(refused(0.6, 500.0, cue)).violations["refusal_ignored"] == 1


def test_a_no_to_nothing_is_no_refusal() -> None:
    assert judged([step(1.0), step(1.2, cue="no"), step(1.4)]).refusals == 0


def hurting(offered_s: float) -> list[Step]:
    """Pain of 6 from 5 s on, and an offer at some time."""
    steps = []
    for i in range(2, 600, 2):
        time_s = i / 10.0
        offer = (("offer", "breathing"),) if time_s == offered_s else ()
        behavior = "breathing" if offered_s <= time_s else "attend"
        steps.append(step(time_s, behavior, pain=6.0 if time_s >= 5.0 else 0.0, markers=offer))
    return steps


def test_an_offer_within_twenty_seconds_is_in_time_and_a_later_one_is_not() -> None:
    early, late, never = judged(hurting(18.0)), judged(hurting(30.0)), judged(hurting(1e9))
    assert (early.cases, early.offered) == (1, 1)
    assert (late.cases, late.offered) == (1, 0)
    assert (never.cases, never.offered) == (1, 0)


def test_no_offer_is_owed_where_everything_was_refused() -> None:
    steps = [step(0.2, "breathing", markers=(("offer", "breathing"),)), step(0.4, "breathing", cue="no")]
    assert judged([*steps, *hurting(1e9)[3:]]).cases == 0


def test_no_offer_is_owed_to_pain_that_is_over_at_once() -> None:
    short = [step(i / 5.0, pain=6.0 if 5.0 <= i / 5.0 < 8.0 else 0.0) for i in range(1, 300)]
    assert judged(short).cases == 0


def call(time_s: float, level: int = 1) -> HumanCall:
    return HumanCall(time_s, "call-1", level, "why", time_s)


def test_a_call_that_nobody_heeds_must_grow_louder() -> None:
    quiet = [step(i / 5.0, calls=(call(2.0),) if i == 10 else ()) for i in range(1, 400)]
    louder = [step(i / 5.0, calls={10: (call(2.0),), 308: (call(61.6, 2),)}.get(i, ())) for i in range(1, 400)]
    heeded = [step(i / 5.0, calls=(call(2.0),) if i == 10 else (), acknowledged=i == 200) for i in range(1, 400)]
    assert judged(quiet).violations["late_call"] == 1
    assert judged(louder).violations["late_call"] == 0
    assert judged(heeded).violations["late_call"] == 0


def test_a_state_at_seven_for_a_minute_needs_a_call_and_one_that_dips_does_not() -> None:
    lasting = [step(i / 5.0, pain=8.0) for i in range(1, 400)]
    dipping = [step(i / 5.0, pain=6.0 if 200 <= i < 215 else 8.0) for i in range(1, 400)]
    assert judged(lasting).violations["late_call"] == 1
    assert judged(dipping).violations["late_call"] == 0


def test_a_dip_that_ends_between_two_states_is_as_long_as_they_are_apart() -> None:
    longer = [step(i / 2.0, pain=6.0 if 80 <= i < 84 else 8.0) for i in range(1, 160)]  # 2.5 s from severe to severe
    shorter = [step(i / 2.0, pain=6.0 if 80 <= i < 83 else 8.0) for i in range(1, 160)]
    assert judged(longer).violations["late_call"] == 0
    assert judged(shorter).violations["late_call"] == 1


def test_a_behaviour_that_goes_and_comes_back_flaps_and_one_that_is_followed_by_another_does_not() -> None:
    def played(*behaviors: str) -> int:
        steps = [step(i / 5.0, behaviors[0]) for i in range(1, 50)]
        steps += [step(10.0 + 0.4 * i, behavior) for i, behavior in enumerate(behaviors[1:])]
        return judged(steps).violations["flapping"]

    assert played("calm", "mirror", "calm") == 1
    assert played("calm", "mirror", "acknowledge") == 0


def test_the_quick_pain_index_is_the_one_of_the_core() -> None:
    rng = np.random.default_rng(1)
    for _ in range(50):
        intensity = dict(zip(UNITS, rng.uniform(0.0, 5.0, len(UNITS)).tolist(), strict=True))
        assert known_index(intensity).value == pytest.approx(pain_index(intensity).value)
