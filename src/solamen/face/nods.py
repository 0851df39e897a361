"""Nods and shakes from the way that a face turns: quick swings to and fro about one axis, and rest afterwards."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from solamen.core.cues import Cue
from solamen.core.intents import HeadPose

WINDOW_S = 3.0
GAP_S = 0.3
"""After so long without a pose a movement cannot be followed."""
SWING_S = (0.03, 0.36)
"""From a fifth to four fifths of its way a swing lasts so long; a glance or a change of posture is slower or rests."""
PAUSE_S = 0.25
"""Between two swings of one movement; a glance rests longer at where it looks."""
STILL_S = 0.3
"""After so long without a swing a movement is over."""
LEAST_SWING_RAD = 0.035
NOD_RAD, SHAKE_RAD = 0.065, 0.1
"""Mean size from which swings count: the head bobs by less while its owner speaks (about 0.02 to 0.05)."""
OTHER_SHARE = 0.6
"""The other axis may turn by this share; more is a roundabout way, no nod and no shake."""
SURE_SWINGS, LONGEST_SWINGS = 3, 6
SINGLE_NOD_CONFIDENCE = 0.4
"""One dip alone may be anything: too little to count as a yes."""
BEFORE_S = 0.8
"""A head that moved as much in the time before did not begin to nod: it bobs along with speech."""
_EVEN = 3.0


@dataclass(frozen=True)
class _Swing:
    start_s: float
    end_s: float
    quick_s: float
    size_rad: float


def face_turn(head: HeadPose, axes: NDArray[np.float64]) -> tuple[float, float]:
    """Yaw to the face's own left and pitch down, rad, of where a face looks; NaN where that is not known.

    Args:
        head: x forward out of the face.
        axes: 3 × 3, from the frame of the head's pose to one with z up (see `CameraPose.rotation`).
    """
    w, x, y, z = head.rotation
    length = math.sqrt(w * w + x * x + y * y + z * z)
    if not (math.isfinite(length) and length > 0.1):
        return math.nan, math.nan
    w, x, y, z = w / length, x / length, y / length, z / length
    forward = (1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + w * z), 2.0 * (x * z - w * y))
    ahead, left, up = (float(part) for part in axes @ np.array(forward))
    return math.atan2(left, ahead), -math.asin(min(max(up, -1.0), 1.0))


class NodDetector:
    """Poses in, nods and shakes out; each movement is told once, when it has come to rest.

    Poses may come at any rate from about 10 a second on, irregularly and with gaps. Nothing is learned of a person.
    """

    def __init__(self) -> None:
        self._seen: deque[tuple[float, float, float]] = deque()
        self._told_s = -math.inf

    def see(self, stamp_s: float, yaw_rad: float, pitch_rad: float) -> Cue | None:
        """Takes where the face looks at a time; gives the cue of a movement that is over now.

        Args:
            stamp_s: capture time, seconds.
            yaw_rad: to the left, see `face_turn`; NaN where the face was not seen.
            pitch_rad: down, the same.
        """
        if not all(map(math.isfinite, (stamp_s, yaw_rad, pitch_rad))):
            return None
        last_s = self._seen[-1][0] if self._seen else math.nan
        if stamp_s == last_s:
            return None
        if not 0.0 < stamp_s - last_s <= GAP_S:
            self._seen.clear()
        if stamp_s < self._told_s:  # the clock was set back
            self._told_s = -math.inf
        yaw_rad = self._unwrapped(yaw_rad)
        self._seen.append((stamp_s, yaw_rad, pitch_rad))
        while self._seen[0][0] < stamp_s - WINDOW_S:
            self._seen.popleft()
        return self._movement(stamp_s) if len(self._seen) > 4 else None

    def _unwrapped(self, yaw_rad: float) -> float:
        """Without a jump where a full turn begins anew."""
        if not self._seen:
            return yaw_rad
        before = self._seen[-1][1]
        return before + math.remainder(yaw_rad - before, 2.0 * math.pi)

    def _movement(self, now_s: float) -> Cue | None:
        times, yaws, pitches = zip(*self._seen, strict=True)
        nod, shake = _last_run(times, pitches, self._told_s), _last_run(times, yaws, self._told_s)
        size = {"nod": _mean(nod), "shake": _mean(shake)}
        kind = "nod" if size["nod"] >= size["shake"] else "shake"
        run, other = (nod, yaws) if kind == "nod" else (shake, pitches)
        if not run or not (now_s - run[-1].end_s >= STILL_S or len(run) >= LONGEST_SWINGS):
            return None
        start_s, end_s = run[0].start_s, run[-1].end_s
        before = pitches if kind == "nod" else yaws
        restless_rad = _spread(times, before, start_s - BEFORE_S, start_s)
        confidence = _confidence(kind, run, _spread(times, other, start_s, end_s), restless_rad)
        if confidence == 0.0:
            return None
        self._told_s = now_s
        return Cue(now_s, kind, size[kind], "head", start_s, end_s - start_s, confidence, "face")


def _confidence(kind: str, run: Sequence[_Swing], other_rad: float, restless_rad: float) -> float:
    """0–1; 0 where it is no nod and no shake. Set by hand on made movements, not learned."""
    size, least = _mean(run), NOD_RAD if kind == "nod" else SHAKE_RAD
    sizes = sorted(swing.size_rad for swing in run)
    if size < least or other_rad > OTHER_SHARE * size:
        return 0.0
    if len(run) < SURE_SWINGS:
        return SINGLE_NOD_CONFIDENCE if kind == "nod" and len(run) == 2 else 0.0
    if sizes[-1] > _EVEN * sizes[len(sizes) // 2]:
        return 0.0
    clear = min((size - least) / least, 1.0)
    straight = 1.0 - other_rad / (OTHER_SHARE * size)
    restless = min(restless_rad / size, 1.0)
    sure = 0.55 + 0.2 * clear + 0.15 * straight + 0.05 * (len(run) - SURE_SWINGS) - 0.4 * restless
    return min(max(sure, 0.05), 0.98)


def _mean(run: Sequence[_Swing]) -> float:
    return math.fsum(swing.size_rad for swing in run) / len(run) if run else 0.0


def _spread(times: Sequence[float], values: Sequence[float], start_s: float, end_s: float) -> float:
    """How far an axis turned to and fro within a time, rad; a steady drift does not count."""
    inside = [(time_s, value) for time_s, value in zip(times, values, strict=True) if start_s <= time_s <= end_s]
    if len(inside) < 4:
        return 0.0
    since, turned = (np.array(column) for column in zip(*inside, strict=True))
    since = since - since.mean()
    slope = float((since @ turned) / (since @ since))
    return float(np.ptp(turned - slope * since))


def _last_run(times: Sequence[float], values: Sequence[float], after_s: float) -> list[_Swing]:
    """The last swings that belong together and began after a time."""
    run: list[_Swing] = []
    for swing in _swings(times, values):
        if not (SWING_S[0] <= swing.quick_s <= SWING_S[1]) or swing.start_s <= after_s:
            run = []
        elif run and swing.start_s - run[-1].end_s <= PAUSE_S:
            run.append(swing)
        else:
            run = [swing]
    return run


def _swings(times: Sequence[float], values: Sequence[float]) -> list[_Swing]:
    """From turning point to turning point, without the rest at either end."""
    pivots = _pivots(values)
    return [_swing(times, values, a, b) for a, b in pairwise(pivots)]


def _pivots(values: Sequence[float]) -> list[int]:
    """Where the values turn back by at least the least swing; the last one is where they went farthest since."""
    pivots: list[int] = []
    low = high = 0
    rising: bool | None = None
    for index, value in enumerate(values):
        low = index if value < values[low] else low
        high = index if value > values[high] else high
        if rising is not True and value - values[low] >= LEAST_SWING_RAD:
            pivots.append(low)
            rising, high = True, index
        elif rising is not False and values[high] - value >= LEAST_SWING_RAD:
            pivots.append(high)
            rising, low = False, index
        if rising is True:
            low = high
        elif rising is False:
            high = low
    if rising is not None:
        pivots.append(high if rising else low)
    return pivots


def _swing(times: Sequence[float], values: Sequence[float], first: int, last: int) -> _Swing:
    start, way = values[first], values[last] - values[first]
    share = [(values[index] - start) / way for index in range(first, last + 1)]
    leaves = max(index for index, part in enumerate(share) if part <= 0.2)
    arrives = min(index for index, part in enumerate(share) if part >= 0.8)
    start_s, end_s = times[first + leaves], times[first + arrives]
    return _Swing(start_s, end_s, max(end_s - start_s, 0.0), abs(way))
