"""Pictures on their way through memory."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
"""height × width × 3, RGB, 0–255."""


@dataclass(frozen=True)
class Frame:
    """One picture of a camera, a file or the virtual patient.

    Attributes:
        image: height × width × 3, RGB, 0–255; read only.
        stamp_s: capture time in seconds of the clock in use.
        monotonic_ns: monotonic time at which the picture was in memory.
        sequence: counts the frames of its source from 0.
    """

    image: Image
    stamp_s: float
    monotonic_ns: int
    sequence: int
