"""Notices onsets of pain: each is to be answered by one nod, whatever the robot is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from solamen.empathy.timers import Elapsed, seconds

if TYPE_CHECKING:
    from solamen.empathy.scene import Desk

_FOR_S = 2.0
"""An onset that was not acknowledged by then no longer is."""


class Noticing:
    """Says when a nod is due: once per onset, when it has lasted long enough to be no accident, and not too often."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._acknowledged = 0
        self._last = Elapsed(desk.clock)

    def due(self) -> bool:
        """An onset that is new, lasts, and is strong enough; by the face or by the state."""
        scene, settings = self._desk.scene, self._desk.settings
        new = scene.onsets > self._acknowledged and settings.acknowledge_after_s <= scene.onset_age_s < _FOR_S
        strong = scene.peak_level >= settings.acknowledge_level or scene.pain >= settings.hurting_points
        still = scene.hurt_age_s < settings.acknowledge_after_s
        free = not self._last.within(settings.acknowledge_gap_s)
        return new and strong and still and free and self._desk.permits("acknowledge")

    def take(self) -> float:
        """Counts the onset as acknowledged, and gives the monotonic time at which the nod begins, seconds."""
        self._acknowledged = self._desk.scene.onsets
        self._last.start()
        return seconds(self._desk.clock)
