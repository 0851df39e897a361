import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import mannwhitneyu

from solamen.learning.decisions import auc, brier, brier_skill, conformal_factor, coverage, ece, share

SCORED = st.lists(st.tuples(st.booleans(), st.floats(0.0, 1.0).map(lambda p: round(p, 2))), min_size=2, max_size=80)


@given(SCORED)
def test_auc_is_the_chance_that_a_yes_scores_above_a_no(cases):
    truth, score = np.array([t for t, _ in cases]), np.array([s for _, s in cases])
    assume(truth.any() and not truth.all())
    pairs = np.subtract.outer(score[truth], score[~truth])
    assert auc(truth, score) == pytest.approx((pairs > 0).mean() + 0.5 * (pairs == 0).mean())
    statistic = mannwhitneyu(score[truth], score[~truth]).statistic
    assert auc(truth, score) == pytest.approx(statistic / (truth.sum() * (~truth).sum()))


@given(SCORED)
def test_auc_depends_on_the_order_alone(cases):
    truth, score = np.array([t for t, _ in cases]), np.array([s for _, s in cases])
    assume(truth.any() and not truth.all())
    assert auc(truth, score) == pytest.approx(auc(truth, np.exp(3.0 * score)))
    assert auc(truth, score) == pytest.approx(1.0 - auc(truth, -score))


def test_known_values_of_scikit_learn():
    # roc_auc_score and brier_score_loss of scikit-learn 1.7 on these.
    truth, p = [0, 0, 1, 1, 1, 0], [0.1, 0.4, 0.35, 0.8, 0.4, 0.2]
    assert auc(truth, p) == pytest.approx(0.8333333333)
    assert brier(truth, p) == pytest.approx(0.1720833333)


def test_without_both_answers_there_is_no_auc():
    assert math.isnan(auc([True, True], [0.1, 0.2]))


def test_shares_are_sensitivity_and_specificity():
    truth, said = np.array([1, 1, 1, 0, 0], bool), np.array([1, 0, 1, 0, 1], bool)
    assert share(truth, said) == pytest.approx(2 / 3)
    assert share(~truth, ~said) == pytest.approx(1 / 2)
    assert math.isnan(share([False], [True]))


def test_the_base_rate_has_no_skill_and_the_truth_has_all():
    truth = [1, 0, 0, 1, 0]
    assert brier_skill(truth, [0.4] * 5) == pytest.approx(0.0)
    assert brier_skill(truth, truth) == pytest.approx(1.0)
    assert math.isnan(brier_skill([1, 1], [0.5, 0.5]))


def test_ece_of_two_bins_by_hand():
    # Bins (0.1, 0.2) with no yes and (0.7, 0.9) with two: (0.3 + 0.4) / 4.
    assert ece([0, 0, 1, 1], [0.2, 0.1, 0.9, 0.7], bins=2) == pytest.approx(0.175)


@given(SCORED, st.integers(1, 20), st.randoms())
def test_ece_is_in_range_and_blind_to_the_order(cases, bins, random):
    value = ece([t for t, _ in cases], [p for _, p in cases], bins)
    random.shuffle(cases)
    assert 0.0 <= value <= 1.0
    assert ece([t for t, _ in cases], [p for _, p in cases], bins) == pytest.approx(value)


def test_honest_probabilities_have_a_small_ece_and_bold_ones_a_large_one():
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    truth = rng.random(20_000) < p
    assert ece(truth, p) < 0.02
    assert ece(truth, (p > 0.5).astype(float)) == pytest.approx(0.25, abs=0.02)


def test_coverage_counts_the_bounds_in():
    assert coverage([1, 2, 3, 4], [1, 0, 4, 0], [2, 2, 5, 9]) == pytest.approx(0.75)


def test_a_conformal_factor_covers_new_cases():
    rng = np.random.default_rng(1)
    truth, stddev = rng.standard_t(4, 4000), np.full(4000, 0.5)
    factor = conformal_factor(truth[:2000], np.zeros(2000), stddev[:2000], 0.9)
    assert coverage(truth[2000:], -factor * stddev[2000:], factor * stddev[2000:]) == pytest.approx(0.9, abs=0.02)


def test_too_few_cases_give_no_conformal_factor():
    with pytest.raises(ValueError, match="5 cases are too few"):
        conformal_factor(np.ones(5), np.zeros(5), np.ones(5), 0.9)
