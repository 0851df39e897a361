"""Streaming features: pieces of sound of any length in, one frame every 10 ms out."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solamen.voice import pitch
from solamen.voice.pitch import Pitches, pitches
from solamen.voice.spectrum import FRAME, HOP, Sound, Spectra, spectra

_KEPT = pitch.FRAME - HOP


@dataclass(frozen=True)
class Frames:
    """Features of n successive frames, 10 ms apart; each ends with its newest sample.

    Attributes:
        spectra: of the last 32 ms of each.
        pitches: of the last 64 ms of each.
    """

    spectra: Spectra
    pitches: Pitches

    def __len__(self) -> int:
        return len(self.spectra.level_db)


class FrontEnd:
    """Turns a stream of sound into frames, whatever the size of its pieces."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard before."""
        self._held = np.zeros(_KEPT, np.float32)
        self._before: Sound | None = None

    def push(self, samples: Sound) -> Frames:
        """The frames that are complete with these samples; what is left over waits.

        Args:
            samples: 16 kHz mono, -1 to 1, finite, of any length.
        """
        held = np.concatenate([self._held, samples])
        count = max(0, (len(held) - _KEPT) // HOP)
        self._held = held[count * HOP :]
        if not count:
            return Frames(spectra(np.zeros((0, FRAME), np.float32)), pitches(np.zeros((0, pitch.FRAME), np.float32)))
        pieces = np.lib.stride_tricks.sliding_window_view(held[: _KEPT + count * HOP], pitch.FRAME)[::HOP]
        found = Frames(spectra(pieces[:, -FRAME:], self._before), pitches(pieces))
        self._before = found.spectra.log_mel[-1]
        return found


class Memory:
    """The newest frames of a stream, up to a length."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._parts: deque[Frames] = deque()
        self._count = 0

    def clear(self) -> None:
        """Forgets all frames."""
        self._parts.clear()
        self._count = 0

    def add(self, frames: Frames) -> None:
        """Appends frames and drops what is too old."""
        if not len(frames):
            return
        self._parts.append(frames)
        self._count += len(frames)
        while self._count - len(self._parts[0]) >= self._most:
            self._count -= len(self._parts.popleft())

    def last(self, count: int) -> Frames:
        """The newest frames, at most `count`."""
        joined = joined_frames(list(self._parts))
        return cut(joined, max(0, len(joined) - count), len(joined))


def joined_frames(parts: Sequence[Frames]) -> Frames:
    """Successive pieces as one."""
    if not parts:
        return FrontEnd().push(np.zeros(0, np.float32))
    return Frames(
        Spectra(
            **{name: np.concatenate([vars(part.spectra)[name] for part in parts]) for name in vars(parts[0].spectra)}
        ),
        Pitches(
            **{name: np.concatenate([vars(part.pitches)[name] for part in parts]) for name in vars(parts[0].pitches)}
        ),
    )


def cut(frames: Frames, start: int, end: int) -> Frames:
    """The frames from `start` to before `end`."""
    return Frames(
        Spectra(**{name: value[start:end] for name, value in vars(frames.spectra).items()}),
        Pitches(**{name: value[start:end] for name, value in vars(frames.pitches).items()}),
    )
