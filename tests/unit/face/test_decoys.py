import itertools

import pytest

from .faces import GRIN, PAIN, SHUT, Watcher, acting, mean, most, person

PERSONS = [None, 1, 2, 3, 4]


def after_calm(seed):
    watcher, neutral = Watcher(), person(seed)
    watcher.see(neutral, 30.0)
    return watcher, neutral


@pytest.mark.parametrize("seed", PERSONS)
def test_a_blink_is_not_pain(seed):
    watcher, neutral = after_calm(seed)
    before = mean(watcher.see(neutral, 1.0))
    seen = []
    for shut in (0.3, 0.8, 1.0, 1.0, 0.6, 0.2):
        seen += watcher.see(acting(neutral, (SHUT, shut)))
    seen += watcher.see(neutral, 0.5)
    assert most(seen) - before < 0.4


def test_a_blink_is_au45_and_not_au43():
    watcher, neutral = after_calm(None)
    watcher.see(acting(neutral, (SHUT, 1.0)), 0.25)
    assert watcher.units[45] > 3.0
    assert watcher.units[43] == 0.0


def test_eyes_shut_for_longer_than_a_blink_are_au43():
    watcher, neutral = after_calm(None)
    watcher.see(acting(neutral, (SHUT, 1.0)), 0.8)
    assert watcher.units[43] > 2.5
    assert watcher.units[45] == 0.0


@pytest.mark.parametrize("seed", PERSONS)
def test_a_grin_is_not_pain(seed):
    watcher, neutral = after_calm(seed)
    assert most(watcher.see(acting(neutral, (GRIN, 1.0)), 3.0)) < 1.0
    assert watcher.units[12] > 3.5


@pytest.mark.parametrize("seed", PERSONS)
def test_a_grin_from_the_first_frame_is_not_pain(seed):
    watcher = Watcher()
    assert most(watcher.see(acting(person(seed), (GRIN, 1.0)), 3.0)) < 2.0


def test_eyes_narrowed_for_long_hide_no_pain():
    watcher, neutral = after_calm(None)
    watcher.see(acting(neutral, (SHUT, 0.5)), 2.0)
    assert mean(watcher.see(acting(neutral, (SHUT, 0.4), (PAIN, 0.8)), 3.0)[30:]) > 5.0


def test_a_grin_with_a_blink_is_not_pain():
    watcher, neutral = after_calm(None)
    watcher.see(acting(neutral, (GRIN, 1.0)), 1.0)
    seen = watcher.see(acting(neutral, (GRIN, 1.0), (SHUT, 0.9)), 0.3)
    assert most(seen) < 1.0


@pytest.mark.parametrize("seed", PERSONS)
def test_pain_is_seen(seed):
    watcher, neutral = after_calm(seed)
    assert mean(watcher.see(acting(neutral, (PAIN, 1.0)), 3.0)[20:]) > 5.0


@pytest.mark.parametrize(("how_far", "least"), [(0.6, 6.0), (0.8, 4.0), (1.0, 2.5)])
def test_a_mouth_drawn_into_a_smile_does_not_hide_pain(how_far, least):
    watcher, neutral = after_calm(None)
    drawn = {"mouth_smile": 0.8, "mouth_width": 0.12, "mouth_corner_distance": -0.05}
    with_it = mean(watcher.see(acting(neutral, (PAIN, 1.2), (drawn, how_far)), 3.0)[20:])
    assert with_it > least


def test_more_pain_gives_more_points():
    watcher, neutral = after_calm(None)
    levels = [mean(watcher.see(acting(neutral, (PAIN, s)), 3.0)[30:]) for s in (0.0, 0.3, 0.6, 0.9, 1.2)]
    assert all(higher > lower - 0.1 for lower, higher in itertools.pairwise(levels))
    assert levels[0] < 0.5 < 3.0 < levels[1] < levels[2]


def test_after_pain_with_shut_eyes_a_calm_face_with_shut_eyes_is_calm_again():
    watcher, neutral = after_calm(None)
    watcher.see(acting(neutral, (PAIN, 1.0)), 2.0)
    watcher.see(acting(neutral, (PAIN, 1.0), (SHUT, 1.0)), 3.0)
    assert mean(watcher.see(acting(neutral, (SHUT, 1.0)), 15.0)[-20:]) < 3.5
