"""What a joint may do."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True)
class JointLimit:
    """The limits of one joint; rad for revolute, m for prismatic joints.

    Attributes:
        name: as in the robot's description.
        lower, upper: ends of the range, `lower` < `upper`.
        max_velocity: > 0, per second.
        max_acceleration: > 0, per second squared.
        max_effort: > 0, what its motor may push with, N·m or N; infinite where nobody says so.

    Raises:
        ValueError: a number is not finite or not in its order.
    """

    name: str
    lower: float
    upper: float
    max_velocity: float
    max_acceleration: float
    max_effort: float = math.inf

    def __post_init__(self) -> None:
        numbers = (self.lower, self.upper, self.max_velocity, self.max_acceleration)
        if not all(math.isfinite(number) for number in numbers):
            raise ValueError(f"the limits of {self.name} must be finite numbers")
        if not self.lower < self.upper:
            raise ValueError(f"the lower limit of {self.name} must be below its upper one")
        if not (self.max_velocity > 0.0 and self.max_acceleration > 0.0):
            raise ValueError(f"{self.name} needs a velocity and an acceleration above 0")
        if not self.max_effort > 0.0:
            raise ValueError(f"the effort of {self.name} must be above 0")
