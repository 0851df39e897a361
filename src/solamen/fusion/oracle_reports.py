"""The reference with a person's own word: what five reports could teach at most, in this session and for the next."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from solamen.fusion.generator import Person
from solamen.fusion.oracle import Crowd, Numbers

_STDDEV = math.hypot(0.6, 1.0 / math.sqrt(12.0))
"""Points between what is said on a scale of whole points and what is felt, as generated."""


@dataclass(frozen=True)
class Heard:
    """A report: the tick at which it is given, and its points."""

    tick: int
    points: float


class ToldCrowd(Crowd):
    """Particles that also hear reports; what they believe of the traits is not blurred by resampling."""

    reports: Sequence[Sequence[Heard]] = ()

    def _hear(self, tick: int) -> None:
        for row, said in enumerate(self.reports):
            for report in said:
                if report.tick == tick:
                    self._log[row] -= 0.5 * ((self._pain[row] - report.points) / _STDDEV) ** 2

    def _rejuvenate(self, row: int) -> None:
        """With a kernel that leaves mean and spread of the traits as they are (Liu & West 2001)."""
        for values in self._traits_of(row):
            logs = np.log(values)
            mean, spread = logs.mean(), logs.std()
            keep = math.sqrt(1.0 - _KERNEL**2)
            moved = mean + keep * (logs - mean) + _KERNEL * spread * self._rng.normal(size=len(logs))
            values[:] = np.exp(moved)


_KERNEL = 0.1


def told_oracle(
    sessions: Sequence[Person],
    later: Sequence[Person],
    reports: Sequence[Sequence[Heard]],
    modalities: Sequence[str],
    every: int,
    particles: int = 500,
) -> tuple[Numbers, Numbers]:
    """Posterior means of pain, people × times, in a session with reports and in a later one of the same persons."""
    crowd = ToldCrowd(sessions, modalities, particles, seed=1)
    crowd.reports = reports
    first = crowd.run(every)
    crowd.reports = ()
    crowd.begin_again(later)
    return first, crowd.run(every)
