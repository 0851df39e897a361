import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.core.estimates import PainEstimate
from solamen.core.states import Consent, SelfReport
from solamen.fusion import FusionFilter, FusionSettings
from solamen.fusion.trend import Trend

RATE_HZ = 20.0


def estimate(stamp_s, intensity, stddev=1.5, quality=0.9, modality="face"):
    return PainEstimate(stamp_s, modality, intensity, stddev, quality=quality, abstained=False)


def abstained(stamp_s, reason="no face is seen"):
    return PainEstimate(stamp_s, "face", reason=reason)


def watching(consent=Consent.OBSERVE):
    return FusionFilter(FusionSettings(), consent)


def feed(fusion, intensity, start_s, seconds, **more):
    for k in range(round(seconds * RATE_HZ)):
        fusion.add(estimate(start_s + k / RATE_HZ, intensity, **more))
    return start_s + seconds


@pytest.mark.parametrize("level", [0.0, 2.0, 5.0, 8.0])
def test_the_mean_is_about_what_is_expressed(level):
    fusion = watching()
    now_s = feed(fusion, level, 0.0, 2.0)
    assert fusion.state(now_s).pain_mean == pytest.approx(level, abs=1.0)


def test_one_modality_at_the_top_of_its_scale_tells_of_strong_pain():
    fusion = watching()
    state = fusion.state(feed(fusion, 10.0, 0.0, 2.0))
    assert state.pain_mean > 7.5 and state.pain_upper > 9.5


def test_a_step_is_followed_within_three_frames():
    fusion = watching()
    now_s = feed(fusion, 1.0, 0.0, 5.0)
    now_s = feed(fusion, 8.0, now_s, 3.0 / RATE_HZ)
    assert fusion.state(now_s).pain_mean > 6.0


def test_the_mean_follows_an_episode_without_lag():
    time_s = np.arange(0.0, 30.0, 1.0 / RATE_HZ)
    truth = 6.0 * np.exp(-(((time_s - 8.0) / 1.2) ** 2)) + 9.0 * ((time_s > 15.0) & (time_s < 18.0))
    seen = np.clip(truth + np.random.default_rng(4).normal(0.0, 0.5, len(time_s)), 0.0, 10.0)
    fusion = watching()
    means = []
    for stamp_s, level in zip(time_s, seen, strict=True):
        fusion.add(estimate(float(stamp_s), float(level)))
        means.append(fusion.state(float(stamp_s)).pain_mean)
    assert np.corrcoef(means, truth)[0, 1] >= 0.95


def test_the_interval_covers_what_would_be_reported():
    rng = np.random.default_rng(11)
    inside = []
    for felt in rng.uniform(0.0, 10.0, 300):
        expressed = felt * rng.uniform() if rng.uniform() < 0.1 else felt  # one in ten hides it
        shown = np.clip(expressed + rng.normal(0.0, 1.0) + rng.normal(0.0, 1.45), 0.0, 10.0)
        fusion = watching()
        for k in range(10):
            level = float(np.clip(shown + rng.normal(0.0, 0.375), 0.0, 10.0))
            fusion.add(estimate(k / RATE_HZ, level, quality=1.0))
        state = fusion.state(0.5)
        inside.append(state.pain_lower <= felt <= state.pain_upper)
    assert 0.85 <= np.mean(inside) <= 0.985  # a single glance: rather too wide than too narrow


def test_the_interval_reaches_up_as_people_hide_pain():
    fusion = watching()
    state = fusion.state(feed(fusion, 2.0, 0.0, 2.0))
    assert state.pain_upper - state.pain_mean > 1.5 * (state.pain_mean - state.pain_lower)


def test_many_estimates_do_not_average_away_what_a_modality_gets_wrong():
    fusion = watching()
    assert fusion.state(feed(fusion, 5.0, 0.0, 60.0)).pain_stddev > 1.5


def test_low_quality_widens_the_state():
    clear, poor = watching(), watching()
    feed(clear, 5.0, 0.0, 1.0, quality=1.0)
    feed(poor, 5.0, 0.0, 1.0, quality=0.2)
    assert poor.state(1.0).pain_stddev > clear.state(1.0).pain_stddev + 0.2


