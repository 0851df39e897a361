"""Whether a command may be looked at at all."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping

from solamen.core.intents import JointCommand
from solamen.robot.safety.settings import SafetySettings


def reason_to_drop(
    command: JointCommand, now_s: float, last_stamp_s: float, joints: Collection[str], settings: SafetySettings
) -> str:
    """Why a command must be dropped, in words; empty where it may pass on to the limits.

    Args:
        command: as it came from outside.
        now_s: the clock.
        last_stamp_s: stamp of the last command accepted; -inf where none.
        joints: the known joints.
        settings: the windows of time.
    """
    return (
        _stamp_problem(command.stamp_s, now_s, last_stamp_s, settings)
        or _values_problem(command.position, joints, "position")
        or ("the command names no joint" if not command.position else "")
        or _values_problem(command.velocity, command.position.keys(), "velocity")
    )


def _stamp_problem(stamp_s: float, now_s: float, last_stamp_s: float, settings: SafetySettings) -> str:
    if not is_finite(stamp_s):
        return "the stamp is no finite number"
    if stamp_s < now_s - settings.oldest_command_s:
        return f"the command was issued more than {settings.oldest_command_s:g} s ago"
    if stamp_s > now_s + settings.newest_command_s:
        return f"the stamp lies more than {settings.newest_command_s:g} s ahead"
    if stamp_s <= last_stamp_s:
        return "the stamp is not newer than the last one"
    return ""


def _values_problem(values: Mapping[str, float], joints: Collection[str], what: str) -> str:
    for name, value in values.items():
        if name not in joints:
            return f"{what} of the unknown joint {str(name)[:80]!r}"
        if not is_finite(value):
            return f"{what} of {name} is no finite number"
    return ""


def is_finite(value: object) -> bool:
    """Whether a value from outside is a number that can be reckoned with."""
    try:
        return math.isfinite(float(value))  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return False
