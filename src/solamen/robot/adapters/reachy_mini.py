"""Reachy Mini, through its daemon: set points by HTTP, where it is by WebSocket."""

from __future__ import annotations

import http.client
import json
import math
from collections.abc import Mapping
from typing import Any

from solamen.core.errors import OutsideError

PORT = 8000
"""The daemon's own."""

POSE = ("x", "y", "z", "roll", "pitch", "yaw")
"""Of the head, m and rad about fixed axes (REP-103), in the frame of the foot; 0 is the head at rest."""

CHANNELS = (*(f"head_{part}" for part in POSE), "body_yaw", "antenna_right", "antenna_left")
"""What the robot can move. Antennas turn about their own axes: 0 is upright, rad."""

OPENING_S = 3.0
"""A machine that is busy starting other programs may take this long to answer for the first time."""

STATE_RATE_HZ = 50
FIELDS = "with_control_mode=false&with_head_pose=true&with_body_yaw=true&with_antenna_positions=true"
REMEDY = "Start it with `reachy-mini-daemon` (in simulation: `--sim --headless`), or correct host and port."


class ReachyMiniBody:
    """The daemon of a Reachy Mini.

    Args:
        channels: joint name to one of `CHANNELS`.
        host, port: where the daemon listens.
        timeout_s: for each answer.

    Raises:
        OutsideError: a channel is unknown; later, the daemon is not there, went away, or does not obey.
    """

    def __init__(
        self, channels: Mapping[str, str], host: str = "127.0.0.1", port: int = PORT, timeout_s: float = 0.5
    ) -> None:
        unknown = [channel for channel in channels.values() if channel not in CHANNELS]
        if unknown:
            raise OutsideError(
                f"unknown channel {unknown[0]!r}", "the Reachy Mini's joints", f"Use: {', '.join(CHANNELS)}."
            )
        self._joints = {channel: name for name, channel in channels.items()}
        self._host, self._port, self._timeout_s = host, port, timeout_s
        self._where = f"its daemon at {host}:{port}"
        self._http: http.client.HTTPConnection | None = None
        self._states: Any = None

    def open(self) -> None:
        """Asks the daemon once where the robot is, then listens to it."""
        from websockets.exceptions import WebSocketException
        from websockets.sync.client import connect

        self.close()
        patience_s = max(self._timeout_s, OPENING_S)
        self._http = http.client.HTTPConnection(self._host, self._port, timeout=patience_s)
        self._ask("GET", "/api/state/full")
        self._http.timeout = self._timeout_s
        if self._http.sock is not None:
            self._http.sock.settimeout(self._timeout_s)
        address = f"ws://{self._host}:{self._port}/api/state/ws/full?frequency={STATE_RATE_HZ}&{FIELDS}"
        try:
            self._states = connect(
                address, open_timeout=patience_s, close_timeout=self._timeout_s, proxy=None, compression=None
            )
        except (OSError, WebSocketException) as error:
            raise self._gone(error) from error

    def read(self) -> Mapping[str, float]:
        """The newest state, if one came."""
        from websockets.exceptions import WebSocketException

        newest = None
        try:
            while True:
                newest = self._states.recv(timeout=0)
        except TimeoutError:
            pass
        except (OSError, WebSocketException) as error:
            raise self._gone(error) from error
        return {} if newest is None else self._by_joint(newest)

    def show(self, positions: Mapping[str, float]) -> None:
        """Sends one set point; channels that no joint stands for are left to the daemon."""
        body = {name: value for name, value in self._target(positions).items() if value is not None}
        answer = self._ask("POST", "/api/move/set_target", json.dumps(body))
        if answer.get("status") == "ignored":
            raise OutsideError(
                f"the robot does not obey ({answer.get('reason')})", self._where, "Stop the move that it is playing."
            )

    def unmeasured(self) -> frozenset[str]:
        """None: the robot measures all that it moves."""
        return frozenset()

    def close(self) -> None:
        """Lets go of the daemon; the robot stays where it is."""
        if self._states is not None:
            self._states.close()
        if self._http is not None:
            self._http.close()
        self._states = self._http = None

    def _target(self, positions: Mapping[str, float]) -> dict[str, Any]:
        """The daemon's message. It takes a pose or a pair of antennas only as a whole: the rest is at rest."""
        asked = {channel: positions[name] for channel, name in self._joints.items() if name in positions}
        pose = {part: asked.get(f"head_{part}", 0.0) for part in POSE}
        antennas = [asked.get(f"antenna_{side}", 0.0) for side in ("right", "left")]
        return {
            "target_head_pose": pose if any(channel.startswith("head_") for channel in asked) else None,
            "target_antennas": antennas if any(channel.startswith("antenna_") for channel in asked) else None,
            "target_body_yaw": asked.get("body_yaw"),
        }

    def _by_joint(self, text: str | bytes) -> dict[str, float]:
        try:
            state = json.loads(text)
            found = {f"head_{part}": value for part, value in (state.get("head_pose") or {}).items()}
            found["body_yaw"] = state.get("body_yaw")
            found |= zip(("antenna_right", "antenna_left"), state.get("antennas_position") or (), strict=False)
        except (ValueError, AttributeError, TypeError) as error:
            raise OutsideError("the robot says where it is in words not understood", self._where, REMEDY) from error
        numbers = {channel: value for channel, value in found.items() if _is_number(value)}
        return {name: float(numbers[channel]) for channel, name in self._joints.items() if channel in numbers}

    def _ask(self, method: str, path: str, body: str | None = None) -> dict[str, Any]:
        assert self._http is not None, "open() comes first"
        try:
            self._http.request(method, path, body, {"Content-Type": "application/json"})
            answer = self._http.getresponse()
            content = json.loads(answer.read() or b"null")
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise self._gone(error) from error
        if answer.status != http.client.OK or not isinstance(content, dict):
            raise OutsideError(f"Reachy Mini's daemon answers {answer.status} to {path}", self._where, REMEDY)
        return content

    def _gone(self, error: Exception) -> OutsideError:
        why = str(error) or type(error).__name__
        return OutsideError(f"Reachy Mini cannot be reached ({why})", self._where, REMEDY)


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
