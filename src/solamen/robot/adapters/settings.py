"""Settings of the simulator; `config/sim.yaml` fills them."""

from __future__ import annotations

from dataclasses import dataclass

from solamen.core.settings import Checked, setting


@dataclass(frozen=True, kw_only=True)
class SimSettings(Checked):
    """How the simulated body moves."""

    timestep_s: float = setting(0.002, low=0.0005, high=0.005, doc="step of the simulation")
    limb_bandwidth_hz: float = setting(9.0, low=1.0, high=30.0, doc="natural frequency of the servos of neck and arms")
    face_bandwidth_hz: float = setting(28.0, low=1.0, high=40.0, doc="natural frequency of the servos of the face")
    damping_ratio: float = setting(1.0, low=0.3, high=3.0, doc="of the servos; 1: no overshoot")
    contacts: bool = setting(True, doc="arms, hands, head and torso cannot pass through each other")
    human_hand: str = setting(
        "none",
        choices=("none", "rest", "pull", "yank"),
        doc="a hand of a person that comes to the robot's left one, and rests there, or then pulls or yanks away",
    )
