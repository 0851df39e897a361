"""A recording in which the machine's clock was set tells the same as one in which it was not."""

import json

import made_run
import pytest
from test_replay import session
from test_summary import messages

from solamen.core.clock import SteppedClock
from solamen.session.inspect import inspect
from solamen.session.replay_reading import told
from solamen.session.run_clock import RUN_CLOCK, RunClock, begin_run_clock
from solamen.session.summary import finish_run


def set_back(at_s):
    return -3600.0 if at_s >= 3.0 else 0.0


def set_back_and_right_again(at_s):
    return -3600.0 if 2.0 <= at_s < 4.0 else 0.0


def set_forward(at_s):
    return 86400.0 if at_s >= 3.0 else 0.0


def summary_of(folder, set_s):
    folder.mkdir()
    made_run.note(folder, ended_s=made_run.EPOCH_S + 6.0)
    made_run.record(folder, messages(), set_s=set_s)
    finish_run(folder)
    return inspect(folder)


@pytest.mark.parametrize("set_s", [set_back, set_back_and_right_again, set_forward])
def test_the_figures_are_those_of_a_run_whose_clock_was_not_set(tmp_path, set_s):
    right, found = summary_of(tmp_path / "right", made_run.never_set), summary_of(tmp_path / "set", set_s)
    assert right.pop("problems") == [] != found.pop("problems")
    assert found == right
    assert found["duration_s"] == 6.0 and found["pain_pcc"] > 0.9


def test_that_it_was_set_is_told(tmp_path):
    told_of = summary_of(tmp_path / "run", set_back_and_right_again)["problems"]
    assert [sentence.partition(" in this run")[0] for sentence in told_of] == [
        "The machine's clock was set back by 3600.0 s",
        "The machine's clock was set forward by 3600.0 s",
    ]


def test_a_replay_hears_the_same(tmp_path):
    for name, set_s in (("right", made_run.never_set), ("set", set_back)):
        (tmp_path / name).mkdir()
        made_run.record(tmp_path / name, session(8.0), set_s=set_s)
    right, found = (list(told(tmp_path / name)) for name in ("right", "set"))
    assert [at_ns for at_ns, _ in right] == [at_ns for at_ns, _ in found]
    assert [what.stamp_s for _, what in found] == pytest.approx([what.stamp_s for _, what in right], abs=1e-6)


def test_messages_that_were_long_under_way_set_no_clock(tmp_path):
    late = summary_of(tmp_path / "run", lambda at_s: -0.9 if at_s >= 3.0 else 0.0)
    assert late["problems"] == []


def test_all_processes_of_a_run_have_one_time_whoever_sets_the_clock(tmp_path):
    clock = SteppedClock(100.0)
    first = begin_run_clock(tmp_path, clock)
    clock.advance(5.0)
    clock.step_wall(-50.0)
    later = RunClock(clock, json.loads((tmp_path / RUN_CLOCK).read_text())["ahead_ns"])
    assert first.now_s() == later.now_s() == pytest.approx(105.0)
    assert later.of_wall(clock.now_s() - 1.0) == pytest.approx(104.0)


def test_simulated_time_is_the_time_of_the_run():
    clock = SteppedClock(100.0)
    simulated = RunClock(clock, simulated=True)
    clock.step_wall(-50.0)
    assert simulated.now_s() == 50.0
