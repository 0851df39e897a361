"""Settings of the voice room's reader; `config/voice.yaml` fills them."""

from __future__ import annotations

from dataclasses import dataclass, fields

from solamen.core.errors import OutsideError
from solamen.core.resources import resource
from solamen.core.settings import Checked, from_mapping, read_yaml, setting


@dataclass(frozen=True, kw_only=True)
class VoiceSettings(Checked):
    """What the reader of sounds may be told; levels are decibels relative to full scale."""

    estimate_every_s: float = setting(0.1, low=0.02, high=5.0, doc="so often an estimate is given")
    speech_threshold: float = setting(0.6, low=0.05, high=0.95, doc="words are looked for from this on (silero)")
    voice_log_odds: float = setting(4.0, low=-10.0, high=20.0, doc="of a voice, at which a sound counts half as one")
    talk_log_odds: float = setting(-2.0, low=-10.0, high=20.0, doc="of talk, at which a voice counts half as talking")
    rise_db: float = setting(8.0, low=1.0, high=40.0, doc="above the noise floor; quieter sounds are not heard")
    least_level_db: float = setting(-58.0, low=-90.0, high=-10.0, doc="quieter sounds are silence")
    shortest_burst_s: float = setting(0.15, low=0.03, high=2.0, doc="shorter sounds get no estimate")
    pause_s: float = setting(0.7, low=0.05, high=5.0, doc="a burst ends after so long without a sound")
    least_snr_db: float = setting(3.0, low=0.0, high=40.0, doc="below, noise hides the voice")
    good_snr_db: float = setting(20.0, low=1.0, high=80.0, doc="from here on noise costs no quality")
    after_robot_s: float = setting(0.3, low=0.0, high=5.0, doc="after the robot has spoken, its echo is waited for")
    max_clipped: float = setting(0.1, low=0.001, high=1.0, doc="share of samples at full scale; beyond, no estimate")
    dead_after_s: float = setting(
        2.0, low=0.1, high=60.0, doc="a sample that never changes for longer: dead microphone"
    )
    max_gap_s: float = setting(0.25, low=0.02, high=10.0, doc="a longer gap between chunks starts anew")
    prior: float = setting(0.2, low=0.001, high=0.999, doc="of pain of at least 4, before anything is heard")


def reader_settings() -> VoiceSettings:
    """What `config/voice.yaml` says of the reader of sounds; what else stands in it is for the rest of the room.

    Raises:
        OutsideError: the file is missing, malformed, or holds a value out of its range.
    """
    path = resource("config", "voice.yaml")
    try:
        ((_, node),) = read_yaml(path).items()
        values = dict(node["ros__parameters"] or {})
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        remedy = "Write one node name, below it `ros__parameters:`, below that the keys."
        raise OutsideError("the file is no ROS 2 parameter file", str(path), remedy) from error
    known = {item.name for item in fields(VoiceSettings)}
    return from_mapping(VoiceSettings, {key: value for key, value in values.items() if key in known}, str(path))
