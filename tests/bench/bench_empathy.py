"""Time of a tick of the whole tree beside a bare py_trees tree of the same size, in one run: `make bench`.

Ratios count; milliseconds drift with the machine.
"""

from __future__ import annotations

import math
import os
import statistics
import time
from collections.abc import Callable
from dataclasses import replace

import py_trees

from solamen.core.action_units import PAIN_UNITS, ActionUnits, pain_index
from solamen.core.clock import SteppedClock
from solamen.core.cues import Cue
from solamen.core.resources import resource
from solamen.core.settings import load
from solamen.core.states import Company, Consent, UserState
from solamen.empathy import Companion, EmpathySettings, RobotFeedback

TICKS, WARM_UP = 1500, 50
CHANNELS = frozenset({"speech", "face", "gaze", "breath", "glow", "lean", "arms", "sound"})
GESTURES = frozenset({"breathe", "lean_in", "nod", "offer_hand", "open_arms", "rest_hand", "wave", "withdraw_hand"})


def milliseconds(work: Callable[[int], object], prepare: Callable[[int], object]) -> list[float]:
    """Sorted wall times of `work(index)`, ms; what `prepare` takes is not counted."""
    spent = []
    for index in range(TICKS + WARM_UP):
        prepare(index)
        begun = time.perf_counter()
        work(index)
        spent.append((time.perf_counter() - begun) * 1e3)
    return sorted(spent[WARM_UP:])


def line(what: str, kept: list[float], bound: str = "") -> None:
    """Prints median, 95 % and the greatest."""
    median, high = statistics.median(kept), kept[int(0.95 * len(kept))]
    print(f"{what:<48}{median:8.3f} ms median{high:8.3f} ms p95{kept[-1]:8.3f} ms max   {bound}", flush=True)


class Session:
    """A person whose pain comes and goes, who says yes and no, with a robot that can do everything."""

    def __init__(self) -> None:
        self.clock = SteppedClock(100.0)
        self.companion = Companion(load(EmpathySettings, resource("config", "behavior.yaml")), self.clock)
        self.companion.console(1)
        self.companion.surroundings(Company.ALONE)
        self._said: dict[str, str] = {}
        self.behaviors: set[str] = set()

    def prepare(self, index: int) -> None:
        """Two frames, a state, news of the robot, and now and then an answer."""
        level = max(5.0 * math.sin(index / 150), 0.0)
        for _ in range(2):
            self.clock.advance(0.05)
            intensity = {**dict.fromkeys(PAIN_UNITS, level), 12: 0.0}
            units = ActionUnits(self.clock.now_s(), True, intensity, {}, pain_index(intensity), 1.0)
            self.companion.see(units, (0.7, 0.0, 0.5))
        now_s, pain = self.clock.now_s(), 3.0 + level
        state = UserState(now_s, True, Consent.LEARN, Company.ALONE, pain, 1.0, pain - 1.5, pain + 1.5, 0.8, 0.2, 0.5)
        self.companion.know(replace(state, abstained=False))
        self.companion.breathing(0.5 + 0.5 * math.sin(index / 8), now_s)
        if index % 60 == 30:
            self.companion.hear(Cue(now_s, "no" if index % 240 == 30 else "yes", source="voice"))

    def tick(self, index: int) -> None:
        """One tick; what is said counts as said before the next."""
        turn = self.companion.tick()
        self.behaviors.add(turn.status.behavior)
        over = {utterance.utterance_id: "ended" for utterance in turn.utterances}
        played = {gesture.name: "ended" for gesture in turn.gestures}
        self.companion.robot(RobotFeedback(False, over, played, {}, CHANNELS, GESTURES))


def bare(root: py_trees.behaviour.Behaviour) -> py_trees.behaviour.Behaviour:
    """A tree of the same shape of py_trees' own nodes, of which the last leaf alone runs."""
    if not root.children and not isinstance(root, py_trees.composites.Composite):
        return py_trees.behaviours.Failure(root.name)
    copy = py_trees.composites.Selector(root.name, memory=False)
    copy.add_children([bare(child) for child in root.children])
    return copy


def main() -> None:
    """Prints both and their ratio."""
    session = Session()
    own = milliseconds(session.tick, session.prepare)
    other = bare(session.companion.tree)
    other.remove_child(other.children[-1])
    other.add_child(py_trees.behaviours.Running("last"))
    plain = milliseconds(lambda index: other.tick_once(), lambda index: None)
    size = sum(1 for _ in session.companion.tree.iterate())
    print(f"empathy: {size} nodes, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    print(f"seen on the way: {', '.join(sorted(session.behaviors))}")
    line("empathy: one tick, with all that it gathers", own, "≤ 2")
    line(f"empathy: bare py_trees tree of {size} nodes", plain)
    ratio = statistics.median(own) / statistics.median(plain)
    print(f"{'empathy: tick / bare tree':<48}{ratio:8.2f} ×")


if __name__ == "__main__":
    main()
