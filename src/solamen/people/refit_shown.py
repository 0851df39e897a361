"""Learning from what a person showed through whole sessions, adopted only where it foretells what was held out."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from solamen.core.person import PersonTraits
from solamen.people.refit import Refit
from solamen.people.shown import Session, ShownBelief

LEAST_MOMENTS = 60
_CLEAR = 0.5
"""By how much likelier the later half must be with what was learned from the earlier, natural logarithm of odds."""


def refit_shown(sessions: Sequence[Session], current: PersonTraits) -> Refit:
    """Fits a person's traits to all their sessions, and compares on the later half what the earlier one teaches.

    The traits in use may have seen the later half already, which is to their advantage.

    Args:
        sessions: in any order; what was shown about once a second, and what was said.
        current: the traits in use.
    """
    ordered = sorted((each for each in sessions if each.moments), key=lambda each: each.moments[0].stamp_s)
    count = sum(len(each.moments) for each in ordered)
    reports = sum(len(each.reports) for each in ordered)
    if count < LEAST_MOMENTS:
        reason = f"{count} of {LEAST_MOMENTS} seconds that are needed were kept of what was shown"
        return Refit(current, False, reports, math.nan, math.nan, reason)
    earlier, later = _halves(ordered, count // 2)
    used, learned = _lived(later, current), _lived(later, _lived(earlier, PersonTraits()).traits())
    likelier = learned.log_evidence - used.log_evidence
    before, after = _error(used), _error(learned)
    adopted = likelier > _CLEAR
    verb = "adopted" if adopted else "left as it was"
    reason = f"{verb}: what was held out is {math.exp(max(min(likelier, 50.0), -50.0)):.2g} times as likely with what"
    reason += f" was learned from {count} s as with the profile in use; {math.exp(_CLEAR):.2g} is asked"
    traits = _lived(ordered, PersonTraits()).traits() if adopted else current
    return Refit(traits, adopted, reports, before, after, reason)


def _lived(sessions: Sequence[Session], start: PersonTraits) -> ShownBelief:
    belief = ShownBelief(start)
    for session in sessions:
        belief.live(session)
    return belief


def _error(belief: ShownBelief) -> float:
    return math.fsum(map(abs, belief.errors)) / len(belief.errors) if belief.errors else math.nan


def _halves(sessions: Sequence[Session], count: int) -> tuple[list[Session], list[Session]]:
    """What was before so many moments, and the rest; the session in which that falls is cut in two."""
    earlier: list[Session] = []
    for at, session in enumerate(sessions):
        if count >= len(session.moments):
            earlier.append(session)
            count -= len(session.moments)
            continue
        if not count:
            return earlier, list(sessions[at:])
        reports = sorted(session.reports, key=lambda pair: pair.stamp_s)
        said = bisect_right([pair.stamp_s for pair in reports], session.moments[count - 1].stamp_s)
        first = Session(session.moments[:count], reports[:said])
        rest = Session(session.moments[count:], reports[said:])
        return [*earlier, first], [rest, *sessions[at + 1 :]]
    return earlier, []
