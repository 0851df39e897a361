"""Learning off line: a person's profile, anew from the episodes that they agreed to have kept."""

from __future__ import annotations

import math
from typing import Any

from solamen.core.person import PersonTraits
from solamen.core.states import Consent
from solamen.people.episodes import reports_of
from solamen.people.kept_consent import recall_consent
from solamen.people.memory import Memory
from solamen.people.moments import sessions_of
from solamen.people.profile import Profile
from solamen.people.refit import Refit, refit
from solamen.people.refit_shown import LEAST_MOMENTS, refit_shown


def relearn(memory: Memory, person_id: str, now_s: float) -> tuple[dict[str, Any], PersonTraits]:
    """Fits the traits anew and keeps them where they are better.

    A refusal that stands since then keeps the episodes from being used.

    Returns:
        What came of it as plain values, and the traits to be used.
    """
    profile = Profile(memory, person_id)
    kept = recall_consent(memory, person_id, now_s)
    if kept is not None and kept.standing(now_s).level < Consent.LEARN:
        reason = "nothing was learned: the person's consent does not extend to learning now"
        return {
            "adopted": False,
            "pairs": 0,
            "error_before": None,
            "error_after": None,
            "reason": reason,
        }, profile.traits()
    found = _refitted(memory, person_id, profile.traits())
    if found.adopted:
        profile.keep_traits(found.traits, now_s)
    told = {"adopted": found.adopted, "pairs": found.pairs, "reason": found.reason}
    for name in ("error_before", "error_after"):
        value = getattr(found, name)
        told[name] = value if math.isfinite(value) else None
    return told, found.traits


def _refitted(memory: Memory, person_id: str, current: PersonTraits) -> Refit:
    """By all that was shown, where enough of it was kept; else by what was said alone."""
    sessions = sessions_of(memory, person_id)
    if sum(len(session.moments) for session in sessions) >= LEAST_MOMENTS:
        return refit_shown(sessions, current)
    return refit([each.pair for each in reports_of(memory, person_id)], current)
