"""A session in which a virtual person is watched and tells five times how it is, asked as the companion asks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from solamen.core.states import Consent, SelfReport, UserState
from solamen.fusion.filter import FusionFilter
from solamen.fusion.generator import Person
from solamen.fusion.settings import FusionSettings
from solamen.fusion.watching import EVERY_S, Numbers, answers, truth_of

REPORTS = 5
ASKED_S, AFTER_S = 1200.0, 45.0
"""Seconds of a session within which the reports are asked for, and for which it goes on after the last."""
LEARNING_S = 150.0
"""Seconds within which all reports are given where nobody asks, at fixed times."""
_FIRST_S, _APART_S = 10.0, 90.0
"""The first question comes no sooner, and so long after the one before. The companion waits for five minutes at least,
and for ten after a number that was told; so short a time tells less of a person."""
_WORTH_POINTS = 3.0
"""Nobody is asked where the state tells of less, as in the behaviour `ask`."""
_SAID_STDDEV = 0.6


def asked(
    session: Person, settings: FusionSettings, modalities: tuple[str, ...], rng: np.random.Generator
) -> tuple[list[UserState], list[SelfReport]]:
    """The states of a session until some time after the last report, and the reports, which the filter hears.

    The person is asked where the state tells of pain, or cannot tell: as the companion asks. A report of no pain at
    rest tells nothing of how somebody shows pain, and nobody asks for it.
    """
    fusion, truth = FusionFilter(settings, Consent.OBSERVE), truth_of(session)
    states: list[UserState] = []
    reports: list[SelfReport] = []
    next_s = _FIRST_S
    for state in answers(fusion, session.estimates(modalities), (len(truth) + 1) * EVERY_S):
        states.append(state)
        now_s = len(states) * EVERY_S
        if len(reports) == REPORTS:
            if now_s >= reports[-1].stamp_s + AFTER_S:
                break
        elif now_s >= next_s and (state.abstained or state.pain_mean >= _WORTH_POINTS):
            reports.append(_said(truth, len(states) - 1, rng))
            fusion.report(reports[-1])
            next_s = now_s + _APART_S
    return states, reports


def said_by(session: Person, rng: np.random.Generator) -> list[SelfReport]:
    """Five reports evenly over the first part of a session, whatever pain there is then."""
    truth = truth_of(session)
    times: Sequence[float] = list(np.linspace(0.1, 0.98, REPORTS) * (LEARNING_S / EVERY_S - 2.0))
    return [_said(truth, int(at), rng) for at in times]


def _said(truth: Numbers, at: int, rng: np.random.Generator) -> SelfReport:
    """What is said of one second, on the scale of 0 to 10."""
    value = float(np.clip(round(truth[at] + _SAID_STDDEV * rng.normal()), 0, 10))
    return SelfReport((at + 1) * EVERY_S, "NRS", value, value)
