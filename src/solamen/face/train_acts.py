"""What faces do over seconds: generated acts of pain and of its decoys, as intensities of action units.

The make-up of each act follows the literature on what the face does in it; how strong, how long and how each person
varies it is drawn at random, wider than any one rig does it. These are generated faces: nobody was recorded.

Pain: Prkachin 1992; Prkachin & Solomon 2008; the four patterns of Kunz & Lautenbacher 2014. Disgust beside pain: Kunz
et al. 2013. Smiles: Ekman & Friesen 1982. Effort: de Morree & Marcora 2010. Yawns: Provine 2012.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import MAX_INTENSITY, UNITS

Numbers = NDArray[np.float64]
Rng = np.random.Generator

_UNANNOUNCED = 0.5
"""Of sneezes, in which no drawing of breath is seen."""

ROW: Mapping[int, int] = {unit: row for row, unit in enumerate(UNITS)}


@dataclass(frozen=True)
class Act:
    """One act: from when to when, and the units that it shows.

    Attributes:
        kind: `pain` or a decoy's name.
        start_s: when it begins.
        shown: steps × 16, intensity 0–5 from the start on.
    """

    kind: str
    start_s: float
    shown: Numbers


@dataclass(frozen=True)
class Person:
    """How one face shows things: a factor for each unit, and how open it is about pain."""

    weight: Numbers
    pain_weight: Numbers
    openness: float
    shuts_eyes: float

    @classmethod
    def draw(cls, rng: Rng) -> Person:
        """A new person."""
        weight = rng.lognormal(0.0, 0.2, len(UNITS))
        pain = rng.lognormal(0.0, 0.3, len(UNITS))
        # The patterns of Kunz & Lautenbacher: some faces leave out one part of the whole.
        for unit in rng.choice([0, 0, 0, 4, 6, 9, 10, 7], 1):
            if unit:
                pain[ROW[int(unit)]] *= rng.uniform(0.1, 0.6)
        return cls(weight, pain, float(rng.uniform(0.6, 1.4)), float(rng.choice([0.0, 0.5, 1.0], p=[0.25, 0.25, 0.5])))


def hill(length: int, rise: int, hold: int) -> Numbers:
    """0 to 1 and back in `length` steps, smooth."""
    at = np.arange(length)
    up = np.clip(at / max(rise, 1), 0.0, 1.0)
    down = np.clip((length - at) / max(length - rise - hold, 1), 0.0, 1.0)
    share = np.minimum(up, down)
    return share * share * (3.0 - 2.0 * share)


def _profile(rng: Rng, person: Person, **ranges: tuple[float, float]) -> Numbers:
    """Peak of each unit, `au4=(low, high)` drawn evenly and in the person's way."""
    peak = np.zeros(len(UNITS))
    for name, (low, high) in ranges.items():
        peak[ROW[int(name[2:])]] = rng.uniform(low, high)
    return np.minimum(peak * person.weight, MAX_INTENSITY)


def _steady(rng: Rng, rate: float, peak: Numbers, rise: tuple[float, float], hold: tuple[float, float]) -> Numbers:
    """An act that rises, holds, wavers a little and falls; each unit with a start and a haste of its own."""
    up, stay, down = rng.uniform(*rise), rng.uniform(*hold), rng.uniform(*rise) * rng.uniform(0.8, 2.0)
    length = max(2, round((up + stay + down) * rate))
    shown = np.zeros((length, len(UNITS)))
    for row in np.flatnonzero(peak):
        late = round(rng.uniform(0.0, 0.3) * up * rate)
        curve = hill(length - late, max(1, round(up * rng.uniform(0.7, 1.2) * rate)), round(stay * rate))
        shown[late:, row] = peak[row] * curve
    return np.clip(shown * (1.0 + 0.1 * _wander(rng, length, rate, 1.0)[:, None]), 0.0, MAX_INTENSITY)


