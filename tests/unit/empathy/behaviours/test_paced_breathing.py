import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.empathy import RobotFeedback
from solamen.empathy.behaviours.breath_guide import BreathGuide, adherence, breaths_per_min
from solamen.empathy.scene import BreathRequest, BreathSample

from .stage import Stage


def led(stage):
    """Times and levels of the breath that was led."""
    pairs = [(at_s, choice.breath) for at_s, choice in stage.shown if math.isfinite(choice.breath)]
    return np.array([at_s for at_s, _ in pairs]), np.array([level for _, level in pairs])


def periods(times_s, levels):
    """Seconds from one breath's beginning to the next, by the upward crossings of the middle."""
    up = [
        before_s + (0.5 - before) / (after - before) * (after_s - before_s)
        for (before_s, before), (after_s, after) in itertools.pairwise(zip(times_s, levels, strict=True))
        if before < 0.5 <= after
    ]
    return np.diff(up)


def breathing(per_min, length_s, start_s=0.0, rate_hz=10.0):
    times_s = start_s + np.arange(0.0, length_s, 1.0 / rate_hz)
    return [BreathSample(0.5 - 0.5 * math.cos(2.0 * math.pi * at_s * per_min / 60.0), at_s) for at_s in times_s]


def test_it_leads_six_breaths_a_minute_exactly():
    stage = Stage("paced_breathing", own={"start_per_min": 6.0, "duration_s": 120.0})
    assert stage.finish() == "succeeded"
    assert np.allclose(periods(*led(stage)), 10.0, rtol=0.02)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(0.01, 0.9), min_size=200, max_size=300), st.floats(4.0, 12.0))
def test_late_and_uneven_ticks_add_up_to_no_wrong_period(gaps_s, per_min):
    guide = BreathGuide(0.0, per_min, 0.4)
    now_s = 0.0
    for gap_s in gaps_s:
        now_s += gap_s
        level = guide.at(now_s, lambda: per_min)
        assert 0.0 <= level <= 1.0
    assert guide.breaths == math.floor(now_s * per_min / 60.0 + 1e-9) + 1


def test_the_breath_goes_in_for_four_seconds_and_out_for_six():
    guide = BreathGuide(0.0, 6.0, 0.4)
    assert guide.level(0.0) == pytest.approx(0.0) and guide.level(4.0) == pytest.approx(1.0)
    assert guide.level(2.0) == pytest.approx(0.5) and guide.level(7.0) == pytest.approx(0.5)
    assert guide.breathing_in(3.9) and not guide.breathing_in(4.1)


def test_it_goes_with_the_persons_own_rate_first_and_then_leads_down():
    stage = Stage("paced_breathing", own={"follow_s": 15.0})
    stage.breathes_per_min = 15
    stage.activity.barrier, barrier = (lambda: "not yet"), stage.activity.barrier
    stage.go(30.0)
    stage.activity.barrier = barrier
    stage.go(20.0, until=lambda: math.isfinite(stage.desk.choice.breath))
    stage.breathes_per_min = "along"
    assert stage.finish() == "succeeded"
    rates = 60.0 / periods(*led(stage))
    assert rates[0] == pytest.approx(15.0, rel=0.1) and rates[-1] == pytest.approx(6.0, rel=0.02)
    assert all(later <= before * 1.02 for before, later in itertools.pairwise(rates))


def test_without_respiration_it_begins_at_ten_and_leads_to_six_all_the_same():
    stage = Stage("paced_breathing")
    assert stage.finish() == "succeeded"
    rates = 60.0 / periods(*led(stage))
    assert rates[0] == pytest.approx(10.0, rel=0.15) and rates[-1] == pytest.approx(6.0, rel=0.02)
    assert "adherence not known" in stage.told("measure")[0]


def test_a_breath_that_is_followed_is_measured_so():
    stage = Stage("paced_breathing")
    stage.breathes_per_min = "along"
    assert stage.finish() == "succeeded"
    assert float(stage.told("measure")[0].split("adherence ")[1].split(",")[0]) > 0.9


def test_a_breath_that_is_not_followed_is_no_success_and_any_rhythm_is_said_to_be_fine_once():
    stage = Stage("paced_breathing")
    stage.breathes_per_min = 23
    assert stage.finish() == "failed"
    assert stage.said.count("Any rhythm is fine. Breathe as it feels right to you.") == 1


