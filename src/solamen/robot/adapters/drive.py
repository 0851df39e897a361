"""Chooses the body that the settings name."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from solamen.core.clock import Clock
from solamen.core.errors import OutsideError
from solamen.core.settings import from_mapping
from solamen.robot.adapters import nao, reachy_mini
from solamen.robot.adapters.backend import RobotBackend
from solamen.robot.adapters.driver_settings import BACKENDS, DriverSettings
from solamen.robot.adapters.dry import DryBackend
from solamen.robot.adapters.stream import Body
from solamen.robot.adapters.streamed import StreamedBackend
from solamen.robot.safety.limits import JointLimit

HERE = "127.0.0.1"


def as_filed(settings: DriverSettings, backend: str, filed: Mapping[str, Any], where: str) -> DriverSettings:
    """The settings, with what they leave open filled from the robot's own file.

    Args:
        settings: of the driver; host and port that stand there go before those of the file.
        backend: the name in the robot's file.
        filed: the settings beside that name: host and port.
        where: the robot, for the message.

    Raises:
        OutsideError: the driver does not drive that backend, or a setting is wrong.
    """
    chosen = backend if settings.backend == "file" else settings.backend
    if chosen not in BACKENDS[1:]:
        remedy = f"Choose one of {', '.join(BACKENDS[1:])} as `backend`."
        raise OutsideError(f"the driver does not drive the backend {chosen!r}", where, remedy)
    open_keys = filed if chosen == backend else {}
    found = {key: value for key, value in open_keys.items() if not getattr(settings, key, None)}
    return from_mapping(DriverSettings, {**dataclasses.asdict(settings), **found, "backend": chosen}, where)


def drive(
    settings: DriverSettings,
    limits: Sequence[JointLimit],
    neutral: Mapping[str, float],
    channels: Mapping[str, str],
    clock: Clock,
) -> RobotBackend:
    """The backend that the settings name; enter it to reach the robot.

    Args:
        settings: which robot, and where; `backend` is not "file" any more, see `as_filed`.
        limits: one per joint.
        neutral: joint name to rad, m or, for a light, 0–1.
        channels: joint name to what the robot calls it; a joint that is not named is called the same by both.
        clock: of the machine.

    Raises:
        OutsideError: a channel is unknown to the robot.
    """
    if settings.backend == "dry":
        return DryBackend(limits, neutral)
    body = _body(settings, {limit.name: channels.get(limit.name, limit.name) for limit in limits})
    return StreamedBackend(body, limits, neutral, clock, settings.rate_hz)


def _body(settings: DriverSettings, channels: Mapping[str, str]) -> Body:
    host = settings.host or HERE
    if settings.backend == "reachy_mini":
        return reachy_mini.ReachyMiniBody(channels, host, settings.port or reachy_mini.PORT, settings.timeout_s)
    address = f"tcp://{host}:{settings.port or nao.PORT}"
    return nao.NaoBody(channels, address, 1.0 / settings.rate_hz)
