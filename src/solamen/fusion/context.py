"""Where and with whom: what it changes in what is expected, before anything is seen."""

from __future__ import annotations

import dataclasses

from solamen.core.person import PersonTraits
from solamen.core.states import Company
from solamen.fusion.grid import Motion
from solamen.fusion.settings import FusionSettings


def motion(settings: FusionSettings, procedure: str = "") -> Motion:
    """How pain moves; in a named procedure the odds of pain against none are higher."""
    rest = settings.rest_share
    if procedure.strip():
        odds = rest / (1.0 - rest) / settings.procedure_odds
        rest = odds / (1.0 + odds)
    return Motion(settings.move_hz, settings.move_points, settings.jump_rate_hz, rest, settings.decay_points)


def in_company(traits: PersonTraits, company: Company, settings: FusionSettings) -> PersonTraits:
    """The traits as company changes them: how much of pain is expected to show.

    Company changes what people show, and not always in one direction; the shifts are assumptions to be set by whoever
    knows better, and count only where `social_terms` is on.
    """
    if not settings.social_terms:
        return traits
    shift = {
        Company.ALONE: settings.alone_log_shift,
        Company.TRUSTED: settings.trusted_log_shift,
        Company.STRANGER: settings.stranger_log_shift,
    }.get(company, 0.0)
    return dataclasses.replace(traits, log_expressiveness=traits.log_expressiveness + shift)
