import numpy as np
import pytest

from solamen.core.person import PersonTraits
from solamen.fusion.asked import AFTER_S, ASKED_S, LEARNING_S, asked, said_by
from solamen.fusion.evaluate import OracleTask, subsets
from solamen.fusion.evaluate_figures import coverage, covered, interval, mae, ratio
from solamen.fusion.evaluate_reports import JUDGED_S, SESSIONS, ReportsTask, sparse
from solamen.fusion.evaluate_steps import StepTask
from solamen.fusion.evaluate_told import Reference, Told, after_reports
from solamen.fusion.generator import MODALITIES, persons
from solamen.fusion.oracle_reports import Heard, told_oracle
from solamen.fusion.settings import FusionSettings
from solamen.fusion.watching import Task, Watched, joined, lie


def watched(mean, lower, upper, truth):
    return Watched(*(np.array(each, float) for each in (mean, lower, upper, truth)))


SOME = watched(
    [[1.0, np.nan], [5.0, 5.0]], [[0.0, np.nan], [4.0, 4.0]], [[2.0, np.nan], [6.0, 6.0]], [[1.5, 9.0], [5.0, 8.0]]
)


def test_coverage_counts_answered_seconds_and_silence_only_where_asked():
    assert coverage(SOME) == pytest.approx(2 / 3)
    assert covered(SOME, abstained=True) == pytest.approx(3 / 4)


def test_error_is_over_answered_seconds():
    assert mae(SOME) == pytest.approx((0.5 + 0.0 + 3.0) / 3)


def test_a_ratio_compares_the_same_seconds():
    double = watched(SOME.truth + 2.0 * (SOME.mean - SOME.truth), SOME.lower, SOME.upper, SOME.truth)
    assert ratio(double, SOME)["ratio"] == pytest.approx(2.0)


def test_the_interval_of_a_figure_is_over_persons():
    low, high = interval(SOME, mae)
    assert low == pytest.approx(0.5) and high == pytest.approx(1.5)


def test_there_are_fifteen_subsets():
    assert len(set(subsets())) == 15


def test_the_same_seed_gives_the_same_persons_in_whatever_parts():
    whole = Task(3, 60, seconds=4.0)
    parts = whole.parts()
    assert [part.count for part in parts] == [25, 25, 10]
    names = [person.name for part in parts for person in part.people()]
    assert names == [person.name for person in whole.people()] and len(set(names)) == 60


def test_watching_gives_a_row_for_each_person():
    said = joined([part.run() for part in Task(3, 2, seconds=6.0).parts()])
    assert said.mean.shape == said.truth.shape == (2, 5)
    assert (said.lower <= said.upper)[np.isfinite(said.mean)].all()


def test_the_reference_answers_for_everybody():
    said = OracleTask(3, 2, seconds=6.0).run()
    assert said.mean.shape == (2, 5) and (said.mean >= 0.0).all() and (said.mean <= 10.0).all()


@pytest.mark.parametrize("how", ["stuck", "biased", "noisy"])
def test_a_lie_changes_one_modality_from_a_third_of_the_time_on(how):
    (person,), (same,) = persons(1, 30.0, 3), persons(1, 30.0, 3)
    lie(person, "face", how, np.random.default_rng(0))
    third = len(person.pain) // 3
    assert np.array_equal(person.read["face"][:third], same.read["face"][:third], equal_nan=True)
    changed = person.read["face"][third:] != same.read["face"][third:]
    assert changed[np.isfinite(same.read["face"][third:])].mean() > 0.5
    assert np.array_equal(person.read["voice"], same.read["voice"], equal_nan=True)


def test_what_a_coming_and_going_modality_changes_is_measured_for_each_person():
    most = StepTask(3, 2, changes="face").run().most
    assert most.shape == (2, 2) and (most >= 0.0).all() and (most < 10.0).all()


NOBODY = Reference(*(np.ones(1) for _ in range(5)))


def told(**some):
    """Of two persons, one of whom shows three tenths of what is usual; what is not given is 1."""
    usual = {name: np.ones(2) for name in Told.__dataclass_fields__} | {"expressiveness": np.array([0.3, 1.0])}
    found = usual | {name: np.array(values) for name, values in some.items()}
    return Told(**found | {name: np.stack([found[name]] * 3, axis=1) for name in ("before", "after", "true")})


