"""Virtual persons for fusion: their pain over time, and what each modality would estimate of it. All of it synthetic.

Each person draws an expressiveness (log-normal, but for a share who hide most of their pain), a sensitivity, and for
each modality a constant offset. What a modality shows is the gain of the person times the pain, plus the offset, plus
an error that wanders over seconds, plus a ripple of some tenths of a second, plus a quick error that is new in each
estimate; these grow as quality falls, and the first two as more is shown. A face is read against a neutral that is not
known at first: the reader says so in its stddev, which falls over half a minute. Ripple, rate and stddev of the face
resemble those of Solamen's own face reader on the virtual patient; the other shapes and sizes are assumptions. No data
set of self-reports beside signals stands behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray
from scipy.signal import lfilter

from solamen.core.estimates import PAIN_MAX, PainEstimate
from solamen.core.person import gain, unrests

Numbers = NDArray[np.float64]

TICK_S = 0.1
MODALITIES = ("face", "voice", "body", "biosignals")


@dataclass(frozen=True)
class Channel:
    """How one modality behaves: estimates per second, delay and its spread in seconds, size of its errors, points.

    `there` is the share of time in which it has something to say, in stretches of `stretch_s`; `lag_s` is how slowly
    the body itself answers; `ripple` is an error that renews itself within `ripple_s`; `unsure` is how far the neutral
    is unknown at first, at most.
    """

    rate_hz: float
    delay_s: float
    delay_spread_s: float
    wander: float
    jitter: float
    there: float = 1.0
    stretch_s: float = 10.0
    lag_s: float = 0.0
    ripple: float = 0.0
    unsure: float = 0.0

    @property
    def spread(self) -> float:
        """Points, of all errors that belong to the reader."""
        return float(np.sqrt(self.wander**2 + self.ripple**2 + self.jitter**2))


CHANNELS: Mapping[str, Channel] = {
    "face": Channel(10.0, 0.1, 0.03, 0.8, 0.2, 0.95, ripple=1.0, unsure=4.0),
    "voice": Channel(1.0, 0.4, 0.2, 1.4, 0.8, 0.6),
    "body": Channel(5.0, 0.15, 0.05, 1.3, 0.3, 0.95, ripple=0.7),
    "biosignals": Channel(1.0, 0.8, 0.2, 1.4, 0.6, 0.95, lag_s=2.0),
}


@dataclass(frozen=True)
class World:
    """The assumptions behind the persons; `shifted()` gives a world that nothing was fitted to."""

    rest_share: float = 0.45
    decay_points: float = 10.0
    hold_s: float = 20.0
    bout_s: float = 3.0
    bout_share: float = 0.5
    ramp_s: float = 0.7
    expressiveness_stddev: float = 0.4
    expressiveness_log_mean: float = 0.0
    hiding_share: float = 0.1
    sensitivity_stddev: float = 0.25
    offset_stddev: float = 0.6
    wander_s: float = 15.0
    ripple_s: float = 0.5
    unsure_s: float = 20.0
    unsure_share: float = 0.7
    link_power: float = 1.0
    tails: float = 0.0
    channels: Mapping[str, Channel] = field(default_factory=lambda: CHANNELS)

    def shifted(self) -> World:
        """Another link (weak pain shows less, strong pain more), heavier tails, and expressiveness outside the fit."""
        return replace(
            self,
            link_power=1.4,
            tails=3.0,
            expressiveness_stddev=0.6,
            expressiveness_log_mean=-0.2,
            hiding_share=0.15,
        )


@dataclass
class Person:
    """One virtual person through one session.

    Attributes:
        name: unique for world and seed.
        expressiveness: 0–, 1 usual.
        sensitivity: 0–, 1 usual.
        offsets: points, per modality.
        pain: (ticks,), 0–10.
        unsure: modality to (ticks,), points by which the neutral is unknown.
        read: modality to (ticks,) intensities; NaN where there is no estimate.
        stddev: modality to (ticks,), points, as stated.
        quality: modality to (ticks,), 0–1.
        arrival: modality to (ticks,), seconds at which the estimate of a tick arrives.
    """

    name: str
    expressiveness: float
    sensitivity: float
    offsets: dict[str, float]
    pain: Numbers
    unsure: dict[str, Numbers] = field(default_factory=dict)
    read: dict[str, Numbers] = field(default_factory=dict)
    stddev: dict[str, Numbers] = field(default_factory=dict)
    quality: dict[str, Numbers] = field(default_factory=dict)
    arrival: dict[str, Numbers] = field(default_factory=dict)

    def estimates(self, modalities: tuple[str, ...] = MODALITIES) -> list[tuple[float, PainEstimate]]:
        """Arrival time and estimate, in the order of arrival; the first stamp is 0."""
        found = [
            (float(self.arrival[modality][tick]), self._estimate(modality, int(tick)))
            for modality in modalities
            for tick in np.flatnonzero(np.isfinite(self.read[modality]))
        ]
        return sorted(found, key=lambda pair: pair[0])

    def _estimate(self, modality: str, tick: int) -> PainEstimate:
        return PainEstimate(
            tick * TICK_S,
            modality,
            float(self.read[modality][tick]),
            float(self.stddev[modality][tick]),
            quality=float(self.quality[modality][tick]),
            abstained=False,
        )


def persons(
    count: int, seconds: float, seed: int, world: World | None = None, *, hiding: bool = False, first: int = 0
) -> list[Person]:
    """Persons of one seed; the same seed, number and world always give the same ones.

    Args:
        count: how many.
        seconds: of each one's session.
        seed: of the world; fitting and judging use different ones.
        world: its assumptions.
        hiding: let everybody hide (expressiveness up to 0.2) pain of at least 7.
        first: number of the first, so that a crowd can be made in parts.
    """
    made = world if world is not None else World()
    return [_person(made, seed, number, seconds, hiding) for number in range(first, first + count)]


def again(person: Person, seconds: float, seed: int, world: World | None = None) -> Person:
    """Another session of the same person: the same traits and offsets, another course of pain and other errors."""
    made = world if world is not None else World()
    same = replace(person, unsure={}, read={}, stddev={}, quality={}, arrival={})
    return _session(made, np.random.default_rng((seed, *person.name.encode())), seconds, same, False)


def _person(world: World, seed: int, number: int, seconds: float, hiding: bool) -> Person:
    rng = np.random.default_rng((seed, number))
    hides = hiding or rng.random() < world.hiding_share
    expressiveness = np.exp(world.expressiveness_log_mean + world.expressiveness_stddev * rng.normal())
    if hides:
        expressiveness = rng.uniform(0.03, 0.2 if hiding else 0.6)
    sensitivity = np.exp(world.sensitivity_stddev * rng.normal())
    offsets = {modality: float(world.offset_stddev * rng.normal()) for modality in MODALITIES}
    person = Person(f"{seed}-{number}", float(expressiveness), float(sensitivity), offsets, np.empty(0))
    return _session(world, rng, seconds, person, hiding)


def _session(world: World, rng: np.random.Generator, seconds: float, person: Person, hiding: bool) -> Person:
    ticks = round(seconds / TICK_S)
    person.pain = _low_pass(_levels(world, rng, ticks, hiding), world.ramp_s)
    for modality in MODALITIES:
        _read(world, rng, person, modality, ticks)
    return person


def _levels(world: World, rng: np.random.Generator, ticks: int, hiding: bool) -> Numbers:
    """Levels that hold for a while, or for a bout: at rest, or somewhere above 0, stronger ones rarer."""
    levels = np.empty(ticks)
    tick = 0
    while tick < ticks:
        keeps_s = world.bout_s if rng.random() < world.bout_share else world.hold_s
        hold = max(1, round(rng.exponential(keeps_s) / TICK_S))
        top = 1.0 - np.exp(-PAIN_MAX / world.decay_points)
        above = -world.decay_points * np.log(1.0 - rng.random() * top)
        resting = rng.random() < world.rest_share
        levels[tick : tick + hold] = rng.uniform(7.0, 10.0) if hiding else 0.0 if resting else above
        tick += hold
    return levels


def _read(world: World, rng: np.random.Generator, person: Person, modality: str, ticks: int) -> None:
    """What a modality estimates, tick by tick, with its qualities and delays."""
    channel = world.channels[modality]
    quality = np.clip(0.8 + 0.15 * _wander(rng, ticks, 8.0), 0.1, 1.0)
    worse = 1.0 + (1.0 - quality)
    pain = _low_pass(person.pain, channel.lag_s) if channel.lag_s else person.pain
    shown = PAIN_MAX * (pain / PAIN_MAX) ** world.link_power * gain(modality, person.expressiveness, person.sensitivity)
    shown = np.minimum(shown, PAIN_MAX)
    quick = channel.jitter * worse * rng.normal(size=ticks)
    worse = worse * unrests(modality, shown)
    slow = channel.wander * worse * _wander(rng, ticks, world.wander_s)
    ripple = channel.ripple * worse * _wander(rng, ticks, world.ripple_s)
    unsure = channel.unsure * rng.random() * np.exp(-np.arange(ticks) * TICK_S / world.unsure_s)
    neutral = world.unsure_share * unsure * rng.normal()
    if world.tails:
        quick = quick * np.sqrt(world.tails / rng.chisquare(world.tails, ticks))
        slow = slow * np.sqrt(world.tails / rng.chisquare(world.tails))
    errors = person.offsets[modality] + neutral + slow + ripple + quick
    read = np.clip(shown + errors, 0.0, PAIN_MAX)
    due = np.diff(np.floor(np.arange(ticks + 1) * TICK_S * channel.rate_hz + rng.random())) > 0.0
    there = _stretches(rng, ticks, channel)
    person.read[modality] = np.where(due & there, read, np.nan)
    own = np.hypot(channel.spread, world.offset_stddev) * np.exp(0.1 * rng.normal())
    person.stddev[modality] = np.hypot(own, unsure)
    person.unsure[modality] = unsure
    person.quality[modality] = quality
    delay: Numbers = np.maximum(0.0, channel.delay_s + channel.delay_spread_s * rng.normal(size=ticks))
    person.arrival[modality] = np.arange(ticks) * TICK_S + delay


def _stretches(rng: np.random.Generator, ticks: int, channel: Channel) -> NDArray[np.bool_]:
    """When the modality is there, in stretches."""
    length = round(channel.stretch_s / TICK_S)
    count = ticks // length + 2
    there = np.repeat(rng.random(count) < channel.there, length)
    start = rng.integers(length)
    return there[start : start + ticks]


def _wander(rng: np.random.Generator, ticks: int, keeps_s: float) -> Numbers:
    """An Ornstein-Uhlenbeck process of unit spread."""
    keep = np.exp(-TICK_S / keeps_s)
    steps = np.sqrt(1.0 - keep * keep) * rng.normal(size=ticks)
    steps[0] = rng.normal()
    wandered: Numbers = lfilter([1.0], [1.0, -keep], steps)
    return wandered


def _low_pass(values: Numbers, keeps_s: float) -> Numbers:
    """First order; begins at the first value."""
    keep = np.exp(-TICK_S / keeps_s)
    smooth: Numbers = lfilter([1.0 - keep], [1.0, -keep], values, zi=[keep * values[0]])[0]
    return smooth
