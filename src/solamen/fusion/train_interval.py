"""Fits what the 90 % interval leaves out at its ends, on generated persons. Part of `solamen train fusion`."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from solamen.core.states import Consent
from solamen.fusion.filter import FusionFilter
from solamen.fusion.generator import MODALITIES, Person
from solamen.fusion.grid import read, share_under
from solamen.fusion.interval import Tails
from solamen.fusion.watching import Task, answers, joined, run_all, truth_of

Numbers = NDArray[np.float64]

PEOPLE = 100
STDDEV = (0.35, 0.6, 0.85, 1.15, 1.45, 1.8, 2.2, 2.7)
"""Points at which the shares are fitted; each from the beliefs that are nearer to it than to the others."""
OUTSIDE = 0.075
"""Share of seconds that may lie outside: fewer than 10 %, as the world is never quite as it was assumed."""
_MOST_BELOW = 0.065
_LEAST = 1e-3
_LEAST_SEEN = 200


@dataclass(frozen=True)
class Placed:
    """Where the truth lay: persons × seconds, NaN where nothing was told.

    Attributes:
        stddev: of the belief, points.
        under: share of the belief below the truth.
        resting: its mass at 0; where that is larger than what is left out, the interval begins at 0.
    """

    stddev: Numbers
    under: Numbers
    resting: Numbers


@dataclass(frozen=True)
class PlacedTask(Task):
    """Persons of whom it is asked where in the belief the truth lies."""

    def run(self) -> Placed:
        """Watches everybody."""
        found: Placed = joined([_placed(person, self) for person in self.people()])
        return found


def fit_interval(seed: int, people: int = PEOPLE) -> Tails:
    """The shares at which the truth lies outside in `OUTSIDE` of all seconds, over all sets of modalities alike."""
    sets = [some for size in range(1, len(MODALITIES) + 1) for some in combinations(MODALITIES, size)]
    tasks = {"+".join(some): PlacedTask(seed, people, modalities=some) for some in sets}
    return tails_of(joined(list(run_all(tasks, lambda count=1, note="": None).values())))


def _placed(person: Person, task: Task) -> Placed:
    fusion = FusionFilter(task.settings, Consent.OBSERVE)
    rows: list[tuple[float, ...]] = []
    truth = truth_of(person)
    for pain, _ in zip(truth, answers(fusion, person.estimates(task.modalities), task.seconds), strict=True):
        belief = fusion.belief
        if belief is None:
            rows.append((math.nan,) * 3)
        else:
            rows.append((read(belief).stddev, share_under(belief, float(pain)), float(belief[0])))
    return Placed(*(np.array([column]) for column in zip(*rows, strict=True)))


def tails_of(placed: Placed) -> Tails:
    """The shares, by the spread of the belief."""
    there = np.isfinite(placed.stddev)
    stddev, under, resting = placed.stddev[there], placed.under[there], placed.resting[there]
    nearest = np.abs(stddev[:, None] - np.array(STDDEV)).argmin(axis=1)
    shares = [_shares(under[nearest == at], resting[nearest == at]) for at in range(len(STDDEV))]
    known = [(spread, *share) for spread, share in zip(STDDEV, shares, strict=True) if share is not None]
    return Tails(*(tuple(round(float(value), 4) for value in column) for column in zip(*known, strict=True)))


def _shares(under: Numbers, resting: Numbers) -> tuple[float, float] | None:
    """Below and above; half of what may lie outside does so below, where it can. None where too few are known."""
    if len(under) < _LEAST_SEEN:
        return None
    tried = np.linspace(_LEAST, _MOST_BELOW, 100)
    missed = np.array([((under < share) & (resting < share)).mean() for share in tried])
    at = max(int(np.searchsorted(missed, OUTSIDE / 2.0, side="right")) - 1, 0)
    above = 1.0 - float(np.quantile(under, 1.0 - (OUTSIDE - missed[at])))
    return float(tried[at]), min(max(above, _LEAST), 0.2)
