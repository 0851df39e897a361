"""Closed eyes: a blink (AU45) is short and says nothing of pain; AU43 is a closure that lasts."""

from __future__ import annotations

import math

import numpy as np

from solamen.core.action_units import MAX_INTENSITY
from solamen.face.cues import INDEX, Cues, changes
from solamen.face.neutral import NeutralFace

_CLOSED = 0.5
NARROWED = 0.2
"""Closure from which the lids disturb the measures of the rest of the face."""

# So long a first frame counts, before which nothing is known.
_INSTANT_S = 1e-3

# What shut lids alone do to the other cues, brow and cheek being drawn with them in the landmark model: about what a
# blink does on real faces; on generated heads it does more.
_SHUT_BROW = changes(
    {"inner_brow_height": 0.022, "outer_brow_height": 0.024, "brow_inner_up": 0.04, "brow_outer_up": 0.07}
)
_SHUT_ORBIT = changes(
    {
        "lower_lid_height": 0.032,
        "cheek_distance": -0.034,
        "nose_length": -0.038,
        "mouth_corner_distance": -0.035,
        "eye_squint": 0.30,
    }
)
# Share of the orbit's change that is left in where the eyes are pressed shut.
_SQUEEZE = 0.7


def without_closure(cues: Cues, closed: float, squeezed: float = 0.0) -> Cues:
    """Cues with what falling lids do to the rest of the face taken out; AU43 and AU45 speak for the lids themselves.

    Args:
        cues: cue vector.
        closed: 0–1, how far the lids are closed.
        squeezed: 0–1, how likely it is that the eyes are pressed shut: then the orbit's part is left in.
    """
    if not closed > 0.0:
        return cues
    opened = cues - closed * (_SHUT_BROW + (1.0 - _SQUEEZE * squeezed) * _SHUT_ORBIT)
    opened[INDEX["eye_squint"]] = np.maximum(opened[INDEX["eye_squint"]], 0.0)
    return opened


def eyes_closed(cues: Cues, neutral: NeutralFace) -> float:
    """How far the eyes are closed, 0 (as in the neutral face) to 1; NaN where it is not known."""
    open_share = float(cues[INDEX["lid_gap"]] / neutral.mean[INDEX["lid_gap"]])
    by_gap = (0.75 - open_share) / 0.55
    by_shape = (float(cues[INDEX["eye_blink"]]) - 0.35) / 0.30
    # What is no number stays none.
    return 0.5 * (min(max(by_gap, 0.0), 1.0) + min(max(by_shape, 0.0), 1.0))


class Closure:
    """Tells blinks from closed eyes by how long they last.

    Args:
        blink_max_s: a longer closure is AU43 (0.5 s by default).
    """

    def __init__(self, blink_max_s: float) -> None:
        self._blink_max_s = blink_max_s
        self.reset()

    def reset(self) -> None:
        """Forgets an ongoing closure."""
        self._closed_s = 0.0
        self._narrow_s = 0.0

    @property
    def blinking(self) -> bool:
        """The lids have been narrowed or shut for no longer than a blink."""
        return 0.0 < self._narrow_s <= self._blink_max_s

    @property
    def lasting(self) -> bool:
        """The closure in progress is longer than a blink."""
        return self._closed_s > self._blink_max_s

    def update(self, closed: float, dt_s: float) -> tuple[float, float]:
        """Intensities 0–5 of AU43 and AU45 from the closure 0–1 of a frame, `dt_s` after the one before."""
        if not closed >= 0.0:
            return math.nan, math.nan
        self._narrow_s = self._narrow_s + max(dt_s, _INSTANT_S) if closed > NARROWED else 0.0
        if closed < _CLOSED:
            self._closed_s = 0.0
            return 0.0, MAX_INTENSITY * closed
        self._closed_s += dt_s
        if not self.lasting:
            return 0.0, MAX_INTENSITY * closed
        return MAX_INTENSITY * closed, 0.0
