"""What a person showed, about once a second, kept with consent to learn: a part of a minute at a time."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from solamen.core.person import Level, Moment, ReportPair, levels_of
from solamen.core.states import UserState
from solamen.people.episodes import reports_of
from solamen.people.memory import Memory
from solamen.people.shown import Session

SHOWN = "episode/shown"
_EVERY_S, _PART = 0.95, 30
_BREAK_S = 30.0
"""A longer time without anything ends a session."""
_DIGITS = 3


class Showing:
    """Collects moments until there are enough to be kept."""

    def __init__(self) -> None:
        self._moments: list[Moment] = []
        self._newest_s = -math.inf

    def see(self, state: UserState, now_s: float) -> dict[str, Any] | None:
        """Takes in a state, at most once a second; a record to be kept where a part is full, else None."""
        if 0.0 <= now_s - self._newest_s < _EVERY_S:
            return None
        levels = levels_of(state)
        if levels:
            self._newest_s = now_s
            self._moments.append(Moment(now_s, levels))
        return self.take() if len(self._moments) >= _PART else None

    def take(self) -> dict[str, Any] | None:
        """What was collected as plain values, and begins anew; None where nothing was."""
        kept = [
            [round(moment.stamp_s, _DIGITS), [_plain(level) for level in moment.levels]] for moment in self._moments
        ]
        self.wipe()
        return {"moments": kept} if kept else None

    def wipe(self) -> None:
        """Forgets what was not kept yet."""
        self._moments.clear()


def sessions_of(memory: Memory, person_id: str) -> list[Session]:
    """All that was kept of what a person showed, with what they said of it, in sessions without a long break."""
    moments = sorted(
        (
            Moment(float(stamp_s), tuple(Level(*level) for level in levels))
            for record in memory.all(person_id, SHOWN)
            for stamp_s, levels in record["moments"]
        ),
        key=lambda moment: moment.stamp_s,
    )
    return in_sessions(moments, [each.pair for each in reports_of(memory, person_id)])


def in_sessions(moments: Sequence[Moment], reports: Sequence[ReportPair]) -> list[Session]:
    """Moments in the order of time, cut where nothing was for long, each with the reports given from its begin on."""
    parts: list[list[Moment]] = []
    for moment in moments:
        if not parts or moment.stamp_s - parts[-1][-1].stamp_s > _BREAK_S:
            parts.append([])
        parts[-1].append(moment)
    return [
        Session(part, [each for each in reports if part[0].stamp_s <= each.stamp_s <= part[-1].stamp_s])
        for part in parts
    ]


def _plain(level: Level) -> list[Any]:
    return [level.modality, round(level.shown, _DIGITS), round(level.stddev, _DIGITS)]
