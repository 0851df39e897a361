import math

import numpy as np
import pytest

from solamen.core.person import Level, PersonTraits, ReportPair
from solamen.people.expressiveness import TraitsBelief, fit_traits


def pairs_of(expressiveness, reports, seed=0, offset=0.0):
    """Reports of a person of whom face and body show a part, with noise of 1 point."""
    rng = np.random.default_rng(seed)
    found = []
    for k, reported in enumerate(reports):
        shown = np.clip(expressiveness * reported + offset + rng.normal(0.0, 0.8, 2), 0.0, 10.0)
        found.append(ReportPair(60.0 * k, reported, (Level("face", shown[0], 1.2), Level("body", shown[1], 1.2))))
    return found


def test_without_reports_a_person_is_anybody():
    assert fit_traits([]) == PersonTraits()


def test_a_report_without_levels_teaches_nothing():
    assert fit_traits([ReportPair(0.0, 7.0, ())]) == PersonTraits()


@pytest.mark.parametrize("expressiveness", [0.3, 0.6, 1.0, 1.4])
def test_five_reports_tell_how_much_a_person_shows(expressiveness):
    traits = fit_traits(pairs_of(expressiveness, [6.0, 3.0, 5.0, 7.0, 2.0]))
    assert math.exp(traits.log_expressiveness) == pytest.approx(expressiveness, abs=0.25)
    assert traits.log_expressiveness_stddev < 0.5 and traits.n_reports == 5


def test_one_report_moves_the_traits_less_than_five():
    def believed(count):
        belief = TraitsBelief(PersonTraits())
        for pair in pairs_of(0.4, [6.0] * count):
            belief.learn(pair)
        share = belief.weight().sum(axis=1)
        cells = np.linspace(math.log(0.05), math.log(4.0), len(share))
        mean = share @ cells
        return mean, math.sqrt(share @ (cells - mean) ** 2)

    one, five = believed(1), believed(5)
    assert five[0] < one[0] < 0.0
    assert five[1] < one[1]


def test_who_shows_all_that_can_be_shown_is_not_taken_for_usual():
    """A face at the top of its scale stands for any expressiveness from there on."""
    shown = [(10.0, 10.0), (8.0, 10.0), (2.0, 4.3), (0.0, 0.0), (3.0, 6.2)]
    pairs = [ReportPair(60.0 * k, said, (Level("face", level, 1.2),)) for k, (said, level) in enumerate(shown)]
    assert math.exp(fit_traits(pairs).log_expressiveness) > 1.35


def test_a_level_that_has_nothing_to_do_with_pain_changes_little():
    usual = pairs_of(1.0, [5.0, 3.0, 7.0, 2.0])
    astray = ReportPair(600.0, 0.0, (Level("body", 9.5, 1.2),))
    assert fit_traits([*usual, astray]).offset("body").mean < fit_traits(usual).offset("body").mean + 0.25


def test_a_held_out_report_of_the_same_kind_is_likelier_and_nothing_is_learned_from_it():
    pairs, belief = pairs_of(0.35, [6.0, 5.0, 8.0, 7.0]), TraitsBelief(PersonTraits())
    before = belief.foretells(pairs[-1])
    for pair in pairs[:-1]:
        belief.learn(pair)
    weight = belief.weight()
    assert belief.foretells(pairs[-1]) > before + 0.5
    assert np.array_equal(belief.weight(), weight) and belief.reports == 3


def test_reports_without_pain_teach_the_offset_and_not_expressiveness():
    traits = fit_traits(pairs_of(1.0, [0.0] * 8, offset=1.5))
    assert traits.log_expressiveness_stddev > 0.35
    assert traits.offset("face").mean > 0.4 and traits.offset("face").stddev < 0.6


def test_a_caregivers_word_teaches_less():
    own = pairs_of(0.3, [6.0] * 3)
    proxy = [ReportPair(pair.stamp_s, pair.reported, pair.levels, True) for pair in own]
    assert fit_traits(own).log_expressiveness_stddev < fit_traits(proxy).log_expressiveness_stddev


def test_the_order_of_the_reports_does_not_matter():
    pairs = pairs_of(0.7, [6.0, 3.0, 5.0])
    forward, backward = fit_traits(pairs), fit_traits(pairs[::-1])
    assert forward.log_expressiveness == pytest.approx(backward.log_expressiveness)


def test_traits_survive_as_json():
    traits = fit_traits(pairs_of(0.5, [6.0, 3.0]))
    assert PersonTraits.from_json(traits.to_json()) == traits


@pytest.mark.parametrize("text", ["[]", '{"who": 1}', '{"log_expressiveness": 1e9}', "{", '{"offsets": [1]}', "null"])
def test_what_are_no_traits_is_refused(text):
    with pytest.raises(ValueError, match=r"\w"):
        PersonTraits.from_json(text)
