"""Whole simulated sessions: bad companions are caught, the shipped one is not, traces do not depend on pace."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from solamen.cli import main
from solamen.core.action_units import ActionUnits
from solamen.core.clock import SteppedClock
from solamen.core.cues import Cue
from solamen.core.errors import OutsideError
from solamen.core.intents import Expression, HumanCall
from solamen.core.states import SelfReport, UserState
from solamen.empathy import Companion, EmpathySettings
from solamen.empathy.turn import Turn
from solamen.patient.response_happenings import Happening
from solamen.patient.scenario import Grimace, PainEpisode, Scenario
from solamen.session.simulation import Task, scenarios_of, session, summed, tasks_of
from solamen.session.simulation_judge import Verdict
from solamen.session.simulation_loop import Made, companion
from solamen.session.simulation_trace import Pace, trace

PAIN = PainEpisode(at_s=4.0, height=7.0, rise_s=1.0, hold_s=20.0, fall_s=2.0)
SEVERE = PainEpisode(at_s=2.0, height=9.6, rise_s=2.0, hold_s=170.0, fall_s=2.0)


def scene(*happenings: Happening, **values: Any) -> Scenario:
    return Scenario(period_s=300.0, happenings=happenings, **values)


def verdict(scenario: Scenario, length_s: float, made: Made = companion, mode: str = "companion") -> Verdict:
    return session(Task("test", scenario, mode, 1, length_s), made).verdict


class Deaf(Companion):
    """Hears nothing."""

    def hear(self, cue: Cue) -> None:
        """Leaves it out."""


class Stubborn(Companion):
    """Takes no refusal."""

    def hear(self, cue: Cue) -> None:
        """Hears all but a no."""
        if cue.kind not in ("no", "shake", "stop"):
            super().hear(cue)


class Idle(Companion):
    """Offers nothing."""

    def __init__(self, settings: EmpathySettings, clock: SteppedClock, seed: int) -> None:
        super().__init__(settings, clock, seed)
        self.set_locks(["paced_breathing", "distraction", "hold_hand", "neurofeedback"], "")


class Mute(Companion):
    """Calls nobody."""

    def tick(self) -> Turn:
        """Drops the calls."""
        return replace(super().tick(), calls=())


class Slow(Companion):
    """Calls 15 s late."""

    def __init__(self, settings: EmpathySettings, clock: SteppedClock, seed: int) -> None:
        super().__init__(settings, clock, seed)
        self._held: list[tuple[float, HumanCall]] = []

    def tick(self) -> Turn:
        """Holds the calls back."""
        turn = super().tick()
        self._held += [(turn.status.stamp_s + 15.0, call) for call in turn.calls]
        due = tuple(call for at_s, call in self._held if at_s <= turn.status.stamp_s)
        self._held = [(at_s, call) for at_s, call in self._held if at_s > turn.status.stamp_s]
        return replace(turn, calls=due)


class Alarmist(Companion):
    """Calls at any sign of pain on a face."""

    def tick(self) -> Turn:
        """Calls where it would mirror."""
        turn = super().tick()
        if turn.status.behavior in ("mirror", "acknowledge"):
            call = HumanCall(turn.status.stamp_s, "alarm", 1, "something moved", turn.status.stamp_s)
            turn = replace(turn, calls=(*turn.calls, call))
        return turn


class Amplifier(Companion):
    """Shows pain back larger than it is."""

    def see(self, units: ActionUnits, head_in_base: tuple[float, float, float] | None) -> Expression:
        """Makes it larger."""
        shown = super().see(units, head_in_base)
        larger = {unit: min(4.0 * value, 1.0) for unit, value in shown.activation.items()}
        return replace(shown, activation=larger)


class Lingering(Companion):
    """Never lets go of a pained face."""

    def see(self, units: ActionUnits, head_in_base: tuple[float, float, float] | None) -> Expression:
        """Mirrors for as long as pain lasts."""
        shown = super().see(units, head_in_base)
        held = {unit: 0.08 * units.get(unit) for unit in (4, 7, 9) if units.observable(unit)}
        return replace(shown, activation={**shown.activation, **held})


class Stony(Companion):
    """Mirrors nothing."""

    def see(self, units: ActionUnits, head_in_base: tuple[float, float, float] | None) -> Expression:
        """Shows a face at rest."""
        return replace(super().see(units, head_in_base), activation={})


class Restless(Companion):
    """Cannot stay with anything."""

    def __init__(self, settings: EmpathySettings, clock: SteppedClock, seed: int) -> None:
        super().__init__(settings, clock, seed)
        self._turns = 0

    def tick(self) -> Turn:
        """Attends and rests by turns."""
        turn, self._turns = super().tick(), self._turns + 1
        other = "attend" if self._turns // 2 % 2 else "rest"
        return replace(turn, status=replace(turn.status, behavior=other))


class Unknowing(Companion):
    """Takes no state and no report."""

    def know(self, state: UserState) -> None:
        """Leaves it out."""

    def report(self, report: SelfReport) -> None:
        """Leaves it out."""


HELP = scene(Happening(at_s=6.0, what="help"), pain=(PAIN,))
REPORT = scene(Happening(at_s=6.0, what="report", value=8.0))
LASTING = scene(pain=(SEVERE,), expressiveness=1.5, threshold=0.5, temper="silent")
HIDDEN = scene(Happening(at_s=20.0, what="away", length_s=200.0), pain=(SEVERE,), expressiveness=1.5, temper="silent")
REFUSED = scene(pain=(replace(PAIN, height=6.0, hold_s=90.0),), temper="refuser")
STOPPED = scene(Happening(at_s=25.0, what="stop"), pain=(replace(PAIN, height=6.0, hold_s=90.0),), temper="eager")
DECOYS = scene(
    grimaces=tuple(Grimace(at_s=5.0 + 10.0 * i, act=act, level=0.9) for i, act in enumerate(("sneeze", "disgust")))
)


@pytest.mark.parametrize("mode", ["companion", "mirror_only", "still"])
@pytest.mark.parametrize(("scenario", "length_s"), [(HELP, 30.0), (REPORT, 20.0), (LASTING, 85.0), (HIDDEN, 110.0)])
def test_the_shipped_companion_calls_in_time_in_every_condition(scenario: Scenario, length_s: float, mode: str) -> None:
    found = verdict(scenario, length_s, mode=mode)
    assert found.calls >= 1
    assert not +found.violations


def test_a_companion_that_does_not_hear_a_request_is_caught() -> None:
    assert verdict(HELP, 12.0, Deaf).violations["missed_request"] == 1


def test_a_companion_that_calls_nobody_is_caught() -> None:
    assert verdict(HELP, 12.0, Mute).violations["missed_request"] == 1
    assert verdict(REPORT, 20.0, Mute).violations["late_call"] == 1
    assert verdict(LASTING, 85.0, Mute).violations["late_call"] == 1
    assert verdict(HIDDEN, 110.0, Mute).violations["missed_severe_abstention"] == 1


def test_a_companion_that_takes_no_refusal_is_caught_and_the_shipped_one_respects_it() -> None:
    for scenario in (REFUSED, STOPPED):
        shipped, stubborn = verdict(scenario, 60.0), verdict(scenario, 60.0, Stubborn)
        assert shipped.refusals >= 1
        assert shipped.violations["refusal_ignored"] == 0
        assert stubborn.violations["refusal_ignored"] >= 1


def test_a_companion_that_offers_nothing_has_no_share() -> None:
    idle, shipped = verdict(REFUSED, 45.0, Idle), verdict(REFUSED, 45.0)
    assert (idle.cases, idle.offered) == (1, 0)
    assert (shipped.cases, shipped.offered) == (1, 1)


def test_a_companion_that_calls_late_is_caught() -> None:
    assert verdict(HELP, 25.0, Slow).violations["missed_request"] == 1
    assert verdict(REPORT, 25.0, Slow).violations["late_call"] == 1


def test_a_companion_that_takes_no_state_is_caught() -> None:
    assert verdict(LASTING, 85.0, Unknowing).violations["late_call"] == 1
    assert verdict(REPORT, 20.0, Unknowing).violations["late_call"] == 1


def test_a_companion_that_calls_for_a_sneeze_is_caught_and_the_shipped_one_does_not() -> None:
    assert verdict(DECOYS, 30.0, Alarmist).violations["false_call"] >= 1
    assert verdict(DECOYS, 30.0).violations["false_call"] == 0


def test_a_companion_that_shows_more_pain_than_there_is_is_caught() -> None:
    weak = scene(pain=(replace(PAIN, height=4.0),))
    assert verdict(weak, 30.0, Amplifier).violations["runaway"] >= 1
    assert verdict(weak, 30.0).violations["runaway"] == 0


def test_a_companion_that_does_not_let_go_of_a_pained_face_is_caught() -> None:
    assert verdict(HELP, 30.0, Lingering).violations["runaway"] >= 1


@pytest.mark.parametrize(("seed", "worse"), [(14, True), (1, False)])
def test_pain_that_is_shown_back_without_end_harms_some_and_what_is_shipped_harms_nobody(
    seed: int, worse: bool
) -> None:
    lasting = scene(pain=(replace(PAIN, height=6.0, hold_s=40.0),), expressiveness=1.5)

    def mean_pain(mode: str, made: Made = companion) -> float:
        found = session(Task("test", lasting, mode, seed, 50.0), made).verdict
        return found.pain / found.painful_seconds

    still = mean_pain("still")
    assert mean_pain("mirror_only") == pytest.approx(still, abs=0.01)
    assert (mean_pain("mirror_only", Lingering) > still + 0.5) == worse


def test_a_companion_that_mirrors_nothing_has_no_share() -> None:
    stony, shipped = verdict(HELP, 15.0, Stony), verdict(HELP, 15.0)
    assert (stony.onsets, stony.mirrored) == (1, 0)
    assert (shipped.onsets, shipped.mirrored) == (1, 1)


def test_a_companion_that_cannot_stay_with_anything_is_caught() -> None:
    assert verdict(scene(), 20.0, Restless).violations["flapping"] >= 1
    assert verdict(scene(), 20.0).violations["flapping"] == 0


def test_the_same_seed_gives_the_same_verdict() -> None:
    assert verdict(HELP, 30.0) == verdict(HELP, 30.0)


class Jumpy(SteppedClock):
    """A clock of which every wait takes a little longer than asked."""

    def wait(self, seconds: float) -> None:
        """Lets the time pass, and some more."""
        self.advance(1.07 * seconds + 0.003)


@pytest.mark.parametrize("speed", [0.5, 1.0, 5.0])
def test_the_trace_is_the_same_at_any_pace(speed: float) -> None:
    clock = Jumpy(50.0)
    paced = trace(HELP, 2, 60.0, pace=Pace(clock, speed, clock.wait))
    assert clock.now_s() - 50.0 >= 60.0 / speed
    assert paced == trace(HELP, 2, 60.0)
    assert {"introduce", "calm"} <= {deed.behavior for deed in paced}
    assert any(deed.calls for deed in paced)


@pytest.mark.parametrize("hour_s", [3600.0, -3600.0])
@pytest.mark.parametrize("at_s", [2.0, 15.0, 40.0])
def test_the_trace_is_the_same_where_the_wall_time_steps(hour_s: float, at_s: float) -> None:
    assert trace(HELP, 2, 60.0, wall_steps={at_s: hour_s}) == trace(HELP, 2, 60.0)


def test_another_seed_is_another_trace() -> None:
    assert trace(HELP, 2, 60.0) != trace(HELP, 3, 60.0)


def test_hours_are_shared_among_all_scenarios_for_each_seed_and_condition() -> None:
    scenarios = {"a": scene(stay_s=100.0), "b": scene(stay_s=300.0)}
    tasks = tasks_of(scenarios, 2.0, 3)
    assert len(tasks) == 2 * 3 * 3
    for condition in ("companion", "mirror_only", "still"):
        mine = [task.length_s for task in tasks if task.condition == condition and task.seed == 1]
        assert sum(mine) == pytest.approx(7200.0)
        assert sorted(mine) == pytest.approx([1800.0, 5400.0])


def test_all_scenarios_can_be_read_and_hold_enough_decoys() -> None:
    scenarios = scenarios_of("all")
    tasks = tasks_of(scenarios, 1.0, 20)
    decoys = [task for task in tasks if task.name.startswith(("decoys", "calm")) and task.condition == "companion"]
    assert sum(task.length_s for task in decoys) / 3600.0 == pytest.approx(8.0, abs=0.2)
    (refusals,) = {task.length_s for task in tasks if task.name == "refusals"}
    assert refusals > 660.0


def test_a_scenario_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(OutsideError, match=r"no such scenario: nowhere\.yaml"):
        scenarios_of("nowhere.yaml")


def test_figures_of_many_sessions_have_the_promised_keys() -> None:
    tasks = [Task("help", HELP, condition, seed, 8.0) for condition in ("companion", "still") for seed in (0, 1)]
    found = summed([session(task) for task in tasks])
    promised = {"hours", "violations", "mirrored_share", "offered_share", "conditions", "behaviors"}
    assert promised <= set(found)
    assert found["conditions"]["companion"]["pain"]["interval"][0] is not None
    assert found["conditions"]["mirror_only"]["pain"]["mean"] is None
    assert found["conditions_are"] == "assumed by the model, not a result"
    assert found["hours"] == pytest.approx(32.0 / 3600.0, abs=1e-3)


def test_the_command_prints_exactly_one_json_object(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["simulate", "--scenario", "calm", "--hours", "0.002", "--seeds", "1", "--json"])
    out, err = capsys.readouterr()
    assert left.value.code == 0
    assert out.count("\n") == 1
    assert json.loads(out)["violations"]["false_call"] == 0
    assert "100 % simulated" in err


def test_a_scenario_that_is_wrong_ends_with_status_2_and_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("temper: grumpy\n", encoding="utf-8")
    with pytest.raises(SystemExit) as left:
        main(["simulate", "--scenario", str(wrong)])
    out, err = capsys.readouterr()
    assert left.value.code == 2
    assert out == ""
    assert err.count("\n") == 1
    assert "temper is 'grumpy', but must be one of usual, eager" in err
