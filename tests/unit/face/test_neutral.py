import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from solamen.face.cues import CUES
from solamen.face.neutral import POPULATION, Neutral
from solamen.face.units import PAIN_PATTERN

from .faces import GRIN, PAIN, SHUT, Watcher, acting, mean, person

NONE = np.zeros(len(CUES))


def learner():
    return Neutral(adapt_s=20.0, forget_s=900.0)


def test_it_starts_from_the_population_with_a_wide_spread():
    neutral = learner()
    assert np.array_equal(neutral.face.mean, POPULATION.mean)
    assert neutral.uncertainty == pytest.approx(1.0)


def test_calm_frames_teach_the_persons_own_face():
    neutral, own = learner(), person(seed=3)
    for _ in range(600):
        neutral.learn(own, 0.1, toward_calm=1.0, toward_pain=1.0, pain=NONE)
    assert np.all(np.abs(neutral.face.mean - own) < 0.15 * POPULATION.spread)
    assert neutral.uncertainty < 0.5


def test_a_face_that_is_not_calm_teaches_nothing():
    neutral = learner()
    for _ in range(600):
        neutral.learn(person(seed=3), 0.1, toward_calm=0.0, toward_pain=0.0, pain=NONE)
    assert np.array_equal(neutral.face.mean, POPULATION.mean)


def test_cues_that_are_not_known_teach_nothing():
    neutral = learner()
    neutral.learn(np.full(len(CUES), np.nan), 0.1, toward_calm=1.0, toward_pain=1.0, pain=NONE)
    assert np.array_equal(neutral.face.mean, POPULATION.mean)


@pytest.mark.parametrize("dt_s", [0.0, -1.0, float("nan"), float("inf")])
def test_time_that_does_not_pass_teaches_nothing(dt_s):
    neutral = learner()
    neutral.learn(person(seed=3), dt_s, toward_calm=1.0, toward_pain=1.0, pain=NONE)
    assert np.array_equal(neutral.face.mean, POPULATION.mean)


def test_a_neutral_that_is_not_seen_any_more_widens_again():
    neutral = learner()
    for _ in range(600):
        neutral.learn(POPULATION.mean, 0.1, toward_calm=1.0, toward_pain=1.0, pain=NONE)
    known = neutral.uncertainty
    for _ in range(1800):
        neutral.learn(POPULATION.mean, 1.0, toward_calm=0.0, toward_pain=0.0, pain=NONE)
    assert known < 0.5 < 0.8 < neutral.uncertainty <= 1.0


def test_it_never_moves_far_in_the_direction_of_pain():
    neutral = learner()
    far = POPULATION.mean + 10.0 * np.sign(PAIN_PATTERN) * POPULATION.spread
    for _ in range(3000):
        neutral.learn(far, 0.1, toward_calm=1.0, toward_pain=1.0, pain=PAIN_PATTERN)
    assert np.all((neutral.face.mean - POPULATION.mean) * np.sign(PAIN_PATTERN) <= 1.5 * POPULATION.spread + 1e-9)


@pytest.mark.parametrize("seed", [None, 1, 2, 3, 4, 5])
@pytest.mark.parametrize("strength", [0.4, 0.6, 0.8, 1.0, 1.3])
def test_a_person_in_pain_from_the_first_frame_never_becomes_neutral(seed, strength):
    watcher = Watcher()
    face = acting(person(seed), (PAIN, strength))
    first = mean(watcher.see(face, 5.0))
    watcher.see(face, 600.0, rate_hz=1.0)
    last = mean(watcher.see(face, 5.0))
    assert last > 0.9 * first
    assert watcher.reader.neutral.uncertainty > 0.85


def test_pain_with_shut_eyes_from_the_first_frame_never_becomes_neutral():
    watcher = Watcher()
    face = acting(person(), (PAIN, 0.6), (SHUT, 1.0))
    first = mean(watcher.see(face, 5.0)[40:])
    watcher.see(face, 600.0, rate_hz=1.0)
    assert mean(watcher.see(face, 5.0)) > 0.9 * first


def test_after_pain_from_the_first_frame_calm_is_learned_and_pain_is_still_seen():
    watcher, own = Watcher(), person(seed=2)
    watcher.see(acting(own, (PAIN, 1.0)), 60.0, rate_hz=5.0)
    watcher.see(own, 60.0, rate_hz=5.0)
    assert mean(watcher.see(own, 5.0)) < 0.7
    assert mean(watcher.see(acting(own, (PAIN, 1.0)), 5.0)[20:]) > 5.0


def test_a_grin_never_becomes_neutral():
    watcher = Watcher()
    watcher.see(acting(person(), (GRIN, 0.8)), 600.0, rate_hz=2.0)
    assert watcher.reader.neutral.uncertainty > 0.95


def test_a_wider_neutral_gives_a_wider_estimate():
    watcher, own = Watcher(), person(seed=1)
    unknown = watcher.see(own)[-1].stddev
    watcher.see(own, 60.0, rate_hz=5.0)
    assert watcher.see(own)[-1].stddev < 0.8 * unknown


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.lists(st.floats(0.0, 1.2), min_size=3, max_size=12))
def test_waxing_and_waning_pain_never_makes_the_neutral_more_pained_than_the_calmest_face(seed, strengths):
    watcher, own = Watcher(), person(seed)
    for strength in strengths:
        watcher.see(acting(own, (PAIN, strength)), 20.0, rate_hz=2.0)
    calmest = acting(own, (PAIN, min(strengths)))
    sign = np.sign(PAIN_PATTERN)
    allowed = np.maximum(calmest * sign, POPULATION.mean * sign) + 0.75 * POPULATION.spread
    assert np.all((watcher.reader.neutral.face.mean * sign <= allowed)[sign != 0.0])
