"""What the person refused, and for how long it is not offered again."""

from __future__ import annotations

import math
from typing import Any

from solamen.core.clock import Clock
from solamen.empathy.timers import seconds


class Refusals:
    """Names of behaviours to the monotonic time until which they are not offered."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until_s: dict[str, float] = {}
        self._why: dict[str, str] = {}
        self._quiet_until_s = -math.inf

    def refuse(self, behavior: str, for_s: float, why: str = "it was refused") -> None:
        """Not this one for a while; a longer refusal that stands already is not shortened."""
        until_s = seconds(self._clock) + for_s
        if until_s > self._until_s.get(behavior, -math.inf):
            self._until_s[behavior], self._why[behavior] = until_s, why

    def stop(self, for_s: float) -> None:
        """Nothing but calling a human, and quiet company."""
        self._quiet_until_s = max(self._quiet_until_s, seconds(self._clock) + for_s)

    def as_dict(self) -> dict[str, Any]:
        """Plain values that `resume` reads: what is refused still, and until which second of the monotonic clock."""
        now_s = seconds(self._clock)
        refused = {name: [until_s, self._why[name]] for name, until_s in self._until_s.items() if until_s > now_s}
        return {"quiet_until_s": self._quiet_until_s if self.quiet else 0.0, "refused": refused}

    def resume(self, values: dict[str, Any]) -> None:
        """Goes on with what was refused in a process that died, on the same machine."""
        self._quiet_until_s = float(values["quiet_until_s"])
        self._until_s = {name: float(until_s) for name, (until_s, _) in values["refused"].items()}
        self._why = {name: str(why) for name, (_, why) in values["refused"].items()}

    @property
    def quiet(self) -> bool:
        """The person said stop not long ago."""
        return seconds(self._clock) < self._quiet_until_s

    def left_s(self, behavior: str) -> float:
        """Seconds until a behaviour may be offered again; 0 where it may be."""
        until_s = max(self._until_s.get(behavior, -math.inf), self._quiet_until_s)
        return max(until_s - seconds(self._clock), 0.0)

    def why_not(self, behavior: str) -> str:
        """Why a behaviour may not be offered, in words; empty where it may be."""
        left_s = self.left_s(behavior)
        if left_s <= 0.0:
            return ""
        why = "the person said stop" if self.quiet else self._why[behavior]
        return f"{why}, so not for another {math.ceil(left_s / 60.0):.0f} min"
