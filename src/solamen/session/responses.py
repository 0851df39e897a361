"""How soon an onset of pain is answered by the robot's face and by a nod, and how well it keeps a breathing rhythm."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from solamen.core.action_units import UNITS
from solamen.session.mirroring import LEAST_WAY, Episode, Mirroring, joint_way, onsets
from solamen.session.series import Bools, Floats, RunSeries

TRACE = 1.0
"""0–5; FACS scores a unit from here on (intensity A, a trace; Ekman, Friesen & Hager 2002): before, nobody sees it."""

ANSWER_WITHIN_S = 3.0
"""An answer that comes later answers something else."""

MIRRORED = "mirror"
"""The cause of an expression that shows what the person shows."""

ACKNOWLEDGED = "acknowledge"

BREAK_S = 2.0
"""After so long without a breath that is led, another guide begins."""

HYSTERESIS = 0.1
"""Share of the whole way that a breath must go beyond its middle on both sides."""


@dataclass(frozen=True)
class Answer:
    """When an onset of pain was seen and answered, seconds since 1970; NaN where it was not.

    Attributes:
        trace_s: capture of the first frame that shows a unit of pain as a trace.
        read_s: the face room's message came that first tells of a trace.
        asked_s: the first expression that mirrors it.
        moved_s: the first joint state that shows it.
        nodded_s: the behaviour that acknowledges it began.
    """

    trace_s: float
    read_s: float
    asked_s: float
    moved_s: float
    nodded_s: float


def answers(series: RunSeries, mirroring: Mapping[int, Mirroring]) -> list[Answer]:
    """How each onset of a pained face was answered.

    An onset is that of the strongest unit of pain in the truth (see `mirroring.onsets`), without those of smiles
    (AU12 at a trace or more). The robot's face answers where, after an expression whose cause is mirroring and that
    asks for at least 2 % of a unit of pain more than before the onset, a joint of a unit of pain has moved by 2 % of
    its full travel.
    """
    mirrored = {unit: each for unit, each in mirroring.items() if unit in UNITS and each.joint in series.joints.name}
    columns = [UNITS.index(unit) for unit in sorted(mirrored)]
    if not columns or not len(series.truth):
        return []
    strongest = series.truth.intensity[:, columns].max(axis=1)
    smile = series.truth.intensity[:, UNITS.index(12)]
    found = []
    for each in onsets(series.truth.stamp_s, strongest):
        first, last = np.searchsorted(series.truth.stamp_s, (each.onset_s, each.end_s))
        row = int(first + np.argmax(strongest[first:last] >= TRACE))
        if not smile[row] >= TRACE:
            found.append(_answer(series, mirrored, columns, each, float(series.truth.stamp_s[row])))
    return found


def _answer(
    series: RunSeries, mirrored: Mapping[int, Mirroring], columns: list[int], episode: Episode, trace_s: float
) -> Answer:
    until_s = trace_s + ANSWER_WITHIN_S
    asked_s = _asked_s(series, columns, episode.onset_s, until_s)
    return Answer(
        trace_s=trace_s,
        read_s=_read_s(series, columns, trace_s, until_s),
        asked_s=asked_s,
        moved_s=_moved_s(series, mirrored, asked_s, until_s),
        nodded_s=_nodded_s(series, episode.onset_s, until_s),
    )


def _read_s(series: RunSeries, columns: list[int], trace_s: float, until_s: float) -> float:
    face = series.face
    units = np.nan_to_num(face.intensity[:, columns], nan=0.0)
    return _first(face.log_s, (face.stamp_s >= trace_s) & (units >= TRACE).any(axis=1), trace_s, until_s)


def _asked_s(series: RunSeries, columns: list[int], onset_s: float, until_s: float) -> float:
    shown = series.expression
    asked = shown.activation[:, columns]
    before = asked[shown.stamp_s <= onset_s]
    rest = before[-1] if len(before) else np.zeros(len(columns))
    mirroring = np.array([cause == MIRRORED for cause in shown.cause], dtype=bool)
    return _first(shown.stamp_s, mirroring & (asked - rest >= LEAST_WAY).any(axis=1), onset_s, until_s)


def _moved_s(series: RunSeries, mirrored: Mapping[int, Mirroring], asked_s: float, until_s: float) -> float:
    if not math.isfinite(asked_s):
        return math.nan
    times = []
    for each in mirrored.values():
        time_s, way = joint_way(series, each)
        start = int(np.searchsorted(time_s, asked_s))
        if start:
            times.append(_first(time_s, way - way[start - 1] >= LEAST_WAY, asked_s, until_s))
    return float(np.nanmin(times)) if np.isfinite(times).any() else math.nan


def _nodded_s(series: RunSeries, onset_s: float, until_s: float) -> float:
    status = series.behavior
    nodding = np.array([name == ACKNOWLEDGED for name in status.behavior], dtype=bool)
    began = nodding & ~np.append(False, nodding[:-1])
    return _first(status.log_s, began, onset_s, until_s)


def _first(time_s: Floats, wanted: Bools, from_s: float, until_s: float) -> float:
    found = time_s[wanted & (time_s >= from_s) & (time_s <= until_s)]
    return float(found[0]) if len(found) else math.nan


def onset_figures(series: RunSeries, mirroring: Mapping[int, Mirroring]) -> dict[str, Any]:
    """Milliseconds from the frame that first shows a pained face as a trace, for each onset that was answered.

    `mirror_onset_ms` is to the first movement of the robot's face, with medians of its parts: to the message of the
    face room, from there to the expression, from there to the joint. A part is negative where the mirroring began on
    less than a trace. `acknowledge_ms` is to the behaviour that nods; only some onsets are nodded at (see
    `acknowledge_gap_s`), and a nod in the midst of something else is not seen here.
    """
    found = answers(series, mirroring)
    times = np.array([[each.trace_s, each.read_s, each.asked_s, each.moved_s, each.nodded_s] for each in found])
    trace, read, asked, moved, nodded = 1e3 * times.reshape(-1, 5).T
    parts = {"to_face": read - trace, "to_expression": asked - read, "to_joint": moved - asked}
    medians = {name: _percentile(values, 50) for name, values in parts.items()}
    return {
        "mirror_onset_ms": {**_spread(moved - trace), "onsets": len(found), "parts_p50": medians},
        "acknowledge_ms": {**_spread(nodded - trace), "onsets": len(found)},
    }


def _spread(values: Floats) -> dict[str, float | int]:
    known = int(np.isfinite(values).sum())
    return {"p50": _percentile(values, 50), "p95": _percentile(values, 95), "n": known}


def _percentile(values: Floats, share: float) -> float:
    known = values[np.isfinite(values)]
    return float(np.percentile(known, share)) if len(known) else math.nan


def breathing_figures(series: RunSeries, channel: str) -> dict[str, float]:
    """How well the robot keeps the rhythm of the last guided breathing of a run.

    `asked_per_min` is the rate of the breath that empathy asked for, `done_per_min` that of the joint that breathes,
    each from the last whole breath that was led (from one rise through the middle to the next), and `off_percent`
    how far the joint's is off. NaN where no breath was led, or none whole.
    """
    shown = series.expression
    led = np.isfinite(shown.breath)  # whatever the cause: a breath that is led goes on while pain is mirrored
    breaks = np.flatnonzero(np.diff(shown.stamp_s[led]) > BREAK_S)
    led[: np.flatnonzero(led)[breaks[-1]] + 1 if len(breaks) else 0] = False
    rises = _rises_s(shown.stamp_s[led], shown.breath[led])[-2:]
    asked = rises[1] - rises[0] if len(rises) == 2 else math.nan
    done = math.nan
    if led.any() and channel in series.joints.name:
        position = series.joints.position[:, series.joints.name.index(channel)]
        time_s = series.joints.stamp_s
        inside = (time_s >= shown.stamp_s[led][0]) & (time_s <= shown.stamp_s[led][-1]) & np.isfinite(position)
        moved = np.array(_rises_s(time_s[inside], position[inside]))
        if len(moved) > 1 and len(rises) == 2:  # the same two breaths, which the chest follows a little later
            first, last = (float(moved[np.abs(moved - at_s).argmin()]) for at_s in rises)
            done = last - first if last > first else math.nan
    return {"asked_per_min": 60.0 / asked, "done_per_min": 60.0 / done, "off_percent": 100.0 * abs(done / asked - 1.0)}


def _rises_s(time_s: Floats, level: Floats) -> list[float]:
    """Times of the rises through the middle of the way, seconds."""
    if len(level) < 2 or not level.max() > level.min():
        return []
    low, high = float(level.min()), float(level.max())
    middle, slack = 0.5 * (low + high), HYSTERESIS * (high - low)
    rises: list[float] = []
    under = False
    for index in range(1, len(level)):
        under = under or level[index] < middle - slack
        if under and level[index] >= middle:
            share = (middle - level[index - 1]) / (level[index] - level[index - 1])
            rises.append(float(time_s[index - 1] + share * (time_s[index] - time_s[index - 1])))
            under = False
    return rises
