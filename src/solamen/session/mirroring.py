"""How soon the robot's face answers a unit of the person's face."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from solamen.core.action_units import MAX_INTENSITY, UNITS
from solamen.session.series import Floats, RunSeries

ONSET_INTENSITY = 0.3
"""0–5; a unit sets in where it rises through this."""

EPISODE_INTENSITY = 1.5
"""0–5; lower episodes are not judged: from here on, 20 % of the way lies at the onset or after it."""

QUIET_S = 0.5
"""A unit must have been below its onset for this long before."""

AFTER_S = 1.0
"""The joint's way is looked for until this long after the unit has gone."""

GREATEST_GAIN = 0.4
"""Units of pain are never mirrored more strongly than this, whatever else moves the joint."""

LEAST_WAY = 0.02
"""Share of the joint's full travel; less than this is no answer."""

WAY_SHARE = 0.2
"""Mirroring begins where the joint has made this share of its way."""


@dataclass(frozen=True)
class Mirroring:
    """The joint that stands for a unit: rad or m that it moves from rest to the unit's full activation, signed."""

    joint: str
    full_travel: float


def mirror_lags_s(series: RunSeries, mirroring: Mapping[int, Mirroring]) -> Floats:
    """Seconds from each onset of a unit in the truth to the moment at which its joint has made 20 % of its way.

    One value for each onset, NaN where the joint gave no answer.

    An onset is a rise through 0.3 (of 5) after half a second below it, in an episode that reaches 1.5. The joint's way
    goes from the least that it showed of the unit in the half second before the onset to the most that it shows before
    one second after the episode, but no farther than the greatest gain asks for at the height of the episode: what is
    beyond comes from other units. A way of less than 2 % of the full travel is no answer, nor is a joint that was
    there before the onset. Both times are stamps: the capture of the frame that shows it, and the joint state. A lag
    includes part of the rise of the unit itself. Leave out AU43 where the robot also blinks of its own accord.
    """
    lags = []
    for unit, mirror in sorted(mirroring.items()):
        if unit in UNITS and mirror.joint in series.joints.name:
            time_s, way = joint_way(series, mirror)
            for each in onsets(series.truth.stamp_s, series.truth.intensity[:, UNITS.index(unit)]):
                lags.append(_lag_s(time_s, way, each))
    return np.array(lags, dtype=float)


@dataclass(frozen=True)
class Episode:
    """A unit from its onset to its end, seconds, and its greatest intensity, 0–5."""

    onset_s: float
    end_s: float
    height: float


def onsets(time_s: Floats, intensity: Floats) -> Iterator[Episode]:
    """The episodes of a unit; one that lasts to the end of the run ends there."""
    active = np.nan_to_num(intensity, nan=0.0) >= ONSET_INTENSITY
    edges = np.flatnonzero(np.diff(active.astype(int), prepend=0, append=0))
    ended_s = -math.inf
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        quiet = begin > 0 and time_s[begin] - max(ended_s, time_s[0]) >= QUIET_S
        ended_s = float(time_s[min(end, len(time_s) - 1)])
        height = float(np.nanmax(intensity[begin:end]))
        if quiet and height >= EPISODE_INTENSITY:
            yield Episode(float(time_s[begin]), ended_s, height)


def joint_way(series: RunSeries, mirror: Mirroring) -> tuple[Floats, Floats]:
    """Times, and the joint's position in shares of its full travel."""
    position = series.joints.position[:, series.joints.name.index(mirror.joint)]
    known = np.isfinite(position)
    return series.joints.stamp_s[known], position[known] / mirror.full_travel


def _lag_s(time_s: Floats, way: Floats, episode: Episode) -> float:
    """Seconds after the onset at which the joint has made its share of the way; NaN where it did not answer."""
    onset_s = episode.onset_s
    before, first, last = np.searchsorted(time_s, (onset_s - QUIET_S, onset_s, episode.end_s + AFTER_S))
    if first == last or before == first:
        return math.nan
    start = float(way[before:first].min())
    made = min(float(way[first:last].max()) - start, GREATEST_GAIN * episode.height / MAX_INTENSITY)
    goal = start + WAY_SHARE * made
    if made < LEAST_WAY or way[first - 1] >= goal:
        return math.nan
    reached = int(first + np.argmax(way[first:last] >= goal))
    low, high = way[reached - 1], way[reached]
    at_s = time_s[reached - 1] + (goal - low) / (high - low) * (time_s[reached] - time_s[reached - 1])
    return max(float(at_s) - onset_s, 0.0)
