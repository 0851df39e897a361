"""Learning from a person's episodes, adopted only where it foretells reports better that it was not learned from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solamen.core.estimates import PAIN_MAX
from solamen.core.person import PersonTraits, ReportPair, gain
from solamen.people.expressiveness import LINK_STDDEV, fit_traits

LEAST_PAIRS = 3
_WORTH = 0.45
"""By how much the error must fall, over the root of the number of pairs: 20 % for 5, 10 % for 20. A few reports are
foretold better by chance as often as not; chosen on generated persons, so that nobody is done worse by than a stranger.
"""
_POINTS = np.linspace(0.0, PAIN_MAX, 101)
_PRIOR_MEAN, _PRIOR_STDDEV = 3.0, 4.0
"""Of a report of which nothing is known; wide, so that the levels speak."""


@dataclass(frozen=True)
class Refit:
    """What came of learning anew.

    Attributes:
        traits: to be used from now on: the new ones where they are better, else those in use.
        adopted: whether the new ones are better.
        pairs: how many examples there were.
        error_before, error_after: mean absolute error in points on reports held out, with the traits in use and with
            the new ones; NaN where there were too few.
        reason: in words.
    """

    traits: PersonTraits
    adopted: bool
    pairs: int
    error_before: float
    error_after: float
    reason: str


def refit(pairs: Sequence[ReportPair], current: PersonTraits) -> Refit:
    """Fits a person's traits anew from all their pairs, and compares on pairs that are held out in turn.

    Each pair is foretold once by traits fitted to the others; the traits in use have seen some of them already, which
    is to their advantage. The fewer pairs there are, the clearer the new traits must be better.
    """
    usable = sorted((pair for pair in pairs if pair.levels), key=lambda pair: pair.stamp_s)
    if len(usable) < LEAST_PAIRS:
        reason = f"{len(usable)} of {LEAST_PAIRS} reports that are needed have estimates beside them"
        return Refit(current, False, len(usable), math.nan, math.nan, reason)
    before = _mean([abs(foretold(pair, current) - pair.reported) for pair in usable])
    after = _mean(
        [
            abs(foretold(pair, fit_traits([other for other in usable if other is not pair])) - pair.reported)
            for pair in usable
        ]
    )
    most = before * (1.0 - _WORTH / math.sqrt(len(usable)))
    better = after < most
    verb = "adopted" if better else "left as it was"
    reason = f"{verb}: error on held-out reports {after:.2f} against {before:.2f} points with the profile in use"
    reason += "" if better else f"; less than {most:.2f} is asked of so few"
    return Refit(fit_traits(usable) if better else current, better, len(usable), before, after, reason)


def foretold(pair: ReportPair, traits: PersonTraits) -> float:
    """The report, 0–10, that the levels of a pair lead one to expect of a person with these traits."""
    expressiveness, sensitivity = math.exp(traits.log_expressiveness), math.exp(traits.log_sensitivity)
    belief = -0.5 * ((_POINTS - _PRIOR_MEAN) / _PRIOR_STDDEV) ** 2
    for level in pair.levels:
        offset = traits.offset(level.modality)
        shown = np.minimum(gain(level.modality, expressiveness, sensitivity) * _POINTS + offset.mean, PAIN_MAX)
        variance = level.stddev**2 + LINK_STDDEV**2
        belief = belief - 0.5 * (level.shown - shown) ** 2 / variance
    weight = np.exp(belief - belief.max())
    return float(weight @ _POINTS / weight.sum())


def _mean(values: Sequence[float]) -> float:
    return math.fsum(values) / len(values)
