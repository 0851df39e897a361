import numpy as np
import pytest

from solamen.core.person import PersonTraits
from solamen.fusion.evaluate import OracleTask, subsets
from solamen.fusion.evaluate_figures import coverage, covered, interval, mae, ratio
from solamen.fusion.evaluate_reports import ReportsTask, after_reports
from solamen.fusion.evaluate_steps import StepTask
from solamen.fusion.generator import MODALITIES, persons
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


def test_who_learns_nothing_from_reports_is_judged_the_same_before_and_after():
    told = ReportsTask(3, 1, learn=lambda pairs: PersonTraits(), modalities=MODALITIES[:1]).run()
    assert after_reports(told)["worst_rise"] == 0.0
