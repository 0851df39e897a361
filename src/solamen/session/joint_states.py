"""Decodes joint states quickly: they are most of a recording, and their names hardly ever change."""

from __future__ import annotations

import struct
from types import SimpleNamespace

import numpy as np

from solamen.session.series import Floats

_LITTLE_ENDIAN = b"\x00\x01\x00\x00"
_HEAD = 4
"""Bytes of the encapsulation; CDR aligns from behind it."""


class JointStateDecoder:
    """Makes `sensor_msgs/msg/JointState` from CDR (little endian), but for its effort.

    Frame and names are parsed once and known again by their bytes. Raises struct.error where a message is cut off.
    """

    def __init__(self) -> None:
        self._known = b""
        self._names: tuple[str, ...] = ()
        self._end = 0

    def __call__(self, cdr: bytes) -> SimpleNamespace:
        """The message: header.stamp, name (a tuple), position and velocity (arrays)."""
        if cdr[:_HEAD] != _LITTLE_ENDIAN:
            raise struct.error("joint states are expected in little-endian CDR")
        sec, nanosec = struct.unpack_from("<iI", cdr, _HEAD)
        if not self._known or not cdr.startswith(self._known, _HEAD + 8):
            self._read_names(cdr)
        position, after = _doubles(cdr, self._end)
        velocity, _ = _doubles(cdr, after)
        header = SimpleNamespace(stamp=SimpleNamespace(sec=sec, nanosec=nanosec))
        return SimpleNamespace(header=header, name=self._names, position=position, velocity=velocity)

    def _read_names(self, cdr: bytes) -> None:
        """Notes the bytes from the frame to the last name, and what they mean."""
        _, at = _string(cdr, _HEAD + 8)
        (count,) = struct.unpack_from("<I", cdr, at := _aligned(at, 4))
        at += 4
        names = []
        for _ in range(count):
            name, at = _string(cdr, at)
            names.append(name)
        self._names, self._known, self._end = tuple(names), cdr[_HEAD + 8 : at], at


def _aligned(at: int, size: int) -> int:
    return at + (_HEAD - at) % size


def _string(cdr: bytes, at: int) -> tuple[str, int]:
    """A string, and where it ends."""
    (length,) = struct.unpack_from("<I", cdr, at := _aligned(at, 4))
    return cdr[at + 4 : at + 4 + max(length - 1, 0)].decode(), at + 4 + length


def _doubles(cdr: bytes, at: int) -> tuple[Floats, int]:
    """A sequence of doubles, and where it ends; an empty one takes no room for its alignment."""
    (count,) = struct.unpack_from("<I", cdr, at := _aligned(at, 4))
    if not count:
        return np.zeros(0), at + 4
    begin = _aligned(at + 4, 8)
    if begin + 8 * count > len(cdr):
        raise struct.error("the message is cut off")
    return np.frombuffer(cdr, "<f8", count, begin), begin + 8 * count
