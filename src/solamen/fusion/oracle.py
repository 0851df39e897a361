"""A reference that knows the generator: a particle filter with its very processes and constants, but no person's own.

Each particle is a course of pain with an expressiveness and a sensitivity; the offset and the wandering error of each
modality are integrated out by a Kalman filter of two states for each (Rao-Blackwellised; Doucet et al. 2000). It gets
every estimate at its stamp, without delay, which no filter at run time does. Held values at 0 and 10 are taken as
they are; with that and with a finite number of particles it is nearly, not exactly, the best that there is.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from solamen.core.estimates import PAIN_MAX
from solamen.core.person import CONTROL
from solamen.fusion.generator import TICK_S, Person, World

Numbers = NDArray[np.float64]

_REJUVENATE = 0.05
_STATES = 5
_TARGET, _PAIN, _LAGGED, _EXPRESSIVE, _SENSITIVE = range(_STATES)


def oracle(
    people: Sequence[Person], modalities: Sequence[str], every: int, particles: int = 500, seed: int = 1
) -> Numbers:
    """Posterior mean of pain, people × times; time k is tick (k + 1) · every."""
    return np.concatenate(
        [_Crowd(people[i : i + 50], modalities, particles, seed + i).run(every) for i in range(0, len(people), 50)]
    )


class _Crowd:
    """The particles of some people, all moved at once; arrays are people × particles."""

    def __init__(self, people: Sequence[Person], modalities: Sequence[str], particles: int, seed: int) -> None:
        self._people, self._modalities, self._world = people, modalities, World()
        self._rng = np.random.default_rng(seed)
        self._shape = (len(people), particles)
        self._state = np.stack([self._levels(), np.zeros(self._shape), np.zeros(self._shape), *self._traits()])
        self._state[_PAIN] = self._state[_LAGGED] = self._state[_TARGET]
        self._log = np.zeros(self._shape)
        self._errors = {modality: _Error(self._shape, self._world, modality) for modality in modalities}

    def run(self, every: int) -> Numbers:
        """The means at every so many ticks."""
        ticks = len(self._people[0].pain)
        means = []
        for tick in range(ticks):
            self._move()
            for modality in self._modalities:
                self._weigh(modality, tick)
            if (tick + 1) % every == 0 and tick + 1 < ticks:
                means.append((self._weights() * self._state[_PAIN]).sum(axis=1))
            self._resample()
        return np.stack(means, axis=1)

    def _levels(self) -> Numbers:
        world = self._world
        top = 1.0 - np.exp(-PAIN_MAX / world.decay_points)
        above = -world.decay_points * np.log(1.0 - self._rng.random(self._shape) * top)
        return np.where(self._rng.random(self._shape) < world.rest_share, 0.0, above)

    def _traits(self) -> tuple[Numbers, Numbers]:
        world, rng = self._world, self._rng
        usual = np.exp(world.expressiveness_log_mean + world.expressiveness_stddev * rng.normal(size=self._shape))
        hides = rng.random(self._shape) < world.hiding_share
        expressive = np.where(hides, rng.uniform(0.03, 0.6, self._shape), usual)
        return expressive, np.exp(world.sensitivity_stddev * rng.normal(size=self._shape))

    def _move(self) -> None:
        world, state = self._world, self._state
        jumps = self._rng.random(self._shape) < TICK_S / world.hold_s
        if jumps.any():
            state[_TARGET][jumps] = self._levels()[jumps]
        for row, source, keeps_s in ((_PAIN, _TARGET, world.ramp_s), (_LAGGED, _PAIN, 2.0)):
            state[row] += (1.0 - np.exp(-TICK_S / keeps_s)) * (state[source] - state[row])
        for error in self._errors.values():
            error.move()

    def _weigh(self, modality: str, tick: int) -> None:
        read = np.array([person.read[modality][tick] for person in self._people])
        there = np.isfinite(read)
        state, control = self._state, CONTROL[modality]
        pain = state[_LAGGED] if self._world.channels[modality].lag_s else state[_PAIN]
        worse = 2.0 - np.array([person.quality[modality][tick] for person in self._people])
        shown = np.minimum((control * state[_EXPRESSIVE] + (1.0 - control) / state[_SENSITIVE]) * pain, PAIN_MAX)
        self._log += self._errors[modality].weigh(np.where(there, read, 0.0)[:, None] - shown, worse, there)

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
            self._state[_EXPRESSIVE, row] *= np.exp(_REJUVENATE * self._rng.normal(size=count))
            self._state[_SENSITIVE, row] *= np.exp(0.5 * _REJUVENATE * self._rng.normal(size=count))
            for error in self._errors.values():
                error.mean[:, row] = error.mean[:, row][:, chosen]
            self._log[row] = 0.0


class _Error:
    """Offset and wander (in units of its spread) of one modality, given a particle: means each, covariance shared."""

    def __init__(self, shape: tuple[int, int], world: World, modality: str) -> None:
        self.mean = np.zeros((2, *shape))
        self._channel = world.channels[modality]
        self._keep = np.exp(-TICK_S / world.wander_s)
        self._covariance = np.zeros((shape[0], 2, 2))
        self._covariance[:, 0, 0], self._covariance[:, 1, 1] = world.offset_stddev**2, 1.0

    def move(self) -> None:
        """One tick on."""
        keep = self._keep
        self.mean[1] *= keep
        self._covariance[:, 0, 1] *= keep
        self._covariance[:, 1, 0] *= keep
        self._covariance[:, 1, 1] = keep**2 * self._covariance[:, 1, 1] + 1.0 - keep**2

    def weigh(self, residual: Numbers, worse: Numbers, there: NDArray[np.bool_]) -> Numbers:
        """Log-likelihood of a residual, people × particles; 0 where there was no estimate."""
        load = np.stack([np.ones_like(worse), self._channel.wander * worse], axis=1)
        cross = np.einsum("pij,pj->pi", self._covariance, load)
        total = np.einsum("pi,pi->p", load, cross) + (self._channel.jitter * worse) ** 2
        innovation = residual - load[:, 0, None] * self.mean[0] - load[:, 1, None] * self.mean[1]
        follow = np.where(there[:, None], cross / total[:, None], 0.0)
        self.mean += follow.T[:, :, None] * innovation[None]
        self._covariance -= np.einsum("pi,pj->pij", follow, cross)
        likelihood: Numbers = np.where(there[:, None], -0.5 * innovation**2 / total[:, None], 0.0)
        return likelihood
