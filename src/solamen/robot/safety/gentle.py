"""What contact with a person allows: slow arms, and hands that never close by force."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from solamen.robot.safety.contact import ContactGuard, Hand
from solamen.robot.safety.plan import Vector
from solamen.robot.safety.settings import SafetySettings


class Gentleness:
    """Bounds where joints may be sent, and how fast, by what the hands feel.

    Args:
        guard: knows which hands are in contact.
        names: of the joints, in the order of the vectors.
        settings: how fast and how far ahead a hand may close.
    """

    def __init__(self, guard: ContactGuard, names: Sequence[str], settings: SafetySettings) -> None:
        self._guard, self._settings = guard, settings
        index = {name: number for number, name in enumerate(names)}
        self._grips = {hand.name: index[hand.grip] for hand in guard.hands}
        self._arms = {hand.name: [index[name] for name in hand.arm] for hand in guard.hands}

    def touched_grips(self) -> list[int]:
        """Numbers of the joints that close hands in contact."""
        return [self._grips[hand.name] for hand in self._guard.in_contact()]

    def bound(
        self, present: Vector, target: tuple[Vector, Vector], measured: Mapping[str, float], frozen: bool
    ) -> tuple[tuple[Vector, Vector], Vector]:
        """The target that contact allows, and the greatest velocities.

        Args:
            present: where the plan is now.
            target: position and velocity that are wanted.
            measured: joint name to where it was last seen.
            frozen: nothing may move but hands that open.
        """
        wanted, speed = np.array(target[0]), np.array(target[1])
        ceiling = np.full(len(wanted), 0.0 if frozen else math.inf)
        for hand in self._guard.in_contact():
            self._in_contact(hand, (present, wanted, speed, ceiling), frozen)
        for hand in self._guard.hands:
            grip = self._grips[hand.name]
            if self._closes(hand, present, wanted):
                ceiling[grip] = min(ceiling[grip], self._settings.closing_rad_s)
                wanted[grip] = self._not_ahead(hand, wanted[grip], measured[hand.grip])
                speed[grip] = 0.0
        return (wanted, speed), ceiling

    def _in_contact(self, hand: Hand, vectors: tuple[Vector, Vector, Vector, Vector], frozen: bool) -> None:
        present, wanted, speed, ceiling = vectors
        arm, grip = self._arms[hand.name], self._grips[hand.name]
        ceiling[arm] = np.minimum(ceiling[arm], self._guard.fastest(hand))
        if self._guard.releasing(hand) or frozen:
            wanted[grip], ceiling[grip] = hand.open_at, math.inf
        elif self._closes(hand, present, wanted):
            wanted[grip] = present[grip]
        speed[grip] = 0.0

    def _closes(self, hand: Hand, present: Vector, wanted: Vector) -> bool:
        grip = self._grips[hand.name]
        return bool(abs(wanted[grip] - hand.open_at) > abs(present[grip] - hand.open_at))

    def _not_ahead(self, hand: Hand, wanted: float, measured: float) -> float:
        """Little ahead of where the fingers are: what they push with is their servo's stiffness times that lead."""
        closing = math.copysign(1.0, wanted - hand.open_at)
        most = abs(measured - hand.open_at) + self._settings.closing_lead_rad
        return hand.open_at + closing * min(abs(wanted - hand.open_at), most)