def test_a_useless_estimate_counts_for_nothing():
    fusion = watching()
    feed(fusion, 9.0, 0.0, 1.0, quality=0.01)
    state = fusion.state(1.0)
    assert state.abstained and "quality is only 0.01" in state.reason


def test_probability_rises_with_pain():
    low, high = watching(), watching()
    feed(low, 1.0, 0.0, 1.0)
    feed(high, 8.0, 0.0, 1.0)
    assert low.state(1.0).pain_probability < 0.2
    assert high.state(1.0).pain_probability > 0.9


def test_the_state_bears_the_capture_time_of_the_newest_sample():
    fusion = watching()
    fusion.add(estimate(3.0, 4.0))
    fusion.add(estimate(3.2, 4.0, modality="voice"))
    assert fusion.state(3.4).stamp_s == 3.2


def test_nothing_is_said_before_the_first_estimate():
    state = watching().state(1.0)
    assert state.abstained and math.isnan(state.pain_mean) and state.reason == "no usable estimate yet"


def test_the_spread_grows_when_estimates_stop_and_the_mean_moves_slowly():
    fusion = watching()
    feed(fusion, 7.0, 0.0, 2.0)
    fresh, stale = fusion.state(2.0), fusion.state(3.8)
    assert stale.pain_stddev > fresh.pain_stddev + 0.3
    assert abs(stale.pain_mean - fresh.pain_mean) < 1.8  # no more than a point a second


def test_it_abstains_with_the_reason_when_estimates_stop():
    fusion = watching()
    feed(fusion, 7.0, 0.0, 2.0)
    fusion.add(abstained(2.1))
    state = fusion.state(5.0)
    assert state.abstained and math.isnan(state.pain_mean) and math.isnan(state.pain_probability)
    assert "no face is seen" in state.reason


def test_it_speaks_again_when_estimates_come_back():
    fusion = watching()
    feed(fusion, 7.0, 0.0, 1.0)
    assert fusion.state(9.0).abstained
    feed(fusion, 2.0, 9.0, 0.5)
    state = fusion.state(9.5)
    assert not state.abstained and state.pain_mean < 3.5


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize("field", ["stamp_s", "intensity", "stddev", "quality"])
def test_what_is_no_number_is_rejected_and_counted(field, bad):
    fusion = watching()
    fusion.add(replace(estimate(1.0, 5.0), **{field: bad}))
    assert fusion.rejected == 1 and fusion.state(1.0).abstained


@pytest.mark.parametrize(
    ("field", "bad"), [("stddev", -1.0), ("stddev", 0.0), ("intensity", -0.5), ("intensity", 11.0)]
)
def test_what_is_out_of_range_is_rejected_and_counted(field, bad):
    fusion = watching()
    fusion.add(replace(estimate(1.0, 5.0), **{field: bad}))
    assert fusion.rejected == 1 and fusion.state(1.0).abstained


def test_estimates_out_of_order_leave_the_state_about_the_same():
    ordered, shuffled = watching(), watching()
    stamps = [k / RATE_HZ for k in range(40)]
    swapped = [stamp for pair in zip(stamps[1::2], stamps[::2], strict=True) for stamp in pair]
    for stamp_s in stamps:
        ordered.add(estimate(stamp_s, 4.0 + stamp_s))
    for stamp_s in swapped:
        shuffled.add(estimate(stamp_s, 4.0 + stamp_s))
    assert shuffled.state(2.0).pain_mean == pytest.approx(ordered.state(2.0).pain_mean, abs=0.3)
    assert shuffled.state(2.0).stamp_s == ordered.state(2.0).stamp_s


def test_an_estimate_that_is_much_too_late_is_dropped():
    fusion = watching()
    feed(fusion, 2.0, 10.0, 1.0)
    before = fusion.state(11.0).pain_mean
    fusion.add(estimate(5.0, 10.0))
    assert fusion.late == 1 and fusion.state(11.0).pain_mean == before


def test_the_later_an_estimate_the_less_it_counts():
    means = []
    for behind_s in (0.1, 0.5, 1.7):
        fusion = watching()
        for k in range(10):
            fusion.add(estimate(0.2 * k, 2.0))
        fusion.add(estimate(1.8 - behind_s, 4.0))
        means.append(fusion.state(2.0).pain_mean)
    assert means[0] > means[1] > means[2]