def pain(rng: Rng, rate: float, person: Person) -> Numbers:
    """Pain that comes, stays and goes."""
    drive = min(1.25, person.openness * rng.beta(1.0, 1.6) * 1.25)
    up, stay, down = rng.uniform(0.2, 2.5), rng.uniform(0.2, 6.0), rng.uniform(0.4, 3.0)
    length = max(2, round((up + stay + down) * rate))
    force = drive * hill(length, round(up * rate), round(stay * rate)) * (1.0 + 0.12 * _wander(rng, length, rate, 1.5))
    force = np.clip(force, 0.0, 1.25)
    shown = np.zeros((length, len(UNITS)))
    full = {4: (4.4, 1.1), 6: (4.2, 1.15), 7: (4.2, 1.0), 9: (3.9, 1.5), 10: (3.7, 1.6)}
    for unit, (most, power) in full.items():
        most, power = most * rng.lognormal(0.0, 0.15), power * rng.uniform(0.6, 1.2)
        shown[:, ROW[unit]] = most * force**power * person.pain_weight[ROW[unit]] * rng.lognormal(0.0, 0.25)
    for unit in rng.choice([4, 6, 7, 9, 10], int(rng.choice([0, 1, 2], p=[0.5, 0.35, 0.15])), replace=False):
        shown[:, ROW[int(unit)]] *= rng.uniform(0.0, 0.5)
    side = {1: 2.0, 2: 1.0, 12: 3.0, 15: 1.5, 17: 2.0, 20: 4.0, 25: 4.0, 26: 3.0}
    for unit, most in side.items():
        shown[:, ROW[unit]] = most * rng.beta(0.5, 1.0) * force**1.5
    if rng.random() < person.shuts_eyes:
        # Eyes are shut against strong pain, and by many against any.
        onset = rng.uniform(0.45, 0.75) if rng.random() < 0.5 else rng.uniform(0.1, 0.8) * float(force.max())
        shown[:, ROW[43]] = MAX_INTENSITY * np.clip((force - onset) / 0.1, 0.0, 1.0)
    return np.clip(shown, 0.0, MAX_INTENSITY)


def smile(rng: Rng, rate: float, person: Person) -> Numbers:
    """A smile or a laugh; cheeks rise with it, lips may part."""
    grin = rng.uniform(1.2, 5.0)
    peak = _profile(rng, person, au25=(0.0, 3.0), au26=(0.0, 2.0), au10=(0.0, 0.8))
    peak[ROW[12]] = grin
    peak[ROW[6]] = grin * rng.uniform(0.2, 1.0)
    peak[ROW[7]] = grin * rng.uniform(0.0, 0.6)
    if rng.random() < 0.4:
        peak[[ROW[25], ROW[26]]] = 0.0
    return _steady(rng, rate, peak, (0.3, 1.0), (0.4, 4.0))


def disgust(rng: Rng, rate: float, person: Person) -> Numbers:
    """Nose and upper lip lead; the brow follows weakly, the chin may push up."""
    lead = rng.uniform(1.5, 5.0)
    peak = _profile(rng, person, au15=(0.0, 3.0), au17=(0.0, 3.5), au25=(0.0, 2.0), au26=(0.0, 0.8))
    peak[ROW[9]], peak[ROW[10]] = lead * rng.uniform(0.5, 1.0), lead * rng.uniform(0.5, 1.1)
    peak[ROW[4]] = lead * rng.uniform(0.0, 0.6)
    peak[ROW[7]], peak[ROW[6]] = lead * rng.uniform(0.0, 0.5), lead * rng.uniform(0.0, 0.4)
    return _steady(rng, rate, np.minimum(peak, MAX_INTENSITY), (0.2, 1.0), (0.3, 3.0))


