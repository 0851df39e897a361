"""Learning from a person's episodes, adopted only where it foretells reports better that it was not learned from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solamen.core.estimates import PAIN_MAX
from solamen.core.person import PersonTraits, ReportPair, gain
from solamen.people.expressiveness import LINK_STDDEV, TraitsBelief, fit_traits

LEAST_PAIRS = 3
_CLEAR = 1.0
"""By how much likelier held-out reports must be with what was learned, natural logarithm of odds.

A few reports are foretold better by chance as often as not; chosen on generated persons, so that few are done worse by
than strangers.
"""
_BETTER = 0.8
"""Error on them that is allowed, over the error with the traits in use."""
_FOLDS = 10
"""Reports are held out one by one, or in so many parts where there are more."""
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

    Each pair is foretold once by traits fitted to others. The new traits are adopted where the reports held out are
    clearly likelier with them, and are foretold better; those in use have seen some of them already, which is to
    their advantage.
    """
    usable = sorted((pair for pair in pairs if pair.levels), key=lambda pair: pair.stamp_s)
    if len(usable) < LEAST_PAIRS:
        reason = f"{len(usable)} of {LEAST_PAIRS} reports that are needed have estimates beside them"
        return Refit(current, False, len(usable), math.nan, math.nan, reason)
    held = _held_out(usable, current)
    before, after, likelier = (math.fsum(column) for column in zip(*held, strict=True))
    before, after = before / len(usable), after / len(usable)
    better = likelier > _CLEAR and after <= _BETTER * before
    verb = "adopted" if better else "left as it was"
    reason = f"{verb}: error on held-out reports {after:.2f} against {before:.2f} points with the profile in use"
    reason += f", which are {math.exp(min(likelier, 50.0)):.2g} times as likely; {math.exp(_CLEAR):.2g} is asked"
    return Refit(fit_traits(usable) if better else current, better, len(usable), before, after, reason)


def _held_out(pairs: Sequence[ReportPair], current: PersonTraits) -> list[tuple[float, float, float]]:
    """Of each pair: the error with the traits in use, that with traits learned from others, and how much likelier."""
    folds = min(len(pairs), _FOLDS)
    found = []
    for fold in range(folds):
        belief = TraitsBelief(PersonTraits())
        for pair in (pair for at, pair in enumerate(pairs) if at % folds != fold):
            belief.learn(pair)
        learned, used = belief.traits(), TraitsBelief(current)
        for pair in pairs[fold::folds]:
            errors = [abs(foretold(pair, traits) - pair.reported) for traits in (current, learned)]
            found.append((errors[0], errors[1], belief.foretells(pair) - used.foretells(pair)))
    return found


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
