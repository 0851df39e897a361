"""Settings of the camera."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class CameraSettings(Checked):
    """Where pictures come from and how large they may be."""

    source: str = setting(
        "topic", choices=("topic", "camera", "file"), doc="topic (camera/image), camera (of this machine) or file"
    )
    device: int = setting(0, low=0, high=63, doc="number of the camera: N of /dev/videoN")
    file: str = setting("", doc="path of the video, for source file")
    max_width_px: int = setting(960, low=64, high=4096, doc="wider pictures are scaled down to this width")
    rate_hz: float = setting(25.0, low=1.0, high=120.0, doc="asked of a camera of this machine")
    retry_s: float = setting(1.0, low=0.1, high=60.0, doc="seconds between tries to reach a camera that is gone")
