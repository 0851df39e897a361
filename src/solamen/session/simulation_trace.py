"""The trace of a simulated session: what the companion did, without stamps, to compare one run with another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from solamen.core.clock import Clock
from solamen.patient.scenario import Scenario
from solamen.session.simulation_loop import Loop, Made, companion
from solamen.session.simulation_step import Step


@dataclass(frozen=True)
class Deed:
    """What changed or was done in one tick.

    Stamps are left out, as they follow the wall time; so are reasons, as they quote a state which a step back clears.

    Attributes:
        step: number of the step.
        behavior, tree_path: see `BehaviorStatus`.
        said: texts to say, an empty one for silence.
        gestures: names.
        calls: id, level, reason, acknowledged.
        markers: name and value.
    """

    step: int
    behavior: str
    tree_path: str
    said: tuple[str, ...] = ()
    gestures: tuple[str, ...] = ()
    calls: tuple[tuple[str, int, str, bool], ...] = ()
    markers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Pace:
    """How fast a session goes by against a clock; without one it goes as fast as it can.

    Attributes:
        clock: the clock to keep to, such as the machine's.
        speed: simulated seconds per second of it, above 0.
        wait: lets so many seconds of it pass.
    """

    clock: Clock
    speed: float
    wait: Callable[[float], None]
    _start_ns: list[int] = field(default_factory=list)

    def until(self, time_s: float) -> None:
        """Waits until a time of the session is due."""
        if not self._start_ns:
            self._start_ns.append(self.clock.monotonic_ns())
        left_s = time_s / self.speed - (self.clock.monotonic_ns() - self._start_ns[0]) * 1e-9
        if left_s > 0.0:
            self.wait(left_s)


def trace(
    scenario: Scenario,
    seed: int,
    length_s: float,
    *,
    mode: str = "companion",
    pace: Pace | None = None,
    wall_steps: Mapping[float, float] | None = None,
    made: Made = companion,
) -> tuple[Deed, ...]:
    """What the companion did in a session, in order.

    Args:
        scenario: what the patient lives through.
        seed: of all that is random, at least 0.
        length_s: of the session.
        mode: companion, mirror_only or still.
        pace: how fast it goes by; None: as fast as it goes.
        wall_steps: time of the session to seconds by which the wall time is stepped then.
        made: what makes the companion.
    """
    loop = Loop(scenario, seed, mode, made)
    due = sorted((wall_steps or {}).items())
    deeds: list[Deed] = []
    before = ("", "")
    for number, step in enumerate(loop.run(length_s)):
        deed = _deed(number, step)
        if deed is not None and ((deed.behavior, deed.tree_path) != before or _did(deed)):
            before = deed.behavior, deed.tree_path
            deeds.append(deed)
        while due and step.time_s >= due[0][0]:
            loop.clock.step_wall(due.pop(0)[1])
        if pace is not None:
            pace.until(step.time_s)
    return tuple(deeds)


def _deed(number: int, step: Step) -> Deed | None:
    turn = step.turn
    if turn is None:
        return None
    status = turn.status
    return Deed(
        number,
        status.behavior,
        status.tree_path,
        tuple(utterance.text for utterance in turn.utterances),
        tuple(gesture.name for gesture in turn.gestures),
        tuple((call.call_id, call.level, call.reason, call.acknowledged) for call in turn.calls),
        turn.markers,
    )


def _did(deed: Deed) -> bool:
    return bool(deed.said or deed.gestures or deed.calls or deed.markers)
