"""Learning from what a person showed through whole sessions, adopted only where it foretells the rest better."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Sequence

from solamen.core.person import PersonTraits
from solamen.people.refit import Refit
from solamen.people.shown import Session, ShownBelief

LEAST_MOMENTS = 60
_PARTS = 3
"""In which what was kept is held out. What half of five minutes teaches is so little that it often foretold the other
half no better, though all of it did (on generated persons who are not judged)."""
_BETTER = 0.0
"""Natural logarithm of odds above which what was held out speaks for what was learned.

What is learned is drawn to the population already. To ask for more kept a part of what could be had from the unusual,
and hardly spared those who are done worse by (on generated persons who are not judged).
"""


def refit_shown(sessions: Sequence[Session], current: PersonTraits) -> Refit:
    """Fits a person's traits to all their sessions, and asks of each part what the others teach.

    The new traits are adopted where the parts, each foretold by the others, are more likely than with anybody's, and
    the newest part more so than with the traits in use. Those may have seen it already, which is to their advantage.

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
    anybody, parts = PersonTraits(), _parts(ordered, count)
    lived = _Lived(parts)
    everything = tuple(range(len(parts)))
    strange = [lived.through((at,)) for at in everything]
    used = strange if current == anybody else [ShownBelief(current).after(part) for part in parts]
    taught = [
        ShownBelief(lived.through(everything[:at] + everything[at + 1 :]).traits()).after(part)
        for at, part in enumerate(parts)
    ]
    over_anybody = math.fsum(one.log_evidence - other.log_evidence for one, other in zip(taught, strange, strict=True))
    over_used = over_anybody if used is strange else taught[-1].log_evidence - used[-1].log_evidence
    adopted = min(over_anybody, over_used) > _BETTER
    reason = "adopted" if adopted else "left as it was"
    reason += f": with what was learned from {count} s, what was held out is {_odds(over_used)} times as likely as with"
    reason += f" the profile in use, {_odds(over_anybody)} times as with anybody's; {_odds(_BETTER)} is asked"
    traits = lived.through(everything).traits() if adopted else current
    return Refit(traits, adopted, reports, _error(used), _error(taught), reason)


def _odds(log_odds: float) -> str:
    return f"{math.exp(max(min(log_odds, 50.0), -50.0)):.2g}"


class _Lived:
    """What some parts teach of anybody; what one begins with is lived through once."""

    def __init__(self, parts: Sequence[list[Session]]) -> None:
        self._parts = parts
        self._known: dict[tuple[int, ...], ShownBelief] = {(): ShownBelief(PersonTraits())}

    def through(self, numbers: tuple[int, ...]) -> ShownBelief:
        """After the parts of these numbers, in this order."""
        if numbers not in self._known:
            self._known[numbers] = self.through(numbers[:-1]).after(self._parts[numbers[-1]])
        return self._known[numbers]


def _error(beliefs: Sequence[ShownBelief]) -> float:
    errors = [abs(error) for belief in beliefs for error in belief.errors]
    return math.fsum(errors) / len(errors) if errors else math.nan


def _parts(sessions: Sequence[Session], count: int) -> list[list[Session]]:
    """As many moments in each; a session that goes on beyond the end of a part is cut in two."""
    parts, rest = [], list(sessions)
    for left in range(_PARTS, 1, -1):
        part, rest = _halves(rest, count // left)
        parts.append(part)
        count -= count // left
    return [*parts, rest]


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
