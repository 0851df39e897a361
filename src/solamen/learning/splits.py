"""Splits by person: nobody whose face or voice trained a model is among those that it is judged on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Split:
    """Places of samples (rising) in each part; no person is in two parts."""

    train: NDArray[np.int64]
    validation: NDArray[np.int64]
    test: NDArray[np.int64]


def split_by_person(persons: Sequence[str], seed: int, validation: float = 0.15, test: float = 0.15) -> Split:
    """Draws who is validated and who is tested on; the rest trains.

    Args:
        persons: whose each sample is.
        seed: the same seed and persons always give the same split, in whatever order the samples stand.
        validation: share of persons, 0–1; at least one person where it is above 0.
        test: share of persons, 0–1; likewise.

    Raises:
        ValueError: a share is out of range, or no person would be left to train on.
    """
    if not (validation >= 0.0 and test >= 0.0 and validation + test < 1.0):
        raise ValueError(f"shares of {validation} and {test} leave nobody to train on")
    names = _shuffled(persons, seed)
    tested = _count(test, len(names))
    validated = _count(validation, len(names))
    if tested + validated >= len(names):
        raise ValueError(f"{len(names)} persons are too few to train, validate and test on different ones")
    parts = (names[tested + validated :], names[tested : tested + validated], names[:tested])
    return Split(*(_places(persons, part) for part in parts))


def folds_by_person(
    persons: Sequence[str], seed: int, folds: int = 5
) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Places of samples to train and to test on, for each fold; each person is tested exactly once.

    Raises:
        ValueError: fewer than two folds, or fewer persons than folds.
    """
    names = _shuffled(persons, seed)
    if not 2 <= folds <= len(names):
        raise ValueError(f"{folds} folds of {len(names)} persons cannot be made")
    for fold in range(folds):
        tested = names[fold::folds]
        yield _places(persons, sorted(set(names) - set(tested))), _places(persons, tested)


def _shuffled(persons: Sequence[str], seed: int) -> list[str]:
    names = sorted(set(persons))
    return [names[i] for i in np.random.default_rng(seed).permutation(len(names))]


def _count(share: float, persons: int) -> int:
    return max(1, round(share * persons)) if share > 0.0 else 0


def _places(persons: Sequence[str], names: Sequence[str]) -> NDArray[np.int64]:
    wanted = set(names)
    return np.array([i for i, person in enumerate(persons) if person in wanted], np.int64)
