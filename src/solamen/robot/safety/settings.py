"""Settings of the safety layer; `config/safety.yaml` fills them."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class SafetySettings(Checked):
    """How the safety layer judges commands and moves on its own."""

    rate_hz: float = setting(50.0, low=40.0, high=200.0, doc="rate at which tick() is called")
    oldest_command_s: float = setting(0.1, low=0.01, high=0.5, doc="commands issued longer ago are dropped")
    newest_command_s: float = setting(0.05, low=0.0, high=0.5, doc="commands further ahead of the clock are dropped")
    margin_share: float = setting(0.01, low=0.0, high=0.2, doc="part of a joint's range kept free at either end")
    velocity_share: float = setting(
        0.8, low=0.1, high=1.0, doc="of a joint's fastest velocity that is asked of it; a servo overshoots by some more"
    )
    command_silence_s: float = setting(0.5, low=0.1, high=5.0, doc="without a valid command for so long: go to neutral")
    joints_silence_s: float = setting(
        0.5, low=0.1, high=5.0, doc="without joint states for so long: hold, and report it"
    )
    neutral_velocity_share: float = setting(0.15, low=0.01, high=1.0, doc="speed of the way to neutral, of the limit")
    tracking_tolerance_share: float = setting(0.3, low=0.05, high=1.0, doc="of the range, between plan and joint")
    tracking_patience_s: float = setting(
        0.15, low=0.0, high=2.0, doc="how long more than that may last before the plan starts anew there"
    )
    contact_force_n: float = setting(0.3, low=0.05, high=5.0, doc="on a hand; more is contact with a person")
    contact_dwell_s: float = setting(0.5, low=0.1, high=5.0, doc="without contact for so long: it has ended")
    contact_speed_m_s: float = setting(0.25, low=0.01, high=0.25, doc="fastest of a hand in contact")
    closing_rad_s: float = setting(1.5, low=0.1, high=3.0, doc="fastest that a hand closes; it opens as fast as it can")
    release_force_n: float = setting(
        15.0, low=1.0, high=15.0, doc="on a hand; beyond it the hand lets go and gives way"
    )
    pull_force_n: float = setting(
        4.0, low=1.0, high=5.0, doc="of the person away from the hand; from here on it lets go"
    )
    longest_hold_s: float = setting(
        120.0, low=1.0, high=3600.0, doc="a contact that has lasted so long ends: the hand opens"
    )
    closing_lead_rad: float = setting(
        0.2, low=0.02, high=0.5, doc="how far ahead of its fingers a hand is sent while it closes; bounds its force"
    )
    effort_margin_share: float = setting(0.1, low=0.0, high=0.9, doc="part of a joint's greatest effort kept free")
    effort_dwell_s: float = setting(0.15, low=0.02, high=5.0, doc="pushing harder than that for so long: it gives way")
    effort_rest_s: float = setting(1.0, low=0.0, high=30.0, doc="for so long after that it is not sent there again")
    calm_way_looks: int = setting(
        12, low=1, high=100, doc="pieces of way that the search for a free way to neutral looks at in one tick"
    )