def test_who_learns_nothing_from_reports_is_judged_the_same_before_and_after():
    found = after_reports(ReportsTask(3, 1, learn=lambda *_: PersonTraits(), modalities=("face",)).run(), NOBODY)
    assert found["later"]["worst_rise"] == 0.0 and found["later"]["changed"] == 0.0
    assert found["true_traits"]["persons"] == 1 and found["judged_s"] == SESSIONS * JUDGED_S


def test_a_fall_is_that_of_persons_of_unusual_expressiveness():
    some = {"before": [2.0, 1.0], "after": [1.0, 1.1], "true": [0.5, np.nan], "session_after": [0.5, 1.0]}
    found = after_reports(told(**some), NOBODY)
    assert found["later"]["unusual_fall"] == pytest.approx(0.5)
    assert found["later"]["worst_rise"] == pytest.approx(0.1)
    assert found["later"]["not_5_percent_worse"] == pytest.approx(0.5)
    assert found["session"]["unusual_fall"] == pytest.approx(0.5)
    assert found["true_traits"]["unusual_fall"] == pytest.approx(0.75)
    assert found["true_traits"]["persons"] == found["true_traits"]["unusual_persons"] == 1


def test_a_fall_is_also_told_by_how_much_is_shown():
    found = after_reports(told(before=[2.0, 1.0], after=[1.0, 0.9]), NOBODY)["by_expressiveness"]
    assert {name: each["persons"] for name, each in found.items() if each["persons"]} == {"under_0.5": 1, "usual": 1}
    assert found["under_0.5"]["mean_fall"] == pytest.approx(0.5) and found["usual"]["rms_fall"] == pytest.approx(0.1)
    assert found["over_2"]["median_fall"] is None


def test_it_is_told_how_far_what_was_learned_of_expressiveness_is_off():
    some = {"learned": np.log([0.4, 0.9]), "learned_spread": [0.1, 0.1]}
    found = after_reports(told(**some), NOBODY)["expressiveness"]
    assert found["error_anybody"] == pytest.approx(0.35) and found["error_learned"] == pytest.approx(0.1)
    assert found["error_anybody_unusual"] == pytest.approx(0.7)
    assert found["error_learned_unusual"] == pytest.approx(0.1)
    assert found["in_90_percent"] == 0.5


def test_a_person_of_whom_a_reading_is_not_known_counts_for_it_neither_way():
    found = after_reports(told(session_before=[np.nan, 2.0], session_after=[1.0, 1.0]), NOBODY)["session"]
    assert found["persons"] == 1 and found["fall"] == pytest.approx(0.5) and found["not_5_percent_worse"] == 1.0


def test_a_person_is_asked_where_pain_is_seen_or_cannot_be_read_and_not_twice_within_a_minute_and_a_half():
    (person,) = persons(1, ASKED_S, 4, sparse())
    seen, reports = asked(person, FusionSettings(), MODALITIES, np.random.default_rng(0))
    then = [seen[round(report.stamp_s) - 1] for report in reports]
    assert len(reports) == 5 and all(state.abstained or state.pain_mean >= 3.0 for state in then)
    assert min(np.diff([report.stamp_s for report in reports])) >= 90.0
    assert len(seen) == reports[-1].stamp_s + AFTER_S


def test_nobody_is_asked_at_rest():
    (person,) = persons(1, 60.0, 4)
    person.read = {name: np.where(np.isfinite(values), 0.0, np.nan) for name, values in person.read.items()}
    seen, reports = asked(person, FusionSettings(), MODALITIES, np.random.default_rng(0))
    assert len(seen) == 59 and not reports


def test_reports_are_given_on_whole_points_near_what_is_felt_before_the_session_ends():
    (person,) = persons(1, LEARNING_S + AFTER_S, 4)
    reports = said_by(person, np.random.default_rng(0))
    assert len(reports) == 5 and all(each.value == round(each.value) for each in reports)
    assert all(abs(each.value - person.pain[round(each.stamp_s * 10)]) < 2.5 for each in reports)
    assert reports[-1].stamp_s < LEARNING_S


def test_the_reference_believes_a_report():
    sessions, later = persons(2, 8.0, 5), persons(2, 4.0, 6)
    for person in sessions:
        person.pain[:] = 6.0
        person.read = {name: np.full_like(values, np.nan) for name, values in person.read.items()}
    said, after = told_oracle(sessions, later, [[Heard(30, 6.0)], []], ("face",), 10, particles=300)
    assert said.shape == (2, 7) and after.shape == (2, 3)
    assert said[0, 3] == pytest.approx(6.0, abs=0.8)
    assert said[0, 3] - said[0, 1] > 1.0 and abs(said[1, 3] - said[1, 1]) < 0.8