def effort(rng: Rng, rate: float, person: Person) -> Numbers:
    """Brow down, lids tight, lips pressed or drawn: a lift, a push."""
    force = rng.uniform(1.2, 4.0)
    peak = _profile(rng, person, au9=(0.0, 0.6), au10=(0.0, 0.6), au12=(0.0, 0.8))
    for unit, low, high in (
        (4, 0.5, 1.0),
        (7, 0.4, 1.0),
        (6, 0.0, 0.5),
        (17, 0.5, 1.3),
        (20, 0.0, 1.0),
        (15, 0.0, 0.5),
    ):
        peak[ROW[unit]] = force * rng.uniform(low, high)
    return _steady(rng, rate, np.minimum(peak, MAX_INTENSITY), (0.2, 1.2), (0.5, 5.0))


def concentration(rng: Rng, rate: float, person: Person) -> Numbers:
    """A frown of thought."""
    peak = _profile(rng, person, au4=(0.5, 3.0), au7=(0.0, 1.2), au17=(0.0, 1.0))
    return _steady(rng, rate, peak, (0.3, 1.5), (0.5, 5.0))


def surprise(rng: Rng, rate: float, person: Person) -> Numbers:
    """Brows up, eyes wide, the jaw drops."""
    peak = _profile(rng, person, au1=(1.0, 4.5), au2=(1.0, 4.5), au5=(0.0, 4.0), au25=(0.0, 3.5), au26=(0.0, 3.5))
    return _steady(rng, rate, peak, (0.1, 0.5), (0.2, 2.0))


def speech(rng: Rng, rate: float, person: Person) -> Numbers:
    """Jaw and lips at the rate of syllables; brows move along now and then."""
    length = round(rng.uniform(1.5, 8.0) * rate)
    at = np.arange(length) / rate
    beat = np.sin(np.pi * rng.uniform(3.0, 6.0) * (at + 0.15 * _wander(rng, length, rate, 0.5))) ** 2
    strength = np.clip(0.6 + 0.4 * _wander(rng, length, rate, 0.3), 0.0, 1.5) * hill(length, round(0.15 * rate), length)
    shown = np.zeros((length, len(UNITS)))
    peak = _profile(rng, person, au10=(0.0, 1.2), au12=(0.0, 2.0), au15=(0.0, 1.0), au17=(0.0, 1.5), au20=(0.0, 1.8))
    shown += peak * np.clip(_wander(rng, length, rate, 0.25, len(UNITS)), 0.0, 1.5)
    shown[:, ROW[26]] = rng.uniform(0.8, 3.0) * beat * strength
    shown[:, ROW[25]] = strength * (rng.uniform(0.3, 1.5) + rng.uniform(0.5, 2.5) * beat)
    brows = _profile(rng, person, au1=(0.0, 2.5), au2=(0.0, 2.5), au4=(0.0, 1.2))
    shown += brows * np.clip(_wander(rng, length, rate, 0.6)[:, None], 0.0, 1.5)
    return np.clip(shown, 0.0, MAX_INTENSITY)


def yawn(rng: Rng, rate: float, person: Person) -> Numbers:
    """The jaw opens slowly and far; at its height the eyes narrow or shut and the face tightens."""
    length = round(rng.uniform(2.5, 7.0) * rate)
    jaw = hill(length, round(rng.uniform(0.35, 0.5) * length), round(rng.uniform(0.1, 0.3) * length))
    late = np.clip((jaw - 0.5) / 0.4, 0.0, 1.0)
    shown = np.outer(jaw, _profile(rng, person, au25=(2.5, 5.0), au26=(3.0, 5.0), au1=(0.0, 2.0), au2=(0.0, 2.0)))
    tight = _profile(
        rng, person, au4=(0.0, 2.8), au6=(0.0, 2.2), au7=(0.0, 3.2), au9=(0.0, 2.0), au10=(0.0, 1.6), au20=(0.0, 1.0)
    )
    shown += np.outer(late, tight)
    shown[:, ROW[43]] = MAX_INTENSITY * np.clip(late * rng.choice([0.3, 0.8, 1.4]), 0.0, 1.0)
    return np.clip(shown, 0.0, MAX_INTENSITY)


