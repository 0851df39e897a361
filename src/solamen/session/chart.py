"""Charts as SVG, drawn with the colours of the page around them (its CSS classes)."""

from __future__ import annotations

import html
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from solamen.session.series import Floats

WIDTH_PX = 960
MARGIN_PX = 92
"""Left of the plot, where the names of the axis stand; all charts share it, so that times lie below each other."""

_RIGHT_PX = 12
_MOST_POINTS = 900
_STEPS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


@dataclass(frozen=True)
class Frame:
    """Where a plot lies: time span in seconds, value span, and top and height in pixels."""

    span_s: float
    low: float
    high: float
    top: float
    height: float

    def x(self, time_s: Floats | float) -> Floats:
        """Pixels from the left."""
        return np.asarray(MARGIN_PX + np.asarray(time_s) / self.span_s * (WIDTH_PX - MARGIN_PX - _RIGHT_PX))

    def y(self, value: Floats | float) -> Floats:
        """Pixels from the top; values beyond the span are held at its edge."""
        share = (np.clip(value, self.low, self.high) - self.low) / (self.high - self.low)
        return np.asarray(self.top + (1.0 - share) * self.height)


def svg(parts: Iterable[str], height: float, title: str, description: str) -> str:
    """A whole chart; title and description are for those who listen to the page."""
    head = f'<svg viewBox="0 0 {WIDTH_PX} {height:g}" role="img" aria-label="{html.escape(title)}">'
    return "".join([head, f"<desc>{html.escape(description)}</desc>", *parts, "</svg>"])


def text(x: float, y: float, words: str, kind: str = "quiet", anchor: str = "start") -> str:
    """Words at a place."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{html.escape(words)}</text>'


def rectangle(x: float, y: float, width: float, height: float, kind: str, title: str = "") -> str:
    """A filled rectangle; its title shows when it is pointed at."""
    inside = f"<title>{html.escape(title)}</title>" if title else ""
    place = f'x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.0):.1f}" height="{height:.1f}"'
    return f'<rect class="{kind}" {place}>{inside}</rect>'


def line(frame: Frame, time_s: Floats, value: Floats, kind: str) -> str:
    """A line, broken where values are not known."""
    pieces = []
    for begin, end in stretches(value):
        time, height = thinned(time_s[begin:end], value[begin:end])
        pieces.append(f'<polyline class="{kind}" points="{_points(frame.x(time), frame.y(height))}"/>')
    return "".join(pieces)


def band(frame: Frame, time_s: Floats, lower: Floats, upper: Floats, kind: str) -> str:
    """The space between two lines, broken where either is not known."""
    pieces = []
    for begin, end in stretches(lower + upper):
        step = max(1, math.ceil((end - begin) / _MOST_POINTS))
        x = frame.x(time_s[begin:end:step])
        over, under = _points(x, frame.y(upper[begin:end:step])), _points(x[::-1], frame.y(lower[begin:end:step][::-1]))
        pieces.append(f'<polygon class="{kind}" points="{over} {under}"/>')
    return "".join(pieces)


def value_axis(frame: Frame, values: Sequence[float]) -> str:
    """Rules across the plot, each with its value."""
    pieces = []
    for value in values:
        y = float(frame.y(value))
        pieces.append(f'<line class="rule" x1="{MARGIN_PX}" x2="{WIDTH_PX - _RIGHT_PX}" y1="{y:.1f}" y2="{y:.1f}"/>')
        pieces.append(text(MARGIN_PX - 8, y + 4, f"{value:g}", anchor="end"))
    return "".join(pieces)


def time_axis(frame: Frame, y: float) -> str:
    """Times below a plot, in seconds or minutes."""
    step = next((step for step in _STEPS_S if frame.span_s / step <= 12), 14400)
    times = np.arange(0.0, frame.span_s + 1e-9, step)
    return "".join(text(float(frame.x(time)), y, clock(time), anchor="middle") for time in times)


def clock(time_s: float) -> str:
    """`1:05` for 65 s."""
    return f"{int(time_s // 60)}:{int(time_s % 60):02d}" if math.isfinite(time_s) else "–"


def stretches(values: Floats) -> list[tuple[int, int]]:
    """Begin and end of each run of known values."""
    edges = np.flatnonzero(np.diff(np.isfinite(values).astype(int), prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def thinned(time_s: Floats, value: Floats) -> tuple[Floats, Floats]:
    """At most about 900 points that keep every peak: the least and the greatest of each stretch."""
    if len(value) <= _MOST_POINTS:
        return time_s, value
    bins = np.array_split(np.arange(len(value)), _MOST_POINTS // 2)
    kept = np.unique([index[pick(value[index])] for index in bins for pick in (np.argmin, np.argmax)])
    return time_s[kept], value[kept]


def _points(x: Floats, y: Floats) -> str:
    return " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x, y, strict=True))
