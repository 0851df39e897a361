import math
from dataclasses import replace

import made_run
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from solamen.robot.safety.limits import JointLimit
from solamen.session.metrics import counted, estimate_at, summarise, without_nan
from solamen.session.series import Behavior, Face, Frames, Joints, RunSeries, Safety, SimSpeed, State, Trace, Truth

LIMITS = [JointLimit("brow", -0.4, 0.4, 2.0, 50.0), JointLimit("neck", -1.0, 1.0, 2.0, 50.0)]


def times(*seconds: float) -> dict[str, np.ndarray]:
    return {"log_s": np.array(seconds, float), "stamp_s": np.array(seconds, float)}


def state(seconds: list[float], mean: list[float]) -> State:
    means = np.array(mean, float)
    return State(**times(*seconds), mean=means, lower=means - 1, upper=means + 1, abstained=~np.isfinite(means))


def truth(seconds: list[float], pain: list[float]) -> Truth:
    return Truth(**times(*seconds), pain=np.array(pain, float), intensity=np.zeros((len(pain), 16)))


def test_latency_counts_the_first_command_that_answers_each_frame():
    answers = np.array([100, 100, 200, 300, 0]) * 1_000_000
    command = np.array([180, 150, 260, 370, 999]) * 1_000_000
    figures = summarise(RunSeries(trace=Trace(**times(1, 2, 3, 4, 5), answers_ns=answers, command_ns=command)))
    assert figures["latency_ms"] == {"p50": 60.0, "p95": 69.0, "n": 3}


def test_the_estimate_in_force_is_the_newest_one_received():
    series = RunSeries(user_state=state([1.0, 2.0, 3.0], [4.0, 5.0, 6.0]))
    found = estimate_at(series, np.array([0.5, 1.0, 1.9, 2.0, 9.0]))
    assert np.isnan(found[0])
    assert found[1:].tolist() == [4.0, 4.0, 5.0, 6.0]


def test_while_it_abstains_the_last_estimate_stands():
    series = RunSeries(user_state=state([1.0, 2.0, 3.0, 4.0], [math.nan, 5.0, math.nan, 7.0]))
    found = estimate_at(series, np.array([1.5, 2.5, 3.5, 4.5]))
    assert np.isnan(found[0])
    assert found[1:].tolist() == [5.0, 5.0, 7.0]


def test_error_and_correlation_have_their_known_values():
    series = RunSeries(
        truth=truth([1.5, 2.5, 3.5], [1.0, 2.0, 3.0]), user_state=state([1.0, 2.0, 3.0], [3.0, 5.0, 7.0])
    )
    figures = summarise(series)
    assert figures["pain_pcc"] == 1.0
    assert figures["pain_mae"] == 3.0
    assert figures["pain_frames"] == 3


def test_no_lag_is_corrected():
    seconds = np.arange(0.0, 20.0, 0.1)
    pain = 5 + 5 * np.sin(seconds)
    late = RunSeries(truth=truth(list(seconds), list(pain)), user_state=state(list(seconds + 1.0), list(pain)))
    assert summarise(late)["pain_pcc"] < 0.7


def test_an_estimate_that_never_changes_has_no_correlation():
    series = RunSeries(truth=truth([1, 2, 3], [1, 2, 3]), user_state=state([0, 1, 2], [4, 4, 4]))
    assert summarise(series)["pain_pcc"] is None


def test_frames_before_the_first_estimate_count_as_abstained_and_not_as_error():
    series = RunSeries(truth=truth([1, 2, 3, 4], [9, 9, 1, 2]), user_state=state([2.5, 3.5], [1, 2]))
    figures = summarise(series)
    assert figures["pain_mae"] == 0.0
    assert figures["pain_frames_before_estimate"] == 2
    assert figures["abstained_share"] == 0.5


def test_abstained_is_a_share_of_frames():
    series = RunSeries(
        truth=truth([1, 1.2, 1.4, 1.6], [0, 0, 0, 0]), user_state=state([0.9, 1.3, 1.5], [3.0, math.nan, 3.0])
    )
    assert summarise(series)["abstained_share"] == 0.25


def test_an_old_estimate_is_no_answer():
    series = RunSeries(truth=truth([1, 2, 3, 4], [0, 0, 0, 0]), user_state=state([0.5], [3.0]))
    assert summarise(series)["abstained_share"] == 0.5


def test_without_truth_abstaining_is_counted_over_the_faces_looked_at():
    series = RunSeries(face=Face(**times(1, 2)), user_state=state([0.5, 1.5], [3.0, math.nan]))
    figures = summarise(series)
    assert figures["abstained_share"] == 0.5
    assert figures["pain_pcc"] is None
    assert figures["pain_mae"] is None
    assert not figures["synthetic"]


def test_frames_while_processes_start_or_end_do_not_count():
    series = RunSeries(
        truth=truth([1, 2, 3, 4], [8, 2, 3, 8]),
        user_state=state([0.5, 1.5, 2.5], [math.nan, 2, 3]),
        run={"started_s": 1.5, "ended_s": 3.5},
    )
    figures = summarise(series)
    assert figures["pain_mae"] == 0.0
    assert figures["abstained_share"] == 0.0
    assert figures["duration_s"] == 2.0


def test_a_run_that_noted_no_end_lasts_to_its_last_message():
    series = RunSeries(truth=truth([2, 9], [0, 0]), run={"started_s": 1.0, "ended_s": 0.0})
    assert summarise(series)["duration_s"] == 8.0


