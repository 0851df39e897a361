"""Heeds what the person refuses: before the tree is ticked, whatever the tree does."""

from __future__ import annotations

import py_trees

from solamen.empathy.activity import activities
from solamen.empathy.ear import NO, STOP, heeded
from solamen.empathy.scene import Desk


class Heeding:
    """Turns a no, a shake and a stop into refusals, each once."""

    def __init__(self, desk: Desk, tree: py_trees.behaviour.Behaviour) -> None:
        self._desk = desk
        self._activities = activities(tree)

    def heed(self) -> None:
        """Takes what came in since the last time."""
        news = [cue.kind for cue in self._desk.ear.news() if heeded(cue)]
        stop = bool(STOP.intersection(news))
        if stop:
            self._desk.refusals.stop(self._desk.settings.stop_s)
            self._desk.outbox.mark("refused", "everything")
            self._desk.outbox.hush()
        if stop or (NO.intersection(news) and not self._desk.asking):
            for activity in self._activities:
                if activity.under_way:
                    activity.refuse()