def sneeze(rng: Rng, rate: float, person: Person) -> Numbers:
    """The face tenses and the mouth opens as breath is drawn, then all shuts in a burst; many show the burst alone."""
    burst = _burst(rng, rate, person)
    if rng.random() < _UNANNOUNCED:
        return burst
    breath = max(1, round(rng.uniform(0.4, 1.6) * rate))
    draw = np.clip(np.arange(breath) / breath, 0.0, 1.0)
    first = _profile(
        rng, person, au1=(0.0, 3.0), au2=(0.0, 2.5), au4=(0.0, 2.0), au7=(0.0, 2.5), au25=(0.5, 3.5), au26=(0.5, 3.5)
    )
    first[ROW[10]] = rng.uniform(0.0, 2.0)
    first[ROW[43]] = MAX_INTENSITY * rng.uniform(0.0, 0.6)
    return np.concatenate([np.outer(draw, first), burst])


def _burst(rng: Rng, rate: float, person: Person) -> Numbers:
    """Eyes, brow and nose shut all at once, and open again within about a second."""
    rise, hold, fall = (max(1, round(rng.uniform(*span) * rate)) for span in ((0.08, 0.4), (0.15, 0.6), (0.2, 0.6)))
    peak = hill(rise + hold + fall, rise, hold)
    last = _profile(
        rng, person, au4=(0.0, 5.0), au6=(0.0, 4.5), au7=(0.0, 5.0), au9=(0.0, 5.0), au10=(0.0, 4.0), au25=(0.0, 3.0),
        au26=(0.0, 2.5), au20=(0.0, 2.0),
    )  # fmt: skip
    shown = np.outer(peak, rng.uniform(0.3, 1.0) * last)
    shown[:, ROW[43]] = MAX_INTENSITY * np.clip(rng.uniform(1.0, 1.5) * peak, 0.0, 1.0)
    return np.clip(shown, 0.0, MAX_INTENSITY)


def blink(rng: Rng, rate: float, person: Person) -> Numbers:
    """One to four blinks."""
    one = hill(max(2, round(rng.uniform(0.15, 0.45) * rate)), 2, max(1, round(0.06 * rate)))
    gap = np.zeros(round(rng.uniform(0.05, 0.4) * rate))
    lids = np.concatenate([np.concatenate([one, gap]) for _ in range(rng.integers(1, 5))])
    shown = np.zeros((len(lids), len(UNITS)))
    shown[:, ROW[45]] = MAX_INTENSITY * lids
    return shown


def resting_lids(rng: Rng, rate: float, person: Person) -> Numbers:
    """Eyes shut in rest."""
    peak = np.zeros(len(UNITS))
    peak[ROW[43]] = MAX_INTENSITY
    return _steady(rng, rate, peak, (0.1, 0.4), (0.5, 6.0))


DECOYS: Mapping[str, tuple[Callable[[Rng, float, Person], Numbers], float]] = {
    "smile": (smile, 1.4),
    "disgust": (disgust, 1.4),
    "effort": (effort, 1.4),
    "speech": (speech, 1.4),
    "yawn": (yawn, 1.2),
    "sneeze": (sneeze, 1.6),
    "blink": (blink, 1.0),
    "concentration": (concentration, 0.5),
    "surprise": (surprise, 0.4),
    "rest": (resting_lids, 0.5),
}
"""Name to what makes it and how often it comes."""


def _wander(rng: Rng, length: int, rate: float, tau_s: float, columns: int = 0) -> Numbers:
    """Slow noise of about unit size, with a time constant."""
    from scipy.signal import lfilter

    keep = float(np.exp(-1.0 / (tau_s * rate)))
    white = rng.standard_normal((length, columns) if columns else length)
    start = rng.standard_normal(columns) if columns else rng.standard_normal()
    first = np.atleast_1d(keep * start)[None, :] if columns else np.atleast_1d(keep * start)
    smooth, _ = lfilter([np.sqrt(1.0 - keep**2)], [1.0, -keep], white, axis=0, zi=first)
    return np.asarray(smooth)


wander = _wander
