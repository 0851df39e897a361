"""The page of a run: `summary.html`, one file that needs nothing else."""

from __future__ import annotations

import datetime
import itertools
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jinja2
import numpy as np
from markupsafe import Markup

from solamen.core.action_units import MAX_INTENSITY, UNITS
from solamen.session.chart import (
    MARGIN_PX,
    WIDTH_PX,
    Frame,
    band,
    clock,
    line,
    rectangle,
    stretches,
    svg,
    text,
    time_axis,
    value_axis,
)
from solamen.session.figures import figure_rows
from solamen.session.metrics import latencies_ms
from solamen.session.series import Floats, RunSeries

_UNIT_NAMES = {
    1: "inner brow up",
    2: "outer brow up",
    4: "brows down",
    5: "lids up",
    6: "cheeks up",
    7: "lids tight",
    9: "nose wrinkled",
    10: "lip up",
    12: "smile",
    15: "lip corners down",
    17: "chin up",
    20: "lips stretched",
    25: "lips apart",
    26: "jaw down",
    43: "eyes closed",
    45: "blink",
}
_SHOWN = 0.03
"""Activation 0–1 from which on a unit is worth a row."""

_LATENCY_BUDGETS_MS = (120.0, 250.0)


def render(series: RunSeries, figures: Mapping[str, Any]) -> str:
    """The page of a run, HTML.

    Args:
        series: the run.
        figures: what `metrics.summarise` made of it.
    """
    start_s, end_s = series.span_s()
    span_s = max(end_s - start_s, 1.0) if math.isfinite(end_s - start_s) else 1.0
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=jinja2.StrictUndefined
    )
    return environment.get_template("summary.html").render(
        figures=figures,
        began=_began(series, start_s),
        length=clock(span_s),
        sentences=_sentences(series, figures, start_s),
        pain=Markup(_pain_chart(series, start_s, span_s)),
        expression=Markup(_expression_chart(series, start_s, span_s)),
        behavior=Markup(_behavior_chart(figures, span_s)),
        latency=Markup(_latency_chart(series)),
        timeline=_timeline(figures),
        rows=figure_rows(figures),
        cpu=figures["cpu"],
        events=list(_events(series, start_s)),
        problems=figures.get("problems", []),
    )


def _began(series: RunSeries, start_s: float) -> str:
    """Date and local time at which the run began."""
    began_s = float(series.run.get("started_s") or start_s)
    if not math.isfinite(began_s):
        return "unknown"
    return datetime.datetime.fromtimestamp(began_s, datetime.UTC).astimezone().strftime("%d %B %Y, %H:%M:%S")


def _sentences(series: RunSeries, figures: Mapping[str, Any], start_s: float) -> list[str]:
    """The run in plain words."""
    state = series.user_state
    given = np.flatnonzero(~state.abstained & np.isfinite(state.mean))
    if not len(given):
        return ["No estimate of pain was given in this run."]
    top = int(given[np.argmax(state.mean[given])])
    at_s = float(state.log_s[top]) - start_s
    found = [f"The highest estimate was {state.mean[top]:.1f} of 10, at {clock(at_s)}."]
    share = figures["abstained_share"]
    if share is not None:
        found.append(
            f"For {100 * (1 - share):.0f} % of the frames there was an answer, for the others too little was seen."
        )
    if figures["abstained_why"]:
        found.append(f"Most often the reason was: {next(iter(figures['abstained_why']))}.")
    longest: dict[str, float] = {}
    for each in figures["behaviors"]:
        longest[each["behavior"]] = longest.get(each["behavior"], 0.0) + each["until_s"] - each["since_s"]
    if longest:
        name = max(longest, key=lambda key: longest[key])
        found.append(f"The robot’s longest behaviour was “{name}”, {longest[name]:.0f} s in all.")
    return found


def _pain_chart(series: RunSeries, start_s: float, span_s: float) -> str:
    """Truth and estimate with its interval; where it abstained, a hatched ground."""
    frame = Frame(span_s, 0.0, 10.0, 10.0, 220.0)
    state = series.user_state
    mean = np.where(state.abstained, math.nan, state.mean)
    silent = np.where(state.abstained, 0.0, math.nan)
    time_s = state.log_s - start_s
    parts = [value_axis(frame, (0, 2, 4, 6, 8, 10)), time_axis(frame, 250.0)]
    for begin, end in stretches(silent):
        left, right = float(frame.x(time_s[begin])), float(frame.x(time_s[min(end, len(time_s) - 1)]))
        reason = state.reason[begin] or "no answer"
        parts.append(rectangle(left, frame.top, right - left, frame.height, "silent", reason))
    lower, upper = (np.where(np.isfinite(mean), edge, math.nan) for edge in (state.lower, state.upper))
    parts.append(band(frame, time_s, lower, upper, "interval"))
    parts.append(line(frame, series.truth.log_s - start_s, series.truth.pain, "truth"))
    parts.append(line(frame, time_s, mean, "estimate"))
    return svg(parts, 258.0, "Pain over time", "What the patient feels, and the estimate with its 90 % interval.")


