"""What an expression leads of the body: breath, light, lean; each fades in, is followed softly, and fades out."""

from __future__ import annotations

import math


class Led:
    """A share 0–1 that is led at times, and at others left to the robot.

    Args:
        time_s: time constant of following, and of fading in and out. Expressions come ten times a second, and steps of
            that size in a breath could be seen.
        step_s: between two calls of `follow`.
    """

    def __init__(self, time_s: float, step_s: float) -> None:
        self._part = 1.0 - math.exp(-step_s / time_s)
        self.weight = self.level = 0.0

    def follow(self, asked: float) -> None:
        """Goes on towards what is asked; NaN leaves the robot to itself."""
        led = math.isfinite(asked)
        if led:
            wanted = min(max(asked, 0.0), 1.0)
            # What has no weight yet begins where it is asked to be.
            self.level += (self._part if self.weight > 0.0 else 1.0) * (wanted - self.level)
        self.weight += self._part * (float(led) - self.weight)
        if self.weight < 1e-3 and not led:
            self.weight = 0.0

    def over(self, own: float) -> float:
        """Between the robot's own value and the one that is led."""
        return own + self.weight * (self.level - own)
