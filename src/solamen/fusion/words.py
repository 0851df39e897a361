"""The state in plain words. The absence of signs is told as such; it never becomes the absence of pain."""

from __future__ import annotations

from collections.abc import Sequence

from solamen.core.states import SelfReport

_SIGNS = (
    (1.0, "no signs seen"),
    (4.0, "signs of mild pain"),
    (7.0, "signs of moderate pain"),
)


def signs(points: float) -> str:
    """Words for 0–10 points; from 1, 4 and 7 on: mild, moderate, strong (cut points near Serlin et al. 1995)."""
    return next((words for bound, words in _SIGNS if points < bound), "signs of strong pain")


def said(report: SelfReport, age_s: float) -> str:
    """Words for a report and how long ago it was."""
    who = "a caregiver said" if report.by_proxy else "the person said"
    ago = f"{age_s:.0f} s ago" if age_s < 90.0 else f"{age_s / 60.0:.0f} min ago"
    return f"{who} {round(report.normalised, 1):g} of 10, {ago}"


def presence(present: bool) -> str:
    """Words where nothing but presence may be told."""
    return "someone is there" if present else "nobody is seen"


def conflict(modalities: Sequence[str]) -> str:
    """Words for modalities that do not fit the others."""
    return f"{' and '.join(modalities)} {'does' if len(modalities) == 1 else 'do'} not fit the rest"
