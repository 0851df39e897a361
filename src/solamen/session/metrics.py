"""The figures of a run. Every function says how its figure is defined; NaN is "not known" and null in JSON."""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from solamen.robot.safety.limits import JointLimit
from solamen.session.mirroring import Mirroring, mirror_lags_s
from solamen.session.responses import breathing_figures, onset_figures
from solamen.session.series import Bools, Floats, Ints, RunSeries, Series

STALE_S = 2.0
"""An estimate that is older than this counts as none at all."""

POSITION_TOLERANCE = 1e-3
"""Share of a joint's range beyond its limit that is rounding, not a violation."""

VELOCITY_TOLERANCE = 0.05
"""Share beyond a limit of velocity that is measuring, not a violation."""


def summarise(
    series: RunSeries,
    limits: Sequence[JointLimit] = (),
    mirroring: Mapping[int, Mirroring] | None = None,
    breathing: str = "",
) -> dict[str, Any]:
    """All figures of a run, ready for JSON: no NaN, and null where a figure cannot be known.

    Figures about frames are taken from the frames that were received between the moment at which all processes were
    up and the moment at which they were asked to end, as the supervisor noted them; without its notes, from all.

    Args:
        series: the run.
        limits: of the robot's joints; without them `joint_limit_violations` is null.
        mirroring: FACS number to the joint that stands for it; without it the figures of mirroring are null.
        breathing: the joint that breathes; without it `breathing` knows only what was asked.
    """
    options = dict(series.run.get("options", {}))
    figures = {
        "input": options.get("source"),
        "synthetic": len(series.truth) > 0 or options.get("source") == "patient",
        "duration_s": duration_s(series),
        "cut_off": series.cut_off,
        **frame_figures(series),
        "latency_ms": spread(latencies_ms(series)),
        **pain_figures(series),
        "abstained_share": abstained_share(series),
        "abstained_why": abstained_why(series),
        "pain_mean_by_third": pain_mean_by_third(series),
        "mirror_lag_ms": mirror_figures(series, mirroring) if mirroring else None,
        **(onset_figures(series, mirroring) if mirroring else {"mirror_onset_ms": None, "acknowledge_ms": None}),
        "breathing": breathing_figures(series, breathing),
        "joint_limit_violations": joint_limit_violations(series, limits) if limits else None,
        "stops": stops(series),
        **restart_figures(series),
        **usage_figures(series),
        "realtime_factor": realtime_factor(series),
        "behaviors": behaviors(series),
        "options": options,
    }
    ready: dict[str, Any] = without_nan(figures)
    return ready


