"""Figures of what five self-reports change: of persons of unusual expressiveness on the whole, and of each person."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

UNUSUAL = math.log(1.5)
"""Who shows at least half as much again as is usual, or at most two thirds; logarithm."""
_NINETY = 1.645
SCORES = ("mean", "median", "rms")
"""Mean absolute error of the mean, which is what the state tells; of the median, which is the best by that measure; and
root mean square error of the mean, which is the best by that one."""
_STRATA = {"under_0.5": 0.5, "0.5_to_0.67": 1.0 / 1.5, "usual": 1.5, "1.5_to_2": 2.0, "over_2": math.inf}


@dataclass(frozen=True)
class Told:
    """Persons: mean absolute errors, points, and what they rest on.

    Attributes:
        before, after: persons × `SCORES`, in later sessions, without what was learned and with it.
        true: likewise, with the person's true traits; NaN where that was not asked.
        session_before, session_after: after the last report, in the same session, without the reports and with them,
            at the seconds at which both answer; NaN where that was not asked.
        own_before, own_after: likewise, at all that each answers.
        expressiveness: of the person.
        learned, learned_spread: natural logarithm of it as learned, and how sure that is.
        reports, watched_s, judged_s: how many were given, and how long that session and all later ones were.
    """

    before: Numbers
    after: Numbers
    true: Numbers
    session_before: Numbers
    session_after: Numbers
    own_before: Numbers
    own_after: Numbers
    expressiveness: Numbers
    learned: Numbers
    learned_spread: Numbers
    reports: Numbers
    watched_s: Numbers
    judged_s: Numbers


@dataclass(frozen=True)
class Reference:
    """Of the reference, with reports at fixed times: as `Told`, and `unsaid` where nothing was said in the session."""

    before: Numbers
    after: Numbers
    unsaid: Numbers
    session_before: Numbers
    session_after: Numbers


def after_reports(told: Told, reference: Reference) -> dict[str, Any]:
    """How the error changes: of persons of unusual expressiveness on the whole, and of each person."""
    unusual = np.abs(np.log(told.expressiveness)) >= UNUSUAL
    known = unusual & np.isfinite(told.true[:, 0])
    later = [_change(*each, unusual) for each in zip(told.before.T, told.after.T, strict=True)]
    true = [_change(*each, unusual) for each in zip(told.before.T, told.true.T, strict=True)]
    return {
        "reports": float(told.reports.mean()),
        "watched_s": float(told.watched_s.mean()),
        "judged_s": float(told.judged_s.mean()),
        "unusual_persons": int(unusual.sum()),
        "later": later[0],
        "later_by_score": dict(zip(SCORES[1:], later[1:], strict=True)),
        "by_expressiveness": _strata(told),
        "expressiveness": _learned(told, unusual),
        "session": _change(told.session_before, told.session_after, unusual),
        "session_own_seconds": _change(told.own_before, told.own_after, unusual),
        "true_traits": {"unusual_persons": int(known.sum()), **true[0]},
        "true_traits_by_score": dict(zip(SCORES[1:], true[1:], strict=True)),
        "oracle": {
            "unusual_persons": len(reference.before),
            "later_unusual_fall": _fall(reference.before, reference.after),
            "later_unusual_fall_nothing_said": _fall(reference.before, reference.unsaid),
            "session_unusual_fall": _fall(reference.session_before, reference.session_after),
        },
    }


def _learned(told: Told, unusual: NDArray[np.bool_]) -> dict[str, float]:
    """How far what is shown for each point reported was off, for anybody and as learned, and how often 90 % held it."""
    taken_for = {"anybody": np.ones_like(told.learned), "learned": np.exp(told.learned)}
    off = {name: np.abs(each - told.expressiveness) for name, each in taken_for.items()}
    found = {f"error_{name}": float(each.mean()) for name, each in off.items()}
    if unusual.any():
        found |= {f"error_{name}_unusual": float(each[unusual].mean()) for name, each in off.items()}
    inside = np.abs(np.log(told.expressiveness) - told.learned) <= _NINETY * told.learned_spread
    return found | {"in_90_percent": float(inside.mean())}


def _strata(told: Told) -> dict[str, Any]:
    """The change by how much is shown of what would be reported: as learned, and with the true traits."""
    place = np.searchsorted(list(_STRATA.values()), told.expressiveness)
    table: dict[str, Any] = {}
    for at, name in enumerate(_STRATA):
        some = place == at
        row = table[name] = {"persons": int(some.sum())}
        for score, before, after, true in zip(SCORES, told.before.T, told.after.T, told.true.T, strict=True):
            row |= {f"{score}_fall": _fall(before, after, some), f"{score}_true_traits_fall": _fall(before, true, some)}
    return table


def _change(before: Numbers, after: Numbers, unusual: NDArray[np.bool_]) -> dict[str, Any]:
    """Of the persons of whom both are known."""
    known = np.isfinite(before) & np.isfinite(after)
    before, after, unusual = before[known], after[known], unusual[known]
    change = after / before - 1.0
    return {
        "persons": len(change),
        "mae_before": float(before.mean()),
        "mae_after": float(after.mean()),
        "fall": _fall(before, after),
        "unusual_fall": _fall(before, after, unusual),
        "not_5_percent_worse": float((change <= 0.05).mean()),
        "worst_rise": float(change.max()),
        "changed": float((change != 0.0).mean()),
    }


def _fall(before: Numbers, after: Numbers, of: NDArray[np.bool_] | None = None) -> float | None:
    """Share by which the error falls, over some persons; None where there are none."""
    kept = np.isfinite(before) & np.isfinite(after)
    kept = kept if of is None else kept & of
    return float(1.0 - after[kept].sum() / before[kept].sum()) if kept.any() else None
