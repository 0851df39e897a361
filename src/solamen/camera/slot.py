"""The place in memory where the newest picture waits."""

from __future__ import annotations

import threading

from solamen.core.frames import Frame


class FrameSlot:
    """Holds the newest frame for one reader; a frame that nobody took before the next came is counted as dropped.

    Safe between threads. Use it where a slow reader must always see the newest picture and never a queue of old ones.
    """

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._frame: Frame | None = None
        self._closed = False
        self.frames = 0
        self.taken = 0
        self.dropped = 0

    def put(self, frame: Frame) -> None:
        """Leaves a frame for the reader."""
        with self._changed:
            self.frames += 1
            self.dropped += self._frame is not None
            self._frame = frame
            self._changed.notify()

    def take(self, timeout_s: float) -> Frame | None:
        """The newest frame, waiting for it at most `timeout_s`; None where none came or the slot was closed."""
        with self._changed:
            self._changed.wait_for(lambda: self._frame is not None or self._closed, timeout_s)
            frame, self._frame = self._frame, None
            self.taken += frame is not None
            return frame

    def wipe(self) -> None:
        """Nothing of what was left here stays in memory."""
        with self._changed:
            self._frame = None

    def close(self) -> None:
        """Wakes the reader for good."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def open(self) -> None:
        """Makes the slot usable again."""
        with self._changed:
            self._closed = False
            self._frame = None
