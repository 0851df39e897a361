"""What is learned anew is used only where reports that were held out are foretold clearly better by it."""

import math

import numpy as np
import pytest

from solamen.core.person import Level, PersonTraits, ReportPair, gain
from solamen.people.refit import foretold, refit


def _pairs(expressiveness: float, noise: float, count: int, seed: int = 0) -> list[ReportPair]:
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        reported = float(rng.uniform(0.0, 9.0))
        shown = gain("face", expressiveness) * reported + noise * rng.normal()
        found.append(ReportPair(float(number), reported, (Level("face", float(np.clip(shown, 0.0, 10.0)), 1.2),)))
    return found


def test_a_person_who_shows_little_is_foretold_by_what_was_learned() -> None:
    found = refit(_pairs(0.35, 0.3, 8), PersonTraits())

    assert found.adopted
    assert found.error_after < 0.7 * found.error_before
    assert math.exp(found.traits.log_expressiveness) == pytest.approx(0.35, abs=0.12)


def test_a_small_gain_on_a_few_reports_is_left() -> None:
    """Of many usual persons with five noisy reports each, few are taken for something else."""
    found = [refit(_pairs(1.0, 1.2, 5, seed), PersonTraits()) for seed in range(40)]

    assert sum(each.adopted for each in found) <= 4
    assert any(each.error_after < each.error_before and not each.adopted for each in found)
    assert all(each.traits == PersonTraits() for each in found if not each.adopted)


def test_reports_that_are_likelier_but_foretold_no_better_change_nothing() -> None:
    found = refit(_pairs(1.0, 0.8, 20, seed=2), PersonTraits())

    assert not found.adopted
    assert found.error_after > 0.8 * found.error_before
    assert "times as likely" in found.reason


def test_many_reports_are_held_out_in_ten_parts() -> None:
    found = refit(_pairs(0.4, 0.5, 60), PersonTraits())

    assert found.adopted and found.pairs == 60
    assert found.error_after < 0.7 * found.error_before


def test_with_too_few_reports_nothing_is_learned() -> None:
    found = refit(_pairs(0.3, 0.2, 2), PersonTraits())

    assert not found.adopted
    assert "2 of 3 reports" in found.reason


def test_a_level_below_what_is_usual_is_foretold_as_more_of_one_who_shows_little() -> None:
    pair = ReportPair(0.0, 7.0, (Level("face", 2.5, 1.0),))

    assert foretold(pair, PersonTraits(log_expressiveness=math.log(0.4))) > foretold(pair, PersonTraits()) + 1.5
