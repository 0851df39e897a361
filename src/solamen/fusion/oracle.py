"""A reference that knows the generator: a particle filter with its very processes and constants, but no person's own.

Each particle is a course of pain with an expressiveness and a sensitivity; the offset and the wandering error of each
modality are integrated out by a Kalman filter of four states for each (Rao-Blackwellised; Doucet et al. 2000). It hears
each estimate when it arrives, as the filter does, and holds it against what each particle was at its stamp. Where a
reading is held at 0 or 10 the errors behind it follow a normal distribution cut off there, of which mean and variance
are kept (as in expectation propagation; Minka 2001); with that and with a finite number of particles it is nearly, not
exactly, the best.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_ndtr

from solamen.core.estimates import PAIN_MAX
from solamen.core.person import CONTROL, unrests
from solamen.fusion.generator import TICK_S, Person, World

Numbers = NDArray[np.float64]

_REJUVENATE = 0.05
_TRIED = 0.05
"""Share of particles that jump in each tick."""
_STATES = 6
_LATEST_TICKS = 25
_PER_TICK = 2
"""Estimates of one modality that may arrive within one tick; more never do at these rates."""
_TARGET, _PAIN, _LAGGED, _EXPRESSIVE, _SENSITIVE, _KEEPS_S = range(_STATES)


def oracle(
    people: Sequence[Person], modalities: Sequence[str], every: int, particles: int = 500, seed: int = 1
) -> Numbers:
    """Posterior mean of pain, people × times; time k is tick (k + 1) · every."""
    return np.concatenate(
        [Crowd(people[i : i + 50], modalities, particles, seed + i).run(every) for i in range(0, len(people), 50)]
    )


class Crowd:
    """The particles of some people, all moved at once; arrays are people × particles."""

    def __init__(self, people: Sequence[Person], modalities: Sequence[str], particles: int, seed: int) -> None:
        self._people, self._modalities, self._world = people, modalities, World()
        self._rng = np.random.default_rng(seed)
        self._shape = (len(people), particles)
        nothing = np.zeros(self._shape)
        self._state = np.stack([self._levels(), nothing, nothing, *self._traits(), self._holds()])
        self._state[_PAIN] = self._state[_LAGGED] = self._state[_TARGET]
        self._log = np.zeros(self._shape)
        self._past: deque[Numbers] = deque(maxlen=_LATEST_TICKS)
        self._arrivals = {modality: _arrivals(people, modality) for modality in modalities}
        self._errors = {modality: _Error(self._shape, self._world, modality) for modality in modalities}

    def run(self, every: int) -> Numbers:
        """The means at every so many ticks."""
        ticks = len(self._people[0].pain)
        means = []
        for tick in range(ticks):
            self._move()
            self._past.append(self._state[[_PAIN, _LAGGED]])
            for modality in self._modalities:
                self._weigh(modality, tick)
            self._hear(tick)
            if (tick + 1) % every == 0 and tick + 1 < ticks:
                means.append((self._weights() * self._state[_PAIN]).sum(axis=1))
            self._resample()
        return np.stack(means, axis=1)

    def begin_again(self, people: Sequence[Person]) -> None:
        """Another session of the same persons: what is believed of their traits and offsets stays."""
        self._people = people
        self._state[_TARGET], self._state[_KEEPS_S] = self._levels(), self._holds()
        self._state[_PAIN] = self._state[_LAGGED] = self._state[_TARGET]
        self._past.clear()
        self._arrivals = {modality: _arrivals(people, modality) for modality in self._modalities}
        for error in self._errors.values():
            error.begin_again()

    def _hear(self, tick: int) -> None:
        """Nobody says anything here."""

    @property
    def _pain(self) -> Numbers:
        pain: Numbers = self._state[_PAIN]
        return pain

    def _traits_of(self, row: int) -> tuple[Numbers, Numbers]:
        """Expressiveness and sensitivity of one person, to be changed in place."""
        return self._state[_EXPRESSIVE, row], self._state[_SENSITIVE, row]

    def _rejuvenate(self, row: int) -> None:
        for values, size in zip(self._traits_of(row), (_REJUVENATE, 0.5 * _REJUVENATE), strict=True):
            values *= np.exp(size * self._rng.normal(size=len(values)))

    def _levels(self) -> Numbers:
        world = self._world
        top = 1.0 - np.exp(-PAIN_MAX / world.decay_points)
        above = -world.decay_points * np.log(1.0 - self._rng.random(self._shape) * top)
        return np.where(self._rng.random(self._shape) < world.rest_share, 0.0, above)

    def _holds(self) -> Numbers:
        world = self._world
        return np.where(self._rng.random(self._shape) < world.bout_share, world.bout_s, world.hold_s)

    def _traits(self) -> tuple[Numbers, Numbers]:
        world, rng = self._world, self._rng
        usual = np.exp(world.expressiveness_log_mean + world.expressiveness_stddev * rng.normal(size=self._shape))
        hides = rng.random(self._shape) < world.hiding_share
        expressive = np.where(hides, rng.uniform(0.03, 0.6, self._shape), usual)
        return expressive, np.exp(world.sensitivity_stddev * rng.normal(size=self._shape))

    def _move(self) -> None:
        world, state = self._world, self._state
        # More jump than would, and weigh less for it, so that some are where pain has gone to.
        chance = TICK_S / state[_KEEPS_S]
        tried = np.maximum(chance, _TRIED)
        jumps = self._rng.random(self._shape) < tried
        self._log += np.log(np.where(jumps, chance / tried, (1.0 - chance) / (1.0 - tried)))
        state[_TARGET][jumps] = self._levels()[jumps]
        state[_KEEPS_S][jumps] = self._holds()[jumps]
        for row, source, keeps_s in ((_PAIN, _TARGET, world.ramp_s), (_LAGGED, _PAIN, 2.0)):
            state[row] += (1.0 - np.exp(-TICK_S / keeps_s)) * (state[source] - state[row])
        for error in self._errors.values():
            error.move()

    def _weigh(self, modality: str, tick: int) -> None:
        """Takes what arrives within a tick."""
        for stamps in self._arrivals[modality][tick]:
            if (stamps >= 0).any():
                self._weigh_one(modality, tick, stamps)

    def _weigh_one(self, modality: str, tick: int, stamps: NDArray[np.intp]) -> None:
        """One estimate for each person, of the tick given for them; -1 where there is none."""
        there = stamps >= 0
        rows = np.arange(len(stamps))
        read = np.array([person.read[modality][at] for person, at in zip(self._people, stamps, strict=True)])
        quality = np.array([person.quality[modality][at] for person, at in zip(self._people, stamps, strict=True)])
        kind = 1 if self._world.channels[modality].lag_s else 0
        ago = np.clip(tick - stamps, 0, len(self._past) - 1)
        pain = np.stack([self._past[-1 - back][kind, row] for row, back in zip(rows, ago, strict=True)])
        state, control = self._state, CONTROL[modality]
        shown = np.minimum((control * state[_EXPRESSIVE] + (1.0 - control) / state[_SENSITIVE]) * pain, PAIN_MAX)
        worse = np.broadcast_to((2.0 - quality)[:, None], shown.shape)
        unsure = np.array([person.unsure[modality][at] for person, at in zip(self._people, stamps, strict=True)])
        self._log += self._errors[modality].weigh(read, shown, (worse, worse * unrests(modality, shown)), unsure, there)

    def _weights(self) -> Numbers:
        weights: Numbers = np.exp(self._log - self._log.max(axis=1, keepdims=True))
        weights /= weights.sum(axis=1, keepdims=True)
        return weights

    def _resample(self) -> None:
        weights = self._weights()
        count = self._shape[1]
        thin = np.flatnonzero(1.0 / (weights**2).sum(axis=1) < 0.5 * count)
        for row in thin:
            at = (np.arange(count) + self._rng.random()) / count
            chosen = np.minimum(np.searchsorted(np.cumsum(weights[row]), at), count - 1)
            self._state[:, row] = self._state[:, row][:, chosen]
            for past in self._past:
                past[:, row] = past[:, row][:, chosen]
            self._rejuvenate(int(row))
            for error in self._errors.values():
                error.resample(int(row), chosen)
            self._log[row] = 0.0


def _arrivals(people: Sequence[Person], modality: str) -> list[list[NDArray[np.intp]]]:
    """For each tick, up to some estimates for each person, by the tick of their stamp; -1 where there is none."""
    ticks = len(people[0].pain)
    table = np.full((ticks, _PER_TICK, len(people)), -1, np.intp)
    for row, person in enumerate(people):
        for stamp in np.flatnonzero(np.isfinite(person.read[modality])):
            arrives = math.ceil(person.arrival[modality][stamp] / TICK_S - 1e-9)
            if arrives < ticks:
                free = 0 if table[arrives, 0, row] < 0 else 1
                table[arrives, free, row] = stamp
    return [list(each) for each in table]


class _Error:
    """Offset, wander, ripple and neutral (all but the first in units of their spread) of one modality, per particle."""

    def __init__(self, shape: tuple[int, int], world: World, modality: str) -> None:
        self.mean = np.zeros((4, *shape))
        self._world, self._channel = world, world.channels[modality]
        keep = np.exp([0.0, -TICK_S / world.wander_s, -TICK_S / world.ripple_s, 0.0])
        self._keep, self._both = keep[:, None, None], np.outer(keep, keep)[:, :, None, None]
        self._renewed = np.diag(1.0 - keep**2)[:, :, None, None]
        first = np.diag([world.offset_stddev**2, 1.0, 1.0, 1.0])
        self._covariance = np.tile(first[:, :, None, None], (1, 1, *shape))

    def move(self) -> None:
        """One tick on."""
        self.mean *= self._keep
        self._covariance *= self._both
        self._covariance += self._renewed

    def begin_again(self) -> None:
        """Forgets all but the offset."""
        offset = self._covariance[0, 0].copy()
        self.mean[1:] = 0.0
        self._covariance[:] = np.eye(len(self.mean))[:, :, None, None]
        self._covariance[0, 0] = offset

    def resample(self, row: int, chosen: NDArray[np.intp]) -> None:
        """Keeps some particles of one person."""
        self.mean[:, row] = self.mean[:, row][:, chosen]
        self._covariance[:, :, row] = self._covariance[:, :, row][:, :, chosen]

    def weigh(
        self,
        read: Numbers,
        shown: Numbers,
        sizes: tuple[Numbers, Numbers],
        unsure: Numbers,
        there: NDArray[np.bool_],
    ) -> Numbers:
        """Log-likelihood of a reading, people × particles; 0 where there was none.

        Args:
            read: points, by person.
            shown: points without errors.
            sizes: of the quick error and of the others, over what is usual.
            unsure: points by which the neutral is unknown, by person.
            there: whether there is a reading, by person.
        """
        channel = self._channel
        quick, worse = sizes
        blank = np.broadcast_to((self._world.unsure_share * unsure)[:, None], worse.shape)
        load = np.stack([np.ones_like(worse), channel.wander * worse, channel.ripple * worse, blank])
        cross = np.einsum("ijpn,jpn->ipn", self._covariance, load)
        total = (load * cross).sum(axis=0) + (channel.jitter * quick) ** 2
        innovation = np.where(there, read, 0.0)[:, None] - shown - (load * self.mean).sum(axis=0)
        likelihood = -0.5 * innovation**2 / total - 0.5 * np.log(total)
        shrink = np.ones_like(total)
        for end, side in ((0.0, 1.0), (PAIN_MAX, -1.0)):
            held = (read == end)[:, None]
            if held.any():
                scores = side * innovation / np.sqrt(total)
                beyond = log_ndtr(scores)
                ratio = np.exp(-0.5 * scores**2 - 0.5 * np.log(2.0 * np.pi) - beyond)
                likelihood = np.where(held, beyond + 0.5 * np.log(2.0 * np.pi), likelihood)
                innovation = np.where(held, -side * ratio * np.sqrt(total), innovation)
                shrink = np.where(held, ratio * (ratio + scores), shrink)
        follow = np.where(there[:, None], cross / total, 0.0)
        self.mean += follow * innovation
        self._covariance -= follow[:, None] * cross[None] * shrink
        return np.where(there[:, None], likelihood, 0.0)
