import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.learning.bootstrap import interval_over_persons
from solamen.learning.splits import folds_by_person, split_by_person

PERSONS = st.lists(st.sampled_from("abcdefghijklmnop"), min_size=30, max_size=200).filter(lambda p: len(set(p)) >= 5)


@given(PERSONS, st.integers(0, 1000))
def test_no_person_is_in_two_parts_and_no_sample_is_lost(persons, seed):
    split = split_by_person(persons, seed)
    parts = [split.train, split.validation, split.test]
    whose = [{persons[i] for i in part} for part in parts]
    assert all(whose)
    assert sum(map(len, whose)) == len(set(persons))
    assert sorted(np.concatenate(parts)) == list(range(len(persons)))


@given(PERSONS, st.randoms())
def test_who_is_tested_depends_on_the_seed_and_not_on_the_order(persons, random):
    tested = {persons[i] for i in split_by_person(persons, 3).test}
    random.shuffle(persons)
    assert {persons[i] for i in split_by_person(persons, 3).test} == tested


@given(PERSONS, st.integers(2, 5))
def test_folds_test_everybody_once_on_what_never_saw_them(persons, folds):
    seen = []
    for train, test in folds_by_person(persons, 0, folds):
        assert not {persons[i] for i in train} & {persons[i] for i in test}
        assert len(train) + len(test) == len(persons)
        seen += list(test)
    assert sorted(seen) == list(range(len(persons)))


def test_too_few_persons_are_refused():
    with pytest.raises(ValueError, match="2 persons are too few"):
        split_by_person(["a", "b"], 0)
    with pytest.raises(ValueError, match="leave nobody"):
        split_by_person(["a", "b", "c"], 0, 0.5, 0.5)
    with pytest.raises(ValueError, match="cannot be made"):
        list(folds_by_person(["a", "b"], 0, 3))


def test_an_interval_over_persons_is_wider_than_one_over_samples_where_samples_of_a_person_are_alike():
    rng = np.random.default_rng(0)
    level = np.repeat(rng.normal(size=30), 50)
    persons = np.repeat(np.arange(30), 50).astype(str)
    low, high = interval_over_persons(lambda at: float(level[at].mean()), persons)
    assert low < level.mean() < high
    # The standard error of 30 persons, not of 1,500 samples.
    assert high - low == pytest.approx(2 * 1.96 * level.std() / np.sqrt(30), rel=0.25)


def test_one_person_gives_no_interval():
    assert np.isnan(interval_over_persons(lambda at: 1.0, ["a", "a"])).all()
