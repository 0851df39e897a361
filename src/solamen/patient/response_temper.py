"""Tempers: how a virtual patient answers when asked. All figures are assumed, to try the robot's patience with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class Temper(Checked):
    """How one kind of person answers. Shares are 0–1."""

    answer_share: float = setting(0.85, low=0.0, high=1.0, doc="of questions that are answered at all")
    yes_share: float = setting(0.65, low=0.0, high=1.0, doc="of offers that are accepted, where they are answered")
    speaks_share: float = setting(0.6, low=0.0, high=1.0, doc="of answers that are spoken; the rest are gestures")
    number_share: float = setting(0.8, low=0.0, high=1.0, doc="of questions for a number that are answered by one")
    latency_s: float = setting(1.6, low=0.1, high=30.0, doc="median time to answer, after the question")
    latency_spread: float = setting(0.4, low=0.0, high=1.5, doc="standard deviation of its logarithm")
    confidence: float = setting(0.85, low=0.3, high=1.0, doc="with which the answer is heard, on the mean")
    report_error: float = setting(0.7, low=0.0, high=5.0, doc="points, standard deviation of a number said")
    report_step: float = setting(1.0, low=0.5, high=5.0, doc="points from one answer to the next higher")
    stop_per_min: float = setting(0.05, low=0.0, high=10.0, doc="how often an activity is stopped with a word or sign")
    stray_per_min: float = setting(0.1, low=0.0, high=10.0, doc="nods and shakes of the head that mean nothing")
    follows_share: float = setting(0.8, low=0.0, high=1.0, doc="of a breathing guide that is followed, on the mean")
    holds_s: float = setting(25.0, low=1.0, high=600.0, doc="mean time that a hand is held")


TEMPERS: Mapping[str, Temper] = {
    "usual": Temper(),
    "eager": Temper(answer_share=0.98, yes_share=0.95, latency_s=1.0, stop_per_min=0.0),
    "refuser": Temper(answer_share=0.95, yes_share=0.05, latency_s=1.2, stop_per_min=1.0, follows_share=0.2),
    "silent": Temper(answer_share=0.1, yes_share=0.7, speaks_share=0.1, number_share=0.1, latency_s=3.0),
    "child": Temper(
        yes_share=0.75,
        speaks_share=0.5,
        latency_s=1.3,
        latency_spread=0.6,
        confidence=0.75,
        report_error=1.2,
        report_step=2.0,
        stop_per_min=0.2,
        stray_per_min=0.5,
        follows_share=0.6,
    ),
    "elder": Temper(latency_s=3.2, latency_spread=0.4, confidence=0.7, speaks_share=0.75, follows_share=0.7),
}
"""Name to temper."""
