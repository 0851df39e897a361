"""The face of the labelled picture: fine contours, a call-out at each unit that is seen, and what is covered."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import ImageDraw

from solamen.core.frames import Image
from solamen.face.boxes import Box
from solamen.face.covering import BROWS, CHEEKS, EYES, MOUTH, NOSE
from solamen.face.overlay import paint_over
from solamen.face.sheet import BLUE, INK, PAPER, RED, font
from solamen.face.still import StillReading

_CONTOURS: tuple[tuple[int, ...], ...] = (
    (
        *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149),
        *(150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109, 10),
    ),
    (33, 7, 163, 144, 145, 153, 154, 155, 133, 173, 157, 158, 159, 160, 161, 246, 33),
    (263, 249, 390, 373, 374, 380, 381, 382, 362, 398, 384, 385, 386, 387, 388, 466, 263),
    (70, 63, 105, 66, 107, 55, 65, 52, 53, 46, 70),
    (300, 293, 334, 296, 336, 285, 295, 282, 283, 276, 300),
    (61, 146, 91, 181, 84, 17, 314, 405, 321, 375, 291, 409, 270, 269, 267, 0, 37, 39, 40, 185, 61),
    (78, 95, 88, 178, 87, 14, 317, 402, 318, 324, 308, 415, 310, 311, 312, 13, 82, 81, 80, 191, 78),
    (168, 6, 197, 195, 5, 4),
    (98, 97, 2, 326, 327),
)
# Unit: the landmark at which its call-out points.
_PLACES: dict[int, int] = {
    **{4: 9, 1: 107, 2: 334, 5: 386, 6: 117, 7: 145, 43: 374, 45: 374, 9: 197, 10: 267},
    **{12: 291, 15: 61, 17: 199, 20: 287, 25: 14, 26: 152},
}
_PAIN = (4, 6, 7, 9, 10, 43)
_SHOWN_FROM = 1.0
_PART_POINTS: dict[str, tuple[int, ...]] = {
    BROWS: (54, 103, 67, 109, 10, 338, 297, 332, 284, 300, 334, 296, 9, 66, 105, 70),
    EYES: (
        226,
        247,
        30,
        29,
        27,
        28,
        56,
        190,
        464,
        414,
        286,
        258,
        257,
        259,
        260,
        467,
        446,
        448,
        450,
        453,
        233,
        230,
        228,
    ),
    CHEEKS: (117, 50, 205, 187, 216, 203, 129, 358, 423, 436, 411, 425, 280, 346),
    NOSE: (168, 351, 420, 279, 294, 2, 64, 49, 198, 122),
    MOUTH: (164, 393, 410, 287, 422, 424, 418, 421, 200, 201, 194, 204, 202, 57, 186, 167),
}
_AROUND = 0.28
_LINE_PX = 22


def face_picture(reading: StillReading, width: int, height: int) -> Image:
    """The face cut out and enlarged, with what was found drawn lightly on it: height × width × 3, RGB."""
    image = paint_over(reading.image, reading.others)
    cut, matrix = _cut_out(image, Box.around(reading.found.points), width, height)
    points = reading.found.points[:, :2] @ matrix[:, :2].T + matrix[:, 2]
    drawn = _contours(cut, points)
    page = PilImage.fromarray(drawn)
    for part in sorted(reading.covered):
        _hatch(page, points[list(_PART_POINTS[part])])
    _call_out(page, reading, points)
    return np.asarray(page, np.uint8).copy()


def _cut_out(image: Image, face: Box, width: int, height: int) -> tuple[Image, NDArray[np.float64]]:
    """The part of a picture around a face, and the 2 × 3 map of its pixels."""
    wide = face.grown(_AROUND)
    scale = min(width / max(wide.width, 1.0), height / max(wide.height, 1.0))
    x, y = wide.centre
    matrix = np.array([[scale, 0.0, width / 2 - scale * x], [0.0, scale, height / 2 - scale * y]])
    flags = cv2.INTER_AREA if scale < 1.0 else cv2.INTER_CUBIC
    cut = cv2.warpAffine(image, matrix, (width, height), flags=flags, borderValue=PAPER)
    return np.asarray(cut, np.uint8), matrix


def _contours(image: Image, points: NDArray[np.float64]) -> Image:
    """Fine, half transparent lines of the features."""
    lines = image.copy()
    for contour in _CONTOURS:
        path = np.round(points[list(contour)] * 8).astype(np.int32)
        cv2.polylines(lines, [path], False, (255, 255, 255), 1, cv2.LINE_AA, 3)
    return np.asarray(cv2.addWeighted(lines, 0.6, image, 0.4, 0.0), np.uint8)


def _hatch(page: PilImage.Image, outline: NDArray[np.float64]) -> None:
    """Oblique lines over what is covered."""
    mask = PilImage.new("L", page.size, 0)
    hull = cv2.convexHull(outline.astype(np.float32))[:, 0]
    ImageDraw.Draw(mask).polygon([tuple(map(float, point)) for point in hull], fill=255)
    lines = PilImage.new("L", page.size, 0)
    pen = ImageDraw.Draw(lines)
    for x in range(-page.height, page.width, 12):
        pen.line((x, page.height, x + page.height, 0), fill=200, width=3)
    shade = PilImage.fromarray(np.minimum(np.asarray(mask), np.asarray(lines)))
    page.paste((250, 220, 60), (0, 0), shade)


def _call_out(page: PilImage.Image, reading: StillReading, points: NDArray[np.float64]) -> None:
    """A label with a leader for each unit that is seen, at the side of the face where it is."""
    shown = [unit for unit in _PLACES if reading.units.get(unit) >= _SHOWN_FROM]
    middle = float(points[1, 0])
    for right in (False, True):
        side = [unit for unit in shown if (points[_PLACES[unit], 0] >= middle) == right]
        _column(page, reading, points, sorted(side, key=lambda unit: float(points[_PLACES[unit], 1])), right)


def _column(
    page: PilImage.Image, reading: StillReading, points: NDArray[np.float64], units: list[int], right: bool
) -> None:
    pen = ImageDraw.Draw(page)
    below = 0.0
    for unit in units:
        x, y = map(float, points[_PLACES[unit]])
        words = f"AU{unit}  {reading.units.get(unit):.1f}"
        wide = math.ceil(font(15, True).getlength(words)) + 14
        top = max(y - _LINE_PX / 2, below + 4.0)
        left = page.width - wide - 8 if right else 8
        colour = RED if unit in _PAIN else BLUE
        end = (left, top + _LINE_PX / 2) if right else (left + wide, top + _LINE_PX / 2)
        pen.line((x, y, *end), fill=colour, width=2)
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), fill=colour, outline=PAPER)
        pen.rounded_rectangle((left, top, left + wide, top + _LINE_PX), 6, fill=PAPER, outline=colour, width=2)
        pen.text((left + 7, top + 17), words, fill=INK, font=font(15, True), anchor="ls")
        below = top + _LINE_PX
