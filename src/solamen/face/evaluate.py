"""How good the face room is: on rendered persons that training never saw, beside references made in the same run.

Pictures judge the units and the index; clips, watched frame by frame with a stepped clock, judge pain over time, as a
blink cannot be told from a closed eye in a picture. All faces here are synthetic.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import numpy as np

from solamen.core.action_units import PAIN_UNITS, UNITS
from solamen.core.workers import shared
from solamen.face.evaluate_clips import Watched, watch_person
from solamen.face.evaluate_figures import (
    Frames,
    Means,
    Stills,
    frames_figures,
    frames_intervals,
    groups_figures,
    intensity_figures,
    stills_figures,
    stills_intervals,
)
from solamen.face.evaluate_stills import Seen, see_person, training_means
from solamen.learning.progress import progress

STILL_PERSONS, CLIP_PERSONS = 40, 40
FIRST_PERSON = 2000
"""Persons before this one are for looking at while models are made; these are for judging."""
WORKERS = 2
T = TypeVar("T")


def evaluate(
    stills: int = STILL_PERSONS, clips: int = CLIP_PERSONS, seed: int = 0, workers: int = WORKERS
) -> dict[str, Any]:
    """All figures, in some twelve minutes on two cores.

    Args:
        stills: persons of whom pictures are judged.
        clips: persons of whom clips are judged.
        seed: who they are; all are of the split `test`.
        workers: processes that share the work.

    Raises:
        OutsideError: the landmark model, the weights, or OpenGL for drawing off screen is missing.
    """
    first = FIRST_PERSON + 1000 * seed
    seen = _in_parallel("judging pictures of persons", see_person, range(first, first + stills), workers)
    watched = _in_parallel("watching clips of persons", watch_person, range(first, first + clips), workers)
    return report(seen, watched, training_means())


def report(seen: Sequence[Seen], watched: Sequence[Watched], means: Means) -> dict[str, Any]:
    """The JSON object: the whole room, then the same for its references."""
    ours, straight = _stills(seen), _stills(seen, baseline=True)
    frames = {name: _frames(watched, name) for name in ("said", "rule", "baseline", "oracle")}
    return {
        **stills_figures(ours, means),
        **frames_figures(frames["said"]),
        "baseline": {**stills_figures(straight, means), **frames_figures(frames["baseline"])},
        "rule": frames_figures(frames["rule"]),
        "oracle": frames_figures(frames["oracle"]),
        "groups": groups_figures(ours, means),
        "n": len(ours.person),
        "detected": float(ours.found.mean()),
        "answered": float(np.isfinite(ours.said).mean()),
        "intensity": intensity_figures(frames["said"]),
        "intervals": {**stills_intervals(ours, means), **frames_intervals(frames["said"])},
        "clips": {"persons": len(watched), "frames": len(frames["said"].person)},
        "persons": len(seen),
        "synthetic": True,
    }


def _in_parallel(title: str, judge: Callable[[int], T], seeds: range, workers: int) -> list[T]:
    """One result per person, in their order, by some processes."""
    results: dict[int, T] = {}
    with progress(title, len(seeds)) as step:
        for number, result in shared(judge, seeds, workers):
            results[number] = result
            step()
    return [results[number] for number in range(len(seeds))]


def _stills(seen: Sequence[Seen], *, baseline: bool = False) -> Stills:
    units = PAIN_UNITS if baseline else tuple(unit for unit in UNITS if unit != 45)
    order = PAIN_UNITS if baseline else UNITS
    truth = np.array([row for one in seen for row in one.units_truth])
    said = np.array([row for one in seen for row in (one.units_baseline if baseline else one.units_said)])
    return Stills(
        person=[one.person for one in seen for _ in one.truth],
        truth=np.array([value for one in seen for value in one.truth]),
        said=np.array([value for one in seen for value in (one.baseline if baseline else one.said)]),
        units_truth={unit: truth[:, UNITS.index(unit)] for unit in units},
        units_said={unit: said[:, order.index(unit)] for unit in units},
        groups={
            name: np.array([one.groups[name] for one in seen for _ in one.truth]) for name in ("age", "gender", "skin")
        },
        found=np.array([value for one in seen for value in one.found], bool),
    )


def _frames(watched: Sequence[Watched], by: str) -> Frames:
    """The frames of all clips, as the model, the rule or the baseline judged them."""
    return Frames(
        person=[one.person for one in watched for _ in one.kind],
        kind=np.array([kind for one in watched for kind in one.kind]),
        truth=np.array([value for one in watched for value in one.truth]),
        said=np.array([value for one in watched for value in getattr(one, by)]),
        spread=np.array([value for one in watched for value in one.spread]),
    )