def _expression_chart(series: RunSeries, start_s: float, span_s: float) -> str:
    """One row per unit that the robot showed: the person's above the ground in grey, the robot's in colour."""
    shown = series.expression.activation
    columns = [column for column in range(len(UNITS)) if len(shown) and shown[:, column].max() >= _SHOWN]
    parts = []
    for row, column in enumerate(columns):
        frame = Frame(span_s, 0.0, 1.0, 10.0 + 52.0 * row, 40.0)
        parts += [_unit_name(UNITS[column], frame), _ground(frame)]
        for seen, kind in _person_units(series, column):
            parts.append(line(frame, seen[0] - start_s, seen[1] / MAX_INTENSITY, kind))
        parts.append(line(frame, series.expression.log_s - start_s, shown[:, column], "robot"))
    height = 52.0 * len(columns) + 26.0
    if not columns:
        return ""
    parts.append(time_axis(Frame(span_s, 0.0, 1.0, 0.0, 1.0), height - 6.0))
    return svg(parts, height, "Expression over time", "What the person's face did and what the robot's face answered.")


def _person_units(series: RunSeries, column: int) -> Iterator[tuple[tuple[Floats, Floats], str]]:
    """The unit in the truth where there is one, and as it was seen."""
    if len(series.truth):
        yield (series.truth.log_s, series.truth.intensity[:, column]), "truth"
    if len(series.face):
        yield (series.face.log_s, series.face.intensity[:, column]), "seen"


def _unit_name(unit: int, frame: Frame) -> str:
    """What the unit is, and its number, beside the row."""
    x, y = MARGIN_PX - 8, frame.top + frame.height
    return text(x, y - 16, _UNIT_NAMES.get(unit, ""), "strong", "end") + text(x, y - 2, f"AU{unit}", "quiet", "end")


def _ground(frame: Frame) -> str:
    y = frame.top + frame.height
    return f'<line class="rule" x1="{MARGIN_PX}" x2="{WIDTH_PX - 12}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _behavior_chart(figures: Mapping[str, Any], span_s: float) -> str:
    """Bars, one colour per behaviour in the order of their appearance."""
    names = list(dict.fromkeys(each["behavior"] for each in figures["behaviors"]))
    if not names:
        return ""
    frame = Frame(span_s, 0.0, 1.0, 8.0, 24.0 * len(names))
    parts = []
    for row, name in enumerate(names):
        y = frame.top + 24.0 * row
        parts.append(text(MARGIN_PX - 8, y + 15, name if len(name) <= 13 else name[:12] + "…", "strong", "end"))
        parts.append(f'<line class="rule" x1="{MARGIN_PX}" x2="{WIDTH_PX - 12}" y1="{y + 21:.1f}" y2="{y + 21:.1f}"/>')
        for each in figures["behaviors"]:
            if each["behavior"] == name:
                left, right = float(frame.x(each["since_s"])), float(frame.x(each["until_s"]))
                parts.append(rectangle(left, y + 3, max(right - left, 2.0), 16, f"b{row % 6}", each["reason"]))
    height = frame.top + frame.height + 22.0
    parts.append(time_axis(frame, height - 6.0))
    return svg(parts, height, "Behaviours over time", ", ".join(names))


def _latency_chart(series: RunSeries) -> str:
    """How many frames were answered after how long, with the budgets as marks."""
    latency = latencies_ms(series)
    if not len(latency):
        return ""
    most = max(300.0, float(np.percentile(latency, 99.5)) * 1.1)
    count, edges = np.histogram(np.clip(latency, 0.0, most), bins=60, range=(0.0, most))
    frame = Frame(most, 0.0, float(count.max()), 18.0, 130.0)
    parts = [_ground(frame)]
    for height, (low, high) in zip(count, itertools.pairwise(edges), strict=True):
        left, right, top = float(frame.x(low)), float(frame.x(high)), float(frame.y(float(height)))
        title = f"{low:.0f}–{high:.0f} ms: {height} frames"
        parts.append(rectangle(left + 0.5, top, right - left - 1.0, frame.top + frame.height - top, "bar", title))
    for budget, name in zip(_LATENCY_BUDGETS_MS, ("median ≤ 120 ms", "95 % ≤ 250 ms"), strict=True):
        x = float(frame.x(budget))
        parts.append(f'<line class="budget" x1="{x:.1f}" x2="{x:.1f}" y1="18" y2="148"/>' + text(x + 5, 28, name))
    step = 50.0 if most <= 600 else 100.0 * math.ceil(most / 1200.0)
    parts += [text(float(frame.x(ms)), 166.0, f"{ms:g}", anchor="middle") for ms in np.arange(0.0, most, step)]
    parts.append(text(MARGIN_PX - 8, 166.0, "ms", anchor="end"))
    return svg(parts, 174.0, "Latency", "Milliseconds from frame in memory to the first safe command that answers it.")


def _timeline(figures: Mapping[str, Any]) -> list[dict[str, str]]:
    """The behaviours, with when and why."""
    return [
        {"at": clock(each["since_s"]), "length": f"{each['until_s'] - each['since_s']:.1f} s", **_words(each)}
        for each in figures["behaviors"]
    ]


def _words(behavior: Mapping[str, Any]) -> dict[str, str]:
    return {"behavior": str(behavior["behavior"]), "reason": str(behavior["reason"])}


def _events(series: RunSeries, start_s: float) -> Iterator[dict[str, str]]:
    """What the supervisor noted: when, which process, what."""
    for event in series.run.get("events", ()):
        at_s = float(event.get("t_s", math.nan)) - start_s
        process, what = str(event.get("process", "")), str(event.get("what", ""))
        yield {"at": clock(max(at_s, 0.0)), "process": process, "what": what}
