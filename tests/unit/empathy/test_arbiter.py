"""System I and system II together: closed loops, refusals, clocks that jump."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.action_units import MAX_INTENSITY, PAIN_UNITS
from solamen.core.clock import SteppedClock
from solamen.core.cues import Cue
from solamen.empathy.delay import DelayLine
from solamen.empathy.timers import SteadyClock

from .faces import FRAME_S, Run, grimace

MIRRORED = (1, 2, 4, 5, 6, 7, 9, 10, 12, 15, 17, 20, 25, 26, 43)


def fed_back(run, seconds, units):
    """A person who mirrors the robot in full, at once: the greatest unit at each frame, 0–1."""
    greatest = []
    for _ in range(round(seconds / FRAME_S)):
        shown = run.see(FRAME_S, **units)[-1]
        units = {f"au{unit}": MAX_INTENSITY * shown.activation.get(unit, 0.0) for unit in MIRRORED}
        greatest.append(max(shown.activation.get(unit, 0.0) for unit in (*PAIN_UNITS, 12)))
    return greatest


@settings(max_examples=15, deadline=None)
@given(st.dictionaries(st.sampled_from(MIRRORED), st.floats(0.0, 5.0)))
def test_a_person_who_mirrors_the_robot_in_full_sets_off_no_spiral(units):
    run = Run()
    run.see(1.0)
    onsets = run.companion._perception.regulation.onsets
    greatest = fed_back(run, 12.0, {f"au{unit}": value for unit, value in units.items()})
    assert run.companion._perception.regulation.onsets - onsets <= 1
    assert max(greatest) <= 0.8 and max(greatest[round(8.0 / FRAME_S) :]) <= 0.2


def test_pain_and_smiles_that_are_fed_back_die_away():
    for units in (grimace(5.0), {"au12": 5.0, "au6": 4.0}):
        run = Run()
        run.see(1.0)
        greatest = fed_back(run, 15.0, units)
        assert max(greatest[:10]) > 0.1 and max(greatest[-20:]) <= 0.16


def test_every_round_of_a_smile_that_is_fed_back_is_smaller():
    run = Run()
    run.see(1.0)
    rounds, smile = [], 5.0
    for _ in range(6):
        smile = MAX_INTENSITY * run.see(2.0, au12=smile)[-1].activation.get(12, 0.0)
        rounds.append(smile)
    assert all(later <= 0.75 * before for before, later in zip([5.0, *rounds], rounds, strict=False) if before > 0.8)


def test_after_stop_nothing_is_mirrored_until_the_time_is_over():
    run = Run()
    run.see(2.0, pain=0.5)
    run.companion.hear(Cue(run.clock.now_s(), "stop"))
    run.see(2 * FRAME_S)
    shown = run.see(4.0, pain=6.0, **grimace(4.0))
    assert max(item.activation.get(9, 0.0) for item in shown) == 0.0
    run.clock.advance(600.0)
    run.see(2.0, pain=0.5)
    assert max(item.activation.get(9, 0.0) for item in run.see(1.0, **grimace(4.0))) > 0.05


def test_mirrored_pain_that_runs_ends_within_a_second_of_stop():
    run = Run()
    run.see(2.0, pain=0.5)
    run.see(0.5, pain=6.0, **grimace(4.0))
    run.companion.hear(Cue(run.clock.now_s(), "stop"))
    assert run.see(1.0, pain=6.0, **grimace(4.0))[-1].activation.get(9, 0.0) == 0.0
    assert ("refused", "everything") in [marker for turn in run.turns for marker in turn.markers]


def test_frames_that_turn_to_nan_are_not_mirrored_and_are_attended_to():
    run = Run()
    run.see(2.0, pain=0.5)
    shown = run.see(4.0, **{f"au{unit}": math.nan for unit in MIRRORED})
    assert run.told[-1].behavior == "attend" and max(shown[-1].activation.values()) < 0.1


def test_a_delay_line_gives_the_newest_that_is_old_enough_and_keeps_it():
    line = DelayLine()
    assert [line.pass_on(k, 0.1 * k, 0.2) for k in range(5)] == [None, None, 0, 1, 2]
    line.clear()
    assert line.pass_on(9, 0.6, 0.2) is None
    assert line.pass_on(10, 0.7, 0.0) == 10


def test_the_steady_clock_never_runs_backwards():
    clock = SteppedClock(5.0)
    steady = SteadyClock(clock)
    clock.advance(1.0)
    before = steady.monotonic_ns()
    clock._monotonic_ns -= 3_000_000_000
    assert steady.monotonic_ns() == before and steady.jumps == 1
    clock.advance(0.5)
    assert steady.monotonic_ns() - before == 500_000_000


@pytest.mark.parametrize("part", ["wall", "monotonic"])
def test_a_backward_jump_of_the_clock_clears_all_buffers(part):
    run = Run()
    run.companion.set_mode("delayed", 1.0)
    run.see(2.0, pain=6.0, **grimace(4.0))
    run.companion.hear(Cue(run.clock.now_s(), "yes"))
    run.companion.breathing(0.5, run.clock.now_s())
    run.clock.step_wall(-60.0)
    if part == "monotonic":
        run.clock.step_wall(60.0)
        run.clock._monotonic_ns -= 1_000_000_000
    run.companion.tick()
    companion = run.companion
    assert math.isnan(companion._perception.stamp_s) and companion._perception._state is None
    assert not companion._desk.breathing and companion._desk.ear.since(-math.inf) is None
    assert not companion._arbiter._line._items


def test_refusals_and_open_calls_survive_a_jump_of_the_clock():
    run = Run()
    run.companion.hear(Cue(run.clock.now_s(), "stop"))
    run.companion.hear(Cue(run.clock.now_s(), "help"))
    run.wait(1.0)
    run.clock.step_wall(-60.0)
    run.clock._monotonic_ns -= 60_000_000_000
    run.wait(61.0)
    assert run.told[-1].behavior == "quiet_company"
    assert [call.level for turn in run.turns for call in turn.calls] == [2, 3]