def without_nan(value: Any) -> Any:
    """The same with null for NaN and infinity, rounded to four decimals."""
    if isinstance(value, dict):
        return {str(key): without_nan(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [without_nan(each) for each in value]
    if isinstance(value, float | np.floating):
        return round(float(value), 4) if math.isfinite(value) else None
    return value


def spread(values: Floats) -> dict[str, float | int]:
    """Median, 95th percentile (linear between ranks) and number of some values."""
    if not len(values):
        return {"p50": math.nan, "p95": math.nan, "n": 0}
    p50, p95 = np.percentile(values, (50, 95))
    return {"p50": float(p50), "p95": float(p95), "n": len(values)}


def duration_s(series: RunSeries) -> float:
    """Seconds from the start to the end that the supervisor noted; else from the first or to the last message."""
    first, last = series.span_s()
    started, ended = window_s(series)
    return (ended if math.isfinite(ended) else last) - (started if math.isfinite(started) else first)


def window_s(series: RunSeries) -> tuple[float, float]:
    """When all processes were up and when they were asked to end, seconds since 1970; infinite where not noted."""
    started, ended = (series.run.get(key) or math.nan for key in ("started_s", "ended_s"))
    return (started if math.isfinite(started) else -math.inf), (ended if math.isfinite(ended) else math.inf)


def in_window(series: RunSeries, log_s: Floats) -> Bools:
    """Which messages count for the figures."""
    started, ended = window_s(series)
    inside: Bools = (log_s >= started) & (log_s <= ended)
    return inside


def counted(count: Ints) -> int:
    """What a counter counted in the whole run, where it may begin again at 0 when its process is restarted."""
    if not len(count):
        return 0
    steps = np.diff(count, prepend=0)
    return int(np.where(steps < 0, count, steps).sum())


def frame_figures(series: RunSeries) -> dict[str, Any]:
    """What became of the frames.

    `frames` came into memory, `dropped_frames` of them were never looked at, both in the whole run. `face_fps` is
    messages of action units per second from the first to the last, gaps included. Without `camera/status`, frames are
    the messages of action units and drops are not known.
    """
    times = series.face.log_s[in_window(series, series.face.log_s)]
    length_s = float(times[-1] - times[0]) if len(times) > 1 else math.nan
    known = len(series.frames) > 0
    return {
        "frames": counted(series.frames.frames) if known else len(series.face),
        "dropped_frames": counted(series.frames.dropped) if known else None,
        "face_fps": (len(times) - 1) / length_s if length_s > 0 else math.nan,
    }


def latencies_ms(series: RunSeries) -> Floats:
    """For each frame that was answered: from frame in memory to the first safe command that answers it, monotonic."""
    known = (series.trace.answers_ns > 0) & (series.trace.command_ns > 0)
    answers, command = series.trace.answers_ns[known], series.trace.command_ns[known]
    order = np.lexsort((command, answers))
    frames, first = np.unique(answers[order], return_index=True)
    latency: Floats = (command[order][first] - frames) / 1e6
    return latency


def in_force(series: Series, at_log_s: Floats) -> Ints:
    """Index of the newest message received by each of some times; -1 before the first."""
    newest: Ints = np.searchsorted(series.log_s, at_log_s, side="right") - 1
    return newest


def estimate_at(series: RunSeries, at_log_s: Floats) -> Floats:
    """The fused mean 0–10 that a reader would have had at each of some times; NaN before the first.

    It is that of the newest `user_state` received by then, or, while that abstains, the last one that was given.
    """
    mean = series.user_state.mean
    given = np.where(series.user_state.abstained | ~np.isfinite(mean), -1, np.arange(len(mean)))
    last_given = np.append(np.maximum.accumulate(given), -1) if len(given) else np.array([-1])
    index = last_given[in_force(series.user_state, at_log_s)]
    estimate: Floats = np.where(index >= 0, np.append(mean, math.nan)[index], math.nan)
    return estimate


def pain_figures(series: RunSeries) -> dict[str, Any]:
    """`pain_pcc` (Pearson) and `pain_mae` (points) of the fused mean against the truth's pain at every frame of truth.

    The estimate is the one received by the time at which the truth of that frame was received (`estimate_at`), so
    every delay of the chain counts against it: no lag is corrected. `pain_frames` were compared;
    `pain_frames_before_estimate` came before any estimate and are left out (they count in `abstained_share`).
    """
    inside = in_window(series, series.truth.log_s)
    estimate, truth = estimate_at(series, series.truth.log_s[inside]), series.truth.pain[inside]
    known = np.isfinite(estimate) & np.isfinite(truth)
    estimate, truth = estimate[known], truth[known]
    varies = len(truth) > 2 and np.ptp(truth) > 0 and np.ptp(estimate) > 0
    return {
        "pain_pcc": float(np.corrcoef(estimate, truth)[0, 1]) if varies else math.nan,
        "pain_mae": float(np.abs(estimate - truth).mean()) if len(truth) else math.nan,
        "pain_frames": len(truth),
        "pain_frames_before_estimate": int((~known).sum()),
    }


def abstained_share(series: RunSeries) -> float:
    """Share of frames (of truth, or of the face room where there is none) without an answer.

    There is none where, when the frame was received, the newest `user_state` abstained, or was older than 2 s, or was
    still to come.
    """
    frames = series.truth if len(series.truth) else series.face
    at_s = frames.log_s[in_window(series, frames.log_s)]
    if not len(at_s):
        return math.nan
    index = in_force(series.user_state, at_s)
    abstained: Bools = np.append(series.user_state.abstained, True)[index]
    age_s = at_s - np.append(series.user_state.log_s, -math.inf)[index]
    return float((abstained | (age_s > STALE_S)).mean())


def abstained_why(series: RunSeries) -> dict[str, float]:
    """Why there was no answer: reason in words to its share of all states that were told; the most frequent first."""
    state = series.user_state
    told = in_window(series, state.log_s)
    reasons = Counter(
        why or "no reason given"
        for why, silent, counts in zip(state.reason, state.abstained, told, strict=False)
        if silent and counts
    )
    return {why: count / int(told.sum()) for why, count in reasons.most_common()}


def pain_mean_by_third(series: RunSeries) -> list[float]:
    """Mean of the fused means given in the first, middle and last third of the time in which frames were looked at."""
    state = series.user_state
    times = series.face.log_s if len(series.face) > 1 else state.log_s
    if len(times) < 2:
        return [math.nan] * 3
    edges = np.linspace(times[0], times[-1], 4)
    given = ~state.abstained & np.isfinite(state.mean)
    thirds = (given & (state.log_s >= low) & (state.log_s <= high) for low, high in itertools.pairwise(edges))
    return [float(state.mean[third].mean()) if third.any() else math.nan for third in thirds]


def mirror_figures(series: RunSeries, mirroring: Mapping[int, Mirroring]) -> dict[str, float | int]:
    """Spread of the lags of `mirror_lags_s` in ms, and how many onsets there were, answered or not."""
    lags_s = mirror_lags_s(series, mirroring)
    return {**spread(1e3 * lags_s[np.isfinite(lags_s)]), "onsets": len(lags_s)}


def joint_limit_violations(series: RunSeries, limits: Sequence[JointLimit]) -> int:
    """How often a joint state was beyond a limit of its joint, by more than 1e-3 of its range or 5 % of its velocity.

    Each joint of each message counts. Acceleration is not looked at: joint states do not carry it.
    """
    count = 0
    for limit in limits:
        if limit.name in series.joints.name:
            column = series.joints.name.index(limit.name)
            position, speed = series.joints.position[:, column], np.abs(series.joints.velocity[:, column])
            slack = POSITION_TOLERANCE * (limit.upper - limit.lower)
            outside = (position < limit.lower - slack) | (position > limit.upper + slack)
            count += int((outside | (speed > limit.max_velocity * (1.0 + VELOCITY_TOLERANCE))).sum())
    return count


def stops(series: RunSeries) -> int:
    """How often a stop was latched."""
    return int((np.diff(series.safety.stopped.astype(int), prepend=0) > 0).sum())


def restart_figures(series: RunSeries) -> dict[str, Any]:
    """`restarts` in all, and `restarts_by_process`, as the supervisor counted them."""
    by_process = {str(name): int(count) for name, count in dict(series.run.get("restarts", {})).items()}
    return {"restarts": sum(by_process.values()), "restarts_by_process": by_process}


def usage_figures(series: RunSeries) -> dict[str, Any]:
    """Memory and processor time, as the supervisor sampled them.

    `pss_mb` is the median over the rounds of sampling of the sum over processes, `pss_mb_max` the largest sum. `cpu`
    is the mean of cores per process, `cpu_cores` the sum of these. Rows within half a second belong to one round.
    """
    rows = sorted(series.run.get("usage", ()), key=lambda row: row["t_s"])
    rounds: list[tuple[float, float]] = []
    cpu: dict[str, list[float]] = {}
    for row in rows:
        begun_s, total = rounds.pop() if rounds and row["t_s"] - rounds[-1][0] <= 0.5 else (row["t_s"], 0.0)
        rounds.append((begun_s, total + float(row["pss_mb"])))
        cpu.setdefault(str(row["process"]), []).append(float(row["cpu_percent"]) / 100.0)
    sums = [total for _, total in rounds]
    cores = {name: float(np.mean(values)) for name, values in sorted(cpu.items())}
    return {
        "pss_mb": float(np.median(sums)) if sums else math.nan,
        "pss_mb_max": max(sums, default=math.nan),
        "cpu": cores,
        "cpu_cores": math.fsum(cores.values()) if cores else math.nan,
    }


def realtime_factor(series: RunSeries) -> float:
    """Mean of the factors that the simulator told about: simulated seconds per second."""
    factors = series.sim.realtime_factor
    return float(factors.mean()) if len(factors) else math.nan


def behaviors(series: RunSeries) -> list[dict[str, Any]]:
    """What the robot did: behaviour, when it began and ended in seconds after the first message, its first reason."""
    start_s, _ = series.span_s()
    status = series.behavior
    timeline: list[dict[str, Any]] = []
    for index, name in enumerate(status.behavior):
        at_s = float(status.log_s[index]) - start_s
        if timeline and timeline[-1]["behavior"] == name:
            timeline[-1]["until_s"] = at_s
            continue
        if timeline:
            timeline[-1]["until_s"] = at_s
        timeline.append({"behavior": name, "since_s": at_s, "until_s": at_s, "reason": status.reason[index]})
    return timeline
