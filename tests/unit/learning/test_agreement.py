import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import pearsonr

from solamen.learning.agreement import ccc, icc, icc_of_raters, mae, mse, pcc

NUMBERS = st.floats(-16.0, 16.0).map(lambda x: round(x, 3))
PAIRS = st.integers(3, 60).flatmap(lambda n: arrays(np.float64, (2, n), elements=NUMBERS))

# Six subjects seen by four judges (Shrout & Fleiss 1979, table 2).
JUDGES = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_the_example_of_shrout_and_fleiss_gives_their_icc():
    assert icc_of_raters(JUDGES) == pytest.approx(0.71, abs=0.005)


@given(PAIRS)
def test_pcc_is_that_of_scipy(pair):
    truth, estimate = pair
    assume(truth.std() > 1e-3 and estimate.std() > 1e-3)
    assert pcc(truth, estimate) == pytest.approx(pearsonr(truth, estimate).statistic, abs=1e-9)


@given(PAIRS)
def test_icc_of_two_raters_is_twice_the_covariance_over_the_sum_of_variances(pair):
    truth, estimate = pair
    assume(truth.std() > 1e-3 and estimate.std() > 1e-3)
    closed_form = 2.0 * np.cov(truth, estimate)[0, 1] / (truth.var(ddof=1) + estimate.var(ddof=1))
    assert icc(truth, estimate) == pytest.approx(closed_form, abs=1e-9)


@given(PAIRS)
def test_no_agreement_is_better_than_the_correlation(pair):
    truth, estimate = pair
    assume(truth.std() > 1e-3 and estimate.std() > 1e-3)
    assert abs(ccc(truth, estimate)) <= abs(icc(truth, estimate)) + 1e-9 <= abs(pcc(truth, estimate)) + 2e-9


@given(arrays(np.float64, st.integers(3, 40), elements=NUMBERS))
def test_a_perfect_estimate_agrees_perfectly(truth):
    assume(truth.std() > 1e-3)
    assert [f(truth, truth) for f in (pcc, icc, ccc)] == pytest.approx([1.0, 1.0, 1.0])
    assert (mse(truth, truth), mae(truth, truth)) == (0.0, 0.0)


def test_an_offset_costs_concordance_alone_and_a_scale_costs_icc_too():
    truth = np.arange(10.0)
    assert (pcc(truth, truth + 3.0), icc(truth, truth + 3.0)) == pytest.approx((1.0, 1.0))
    assert ccc(truth, truth + 3.0) == pytest.approx(2 * 8.25 / (2 * 8.25 + 9.0))
    assert pcc(truth, 2.0 * truth) == pytest.approx(1.0)
    assert icc(truth, 2.0 * truth) == pytest.approx(0.8)


def test_errors_of_three_points():
    assert mse([0, 1, 4], [0, 3, 3]) == pytest.approx(5.0 / 3.0)
    assert mae([0, 1, 4], [0, 3, 3]) == pytest.approx(1.0)


def test_what_never_varies_has_no_correlation():
    assert math.isnan(pcc([0.1] * 5, [1, 2, 3, 4, 5]))
    assert math.isnan(icc([0.1] * 5, [0.3] * 5))
    assert math.isnan(ccc([], []))
    assert math.isnan(mse([], []))


@pytest.mark.parametrize("figure", [pcc, icc, ccc, mse, mae])
def test_unequal_lengths_and_unknown_numbers_are_refused(figure):
    with pytest.raises(ValueError, match="2 values of truth and 3 of estimate"):
        figure([1, 2], [1, 2, 3])
    with pytest.raises(ValueError, match="finite"):
        figure([1, 2], [1, math.nan])
