"""Choice among activities: utilities in words, what helped before, nothing that flaps."""

import math
import statistics

import pytest

from solamen.core.states import Company, Consent
from solamen.empathy.appeal import Appeal
from solamen.empathy.bandit import WhatHelped
from solamen.empathy.scene import Scene

from .test_activity import TICK_S, Table


def test_a_utility_is_the_sum_of_its_terms_and_unknown_ones_are_left_out():
    appeal = Appeal(base=0.2, by_pain=0.5, by_arousal=0.4, by_rise=0.3, alone=0.1)
    scene = Scene(pain=6.0, arousal=0.5, trend_per_min=0.5, company=Company.ALONE)
    assert appeal.utility(scene) == pytest.approx(0.2 + 0.3 + 0.2 + 0.15 + 0.1)
    assert appeal.utility(Scene(pain=6.0)) == pytest.approx(0.5)
    assert appeal.utility(Scene()) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("pain", "barrier"),
    [(3.0, "pain is below 4"), (9.0, "pain is above 8"), (math.nan, "pain is not known"), (5.0, "")],
)
def test_pain_outside_its_range_does_not_call_for_it(pain, barrier):
    assert Appeal(pain_to=8.0).barrier(Scene(pain=pain)) == barrier


def test_the_one_that_is_called_for_most_is_begun_and_all_are_told_best_first():
    table = Table()
    table.go(TICK_S)
    assert table.desk.active == "tea"
    assert [option.name for option in table.desk.options] == ["tea", "cake"]
    assert table.desk.options[0].utility > table.desk.options[1].utility


def test_what_is_under_way_goes_on_though_another_is_called_for_more_by_now():
    table = Table()
    table.go(1.0)
    table.hear("yes")
    table.cake.appeal = Appeal(base=1.5)
    table.go(1.5)
    assert table.desk.active == "tea"


def test_nothing_is_offered_before_pain_has_lasted_and_within_twenty_seconds_it_is():
    table = Table(aching_s=1.0)
    table.go(1.0)
    assert table.said == [] and table.desk.options[0].why == "pain has not lasted yet"
    assert table.desk.settings.offer_after_s < 15.0


def test_between_two_activities_there_is_a_pause():
    table = Table()
    table.go(1.0)
    table.hear("no")
    table.go(29.0)
    assert "offer cake" not in table.markers
    table.go(3.0)
    assert "offer cake" in table.markers


def test_an_urgent_one_ends_what_is_under_way_and_begins_at_once():
    table = Table()
    table.go(1.0)
    table.cake.urgent = lambda: True
    table.go(TICK_S)
    assert table.tea.left == ["preempted"] and table.desk.active == "cake"


def test_a_nod_answers_an_onset_without_ending_what_is_under_way():
    table = Table()
    table.go(1.0)
    table.desk.scene = Scene(**{**table.desk.scene.__dict__, "onsets": 1, "onset_age_s": 0.6, "hurt_age_s": 0.0})
    table.go(TICK_S)
    assert table.desk.choice.nod_s == pytest.approx(table.clock.now_s()) and table.desk.active == "tea"


def test_what_was_followed_by_ease_is_believed_to_help_more():
    helped = WhatHelped(0)
    for _ in range(10):
        helped.learn("tea", 6.0, 4.0)
        helped.learn("cake", 6.0, 6.0)
    assert helped.belief("tea")[0] > 0.5 > -0.5 > helped.belief("cake")[0]
    assert helped.belief("tea")[1] < helped.belief("song")[1] == 1.0


def test_pain_that_is_not_known_teaches_nothing_and_one_course_counts_little():
    helped = WhatHelped(0)
    helped.learn("tea", math.nan, 4.0)
    assert helped.belief("tea") == (0.0, 1.0)
    helped.learn("tea", 10.0, 0.0)
    helped.learn("cake", 5.0, 5.0)
    assert abs(helped.belief("tea")[0]) < 0.5


def test_draws_follow_the_belief_and_the_seed():
    draws = [WhatHelped(3).draw("tea") for _ in range(2)]
    assert draws[0] == draws[1]
    helped = WhatHelped(1)
    values = [helped.draw("tea") for _ in range(2000)]
    assert statistics.mean(values) == pytest.approx(0.0, abs=0.1) and statistics.stdev(values) == pytest.approx(1, 0.1)


def begun_first(consent, seeds=30, **learned):
    """How often cake, which is called for less, is begun first."""
    count = 0
    for seed in range(seeds):
        table = Table(consent=consent)
        table.desk.learned = WhatHelped(seed)
        for _ in range(learned.get("cakes", 0)):
            table.desk.learned.learn("cake", 7.0, 4.5)
            table.desk.learned.learn("tea", 7.0, 7.0)
        table.go(TICK_S)
        count += table.desk.active == "cake"
    return count


def test_without_consent_to_learning_what_helped_before_counts_for_nothing():
    assert begun_first(Consent.RECORD, cakes=20) == 0


def test_with_consent_what_helped_before_is_chosen_and_the_unknown_is_tried():
    assert begun_first(Consent.LEARN, cakes=20) >= 25
    assert 1 <= begun_first(Consent.LEARN) <= 20


def test_a_course_that_ended_well_teaches_only_with_consent():
    for consent, count in ((Consent.RECORD, 0), (Consent.LEARN, 1)):
        table = Table(consent=consent)
        table.cake.appeal = Appeal(base=-2.0)
        table.go(1.0)
        table.hear("yes")
        table.go(3.0)
        assert table.desk.learned._count.get("tea", 0) == count
