"""What the robot does by itself all the time: it breathes, blinks, and its eyes are never quite still."""

from __future__ import annotations

import math

import numpy as np

from solamen.robot.settings import MotionSettings

SHORTEST_INTERVAL_S = 1.2
"""Two blinks are never closer than this."""

FIDGET_INTERVAL_S = (0.7, 2.5)
"""Shortest and longest time between two small movements of the eyes."""


class Breathing:
    """A slow breath: in for 40 %, out for 60 % of the time, as calm people breathe."""

    def __init__(self, settings: MotionSettings) -> None:
        self._rate_hz = settings.breaths_per_min / 60.0
        self._depth = settings.breath_depth

    def level(self, now_s: float) -> tuple[float, float]:
        """Fullness 0–`breath_depth`, and its change per second."""
        phase = (now_s * self._rate_hz) % 1.0
        start, share, sign = (0.0, 0.4, 1.0) if phase < 0.4 else (0.4, 0.6, -1.0)
        angle = math.pi * (phase - start) / share
        rising = 0.5 * (1.0 - math.cos(angle))
        rate = 0.5 * math.sin(angle) * math.pi * self._rate_hz / share
        return self._depth * (rising if sign > 0 else 1.0 - rising), self._depth * sign * rate


class Blinking:
    """The robot's own blinks, at random times."""

    def __init__(self, settings: MotionSettings, rng: np.random.Generator) -> None:
        self._mean_s, self._closed_s = settings.blink_interval_s, settings.blink_closed_s
        self._rng = rng
        self._next_s = math.nan

    def closed(self, now_s: float) -> bool:
        """Whether the lids should be closed now."""
        if self._mean_s == 0.0:
            return False
        overdue = now_s - self._next_s
        if not -60.0 < overdue < self._closed_s:  # also before the first one, and after the clock was set
            spread_s = max(self._mean_s - SHORTEST_INTERVAL_S, 0.0)
            self._next_s = now_s + SHORTEST_INTERVAL_S + min(float(self._rng.exponential(spread_s)), 50.0)
            return False
        return overdue >= 0.0


class Fidgeting:
    """Small jumps of the eyes around the point that they look at."""

    def __init__(self, settings: MotionSettings, rng: np.random.Generator) -> None:
        self._size_rad = settings.fidget_rad
        self._rng = rng
        self._next_s = math.nan
        self._offset = (0.0, 0.0)

    def offset(self, now_s: float) -> tuple[float, float]:
        """Yaw and pitch to add to the eyes, rad."""
        if self._size_rad > 0.0 and not 0.0 < self._next_s - now_s <= FIDGET_INTERVAL_S[1]:
            self._next_s = now_s + float(self._rng.uniform(*FIDGET_INTERVAL_S))
            yaw, pitch = self._rng.uniform(-self._size_rad, self._size_rad, 2)
            self._offset = float(yaw), float(pitch)
        return self._offset
