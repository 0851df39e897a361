"""What the safety layer tells of itself."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SafetyState:
    """What the safety layer does.

    Attributes:
        stopped, stop_reason: a stop is latched, and why.
        command_silent, joints_silent: no valid command, or no joint states, for longer than allowed.
        limits_hit: joints that were asked to go beyond a limit since the last status.
        accepted, limited, rejected: commands since the start; those limited are accepted too.
        last_rejection: why the last one was dropped, in words.
        in_contact: a hand touches a person, or did within the dwell time.
        yielded: how often a joint gave way because it pushed too hard, since the start.
    """

    stopped: bool
    stop_reason: str
    command_silent: bool
    joints_silent: bool
    limits_hit: tuple[str, ...]
    accepted: int
    limited: int
    rejected: int
    last_rejection: str
    in_contact: bool = False
    yielded: int = 0