def test_why_there_was_no_answer_is_told_by_shares_of_the_states():
    why = ("nobody is seen", "", "nobody is seen", "too dark")
    series = RunSeries(
        user_state=replace(state([1, 2, 3, 4], [math.nan, 5.0, math.nan, math.nan]), reason=why),
        run={"started_s": 0.5, "ended_s": 5.0},
    )
    assert summarise(series)["abstained_why"] == {"nobody is seen": 0.5, "too dark": 0.25}


def test_thirds_are_of_the_time_in_which_frames_were_looked_at():
    series = RunSeries(
        face=Face(**times(*np.linspace(0.0, 9.0, 10))),
        user_state=state([0.5, 2.0, 4.0, 7.0, 8.0, 30.0], [6.0, 8.0, math.nan, 1.0, 2.0, 9.0]),
    )
    assert summarise(series)["pain_mean_by_third"] == [7.0, None, 1.5]


def test_limits_are_judged_for_each_joint_of_each_message():
    position = np.array([[0.0, 0.0], [0.5, 0.0], [0.4, -1.2], [0.4005, 0.0]])
    velocity = np.array([[0.0, 0.0], [0.0, 0.0], [0.0, 2.2], [2.05, 3.0]])
    series = RunSeries(joints=Joints(**times(1, 2, 3, 4), name=("brow", "neck"), position=position, velocity=velocity))
    assert summarise(series, LIMITS)["joint_limit_violations"] == 3
    assert summarise(series)["joint_limit_violations"] is None


def test_a_joint_that_a_message_does_not_name_violates_nothing():
    unknown = np.full((1, 1), math.nan)
    series = RunSeries(joints=Joints(**times(1), name=("brow",), position=unknown, velocity=unknown))
    assert summarise(series, LIMITS)["joint_limit_violations"] == 0


def test_counters_that_begin_again_are_added():
    frames = Frames(
        **times(1, 2, 3, 4),
        frames=np.array([10, 30, 5, 25]),
        dropped=np.array([0, 2, 0, 1]),
        processed=np.zeros(4, int),
    )
    figures = summarise(RunSeries(frames=frames))
    assert figures["frames"] == 55
    assert figures["dropped_frames"] == 3


@given(hnp.arrays(np.int64, st.integers(0, 20), elements=st.integers(0, 1000)))
@settings(deadline=None)
def test_a_counter_never_counts_less_than_its_greatest_value(count):
    assert counted(count) >= count.max(initial=0)


def test_face_rate_counts_gaps():
    figures = summarise(RunSeries(face=Face(**times(0.0, 0.1, 0.2, 2.0))))
    assert figures["face_fps"] == 1.5
    assert figures["dropped_frames"] is None


def test_restarts_are_given_in_all_and_by_process():
    figures = summarise(RunSeries(run={"restarts": {"sim": 2, "vision": 1}}))
    assert figures["restarts"] == 3
    assert figures["restarts_by_process"] == {"sim": 2, "vision": 1}


def test_memory_is_the_median_of_the_sums_over_processes():
    rows = [
        {"t_s": at_s + late, "process": name, "cpu_percent": 50.0, "pss_mb": pss}
        for at_s, sizes in ((2, (100, 200)), (4, (100, 300)), (6, (100, 900)))
        for late, name, pss in zip((0.0, 0.1), ("sim", "vision"), sizes, strict=True)
    ]
    figures = summarise(RunSeries(run={"usage": rows}))
    assert figures["pss_mb"] == 400.0
    assert figures["pss_mb_max"] == 1000.0
    assert figures["cpu"] == {"sim": 0.5, "vision": 0.5}
    assert figures["cpu_cores"] == 1.0


def test_real_time_factor_is_the_mean_of_what_the_simulator_told():
    series = RunSeries(sim=SimSpeed(**times(1, 2), realtime_factor=np.array([1.0, 0.96])))
    assert summarise(series)["realtime_factor"] == 0.98


def test_behaviours_are_joined_into_stretches_with_their_first_reason():
    behavior = Behavior(
        **times(10, 11, 12, 14), behavior=("attend", "attend", "calm", "attend"), reason=("a", "b", "c", "d")
    )
    figures = summarise(RunSeries(behavior=behavior))
    assert figures["behaviors"] == [
        {"behavior": "attend", "since_s": 0.0, "until_s": 2.0, "reason": "a"},
        {"behavior": "calm", "since_s": 2.0, "until_s": 4.0, "reason": "c"},
        {"behavior": "attend", "since_s": 4.0, "until_s": 4.0, "reason": "d"},
    ]


def test_stops_are_counted_where_they_begin():
    series = RunSeries(safety=Safety(**times(1, 2, 3, 4, 5), stopped=np.array([False, True, True, False, True])))
    assert summarise(series)["stops"] == 2


def test_nothing_recorded_gives_null_and_no_number():
    figures = summarise(RunSeries())
    unknown = ("duration_s", "face_fps", "pain_pcc", "pain_mae", "abstained_share", "pss_mb", "realtime_factor")
    assert all(figures[key] is None for key in unknown)
    assert figures["latency_ms"] == {"p50": None, "p95": None, "n": 0}


@given(st.recursive(st.floats(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_figures_never_hold_a_number_that_json_cannot(value):
    text = made_run.json.dumps(without_nan(value), allow_nan=False)
    assert made_run.json.loads(text) == without_nan(value)
