"""Learning from what a person showed through whole sessions, adopted only where it foretells the rest better."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from solamen.core.person import PersonTraits
from solamen.people.refit import Refit
from solamen.people.shown import Session, ShownBelief

LEAST_MOMENTS = 60
_BETTER = 0.0
"""Natural logarithm of odds above which what was held out speaks for what was learned.

What is learned is drawn to the population already. To ask for more kept a part of what could be had from the unusual,
and hardly spared those who are done worse by (on generated persons who are not judged).
"""


def refit_shown(sessions: Sequence[Session], current: PersonTraits) -> Refit:
    """Fits a person's traits to all their sessions, and asks of each half what the other one teaches.

    The new traits are adopted where the halves, foretold by one another, are more likely than with anybody's, and the
    later half more so than with the traits in use. Those may have seen it already, which is to their advantage.

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
    anybody = PersonTraits()
    first, second = _lived(earlier, anybody), _lived(later, anybody)
    used = second if current == anybody else _lived(later, current)
    first_taught, second_taught = _lived(earlier, second.traits()), _lived(later, first.traits())
    taught = first_taught.log_evidence + second_taught.log_evidence
    over_anybody = 0.5 * (taught - first.log_evidence - second.log_evidence)
    over_used = second_taught.log_evidence - used.log_evidence
    adopted = min(over_anybody, over_used) > _BETTER
    reason = "adopted" if adopted else "left as it was"
    reason += f": with what was learned from {count} s, what was held out is {_odds(over_used)} times as likely as with"
    reason += f" the profile in use, {_odds(over_anybody)} times as with anybody's; {_odds(_BETTER)} is asked"
    traits = _lived(ordered, PersonTraits()).traits() if adopted else current
    return Refit(traits, adopted, reports, _error(used), _error(second_taught), reason)


def _odds(log_odds: float) -> str:
    return f"{math.exp(max(min(log_odds, 50.0), -50.0)):.2g}"


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
