"""Chooses among activities by their utility, and keeps to the choice."""

from __future__ import annotations

import math
from collections.abc import Iterator

import py_trees
from py_trees.common import Status

from solamen.core.intents import Option
from solamen.empathy.activity import Activity
from solamen.empathy.scene import Desk


class Chooser(py_trees.composites.Composite):
    """Runs one activity at a time: the one that is called for most.

    Once begun it goes on to its own end, unless it is refused, an urgent one comes, or something above this node takes
    over; so nothing flaps. It fails while no activity is under way, so that the tree goes on to what stands below.
    """

    def __init__(self, name: str, desk: Desk, children: list[Activity]) -> None:
        super().__init__(name)
        self.add_children(list(children))
        self._desk = desk
        self._activities = children

    def tick(self) -> Iterator[py_trees.behaviour.Behaviour]:
        """Ticks the chosen activity."""
        if self.status != Status.RUNNING:
            self.current_child = None
            self.initialise()
        chosen = self._choose()
        if self.current_child is not None and self.current_child is not chosen:
            self.current_child.stop(Status.INVALID)
        self.current_child = chosen
        if chosen is not None:
            yield from chosen.tick()
            if chosen.status == Status.RUNNING:
                self.status = Status.RUNNING
                yield self
                return
        self.current_child = None
        self.stop(Status.FAILURE)
        yield self

    def _choose(self) -> Activity | None:
        """The urgent one, the one under way, or the best that may begin."""
        current = next((item for item in self._activities if item is self.current_child and item.under_way), None)
        weighed = [self._weigh(item, item is current) for item in self._activities]
        self._desk.options = tuple(sorted(weighed, key=_rank))
        urgent = [item for item in self._activities if item.urgent() and not item.barrier()]
        if urgent:
            return current if current in urgent else urgent[0]
        if current is not None:
            return current
        return self._best()

    def _best(self) -> Activity | None:
        """The one that is called for most; where the person agreed, by what helped before as well."""
        allowed = {option.name: option.utility for option in self._desk.options if not math.isnan(option.utility)}
        if not allowed:
            return None
        if self._desk.scene.learning:
            # Drawn anew for each choice, so that what is little known is tried now and then (Thompson sampling).
            allowed = {name: utility + self._hint(name) for name, utility in allowed.items()}
        best = min(allowed, key=lambda name: (-allowed[name], name))
        return next(item for item in self._activities if item.name == best)

    def _hint(self, name: str) -> float:
        settings, learned = self._desk.settings, self._desk.learned
        return min(max(settings.learned_weight * learned.draw(name), -settings.learned_most), settings.learned_most)

    def _weigh(self, item: Activity, under_way: bool) -> Option:
        if under_way:
            return Option(item.name, item.utility()[0], "it is under way")
        barrier = item.barrier() or self._too_soon(item)
        if barrier:
            return Option(item.name, math.nan, barrier)
        utility, why = item.utility()
        if self._desk.scene.learning and item.helps:
            why += f"; followed by {self._desk.learned.belief(item.name)[0]:+.1f} points of ease before"
        return Option(item.name, utility, why)

    def _too_soon(self, item: Activity) -> str:
        """Why nothing may be begun just now."""
        settings, scene = self._desk.settings, self._desk.scene
        if scene.scripted or not item.helps:
            return ""
        if self._desk.helped.within(settings.offer_gap_s):
            return "something else was done just now, so I wait a little"
        return "" if scene.aching_s >= settings.offer_after_s else "pain has not lasted yet"


def _rank(option: Option) -> tuple[float, str]:
    return (math.inf if math.isnan(option.utility) else -option.utility, option.name)
