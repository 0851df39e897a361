"""The person's breathing from a piece of biosignals: ten samples a second, each from 0 (out) to 1 (in)."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

CHANNEL = "respiration"
STEP_S = 0.1
WINDOW_S = 30.0
"""Lowest and highest are looked for in so much of the past: three slow breaths."""
_KNOWN_S = 2.0


class RespirationScale:
    """Scales a breathing signal of any unit by its own lowest and highest."""

    def __init__(self) -> None:
        self._past: deque[tuple[float, float]] = deque()
        self._piece: list[float] = []
        self._piece_s = math.nan

    def samples(self, start_s: float, rate_hz: float, values: Sequence[float]) -> list[tuple[float, float]]:
        """Time and level of each tenth of a second that ended within a piece; empty while too little is known.

        Raises:
            ValueError: rate or time is no number in range.
        """
        if not (math.isfinite(start_s) and 0.5 <= rate_hz <= 20000.0):
            raise ValueError(f"respiration has a rate of {rate_hz:g} Hz; it must be from 0.5 to 20000")
        levels = []
        for index, value in enumerate(values):
            time_s = start_s + index / rate_hz
            if not abs(time_s - self._piece_s) < WINDOW_S:  # the first one, a long pause, or a clock that was set
                self._past.clear()
                self._piece, self._piece_s = [], time_s
            if math.isfinite(value):
                self._piece.append(float(value))
            if time_s - self._piece_s + 1.0 / rate_hz >= STEP_S - 1e-9:
                levels += self._level(time_s)
                self._piece, self._piece_s = [], time_s + 1.0 / rate_hz
        return levels

    def _level(self, time_s: float) -> list[tuple[float, float]]:
        if not self._piece:
            return []
        value = math.fsum(self._piece) / len(self._piece)
        self._past.append((time_s, value))
        while time_s - self._past[0][0] > WINDOW_S:
            self._past.popleft()
        low, high = min(v for _, v in self._past), max(v for _, v in self._past)
        if time_s - self._past[0][0] < _KNOWN_S or high - low <= 1e-9:
            return []
        return [(time_s, (value - low) / (high - low))]


def respiration_of(channels: Sequence[str], samples: Sequence[float]) -> list[float]:
    """The breathing channel of interleaved samples; empty where there is none.

    Raises:
        ValueError: the samples do not go round in the number of channels.
    """
    if CHANNEL not in channels:
        return []
    if len(samples) % len(channels):
        raise ValueError(f"BiosignalChunk has {len(samples)} samples for {len(channels)} channels")
    return [float(value) for value in samples[list(channels).index(CHANNEL) :: len(channels)]]