def test_a_stamp_far_in_the_future_does_not_shut_the_others_out():
    fusion = watching()
    fusion.add(estimate(1000.0, 9.0))
    fusion.state(1.0)
    feed(fusion, 3.0, 1.0, 0.5)
    assert fusion.rejected == 1
    assert fusion.state(1.5).pain_mean == pytest.approx(3.0, abs=1.0)


def test_a_backward_jump_of_the_clock_clears_the_buffers():
    fusion = watching()
    feed(fusion, 8.0, 100.0, 6.0)
    assert math.isfinite(fusion.state(106.0).pain_mean)
    assert fusion.state(50.0).abstained
    feed(fusion, 1.0, 50.0, 0.5)
    state = fusion.state(50.5)
    assert state.pain_mean < 2.5 and math.isnan(state.pain_trend_per_min)


def test_a_time_that_is_no_number_is_refused():
    with pytest.raises(ValueError, match="finite"):
        watching().state(math.nan)


def test_two_modalities_share_the_weight_by_their_precision():
    fusion = watching()
    feed(fusion, 6.0, 0.0, 1.0, stddev=1.0)
    feed(fusion, 6.0, 0.0, 1.0, stddev=3.0, modality="voice")
    weights = {weight.modality: weight.weight for weight in fusion.state(1.0).weights}
    assert math.fsum(weights.values()) == pytest.approx(1.0)
    assert weights["face"] > 2.0 * weights["voice"]


def test_two_modalities_that_agree_are_surer_than_one():
    one, two = watching(), watching()
    feed(one, 6.0, 0.0, 1.0)
    feed(two, 6.0, 0.0, 1.0)
    feed(two, 6.0, 0.0, 1.0, modality="body")
    assert two.state(1.0).pain_stddev < one.state(1.0).pain_stddev


def test_a_modality_that_is_silent_loses_its_weight_and_the_reason_is_told():
    fusion = watching()
    feed(fusion, 6.0, 0.0, 1.0)
    feed(fusion, 3.0, 0.0, 5.0, modality="voice")
    fusion.add(abstained(1.1))
    face, voice = fusion.state(5.0).weights
    assert (face.weight, voice.weight) == (0.0, 1.0)
    assert "no face is seen" in face.reason


def test_the_trend_tells_points_per_minute():
    trend = Trend(25.0, 5.0)
    for k in range(50):
        trend.add(0.5 * k, 3.0 + 0.075 * k)
    assert trend.per_min == pytest.approx(9.0)


def test_the_trend_rises_with_what_is_shown():
    fusion = watching()
    trend = math.nan
    for k in range(round(20.0 * RATE_HZ)):
        now_s = k / RATE_HZ
        fusion.add(estimate(now_s, 3.0 + 0.15 * now_s))
        trend = fusion.state(now_s).pain_trend_per_min
    assert 5.0 < trend < 15.0


def test_the_trend_is_not_known_at_first():
    fusion = watching()
    feed(fusion, 5.0, 0.0, 1.0)
    assert math.isnan(fusion.state(1.0).pain_trend_per_min)


def test_without_consent_the_state_tells_presence_alone():
    fusion = watching(Consent.NONE)
    feed(fusion, 8.0, 0.0, 1.0)
    fusion.report(SelfReport(1.0, "NRS", 8.0, 8.0))
    fusion.presence(True, 1.0)
    state = fusion.state(1.0)
    assert state.present and state.abstained and state.consent == Consent.NONE
    assert math.isnan(state.pain_mean) and math.isnan(state.pain_upper) and math.isnan(state.pain_trend_per_min)
    assert state.weights == () and state.last_self_report is None
    assert "consent" in state.reason


def test_withdrawn_consent_wipes_what_was_taken_in():
    fusion = watching()
    feed(fusion, 8.0, 0.0, 1.0)
    fusion.report(SelfReport(1.0, "NRS", 8.0, 8.0))
    fusion.consent = Consent.NONE
    assert math.isnan(fusion.state(1.0).pain_mean)
    fusion.consent = Consent.OBSERVE
    state = fusion.state(1.0)
    assert state.abstained and state.last_self_report is None


