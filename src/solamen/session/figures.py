"""The figures of a run in words, beside their budgets."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class FigureRow:
    """One line of the table: label, value, budget, and `met`, `missed` or nothing."""

    label: str
    value: str
    budget: str = ""
    verdict: str = ""


@dataclass(frozen=True)
class _Figure:
    """How one figure is written, and its bounds; `path` leads to it."""

    path: tuple[str, ...]
    label: str
    form: str
    low: float = -math.inf
    high: float = math.inf
    synthetic_only: bool = False


_FIGURES = (
    _Figure(("duration_s",), "length", "{:.1f} s"),
    _Figure(("frames",), "frames", "{:.0f}"),
    _Figure(("dropped_frames",), "frames dropped", "{:.0f}"),
    _Figure(("face_fps",), "frames looked at", "{:.1f} per s"),
    _Figure(("latency_ms", "p50"), "frame to joint command, median", "{:.0f} ms", high=120),
    _Figure(("latency_ms", "p95"), "frame to joint command, 95 %", "{:.0f} ms", high=250),
    _Figure(("pain_pcc",), "estimate against truth, correlation", "{:.2f}", low=0.7, synthetic_only=True),
    _Figure(("pain_mae",), "estimate against truth, mean error", "{:.2f} points", synthetic_only=True),
    _Figure(("abstained_share",), "share of frames without an answer", "{:.2f}", high=0.15),
    _Figure(("mirror_lag_ms", "p50"), "onset to mirrored, median", "{:.0f} ms", synthetic_only=True),
    _Figure(("mirror_lag_ms", "p95"), "onset to mirrored, 95 %", "{:.0f} ms", synthetic_only=True),
    _Figure(("mirror_onset_ms", "p50"), "visible onset to the robot's face, median", "{:.0f} ms", synthetic_only=True),
    _Figure(("mirror_onset_ms", "p95"), "the same, 95 %", "{:.0f} ms", high=250, synthetic_only=True),
    _Figure(("acknowledge_ms", "p95"), "visible onset to the nod, 95 %", "{:.0f} ms", high=1000, synthetic_only=True),
    _Figure(("breathing", "off_percent"), "period of a led breath, off by", "{:.2f} %", high=2),
    _Figure(("joint_limit_violations",), "joint limits violated", "{:.0f}", high=0),
    _Figure(("stops",), "stops", "{:.0f}"),
    _Figure(("restarts",), "restarts", "{:.0f}"),
    _Figure(("pss_mb",), "memory (PSS), median", "{:.0f} MB", high=2000),
    _Figure(("pss_mb_max",), "memory (PSS), most", "{:.0f} MB"),
    _Figure(("cpu_cores",), "processor, all processes", "{:.2f} cores", high=1.9),
    _Figure(("realtime_factor",), "simulated per real second", "{:.3f}", low=0.98),
)


def figure_rows(figures: Mapping[str, Any]) -> list[FigureRow]:
    """The figures in words; those that need the truth are left out where there is none."""
    known = [figure for figure in _FIGURES if figures.get("synthetic") or not figure.synthetic_only]
    return [_row(figure, _value(figures, figure.path)) for figure in known]


def as_json(figures: Mapping[str, Any]) -> str:
    """One JSON object."""
    return json.dumps(figures, indent=1, ensure_ascii=False, allow_nan=False)


def _value(figures: Any, path: tuple[str, ...]) -> float:
    """The number at the end of a path, NaN where it is not known."""
    for key in path:
        figures = figures.get(key) if isinstance(figures, Mapping) else None
    return float(figures) if isinstance(figures, int | float) else math.nan


def _row(figure: _Figure, value: float) -> FigureRow:
    budget = f"≥ {figure.low:g}" if math.isfinite(figure.low) else ""
    budget = f"≤ {figure.high:g}" if math.isfinite(figure.high) else budget
    if not math.isfinite(value):
        return FigureRow(figure.label, "not known", budget)
    verdict = ("met" if figure.low <= value <= figure.high else "missed") if budget else ""
    return FigureRow(figure.label, figure.form.format(value), budget, verdict)
