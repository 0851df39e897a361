"""Settings of the driver of robots that others make; `config/driver.yaml` fills them."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting

BACKENDS = ("file", "dry", "reachy_mini", "nao")


@dataclass(frozen=True, kw_only=True)
class DriverSettings(Checked):
    """Which body is driven, and where it is."""

    backend: str = setting("file", choices=BACKENDS, doc="dry, reachy_mini or nao; file: what the robot's file names")
    host: str = setting("", doc="where the robot's own program listens; empty: as the robot's file says, else here")
    port: int = setting(0, low=0, high=65535, doc="its port; 0: as the robot's file says, else the usual one")
    rate_hz: float = setting(50.0, low=10.0, high=100.0, doc="set points and joint states per second")
    timeout_s: float = setting(0.5, low=0.05, high=5.0, doc="how long the robot's program may take to answer")
