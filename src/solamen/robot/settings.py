"""Settings of the robot's motion; `config/robot.yaml` fills them."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class MotionSettings(Checked):
    """How the robot moves, and what it does when nothing is asked of it."""

    limits_share: float = setting(0.7, low=0.1, high=1.0, doc="of the joints' velocity and acceleration limits")
    face_jerk_time_s: float = setting(0.025, low=0.005, high=0.5, doc="face, eyes: rest to greatest acceleration")
    limb_jerk_time_s: float = setting(0.15, low=0.005, high=0.5, doc="neck, arms, chest: the same, and gentler")
    head_share: float = setting(0.6, low=0.0, high=1.0, doc="part of the way to a gaze target that the head makes")
    head_deadband_rad: float = setting(0.03, low=0.0, high=0.5, doc="the head rests while it is nearer to its goal")
    expression_silence_s: float = setting(2.0, low=0.2, high=60.0, doc="without a new expression: the face relaxes")
    breaths_per_min: float = setting(6.0, low=0.0, high=30.0, doc="slow breathing; 0: none")
    breath_depth: float = setting(0.6, low=0.0, high=1.0, doc="part of the chest's range that a breath takes")
    blink_interval_s: float = setting(4.5, low=0.0, high=60.0, doc="mean time between the robot's own blinks; 0: none")
    blink_closed_s: float = setting(0.12, low=0.02, high=1.0, doc="how long a blink asks for closed lids")
    fidget_rad: float = setting(0.012, low=0.0, high=0.1, doc="size of the eyes' small movements; 0: none")
    gesture_fade_s: float = setting(0.5, low=0.1, high=3.0, doc="shortest fading of a gesture that is interrupted")
    posture_time_s: float = setting(0.4, low=0.05, high=5.0, doc="time constant with which a mimicked posture is taken")
    speech_silence_s: float = setting(0.5, low=0.1, high=5.0, doc="without a new loudness: the mouth closes")
    led_time_s: float = setting(0.15, low=0.02, high=2.0, doc="time constant with which a led breath or light is taken")
    mirror_head: float = setting(0.2, low=0.0, high=0.4, doc="of the person's head angles that are mirrored; 0: none")
    mirror_arms: float = setting(0.0, low=0.0, high=1.0, doc="of the person's arm angles that are mirrored; 0: none")
    mirror_seen: float = setting(0.5, low=0.0, high=1.0, doc="least visibility of a head or a keypoint")
    mirror_silence_s: float = setting(0.5, low=0.1, high=5.0, doc="a pose older than this is not mirrored")
