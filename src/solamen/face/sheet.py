"""A white sheet to draw words and bars on."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import numpy as np
from PIL import Image as PilImage
from PIL import ImageDraw, ImageFont

from solamen.core.frames import Image

Colour = tuple[int, int, int]
Area = tuple[int, int, int, int]
"""Left, top, width, height, pixels."""

PAPER, INK, GREY, PALE = (252, 251, 248), (34, 38, 46), (112, 116, 124), (230, 229, 224)
RED, BLUE = (176, 48, 40), (38, 92, 150)


class Sheet:
    """Draws in the order in which it is told."""

    def __init__(self, width: int, height: int) -> None:
        self._page = PilImage.new("RGB", (width, height), PAPER)
        self._pen = ImageDraw.Draw(self._page)

    def text(self, at: tuple[int, int], words: str, size_px: int, colour: Colour = INK, *, bold: bool = False) -> None:
        """One line, its base line beginning at a point."""
        self._pen.text(at, words, fill=colour, font=font(size_px, bold), anchor="ls")

    def box(self, area: Area, colour: Colour) -> None:
        """A filled box."""
        left, top, width, height = area
        if width > 0 and height > 0:
            self._pen.rectangle((left, top, left + width - 1, top + height - 1), fill=colour)

    def line(self, start: tuple[int, int], end: tuple[int, int]) -> None:
        """A thin grey line."""
        self._pen.line((*start, *end), fill=PALE, width=2)

    def bar(self, area: Area, share: float, colour: Colour, strength: float = 1.0) -> None:
        """A box filled from the left by a share, 0–1; a weaker one is paler."""
        left, top, width, height = area
        self.box(area, PALE)
        mixed = tuple(round(strength * ink + (1.0 - strength) * paper) for ink, paper in zip(colour, PALE, strict=True))
        self.box((left, top, round(width * min(max(share, 0.0), 1.0)), height), (mixed[0], mixed[1], mixed[2]))

    def hatch(self, area: Area) -> None:
        """A box of oblique lines: not known."""
        left, top, width, height = area
        for x in range(left, left + width - height + 1, 8):
            self._pen.line((x, top + height - 1, x + height - 1, top), fill=(196, 194, 188), width=1)
        self._pen.rectangle((left, top, left + width - 1, top + height - 1), outline=(196, 194, 188))

    def paste(self, at: tuple[int, int], picture: Image) -> None:
        """A picture with its upper left corner at a point."""
        self._page.paste(PilImage.fromarray(picture), at)

    def picture(self) -> Image:
        """Height × width × 3, RGB."""
        return np.asarray(self._page, np.uint8).copy()


@functools.lru_cache(maxsize=64)
def font(size_px: int, bold: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """DejaVu Sans, which comes with matplotlib; Pillow's own where that is not installed."""
    found = importlib.util.find_spec("matplotlib")
    if found is not None and found.origin is not None:
        name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
        path = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / name
        if path.is_file():
            return ImageFont.truetype(str(path), size_px)
    return ImageFont.load_default(size_px)
