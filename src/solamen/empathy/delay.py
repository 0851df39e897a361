"""A delay on the injected clock: what goes in comes out a set time later."""

from __future__ import annotations

from collections import deque
from typing import Generic, TypeVar

T = TypeVar("T")


class DelayLine(Generic[T]):
    """A buffer of what went in, with monotonic times in seconds."""

    def __init__(self) -> None:
        self._items: deque[tuple[float, T]] = deque()

    def pass_on(self, item: T, now_s: float, delay_s: float) -> T | None:
        """Takes an item and gives the newest that is at least `delay_s` old; None while there is none.

        Without delay it is the same item.
        """
        self._items.append((now_s, item))
        due = None
        while self._items and now_s - self._items[0][0] >= delay_s - 1e-9:
            due = self._items.popleft()
        if due is None:
            return None
        # It stays the newest due one until the next falls due.
        self._items.appendleft(due)
        return due[1]

    def clear(self) -> None:
        """Forgets what is on its way."""
        self._items.clear()