def test_a_filter_starts_without_consent():
    assert FusionFilter(FusionSettings()).consent == Consent.NONE


def test_presence_is_not_believed_for_ever():
    fusion = watching()
    fusion.presence(True, 1.0)
    assert fusion.state(2.0).present
    assert not fusion.state(10.0).present


@pytest.mark.parametrize(("shown", "said"), [(0.0, 7.0), (9.0, 2.0)])
def test_the_persons_word_outranks_the_sensors(shown, said):
    fusion = watching()
    now_s = feed(fusion, shown, 0.0, 2.0)
    fusion.report(SelfReport(now_s, "NRS", said, said))
    state = fusion.state(now_s)
    assert state.pain_mean == pytest.approx(said, abs=1.0)
    assert f"the person said {said:.0f} of 10" in state.words


def test_a_report_fades_with_time():
    fusion = watching()
    fusion.report(SelfReport(0.0, "NRS", 8.0, 8.0))
    means = []
    for start_s in (0.0, 600.0, 3000.0):
        now_s = feed(fusion, 1.0, start_s, 1.0)
        means.append(fusion.state(now_s).pain_mean)
    unheard = watching()
    alone = unheard.state(feed(unheard, 1.0, 0.0, 1.0)).pain_mean
    assert means[0] > 7.0
    # Two half-lives on, a quarter of the way is left.
    assert means[1] == pytest.approx(alone + 0.25 * (means[0] - alone), abs=0.35)
    assert means[2] == pytest.approx(alone, abs=0.25)


def test_a_report_alone_is_enough_until_it_has_faded():
    fusion = watching()
    fusion.report(SelfReport(0.0, "NRS", 6.0, 6.0))
    assert fusion.state(1.0).pain_mean == pytest.approx(6.0, abs=0.3)
    assert fusion.state(3600.0).abstained


def test_a_report_that_is_no_number_is_rejected():
    fusion = watching()
    fusion.report(SelfReport(0.0, "NRS", math.nan, math.nan))
    assert fusion.rejected == 1 and fusion.state(0.1).last_self_report is None


def test_a_caregivers_word_weighs_less_than_the_persons():
    own, proxy = watching(), watching()
    for fusion, by_proxy in ((own, False), (proxy, True)):
        feed(fusion, 2.0, 0.0, 1.0)
        fusion.report(SelfReport(1.0, "NRS", 8.0, 8.0, by_proxy=by_proxy))
    assert own.state(1.0).pain_mean > proxy.state(1.0).pain_mean + 0.3


levels = st.floats(0.0, 10.0)


@settings(deadline=None)
@given(st.lists(st.tuples(levels, st.floats(0.01, 20.0), st.floats(0.0, 1.0), st.floats(-3.0, 3.0)), max_size=30))
def test_every_state_keeps_its_ranges_and_never_says_no_pain(estimates):
    fusion = watching()
    for k, (intensity, stddev, quality, shift_s) in enumerate(estimates):
        fusion.add(estimate(100.0 + 0.1 * k + shift_s, intensity, stddev, quality))
        state = fusion.state(100.0 + 0.1 * k)
        assert "no pain" not in state.words and state.words
        if state.abstained:
            assert math.isnan(state.pain_mean) and state.reason
        else:
            assert 0.0 <= state.pain_lower <= state.pain_mean <= state.pain_upper <= 10.0
            assert state.pain_stddev > 0.0 and 0.0 <= state.pain_probability <= 1.0


def test_a_steady_plain_reading_does_not_become_that_of_a_person_who_hides():
    fusion = watching()
    for k in range(600):
        fusion.add(estimate(k / 5, 0.3))
    assert fusion.state(120.0).pain_mean < 1.0


def test_estimates_that_come_very_often_count_no_more_than_a_few():
    often, seldom = watching(), watching()
    for k in range(200):
        often.add(estimate(k / 100, 5.0))
    for k in range(20):
        seldom.add(estimate(k / 10, 5.0))
    assert often.state(2.0).pain_stddev == pytest.approx(seldom.state(2.0).pain_stddev, abs=0.1)