def test_light_posture_and_chest_go_together():
    stage = Stage("paced_breathing", own={"duration_s": 30.0})
    stage.finish()
    shown = [choice for _, choice in stage.shown if math.isfinite(choice.breath)]
    fullest, emptiest = max(shown, key=lambda item: item.breath), min(shown, key=lambda item: item.breath)
    assert fullest.glow > 0.75 > 0.3 > emptiest.glow and fullest.lean > emptiest.lean


def test_it_says_in_and_out_at_first_and_then_now_and_then():
    stage = Stage("paced_breathing", own={"start_per_min": 6.0, "duration_s": 150.0})
    stage.finish()
    assert sum("reathe in" in text or text == "In." for text in stage.said) < 8
    assert [text for text in stage.said if text in ("Breathe in.", "And slowly out.")][:2] == [
        "Breathe in.",
        "And slowly out.",
    ]


def test_a_humans_request_begins_at_once_without_pain_and_at_its_own_rate():
    stage = Stage("paced_breathing", pain=0.0, aching_s=0.0)
    stage.desk.guide = BreathRequest(5.0, 40.0)
    stage.go(0.1)
    assert stage.activity.under_way and stage.desk.guide is None and not stage.told("offer")
    assert stage.said == ["Someone asked me to lead slow breathing with you. You can stop at any time."]
    assert stage.finish() == "succeeded"
    assert 60.0 / periods(*led(stage))[-1] < 8.5


def test_a_humans_request_gives_way_to_what_the_person_refused():
    stage = Stage("paced_breathing")
    stage.go(1.0)
    stage.hear("no")
    stage.go(1.0)
    stage.desk.guide = BreathRequest(6.0, 40.0)
    stage.go(1.0)
    assert not stage.activity.under_way and stage.desk.guide is None
    assert stage.told("guide")[0].startswith("not begun: it was refused")


def test_a_request_meanwhile_changes_the_rate_without_a_jump():
    stage = Stage("paced_breathing", own={"start_per_min": 6.0})
    stage.go(40.0)
    stage.desk.guide = BreathRequest(4.0, 60.0)
    stage.finish()
    times_s, levels = led(stage)
    assert np.max(np.abs(np.diff(levels))) < 0.1 and 60.0 / periods(times_s, levels)[-1] < 5.9


@pytest.mark.parametrize("per_min", [4, 6, 12, 20, 30])
def test_the_own_rate_is_found(per_min):
    assert breaths_per_min(breathing(per_min, 60.0), 59.9, 60.0) == pytest.approx(per_min, rel=0.05)


def test_the_own_rate_is_not_known_where_respiration_stops_or_is_flat():
    assert math.isnan(breaths_per_min(breathing(12, 30.0), 40.0))
    assert math.isnan(breaths_per_min([BreathSample(0.5, 0.1 * k) for k in range(300)], 30.0))
    assert math.isnan(breaths_per_min([], 0.0))


def test_noise_on_the_breath_is_no_breath():
    rng = np.random.default_rng(1)
    noisy = [BreathSample(item.level + 0.05 * rng.normal(), item.at_s) for item in breathing(12, 30.0)]
    assert breaths_per_min(noisy, 30.0) == pytest.approx(12.0, rel=0.1)


def test_adherence_is_high_for_the_same_breath_low_for_another_and_unknown_for_none():
    slow, fast = breathing(6, 30.0), breathing(21, 30.0)
    late = [BreathSample(item.level, item.at_s + 0.8) for item in slow]
    assert adherence(slow, slow, 29.9, 20.0) > 0.95 and adherence(late, slow, 30.5, 20.0) > 0.9
    assert adherence(fast, slow, 29.9, 20.0) < 0.3
    assert math.isnan(adherence([], slow, 29.9, 20.0)) and math.isnan(adherence(slow, slow, 60.0, 20.0))


def test_the_arms_go_with_each_slow_breath_where_the_robot_has_them():
    stage = Stage("paced_breathing", own={"start_per_min": 12.0, "duration_s": 100.0})
    stage.finish()
    arms = [request for request in stage.gestures if request.name == "breathe_arms"]
    assert len(arms) >= 3 and all(0.1 <= request.speed <= 1.0 for request in arms)
    fewer = Stage("paced_breathing", own={"arms": 0.0, "duration_s": 60.0})
    fewer.finish()
    assert not fewer.gestures


def test_a_robot_without_light_and_chest_leads_by_voice_all_the_same():
    stage = Stage("paced_breathing", own={"duration_s": 40.0})
    stage.desk.robot.take(RobotFeedback(channels=frozenset({"speech"}), gesture_names=frozenset()))
    assert stage.finish() == "succeeded" and "Breathe in." in stage.said and stage.gestures == []
