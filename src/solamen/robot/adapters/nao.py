"""NAO and Pepper, through NAOqi: joints by ALMotion, the light of the eyes by ALLeds."""

from __future__ import annotations

import importlib
import math
from collections.abc import Callable, Mapping
from typing import Any

from solamen.core.errors import OutsideError

PORT = 9559
"""NAOqi's own."""

LEDS = "leds:"
"""Stands before the channel of a light: `leds:FaceLeds`, brightness 0–1, or `leds:FaceLeds:red`, `:green`, `:blue`."""

COLOURS = ("red", "green", "blue")
SMALLEST_SHARE, SPARE = 0.02, 1.2
"""Of a motor's fastest velocity: what is always allowed it, and how much more than needed, so that it keeps up."""

LIGHT_STEP = 1.0 / 255.0
"""Smaller changes of a light cannot be seen and are not sent."""

Session = Callable[[str], Any]
"""From an address to an object with `service(name)`, as `qi.Session` is once it is connected."""


def connect_qi(address: str) -> Any:
    """A session with the robot.

    Raises:
        OutsideError: the package `qi` is not installed, or nobody answers at the address.
    """
    try:
        qi = importlib.import_module("qi")
    except ImportError as error:
        raise OutsideError("the package `qi` is not installed", "this environment", "Install qi==3.1.5.") from error
    session = qi.Session()
    try:
        session.connect(address)
    except RuntimeError as error:
        raise OutsideError(f"NAO cannot be reached ({error})", address, "Switch it on, or correct its host.") from error
    return session


class NaoBody:
    """A NAO that is awake.

    Args:
        channels: joint name to a joint of ALMotion (`HeadYaw`) or to a light (see `LEDS`).
        address: `tcp://host:port`.
        period_s: time between two set points.
        session: opens the session; `qi`'s by default.

    Raises:
        OutsideError: from `open`, `read` and `show`: the robot is not there, sleeps, or went away.
    """

    def __init__(
        self,
        channels: Mapping[str, str],
        address: str,
        period_s: float = 0.02,
        session: Session = connect_qi,
    ) -> None:
        self._motors = {name: channel for name, channel in channels.items() if not channel.startswith(LEDS)}
        self._lights = {name: channel[len(LEDS) :] for name, channel in channels.items() if channel.startswith(LEDS)}
        self._address, self._period_s, self._session = address, period_s, session
        self._fastest: dict[str, float] = {}
        self._told: dict[str, float] = {}
        self._shown: dict[str, tuple[float, ...]] = {}
        self._motion: Any = None
        self._leds: Any = None

    def open(self) -> None:
        """Finds the robot; it must be awake, since waking it is a motion that no safety layer has seen."""
        self._told, self._shown = {}, {}
        session = self._session(self._address)
        with _Outside(self._address):
            self._motion = session.service("ALMotion")
            self._leds = session.service("ALLeds") if self._lights else None
            awake = self._motion.robotIsWakeUp()
            # ALMotion counts speed in shares of what the motor can do: lower limit, upper limit, rad/s, N·m.
            self._fastest = {name: self._motion.getLimits(motor)[0][2] for name, motor in self._motors.items()}
        if not awake:
            raise OutsideError("NAO sleeps: its motors are off", self._address, "Wake it up (ALMotion.wakeUp) first.")

    def read(self) -> Mapping[str, float]:
        """Angles as its sensors measure them, rad."""
        if not self._motors:
            return dict.fromkeys(self._lights, math.nan)
        with _Outside(self._address):
            angles = self._motion.getAngles(list(self._motors.values()), True)
        return {name: float(angle) for name, angle in zip(self._motors, angles, strict=True)}

    def show(self, positions: Mapping[str, float]) -> None:
        """Sends the joints where they should be by the next set point, and fades the lights there."""
        wanted = {name: positions[name] for name in self._motors if name in positions}
        if wanted:
            names = [self._motors[name] for name in wanted]
            with _Outside(self._address):
                self._motion.setAngles(names, list(wanted.values()), self._share(wanted))
            self._told |= wanted
        self._light(positions)

    def unmeasured(self) -> frozenset[str]:
        """The lights."""
        return frozenset(self._lights)

    def close(self) -> None:
        """Lets go of the robot, which stays where it is."""
        self._motion = self._leds = None

    def _share(self, wanted: Mapping[str, float]) -> float:
        """Share of full speed with which the joint that has furthest to go is there at the next set point."""
        shares = [
            abs(value - self._told.get(name, value)) / (self._period_s * self._fastest[name])
            for name, value in wanted.items()
        ]
        return min(max(SPARE * max(shares), SMALLEST_SHARE), 1.0)

    def _light(self, positions: Mapping[str, float]) -> None:
        groups: dict[str, dict[str, float]] = {}
        for name, channel in self._lights.items():
            group, _, colour = channel.partition(":")
            if name in positions:
                groups.setdefault(group, {})[colour] = min(max(positions[name], 0.0), 1.0)
        for group, values in groups.items():
            level = tuple(values.get(colour, 0.0) for colour in ("", *COLOURS))
            before = self._shown.get(group)
            if before is None or any(abs(a - b) >= LIGHT_STEP for a, b in zip(level, before, strict=True)):
                self._fade(group, values)
                self._shown[group] = level

    def _fade(self, group: str, values: Mapping[str, float]) -> None:
        # Asynchronous: ALLeds answers only when the light has faded.
        with _Outside(self._address):
            if "" in values:
                self._leds.fade(group, values[""], self._period_s, _async=True)
            else:
                red, green, blue = (round(255 * values.get(colour, 0.0)) for colour in COLOURS)
                self._leds.fadeRGB(group, red << 16 | green << 8 | blue, self._period_s, _async=True)


class _Outside:
    """Turns what `qi` raises into one sentence."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, RuntimeError):
            raise OutsideError(f"NAO does not answer ({error})", self._address, "It is tried again.") from error
