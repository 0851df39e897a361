"""Episodes: what was seen, what was done, what the person reported, and what pain did after it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from solamen.core.person import Level, ReportPair
from solamen.core.states import SelfReport, UserState
from solamen.people.memory import Memory

REPORT, COURSE = "episode/report", "episode/course"
_MOST_POINTS = 3.0
"""One course cannot speak for more than this."""


@dataclass(frozen=True)
class ReportEpisode:
    """A self-report beside what was seen and done just before.

    Attributes:
        pair: report and levels, to learn from.
        mean, lower, upper: the estimate and its 90 % interval before the report, 0–10; None where it abstained.
        doing: the robot's behaviour at that time.
    """

    pair: ReportPair
    mean: float | None
    lower: float | None
    upper: float | None
    doing: str

    @classmethod
    def of(cls, report: SelfReport, before: UserState, doing: str) -> ReportEpisode:
        """The episode of a report and the state as it was before it."""
        values = (before.pain_mean, before.pain_lower, before.pain_upper)
        known = [float(value) if math.isfinite(value) else None for value in values]
        return cls(ReportPair.of(report, before), known[0], known[1], known[2], doing)

    def as_dict(self) -> dict[str, Any]:
        """Plain values that `from_dict` reads."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: dict[str, Any]) -> ReportEpisode:
        """An episode from plain values."""
        pair = dict(values["pair"])
        pair["levels"] = tuple(Level(**level) for level in pair["levels"])
        return cls(**{**values, "pair": ReportPair(**pair)})


@dataclass(frozen=True)
class Course:
    """Something meant to help that was done to its end.

    Attributes:
        stamp_s: when it ended, seconds since 1970.
        activity: its name.
        before, after: pain in points, 0–10.
    """

    stamp_s: float
    activity: str
    before: float
    after: float


def reports_of(memory: Memory, person_id: str) -> list[ReportEpisode]:
    """All reports that were kept of a person, oldest first."""
    return [ReportEpisode.from_dict(record) for record in memory.all(person_id, REPORT)]


def courses_of(memory: Memory, person_id: str) -> list[Course]:
    """All courses that were kept of a person, oldest first."""
    return [Course(**record) for record in memory.all(person_id, COURSE)]


def course_from(value: str, stamp_s: float) -> Course | None:
    """A course from the marker `helped`, such as `acknowledge: 6.20 4.10`; None where it is none."""
    activity, _, numbers = value.partition(":")
    try:
        before, after = map(float, numbers.split())
    except ValueError:
        return None
    in_range = all(0.0 <= number <= 10.0 for number in (before, after))
    return Course(stamp_s, activity.strip(), before, after) if activity.strip() and in_range else None


def eased(courses: Sequence[Course]) -> dict[str, tuple[int, float]]:
    """Activity to how often it was done and the points that pain fell in sum, each course bounded."""
    found: dict[str, tuple[int, float]] = {}
    for course in courses:
        count, total = found.get(course.activity, (0, 0.0))
        fall = min(max(course.before - course.after, -_MOST_POINTS), _MOST_POINTS)
        found[course.activity] = (count + 1, total + fall)
    return found
