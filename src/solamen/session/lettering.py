"""Type in pictures: words drawn once, kept, and laid over a picture by their coverage."""

from __future__ import annotations

import functools
import importlib.util
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image as PilImage
from PIL import ImageDraw, ImageFont

from solamen.core.frames import Image

Colour = tuple[int, int, int]
"""RGB, 0–255."""


def write(
    picture: Image, words: str, at: tuple[int, int], size_px: int, colour: Colour, *, bold: bool = False
) -> tuple[int, int]:
    """Writes words into a picture; what lies outside is left out.

    Args:
        picture: height × width × 3, RGB; changed in place.
        words: one line.
        at: left end of the base line, x and y in pixels.
        size_px: size of the type.
        colour: of the words.
        bold: heavier type.

    Returns:
        The right end of the base line.
    """
    coverage, rise = _drawn(words, size_px, bold)
    x, y = at[0], at[1] - rise
    height, width = coverage.shape
    left, top, right, bottom = max(x, 0), max(y, 0), min(x + width, picture.shape[1]), min(y + height, picture.shape[0])
    if left < right and top < bottom:
        part = picture[top:bottom, left:right]
        share = coverage[top - y : bottom - y, left - x : right - x, None]
        part[:] = (part + share * (np.array(colour, np.int32) - part) // 255).astype(np.uint8)
    return at[0] + width_px(words, size_px, bold), at[1]


@functools.lru_cache(maxsize=1024)
def width_px(words: str, size_px: int, bold: bool = False) -> int:
    """Width of one line."""
    return round(_font(size_px, bold).getlength(_printable(words)))


@functools.lru_cache(maxsize=256)
def wrapped(words: str, size_px: int, width: int, lines: int) -> tuple[str, ...]:
    """Words broken into at most so many lines of at most so many pixels; what is left over becomes an ellipsis."""
    found: list[str] = []
    for word in _printable(words).split():
        longer = f"{found[-1]} {word}" if found else word
        if found and width_px(longer, size_px) <= width:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > lines:
        found = [*found[: lines - 1], _shortened(found[lines - 1] + " …", size_px, width)]
    return tuple(_shortened(line, size_px, width) for line in found)


def _shortened(line: str, size_px: int, width: int) -> str:
    """A line cut so that it fits."""
    while len(line) > 1 and width_px(line, size_px) > width:
        line = line.rstrip("… ")[:-1] + "…"
    return line


@functools.lru_cache(maxsize=512)
def _drawn(words: str, size_px: int, bold: bool) -> tuple[NDArray[np.int32], int]:
    """Coverage 0–255 of a line, and how far it rises above its base line."""
    font, words = _font(size_px, bold), _printable(words)
    _, top, right, bottom = font.getbbox(words or " ", anchor="ls")
    size = max(round(right), 1), max(round(bottom - top), 1)
    canvas = PilImage.new("L", size)
    ImageDraw.Draw(canvas).text((0, -top), words, font=font, fill=255, anchor="ls")
    return np.asarray(canvas, np.int32), round(-top)


def _printable(words: str) -> str:
    """The words with blanks for what cannot be drawn; words come from messages, and may hold anything."""
    return "".join(sign if sign.isprintable() else " " for sign in words)


@functools.lru_cache(maxsize=32)
def _font(size_px: int, bold: bool) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """DejaVu Sans, which comes with matplotlib; Pillow's own where that is not installed."""
    found = importlib.util.find_spec("matplotlib")
    if found is not None and found.origin is not None:
        name = "DejaVuSans-Bold.ttf" if bold else "DejaVuSans.ttf"
        path = Path(found.origin).parent / "mpl-data" / "fonts" / "ttf" / name
        if path.is_file():
            return ImageFont.truetype(str(path), size_px)
    return ImageFont.load_default(size_px)
