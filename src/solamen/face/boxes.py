"""Upright boxes in a picture, in pixels."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Box:
    """A box: x to the right and y down, pixels; it may reach beyond the picture."""

    left: float
    top: float
    right: float
    bottom: float

    @staticmethod
    def around(points: NDArray[np.floating]) -> Box:
        """The least box around points (n, 2 or more), pixels."""
        x, y = points[:, 0], points[:, 1]  # each by itself: numpy is slow along the first of two axes
        return Box(float(x.min()), float(y.min()), float(x.max()), float(y.max()))

    @property
    def width(self) -> float:
        """Pixels, at least 0."""
        return max(0.0, self.right - self.left)

    @property
    def height(self) -> float:
        """Pixels, at least 0."""
        return max(0.0, self.bottom - self.top)

    @property
    def area(self) -> float:
        """Square pixels."""
        return self.width * self.height

    @property
    def centre(self) -> tuple[float, float]:
        """x, y of the middle."""
        return ((self.left + self.right) / 2, (self.top + self.bottom) / 2)

    @property
    def finite(self) -> bool:
        """Whether all four numbers are."""
        return all(map(math.isfinite, (self.left, self.top, self.right, self.bottom)))

    def grown(self, share: float) -> Box:
        """The same middle, each side moved out by a share of the box's size."""
        across, down = share * self.width, share * self.height
        return Box(self.left - across, self.top - down, self.right + across, self.bottom + down)

    def scaled(self, factor: float) -> Box:
        """All numbers times a factor."""
        return Box(self.left * factor, self.top * factor, self.right * factor, self.bottom * factor)

    def holds(self, point: tuple[float, float]) -> bool:
        """Whether a point lies within."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom

    def shared(self, other: Box) -> float:
        """Square pixels that lie within both."""
        across = min(self.right, other.right) - max(self.left, other.left)
        down = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(0.0, across) * max(0.0, down)

    def overlap(self, other: Box) -> float:
        """Intersection over union, 0–1."""
        shared = self.shared(other)
        whole = self.area + other.area - shared
        return shared / whole if whole > 0.0 else 0.0

    def covered(self, other: Box) -> float:
        """Share of the smaller of the two that lies within the other, 0–1."""
        least = min(self.area, other.area)
        return self.shared(other) / least if least > 0.0 else 0.0

    def pixels(self, width: int, height: int) -> tuple[slice, slice]:
        """Rows and columns of a picture that it touches; nothing where it is not finite."""
        if not self.finite:
            return slice(0, 0), slice(0, 0)
        left, right = (min(width, max(0, x)) for x in (math.floor(self.left), math.ceil(self.right)))
        top, bottom = (min(height, max(0, y)) for y in (math.floor(self.top), math.ceil(self.bottom)))
        return slice(top, bottom), slice(left, right)
