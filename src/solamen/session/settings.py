"""Settings of what is recorded."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class RecorderSettings(Checked):
    """How a run is recorded."""

    part_s: float = setting(10.0, low=1.0, high=600.0, doc="length of a part of session.mcap, seconds")
    picture_rate_hz: float = setting(10.0, low=1.0, high=30.0, doc="pictures per second in robot.mp4")
    robot_view: str = setting("bust", choices=("bust", "body"), doc="bust (head and shoulders) or body")
