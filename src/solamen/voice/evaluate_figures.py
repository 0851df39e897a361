"""Figures from what the reader said of recordings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.learning.bootstrap import Figure, interval_over_persons
from solamen.learning.decisions import auc, brier_skill, ece, share
from solamen.voice.evaluate_stream import Judged

_DRAWS = 300
_CLIP_S = 5.0
CRY, SNEEZE = "Baby cry", "Person sneeze"
HARD = ("Neutral", "Relief", "Distress", "Fear")
"""Categories of EmoGator that are told apart from pain with an interval."""


def figures(judged: Sequence[Judged]) -> dict[str, Any]:
    """Figures of pain against everything else, with 95 % intervals over speakers drawn anew.

    A recording of which nothing was said counts with even odds, and as missed where it is pain. `brier_skill` and `ece`
    are of recordings with an answer, at the end of the burst, with the rarer answer as heavy as the other.
    """
    pain = np.array([one.pain for one in judged], bool)
    end = _scores(judged, "end")
    speakers = [one.speaker for one in judged]
    called = np.array([one.called for one in judged], bool)
    answered = np.flatnonzero([not one.abstained for one in judged])
    return {
        **_with_interval("auc", lambda at: auc(pain[at], end[at]), speakers),
        "auc_against": against(judged),
        "auc_at": {when: _or_none(auc(pain, _scores(judged, when))) for when in ("0.3", "1.0", "end")},
        "brier_skill": _or_none(brier_skill(*balanced(pain[answered], end[answered]))),
        "ece": _or_none(ece(*balanced(pain[answered], end[answered]))),
        **_with_interval("sensitivity", lambda at: share(pain[at], called[at]), speakers),
        **_with_interval("specificity", lambda at: share(~pain[at], ~called[at]), speakers),
        "abstained": float(np.mean([one.abstained for one in judged])) if judged else None,
        "n": len(judged),
        "speakers": len(set(speakers)),
    }


def _with_interval(name: str, figure: Figure, speakers: Sequence[str]) -> dict[str, Any]:
    """A figure and its interval, as keys of JSON."""
    low, high = interval_over_persons(figure, speakers, draws=_DRAWS)
    value = figure(np.arange(len(speakers)))
    return {name: _or_none(value), f"{name}_interval": [_or_none(low), _or_none(high)]}


def against(judged: Sequence[Judged]) -> dict[str, float | None]:
    """AUC of pain against each other category at the end of the burst."""
    names = sorted({one.category for one in judged if not one.pain and one.category})
    return {name: _or_none(_auc_against(judged, name)) for name in names}


def intervals_against(judged: Sequence[Judged]) -> dict[str, list[float | None]]:
    """95 % intervals of the AUC of pain against the hard categories, over speakers drawn anew."""
    return {name: _interval_against([one for one in judged if one.pain or one.category == name]) for name in HARD}


def _interval_against(kept: Sequence[Judged]) -> list[float | None]:
    pain, end = np.array([one.pain for one in kept], bool), _scores(kept, "end")
    bounds = interval_over_persons(lambda at: auc(pain[at], end[at]), [one.speaker for one in kept], draws=_DRAWS)
    return [_or_none(bound) for bound in bounds]


def in_noise(clean: Sequence[Judged], noisy: Sequence[Judged], snr_db: float) -> dict[str, float | None]:
    """How the AUC at the end of the burst falls in noise, on the same recordings; its interval over speakers."""
    pain = np.array([one.pain for one in clean], bool)
    quiet, loud = _scores(clean, "end"), _scores(noisy, "end")
    fall = _with_interval(
        "auc_fall", lambda at: auc(pain[at], quiet[at]) - auc(pain[at], loud[at]), [one.speaker for one in clean]
    )
    with_and_without = {"auc_clean": _or_none(auc(pain, quiet)), "auc": _or_none(auc(pain, loud))}
    return {"snr_db": snr_db, **with_and_without, **fall, "n": len(clean)}


def around(judged: Sequence[Judged]) -> dict[str, Any]:
    """What is said of sounds around us (ESC-10): false pain, and infants' cries against everything else.

    Without voices means without cries and sneezes; each burst in which pain is told at any time is a false one.
    """
    lifeless = [one for one in judged if one.category not in (CRY, SNEEZE)]
    minutes = len(lifeless) * _CLIP_S / 60.0
    alarms = Counter({one.category: 0 for one in lifeless})
    for one in lifeless:
        alarms[one.category] += one.alarms
    cry = np.array([one.category == CRY for one in judged], bool)
    chance = np.array([one.cry for one in judged], np.float64)
    return {
        "false_pain_per_10_min": 10.0 * alarms.total() / minutes if minutes else None,
        "false_pain": dict(alarms),
        "minutes_without_voices": minutes,
        **_with_interval("cry_auc", lambda at: auc(cry[at], chance[at]), [one.speaker for one in judged]),
        "cries": int(cry.sum()),
    }


def belly_pain(judged: Sequence[Judged]) -> dict[str, Any]:
    """What the model, unasked, makes of infants' cries that a parent put down to pain, against their other cries."""
    pain = np.array([one.pain for one in judged], bool)
    chance = np.array([one.unasked for one in judged], np.float64)
    found = _with_interval("auc", lambda at: auc(pain[at], chance[at]), [one.speaker for one in judged])
    recorders = {one.speaker for one in judged if one.pain}
    return {**found, "cries": int(pain.sum()), "recorders": len(recorders), "other_cries": int((~pain).sum())}


def _auc_against(judged: Sequence[Judged], name: str) -> float:
    kept = [one for one in judged if one.pain or one.category == name]
    return auc([one.pain for one in kept], _scores(kept, "end"))


def balanced(truth: NDArray[np.bool_], chance: NDArray[np.float64]) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Cases in which yes and no are as frequent: those of the rarer answer are repeated evenly."""
    yes, no = np.flatnonzero(truth), np.flatnonzero(~truth)
    if not len(yes) or not len(no):
        return truth, chance
    most = max(len(yes), len(no))
    places = np.concatenate([np.resize(yes, most), np.resize(no, most)])
    return truth[places], chance[places]


def _scores(judged: Sequence[Judged], when: str) -> NDArray[np.float64]:
    return np.array([one.at[when] for one in judged], np.float64)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None
