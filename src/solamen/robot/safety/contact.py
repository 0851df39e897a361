"""Contact of the hands with a person: gentle while it lasts, and let go at a pull."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from solamen.robot.safety.chains import Triple
from solamen.robot.safety.checks import is_finite
from solamen.robot.safety.settings import SafetySettings

CLOCK_STEP_S = 1.0
"""Where the clock was set back by more, nobody knows how long a hand has been held: it lets go."""


@dataclass(frozen=True)
class Hand:
    """A hand that may hold a person's.

    Attributes:
        name: "left" or "right".
        grip: the joint that closes it.
        open_at: where that joint is open, rad.
        arm: the joints that move the hand.
        reach_m: sum over these joints of the way from each to the tip of the hand; times the speed of the fastest of
            them, rad/s, it bounds the speed of the hand, m/s.
        palm, fingers: unit vectors in the hand's frame: where the palm looks and where the fingers point.
    """

    name: str
    grip: str
    open_at: float
    arm: tuple[str, ...]
    reach_m: float
    palm: Triple = (1.0, 0.0, 0.0)
    fingers: Triple = (0.0, 0.0, -1.0)

    def pull_n(self, force: Triple) -> float:
        """How hard the person pulls, N: the force on the hand less what presses into the palm or towards the wrist."""
        rest = force
        for way in (self.palm, self.fingers):
            along = min(sum(a * b for a, b in zip(force, way, strict=True)), 0.0)
            rest = (rest[0] - along * way[0], rest[1] - along * way[1], rest[2] - along * way[2])
        return math.hypot(*rest)


class ContactGuard:
    """Knows which hands are in contact and which must let go."""

    def __init__(self, hands: Sequence[Hand], settings: SafetySettings) -> None:
        self._hands = {hand.name: hand for hand in hands}
        self._settings = settings
        self._touched_s: dict[str, float] = {}
        self._begun_s: dict[str, float] = {}
        self._releasing: set[str] = set()
        self._pressing: set[str] = set()

    def feel(self, name: str, force: Sequence[float], now_s: float) -> bool:
        """Takes in the force on a hand, N, in its own frame; whether something has begun that needs a plan at once.

        An unknown hand and a force that is no number are passed over: a contact ends only where it is known to.
        """
        hand = self._hands.get(name)
        if hand is None or len(force) != 3 or not all(map(is_finite, (*force, now_s))):
            return False
        x, y, z = map(float, force)
        strength = math.hypot(x, y, z)
        known = name in self._touched_s
        if strength >= self._settings.contact_force_n:
            self._touched_s[name] = now_s
            self._begun_s.setdefault(name, now_s)
        elif known and not 0.0 <= now_s - self._touched_s[name] < self._settings.contact_dwell_s:
            del self._touched_s[name], self._begun_s[name]
            self._releasing.discard(name)
        too_strong = strength > self._settings.release_force_n
        (self._pressing.add if too_strong else self._pressing.discard)(name)
        if too_strong or hand.pull_n((x, y, z)) >= self._settings.pull_force_n:
            self._releasing.add(name)
        return name in self._releasing or (name in self._touched_s and not known)

    def expire(self, now_s: float) -> None:
        """A hand that has been held for as long as is allowed lets go."""
        for name, begun_s in self._begun_s.items():
            if not -CLOCK_STEP_S <= now_s - begun_s < self._settings.longest_hold_s:
                self._releasing.add(name)

    @property
    def hands(self) -> tuple[Hand, ...]:
        """All hands."""
        return tuple(self._hands.values())

    def in_contact(self) -> tuple[Hand, ...]:
        """Hands in contact, or that were within the dwell time."""
        return tuple(self._hands[name] for name in self._touched_s)

    def releasing(self, hand: Hand) -> bool:
        """Whether this hand must open; until its contact has ended."""
        return hand.name in self._releasing

    def pressing(self, hand: Hand) -> bool:
        """Whether the force on it is more than is allowed, so that the arm must give way."""
        return hand.name in self._pressing

    def fastest(self, hand: Hand) -> float:
        """Velocity of the joints of its arm while it is in contact, rad/s; 0 while it lets go."""
        return 0.0 if self.releasing(hand) else self._settings.contact_speed_m_s / hand.reach_m
