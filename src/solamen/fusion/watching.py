"""How a filter does on virtual persons: what it says at each second, beside the truth. For training and evaluation."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from solamen.core.estimates import PAIN_MAX, PainEstimate
from solamen.core.person import PersonTraits
from solamen.core.states import Consent, UserState
from solamen.core.workers import shared
from solamen.fusion.filter import FusionFilter
from solamen.fusion.generator import MODALITIES, TICK_S, Person, World, persons
from solamen.fusion.settings import FusionSettings

Numbers = NDArray[np.float64]

EVERY_S = 1.0
WORKERS = 2
PART = 25
LIES = ("stuck", "biased", "noisy")


class Step(Protocol):
    """Tells that some more is done."""

    def __call__(self, count: int = 1, note: str = "") -> None:
        """Counts on."""
        ...


@dataclass(frozen=True)
class Watched:
    """Persons × seconds: mean and interval of what was said (NaN while abstaining), and the truth."""

    mean: Numbers
    lower: Numbers
    upper: Numbers
    truth: Numbers

    def of(self, persons: NDArray[np.int64]) -> Watched:
        """Some of the persons."""
        return Watched(*(each[persons] for each in vars(self).values()))

    def since(self, second: int) -> Watched:
        """From a second on."""
        return Watched(*(each[:, second:] for each in vars(self).values()))


@dataclass(frozen=True)
class Task:
    """Some persons of a seed, watched in one way.

    Attributes:
        seed: of the persons.
        count: how many.
        first: number of the first.
        seconds: of each session.
        modalities: that the filter is given.
        settings: of the filter.
        shifted: persons of a world that nothing was fitted to.
        hiding: everybody hides strong pain.
        liar: a modality that lies; empty where none does.
        lie: how it does.
    """

    seed: int
    count: int
    first: int = 0
    seconds: float = 60.0
    modalities: tuple[str, ...] = MODALITIES
    settings: FusionSettings = field(default_factory=FusionSettings)
    shifted: bool = False
    hiding: bool = False
    liar: str = ""
    lie: str = ""

    def people(self) -> list[Person]:
        """The persons, the liar's estimates already made lies."""
        world = World().shifted() if self.shifted else World()
        people = persons(self.count, self.seconds, self.seed, world, hiding=self.hiding, first=self.first)
        for number, person in enumerate(people):
            if self.liar:
                lie(person, self.liar, self.lie, np.random.default_rng((self.seed, self.first + number, 7)))
        return people

    def parts(self) -> list[Task]:
        """The same in handy numbers of persons."""
        starts = range(0, self.count, PART)
        return [replace(self, first=self.first + at, count=min(PART, self.count - at)) for at in starts]

    def run(self) -> Any:
        """Watches everybody: a dataclass of arrays whose first axis is persons."""
        return joined([watched(person, self) for person in self.people()])


def lie(person: Person, modality: str, how: str, rng: np.random.Generator) -> None:
    """Makes a modality stuck at one level, biased or noisy by 4 points, from a third of the time on."""
    read = person.read[modality]
    begins = len(read) // 3
    there = np.isfinite(read)
    if how == "stuck":
        wrong = np.full(len(read), rng.uniform(0.0, PAIN_MAX))
    elif how == "biased":
        wrong = read + rng.choice((-4.0, 4.0))
    else:
        wrong = read + 4.0 * rng.normal(size=len(read))
    late = np.arange(len(read)) >= begins
    person.read[modality] = np.where(there & late, np.clip(wrong, 0.0, PAIN_MAX), read)


def states(
    estimates: Sequence[tuple[float, PainEstimate]],
    seconds: float,
    settings: FusionSettings,
    traits: PersonTraits | None = None,
) -> list[UserState]:
    """What a filter says at each second, given estimates in the order of their arrival."""
    fusion = FusionFilter(settings, Consent.OBSERVE)
    if traits is not None:
        fusion.traits = traits
    return list(answers(fusion, estimates, seconds))


def answers(
    fusion: FusionFilter, estimates: Sequence[tuple[float, PainEstimate]], seconds: float
) -> Iterator[UserState]:
    """The states of a filter, one at each second, while it is fed."""
    place = 0
    for step in range(1, round(seconds / EVERY_S)):
        now_s = step * EVERY_S
        while place < len(estimates) and estimates[place][0] <= now_s:
            fusion.add(estimates[place][1])
            place += 1
        yield fusion.state(now_s)


def truth_of(person: Person) -> Numbers:
    """Pain at each second at which `states` says something."""
    return person.pain[np.arange(1, round(len(person.pain) * TICK_S / EVERY_S)) * round(EVERY_S / TICK_S)]


def watched(person: Person, task: Task, traits: PersonTraits | None = None) -> Watched:
    """One person through one filter."""
    said = states(person.estimates(task.modalities), task.seconds, task.settings, traits)
    mean, lower, upper = (
        np.array([[getattr(state, name) for state in said]]) for name in ("pain_mean", "pain_lower", "pain_upper")
    )
    return Watched(mean, lower, upper, truth_of(person)[None])


def joined(parts: Sequence[Any]) -> Any:
    """The persons of all parts: dataclasses of arrays whose first axis is persons."""
    names = vars(parts[0])
    return type(parts[0])(**{name: np.concatenate([vars(part)[name] for part in parts]) for name in names})


def _run(task: Task) -> Any:
    return task.run()


def run_all(tasks: Mapping[str, Task], tell: Step, workers: int = WORKERS) -> dict[str, Any]:
    """What every task comes to, in parts, on some processes; the same whatever finishes first."""
    parts = [(name, part) for name, task in tasks.items() for part in task.parts()]
    results: dict[int, Any] = {}
    for number, result in shared(_run, [part for _, part in parts], workers):
        results[number] = result
        tell(note=parts[number][0])
    found: dict[str, list[Any]] = {name: [] for name in tasks}
    for number, (name, _) in enumerate(parts):
        found[name].append(results[number])
    return {name: joined(each) for name, each in found.items()}
