"""From what was said and what was true to the figures that are reported, with intervals over persons."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import PAIN_UNITS
from solamen.core.estimates import PAIN_THRESHOLD
from solamen.learning.agreement import icc, mae, mse, pcc
from solamen.learning.bootstrap import interval_over_persons
from solamen.learning.decisions import auc, coverage, share

Numbers = NDArray[np.float64]
Places = NDArray[np.int64]

DECOYS: tuple[str, ...] = ("smile", "disgust", "effort", "speech", "yawn", "sneeze", "blink")
"""What must not be called pain."""
_LEAST_IN_GROUP = 20
_NORMAL_90 = 1.6449


@dataclass(frozen=True)
class Stills:
    """Pictures: what is true and what was said; (n,) each.

    Attributes:
        person: whose face it is.
        truth: index 0–16.
        said: index 0–16, NaN where there is no answer.
        units_truth: FACS number to intensities 0–5, NaN where not coded.
        units_said: FACS number to intensities 0–5, NaN where there is no answer.
        groups: attribute (age, gender, skin) to the group of each picture; empty where not known.
        found: whether a face was found.
    """

    person: Sequence[str]
    truth: Numbers
    said: Numbers
    units_truth: Mapping[int, Numbers]
    units_said: Mapping[int, Numbers]
    groups: Mapping[str, NDArray[np.str_]]
    found: NDArray[np.bool_]


@dataclass(frozen=True)
class Frames:
    """Frames of clips: what is true and what was said; (n,) each.

    Attributes:
        person: whose face it is.
        kind: the act in force: pain, a decoy's name, or rest.
        truth: expressed pain in points 0–10.
        said: points 0–10, NaN while abstaining.
        spread: points of standard deviation, NaN while abstaining.
    """

    person: Sequence[str]
    kind: NDArray[np.str_]
    truth: Numbers
    said: Numbers
    spread: Numbers


@dataclass(frozen=True)
class Means:
    """What an unanswered picture counts as: means of the training pictures.

    Attributes:
        index: of the pain index.
        units: FACS number to intensity.
    """

    index: float
    units: Mapping[int, float]


def stills_figures(stills: Stills, means: Means) -> dict[str, Any]:
    """Figures of pictures: the index, its AUC from 1 on (as on UNBC), each unit; of the pictures where it is coded."""
    said = np.where(np.isfinite(stills.said), stills.said, means.index)
    units = {}
    for unit, truth in stills.units_truth.items():
        answer = stills.units_said[unit]
        coded = np.isfinite(truth)
        if coded.any():
            filled = np.where(np.isfinite(answer), answer, means.units.get(unit, 0.0))
            units[str(unit)] = _agreement(truth[coded], filled[coded], ("mae", "pcc", "icc"))
    coded = np.isfinite(stills.truth)
    if not coded.any():
        return {"pspi": None, "auc": None, "units": units}
    return {
        "pspi": _agreement(stills.truth[coded], said[coded], ("pcc", "icc", "mse", "mae")),
        "auc": known(auc(stills.truth[coded] >= 1.0, said[coded])),
        "units": units,
    }


def stills_intervals(stills: Stills, means: Means, draws: int = 300) -> dict[str, Any]:
    """95 % intervals over persons."""
    said = np.where(np.isfinite(stills.said), stills.said, means.index)

    def over_coded(figure: Callable[[Numbers, Numbers], float]) -> Callable[[Places], float]:
        def of(at: Places) -> float:
            coded = at[np.isfinite(stills.truth[at])]
            return figure(stills.truth[coded], said[coded])

        return of

    figures: dict[str, Callable[[Places], float]] = {
        "pspi.pcc": over_coded(pcc),
        "pspi.icc": over_coded(icc),
        "pspi.mae": over_coded(mae),
        "auc": over_coded(lambda truth, index: auc(truth >= 1.0, index)),
    }
    for unit in PAIN_UNITS:
        if unit in stills.units_truth:
            figures[f"units.{unit}.pcc"] = _unit_figure(stills, means, unit)
    return _intervals(figures, stills.person, draws)


def _unit_figure(stills: Stills, means: Means, unit: int) -> Callable[[Places], float]:
    truth, answer = stills.units_truth[unit], stills.units_said[unit]
    filled = np.where(np.isfinite(answer), answer, means.units.get(unit, 0.0))

    def figure(at: Places) -> float:
        coded = at[np.isfinite(truth[at])]
        return pcc(truth[coded], filled[coded])

    return figure


def groups_figures(stills: Stills, means: Means) -> dict[str, Any]:
    """The mean absolute error of the index in each group, and the largest gap between two groups of an attribute."""
    said = np.where(np.isfinite(stills.said), stills.said, means.index)
    error = np.abs(said - stills.truth)
    by: dict[str, dict[str, float]] = {}
    for attribute, values in stills.groups.items():
        names = [name for name in sorted(set(values.tolist())) if name and (values == name).sum() >= _LEAST_IN_GROUP]
        if len(names) > 1:
            by[attribute] = {name: float(error[values == name].mean()) for name in names}
    gaps = [max(found.values()) - min(found.values()) for found in by.values()]
    return {"gap": max(gaps) if gaps else None, "by": by}


def frames_figures(frames: Frames, decoys: Sequence[str] = DECOYS) -> dict[str, Any]:
    """Figures at the one shipped threshold; an abstained frame of pain counts as missed.

    Args:
        frames: of clips, or single pictures of an expression that is held.
        decoys: kinds that must not be called pain.
    """
    answered = np.isfinite(frames.said)
    called = answered & (np.nan_to_num(frames.said) >= PAIN_THRESHOLD)
    pained = frames.truth >= PAIN_THRESHOLD
    decoy = np.isin(frames.kind, decoys)
    score = np.nan_to_num(frames.said)
    judged = pained | decoy
    return {
        "auc_pain_vs_decoys": known(auc(pained[judged], score[judged])),
        "sensitivity": known(share(pained, called)),
        "specificity": known(share(~pained, ~called)),
        "abstained": float((~answered).mean()) if len(answered) else None,
        "decoys": {name: known(share(frames.kind == name, called)) for name in decoys},
    }


def intensity_figures(frames: Frames) -> dict[str, Any]:
    """How well the points of answered frames agree, and how many true values lie in the 90 % intervals."""
    at = np.isfinite(frames.said)
    truth, said, reach = frames.truth[at], frames.said[at], _NORMAL_90 * frames.spread[at]
    inside = coverage(truth, said - reach, said + reach)
    return {**_agreement(truth, said, ("pcc", "icc", "mse", "mae")), "coverage_90": known(inside)}


def frames_intervals(frames: Frames, draws: int = 300) -> dict[str, Any]:
    """95 % intervals over persons."""
    called = np.nan_to_num(frames.said) >= PAIN_THRESHOLD
    pained = frames.truth >= PAIN_THRESHOLD
    figures: dict[str, Callable[[Places], float]] = {
        "sensitivity": lambda at: share(pained[at], called[at]),
        "specificity": lambda at: share(~pained[at], ~called[at]),
    }
    for name in DECOYS:
        figures[f"decoys.{name}"] = lambda at, name=name: share(frames.kind[at] == name, called[at])  # type: ignore[misc]
    return _intervals(figures, frames.person, draws)


def known(value: float) -> float | None:
    """A figure, or None where it is not defined: JSON knows no NaN."""
    return float(value) if math.isfinite(value) else None


def _agreement(truth: Numbers, said: Numbers, names: Sequence[str]) -> dict[str, float | None]:
    figures = {"pcc": pcc, "icc": icc, "mse": mse, "mae": mae}
    return {name: known(figures[name](truth, said)) for name in names}


def _intervals(
    figures: Mapping[str, Callable[[Places], float]], persons: Sequence[str], draws: int
) -> dict[str, list[float | None]]:
    found = {name: interval_over_persons(figure, persons, draws=draws) for name, figure in figures.items()}
    return {name: [known(low), known(high)] for name, (low, high) in found.items()}
