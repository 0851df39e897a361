"""The picture of a session: the person and the robot side by side, and below them what is estimated and done."""

from __future__ import annotations

import math
from collections import deque
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from solamen.core.estimates import PAIN_MAX
from solamen.core.frames import Image
from solamen.core.intents import BehaviorStatus
from solamen.core.states import UserState
from solamen.session.lettering import Colour, width_px, wrapped, write

PLOT_S = 20.0
"""Seconds that the plot looks back."""

STRIP_PX = 180
"""Height of the strip below the pictures."""

SYNTHETIC = "virtual patient (synthetic)"
PERSON = "person"

_GROUND: Colour = (20, 26, 34)
_PANEL: Colour = (29, 37, 47)
_LINE: Colour = (52, 63, 76)
_TEXT: Colour = (232, 237, 241)
_QUIET: Colour = (141, 155, 168)
_TRUTH: Colour = (176, 186, 196)
_ESTIMATE: Colour = (86, 200, 184)
_SHADE: Colour = (38, 82, 84)
_ROBOT: Colour = (238, 190, 120)

_SHIFT = 4
"""Bits of the fraction in the coordinates that lines are drawn with."""


class SideBySide:
    """Draws camera and robot, the estimate, 20 s of it beside the truth, and what the robot does and why.

    Feed it with what arrives, then ask for a picture; the same buffer is filled each time.
    """

    def __init__(
        self,
        width_each: int = 480,
        height: int = 360,
        *,
        person: str = SYNTHETIC,
        robot: str = "Sol",
        person_zoom: float = 1.0,
    ) -> None:
        """Takes how the pictures are shown.

        Args:
            width_each: of each picture, pixels.
            height: of each picture, pixels, even.
            person: words below the person's picture.
            robot: words below the robot's.
            person_zoom: at least 1; only the middle of the camera's picture is shown, 1 / zoom wide and high.
        """
        cv2.setNumThreads(1)
        self._cell = (width_each, height)
        self._labels, self._zooms = (person, robot), (max(person_zoom, 1.0), 1.0)
        self._picture = np.empty((height + STRIP_PX, 2 * width_each, 3), np.uint8)
        self._truth: deque[tuple[float, float]] = deque(maxlen=1200)
        self._estimate: deque[tuple[float, float, float, float]] = deque(maxlen=1200)
        self._state: UserState | None = None
        self._behavior: BehaviorStatus | None = None
        self._draw_ground()

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole picture, pixels."""
        return self._picture.shape[1], self._picture.shape[0]

    def add_truth(self, stamp_s: float, pain: float) -> None:
        """What the virtual patient feels, 0–10."""
        if math.isfinite(stamp_s) and math.isfinite(pain):
            self._truth.append((stamp_s, pain))

    def add_state(self, state: UserState) -> None:
        """What is estimated."""
        self._state = state
        if math.isfinite(state.stamp_s):
            known = not state.abstained and math.isfinite(state.pain_mean)
            values = (state.pain_mean, state.pain_lower, state.pain_upper) if known else (math.nan,) * 3
            self._estimate.append((state.stamp_s, *values))

    def add_behavior(self, status: BehaviorStatus) -> None:
        """What the robot does."""
        self._behavior = status

    def picture(self, now_s: float, camera: Image | None, robot: Image | None) -> Image:
        """The picture at a time.

        Args:
            now_s: the right end of the plot, seconds of the clock of the stamps.
            camera: height × width × 3, RGB, or None where there is none yet.
            robot: the same.

        Returns:
            height × width × 3, RGB; valid until the next call.
        """
        width, height = self._cell
        for column, image in enumerate((camera, robot)):
            cell = self._picture[:height, column * width : (column + 1) * width]
            shown = image if image is None else _cut(image, width / height, self._zooms[column])
            self._draw_cell(cell, shown, self._labels[column])
        strip = self._picture[height:]
        left, right = round(0.26 * strip.shape[1]), round(0.74 * strip.shape[1])
        self._draw_number(strip[10:-10, 10 : left - 5])
        self._draw_plot(strip[10:-10, left + 5 : right - 5], now_s)
        self._draw_behavior(strip[10:-10, right + 5 : -10])
        return self._picture

    def _draw_ground(self) -> None:
        self._picture[:] = _GROUND

    def _draw_cell(self, cell: Image, image: Image | None, label: str) -> None:
        """One picture, already of the shape of its place, with its label."""
        if image is None:
            cell[:] = _PANEL
            write(cell, "no picture yet", (18, cell.shape[0] // 2), 15, _QUIET)
        else:
            cv2.resize(image, (cell.shape[1], cell.shape[0]), dst=cell)
        tag = cell[-34:-10, 10 : 10 + width_px(label, 13) + 18]
        tag[:] = tag // 4 + np.array(_GROUND, np.uint8) // 4 * 3
        write(tag, label, (9, 17), 13, _TEXT)

    def _draw_number(self, panel: Image) -> None:
        """Mean, interval and words."""
        panel[:] = _PANEL
        write(panel, "estimated pain", (14, 24), 12, _QUIET)
        state = self._state
        known = state is not None and not state.abstained and math.isfinite(state.pain_mean)
        if state is None or not known:
            write(panel, "–", (14, 74), 46, _QUIET, bold=True)
            words = (state.reason or state.words or "not known") if state else "waiting for the first estimate"
        else:
            end, _ = write(panel, f"{state.pain_mean:.1f}", (12, 76), 46, _TEXT, bold=True)
            write(panel, "of 10", (end + 8, 76), 14, _QUIET)
            words = state.words
        self._draw_interval(panel, state if known else None)
        for row, line in enumerate(wrapped(words, 13, panel.shape[1] - 26, 3)):
            write(panel, line, (14, 119 + 17 * row), 13, _TEXT if known else _QUIET)

    def _draw_interval(self, panel: Image, state: UserState | None) -> None:
        """A bar from 0 to 10 with the 90 % interval and the mean in it."""
        left, right, y = 14, panel.shape[1] - 14, 92
        panel[y : y + 6, left:right] = _LINE
        if state is not None and math.isfinite(state.pain_lower) and math.isfinite(state.pain_upper):
            low, mean, high = (
                left + round((right - left) * min(max(value / PAIN_MAX, 0.0), 1.0))
                for value in (state.pain_lower, state.pain_mean, state.pain_upper)
            )
            panel[y : y + 6, low : high + 1] = _blend(_ESTIMATE, _PANEL, 0.5)
            panel[y - 3 : y + 9, max(mean - 1, left) : mean + 2] = _ESTIMATE

    def _draw_plot(self, panel: Image, now_s: float) -> None:
        """The last 20 s of truth and estimate."""
        panel[:] = _PANEL
        area = panel[34:-14, 30:-14]
        for points in (0, 5, 10):
            y = round((1.0 - points / PAIN_MAX) * (area.shape[0] - 1))
            area[y, :] = _LINE
            write(panel, str(points), (26 - width_px(str(points), 11), 34 + y + 4), 11, _QUIET)
        self._draw_estimate(area, now_s)
        self._draw_truth(area, now_s)
        end, _ = write(panel, "estimate, 90 % interval", (30, 22), 12, _ESTIMATE)
        if self._truth:
            write(panel, "what the patient feels", (end + 16, 22), 12, _TRUTH)
        write(panel, "20 s", (panel.shape[1] - 14 - width_px("20 s", 11), 22), 11, _QUIET)

    def _draw_truth(self, area: Image, now_s: float) -> None:
        _forget_before(self._truth, now_s - PLOT_S)
        if len(self._truth) > 1:
            time_s, pain = np.array(self._truth).T
            _polyline(area, _pixels(area, now_s - time_s, pain), _TRUTH, 1)

    def _draw_estimate(self, area: Image, now_s: float) -> None:
        _forget_before(self._estimate, now_s - PLOT_S)
        if len(self._estimate) < 2:
            return
        time_s, mean, lower, upper = np.array(self._estimate).T
        for begin, end in _known_stretches(mean):
            stretch = slice(begin, end)
            age_s = now_s - time_s[stretch]
            top, bottom = _pixels(area, age_s, upper[stretch]), _pixels(area, age_s, lower[stretch])
            band = np.concatenate([top, bottom[::-1]])
            if np.isfinite(lower[stretch]).all() and np.isfinite(upper[stretch]).all():
                cv2.fillPoly(area, [band], _SHADE, lineType=cv2.LINE_AA, shift=_SHIFT)
        for begin, end in _known_stretches(mean):
            _polyline(area, _pixels(area, now_s - time_s[begin:end], mean[begin:end]), _ESTIMATE, 2)

    def _draw_behavior(self, panel: Image) -> None:
        """What the robot does, and why."""
        panel[:] = _PANEL
        write(panel, "the robot", (14, 24), 12, _QUIET)
        status = self._behavior
        if status is None:
            write(panel, "waiting", (14, 58), 24, _QUIET, bold=True)
            return
        write(panel, status.behavior, (13, 58), 24, _ROBOT, bold=True)
        for row, line in enumerate(wrapped(status.reason, 13, panel.shape[1] - 26, 4)):
            write(panel, line, (14, 86 + 18 * row), 13, _TEXT)


def _cut(image: Image, aspect: float, zoom: float) -> Image:
    """The middle of an image: the greatest part of a given width for its height, divided by the zoom."""
    full_height, full_width = image.shape[:2]
    height = round(min(full_height, full_width / aspect) / zoom)
    width = round(min(full_width, full_height * aspect) / zoom)
    top, left = (full_height - height) // 2, (full_width - width) // 2
    return image[top : top + height, left : left + width]


def _blend(over: Colour, under: Colour, share: float) -> Colour:
    red, green, blue = (round(share * a + (1.0 - share) * b) for a, b in zip(over, under, strict=True))
    return red, green, blue


def _forget_before(points: deque[Any], time_s: float) -> None:
    """Drops what has left the plot, but for the last point, where the line comes in from."""
    while len(points) > 1 and points[1][0] < time_s:
        points.popleft()


def _known_stretches(values: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Begin and end of each run of known values."""
    known = np.isfinite(values).astype(int)
    edges = np.flatnonzero(np.diff(known, prepend=0, append=0))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _pixels(area: Image, age_s: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.int32]:
    """Places in the plot, in 1/16 pixels."""
    height, width = area.shape[0] - 1, area.shape[1] - 1
    x = (1.0 - np.clip(age_s, -1.0, PLOT_S + 1.0) / PLOT_S) * width
    y = (1.0 - np.clip(points, 0.0, PAIN_MAX) / PAIN_MAX) * height
    places: NDArray[np.int32] = np.rint(np.stack([x, np.nan_to_num(y)], axis=1) * 2**_SHIFT).astype(np.int32)
    return places


def _polyline(area: Image, places: NDArray[np.int32], colour: Colour, thickness: int) -> None:
    cv2.polylines(area, [places], False, colour, thickness, cv2.LINE_AA, _SHIFT)
