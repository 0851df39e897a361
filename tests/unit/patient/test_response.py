"""The virtual patient's reaction to what the robot does."""

from __future__ import annotations

import math

import numpy as np
import pytest

from solamen.patient.response import Around, Felt, Nature, Response
from solamen.patient.response_effects import EFFECTS
from solamen.patient.response_temper import TEMPERS

USUAL = TEMPERS["usual"]
ALONE = Around()


def live(response: Response, stimulus: float, around: Around, seconds: float) -> Felt:
    for _ in range(round(seconds)):
        felt = response.step(stimulus, around, 1.0)
    return felt


def change_of_pain(seed: int, *helping: str) -> float:
    nature = Nature.draw(seed, USUAL)
    return live(Response(nature), 5.0, Around(frozenset(helping)), 240.0).pain - 5.0


def test_with_nobody_there_pain_is_the_stimulus() -> None:
    assert live(Response(Nature.draw(1, USUAL)), 5.0, ALONE, 60.0).pain == pytest.approx(5.0)


@pytest.mark.parametrize("name", ["breathing", "distraction", "touch", "words"])
def test_what_is_published_to_help_helps_on_the_mean_by_about_its_size(name: str) -> None:
    changes = [change_of_pain(seed, name) for seed in range(150)]
    # Two points are an SMD of 1 at a pain of 5; three standard errors of the mean around it.
    error = 3.0 * float(np.std(changes)) / math.sqrt(len(changes))
    assert float(np.mean(changes)) == pytest.approx(2.0 * EFFECTS[name].pain, abs=error)


@pytest.mark.parametrize("name", ["breathing", "distraction", "touch", "words"])
def test_people_differ_some_do_not_respond_and_some_get_worse(name: str) -> None:
    changes = np.array([change_of_pain(seed, name) for seed in range(150)])
    assert 0.1 < float(np.mean(np.abs(changes) < 1e-6)) < 0.5
    assert float(np.mean(changes > 0.1)) > 0.05
    assert float(np.mean(changes < -0.3)) > 0.25


def test_mere_company_does_not_change_pain() -> None:
    assert all(change_of_pain(seed, "trusted") == pytest.approx(0.0) for seed in range(20))
    assert all(change_of_pain(seed, "stranger") == pytest.approx(0.0) for seed in range(20))


def test_a_trusted_person_lets_more_pain_show() -> None:
    response = Response(Nature.draw(1, USUAL))
    assert live(response, 5.0, Around(frozenset({"trusted"})), 120.0).expressiveness > 1.05


def test_some_get_worse_when_their_pain_is_shown_back_for_long_and_most_do_not() -> None:
    mirrored = [live(Response(Nature.draw(seed, USUAL)), 5.0, Around(mirrored=0.3), 90.0).pain for seed in range(80)]
    worse = float(np.mean(np.array(mirrored) > 5.05))
    assert 0.08 < worse < 0.35


def test_short_mirroring_harms_nobody() -> None:
    for seed in range(40):
        assert live(Response(Nature.draw(seed, USUAL)), 5.0, Around(mirrored=0.15), 2.0).pain == pytest.approx(5.0)


def test_pain_never_leaves_its_scale_and_never_vanishes() -> None:
    everything = Around(frozenset(EFFECTS), mirrored=1.0, breath=0.5)
    for seed in range(40):
        felt = live(Response(Nature.draw(seed, USUAL)), 10.0, everything, 120.0)
        assert 3.0 <= felt.pain <= 10.0
        assert 0.0 <= felt.distress <= 10.0
        assert 0.0 <= felt.arousal <= 1.0
        assert 0.0 <= felt.breath <= 1.0


def test_pain_quickens_the_breath() -> None:
    calm = live(Response(Nature.draw(1, USUAL)), 0.0, ALONE, 60.0).breaths_per_min
    assert live(Response(Nature.draw(1, USUAL)), 9.0, ALONE, 60.0).breaths_per_min > calm + 2.0


def test_a_led_breath_is_followed_as_well_as_the_person_follows() -> None:
    nature = Nature.draw(1, TEMPERS["eager"])
    response, misses = Response(nature), []
    for i in range(1200):
        led = 0.5 - 0.5 * math.cos(2.0 * math.pi * i / 100.0)
        felt = response.step(4.0, Around(frozenset({"breathing"}), 0.0, led), 0.1)
        misses.append(abs(felt.breath - led))
    assert float(np.mean(misses[600:])) < 1.1 * (1.0 - nature.follows) * float(np.mean(misses[:30])) + 0.15


def test_the_same_seed_is_the_same_person_and_another_is_not() -> None:
    assert Nature.draw(3, USUAL) == Nature.draw(3, USUAL)
    assert Nature.draw(3, USUAL) != Nature.draw(4, USUAL)


def test_every_effect_names_its_source_with_author_and_year() -> None:
    for effect in EFFECTS.values():
        assert any(str(year) in effect.source for year in range(2005, 2026))
