"""What the virtual patient feels and shows at one moment; no estimator may read it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from solamen.core.intents import HeadPose


@dataclass(frozen=True)
class Truth:
    """The truth of one frame.

    Attributes:
        stamp_s: capture time of the frame that shows it, seconds.
        pain: 0–10, what the patient feels, as they would report it.
        pspi: 0–16, of the units below (Prkachin & Solomon 2008).
        intensity: FACS number to 0–5 of what the rendered face shows; every unit of `core.action_units.UNITS`.
        head: the head in the camera's optical frame (x right, y down, z forward; metres); its own axes are x forward
            out of the face, z up, with the origin between the eyes.
        event: pain, smile, speech, glance, blink, head, or rest: the scenario's event in force.
        scenario_frame: frames since the scenario began, at the rate of the settings.
        scenario_time_s: seconds since the scenario began.
        arousal: 0–1; NaN, as it is not simulated yet.
    """

    stamp_s: float
    pain: float
    pspi: float
    intensity: Mapping[int, float]
    head: HeadPose
    event: str = "rest"
    scenario_frame: int = 0
    scenario_time_s: float = 0.0
    arousal: float = math.nan
