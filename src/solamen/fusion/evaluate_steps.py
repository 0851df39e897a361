"""What losing or gaining a modality does to the mean: two filters, one of which the change happens to."""

from __future__ import annotations

import copy
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from solamen.core.states import Consent
from solamen.fusion.filter import FusionFilter
from solamen.fusion.generator import CHANNELS, MODALITIES, Person, World, persons
from solamen.fusion.watching import Numbers, Task

_LOST_S, _GAINED_S = 20.0, 40.0
_AFTER_S, _WITHIN_S, _EVERY_S = 4.0, 1.0, 0.1
_Step = tuple[float, float, float, float, float]


@dataclass(frozen=True)
class Steps:
    """Persons × 2 (lost, gained): the largest change within a second that the loss or the gain made.

    Attributes:
        most: points.
        begins_s, seconds: when it began, and how long it took.
        before, after: the mean at its begin and at its end, points.
    """

    most: Numbers
    begins_s: Numbers
    seconds: Numbers
    before: Numbers
    after: Numbers


@dataclass(frozen=True)
class StepTask(Task):
    """A modality falls silent at 20 s and comes back at 40 s; nothing else changes."""

    changes: str = MODALITIES[0]

    def people(self) -> list[Person]:
        """Persons of steady pain, read by each modality with an error of its own that stays as it is."""
        steady = {
            name: replace(channel, ripple=0.0, jitter=0.0, unsure=0.0, there=1.0) for name, channel in CHANNELS.items()
        }
        world = World(hold_s=1e9, bout_share=0.0, wander_s=1e9, channels=steady)
        return persons(self.count, self.seconds, self.seed, world, first=self.first)

    def run(self) -> Steps:
        """Watches everybody."""
        found = np.array([self._most(person) for person in self.people()])
        return Steps(*np.moveaxis(found, -1, 0))

    def _most(self, person: Person) -> tuple[_Step, _Step]:
        always, never, back = _means(person, self, self.changes)
        return _step(never, always, _LOST_S), _step(back, never, _GAINED_S)


def _means(person: Person, task: Task, modality: str) -> tuple[Numbers, Numbers, Numbers]:
    """Means at each tenth of a second: the modality always there, silent for good, and silent for a while.

    One filter is fed until the modality falls silent, and a copy of it goes on without; likewise when it comes back.
    NaN where nobody looks: there the filters are asked once a second, and the one that it is always there for is at
    rest once that is over.
    """
    until_s = min(task.seconds, _GAINED_S + _AFTER_S + 1.0)
    times = np.arange(1.0, until_s, _EVERY_S)
    lost, gained = (int(np.searchsorted(times, event_s)) for event_s in (_LOST_S, _GAINED_S))
    estimates = person.estimates(task.modalities)

    looked_at = {at for event_s in (_LOST_S, _GAINED_S) for at in range(*_around(event_s).indices(len(times)))}
    a_second = round(1.0 / _EVERY_S)

    def fed(fusion: FusionFilter, first: int, last: int, silent_s: float, back_s: float) -> list[float]:
        since_s = times[first - 1] if first else -math.inf
        waiting = [
            pair
            for pair in estimates
            if pair[0] > since_s and (pair[1].modality != modality or not silent_s <= pair[1].stamp_s < back_s)
        ]
        place, means = 0, []
        for at in range(first, last):
            now_s = float(times[at])
            while place < len(waiting) and waiting[place][0] <= now_s:
                fusion.add(waiting[place][1])
                place += 1
            wanted = at in looked_at or at % a_second == 0
            means.append(fusion.state(now_s).pain_mean if wanted else math.nan)
        return means

    over = _around(_LOST_S).stop
    with_it = FusionFilter(task.settings, Consent.OBSERVE)
    before = fed(with_it, 0, lost, math.inf, math.inf)
    without = copy.deepcopy(with_it)
    silent = fed(without, lost, gained, _LOST_S, math.inf)
    again = copy.deepcopy(without)
    return (
        np.array(before + fed(with_it, lost, over, math.inf, math.inf) + [math.nan] * (len(times) - over)),
        np.array(before + silent + fed(without, gained, len(times), _LOST_S, math.inf)),
        np.array(before + silent + fed(again, gained, len(times), _LOST_S, _GAINED_S)),
    )


def _around(event_s: float) -> slice:
    """The times that are looked at for an event: from half a second before it on."""
    first = round((event_s - 1.0 - 0.5) / _EVERY_S)
    return slice(first, first + round(_AFTER_S / _EVERY_S))


def _step(changed: Numbers, unchanged: Numbers, event_s: float) -> _Step:
    """The largest move within a second, from just before an event on, that would not have been made without it.

    Gives what `Steps` holds of it.
    """
    around = _around(event_s)
    first = around.start
    own, apart = (each[around] for each in (changed, changed - unchanged))
    best: _Step = (0.0, event_s, 0.0, math.nan, math.nan)
    for gap in range(1, round(_WITHIN_S / _EVERY_S) + 1):
        moves = np.minimum(np.abs(own[gap:] - own[:-gap]), np.abs(apart[gap:] - apart[:-gap]))
        at = int(np.nan_to_num(moves).argmax())
        if moves[at] > best[0]:
            begins_s = 1.0 + (first + at) * _EVERY_S
            best = (float(moves[at]), begins_s, gap * _EVERY_S, float(own[at]), float(own[at + gap]))
    return best


def largest(found: Mapping[str, Steps]) -> dict[str, Any]:
    """The largest step of all, and where it is to be looked at; ready for JSON.

    Args:
        found: of the modality that came and went.
    """
    modality = max(found, key=lambda name: float(found[name].most.max()))
    steps = found[modality]
    person, change = np.unravel_index(steps.most.argmax(), steps.most.shape)
    told = {name: round(float(values[person, change]), 2) for name, values in vars(steps).items() if name != "most"}
    return {"person": int(person), "modality": modality, "change": ("lost", "gained")[int(change)], **_finite(told)}


def _finite(values: dict[str, float]) -> dict[str, float | None]:
    return {name: value if math.isfinite(value) else None for name, value in values.items()}
