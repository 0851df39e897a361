"""Settings of the virtual patient and of the camera that looks at them."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class PatientSettings(Checked):
    """How the patient is rendered; what they feel stands in the scenario."""

    width: int = setting(640, low=64, high=1920, doc="picture width, pixels")
    height: int = setting(480, low=64, high=1080, doc="picture height, pixels")
    rate_hz: float = setting(20.0, low=1.0, high=60.0, doc="frames a second that are asked for")
    person: str = setting("", doc="a baked person's name or file, instead of the scenario's; empty: the scenario's")
    distance_m: float = setting(0.7, low=0.4, high=2.0, doc="camera to the point between the eyes")
    vertical_field_rad: float = setting(0.66, low=0.2, high=2.0, doc="vertical field of view of the camera")
    camera_samples: int = setting(0, low=0, high=8, doc="samples per pixel against jagged edges; 0 is fastest")
