"""Generated sequences of action units as a reader of faces would give them, with the truth about pain."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import CLOSED_INTENSITY, MAX_INTENSITY, UNITS
from solamen.face.closure import NARROWED
from solamen.face.pain_window import windows
from solamen.face.reader import FADE, FASTEST_RISE, GUARDED, ORBIT
from solamen.face.train_acts import DECOYS, ROW, Act, Person, pain, wander

Numbers = NDArray[np.float64]
Rng = np.random.Generator

RATE_HZ = 30.0
"""Of the truth, from which frames are drawn."""
LENGTH_S = 30.0
PAIN_SHARE = 0.4
"""Of all acts that are pain."""

_BLINK_MAX_S = 0.5
_SHUT = 0.5
# Of persons whose reader holds back what lids imitate, as the shipped one does; the rest learn not to rely on it.
_GUARDED_SHARE = 0.7
# What one unit lends to the reading of another, at most (unit that is shown: units that seem to be).
_LENT = {
    12: {6: 0.35, 7: 0.25, 9: 0.25, 10: 0.40, 20: 0.3, 25: 0.1},
    9: {10: 0.9, 4: 0.9, 6: 0.8, 7: 0.6, 15: 0.4},
    10: {9: 0.7, 25: 0.2, 6: 0.25, 4: 0.2},
    4: {9: 0.8, 7: 0.6, 6: 0.5, 10: 0.3, 1: 0.1},
    6: {4: 0.7, 7: 0.8, 9: 0.4, 12: 0.15},
    7: {4: 0.5, 6: 0.7, 9: 0.4, 45: 0.1},
    26: {25: 0.5, 9: 0.15, 10: 0.15, 17: 0.15, 20: 0.1},
    43: {6: 0.6, 7: 0.4, 4: 0.25, 9: 0.1, 10: 0.3},
    45: {6: 0.15, 7: 0.2, 4: 0.1},
    17: {15: 0.3, 10: 0.15},
    1: {2: 0.3},
    20: {12: 0.6, 15: 0.2, 25: 0.2},
    15: {17: 0.2},
}


@dataclass(frozen=True)
class Sequence:
    """What a reader saw of one generated person, frame by frame.

    Attributes:
        times_s: (n,) of the frames, uneven.
        seen: (n, 16) intensities 0–5 as read, NaN where not seen.
        terms: (n, 4) of the pain index that pain alone makes.
        kind: (n,) `pain` where pain shows, else the decoy in force, else an empty string.
    """

    times_s: Numbers
    seen: Numbers
    terms: Numbers
    kind: NDArray[np.str_]


@dataclass(frozen=True)
class Windows:
    """What the model learns from: see `pain_window.windows` for the first two, `Sequence` for the next."""

    features: Numbers
    recent: Numbers
    terms: Numbers
    kind: NDArray[np.str_]
    person: NDArray[np.str_]

    def part(self, chosen: NDArray[np.bool_] | NDArray[np.int64]) -> Windows:
        """Some of them."""
        return Windows(*(getattr(self, name)[chosen] for name in self.__dataclass_fields__))

    @classmethod
    def joined(cls, parts: Iterable[Windows]) -> Windows:
        """All of them in one."""
        every = list(parts)
        return cls(*(np.concatenate([getattr(part, name) for part in every]) for name in cls.__dataclass_fields__))


def draw_windows(person: str, seed: int, count: int) -> Windows:
    """Windows of one generated person, at random times."""
    rng = np.random.default_rng(seed)
    sequence = draw_sequence(rng)
    pieces = _pieces(rng, len(sequence.times_s))
    worth = np.select([sequence.kind == "", sequence.kind == "pain"], [0.25, 1.0], 2.5)
    frames = len(worth)
    places = np.sort(rng.choice(frames, min(count, frames), replace=False, p=worth / worth.sum()))
    features, recent = [], []
    for start, end in pieces:
        inside = places[(places >= start) & (places < end)]
        if len(inside):
            part = slice(start, end)
            f, r = windows(sequence.times_s[part], sequence.seen[part], sequence.times_s[inside])
            features.append(f)
            recent.append(r)
    whose = np.full(len(places), person)
    return Windows(
        np.concatenate(features), np.concatenate(recent), sequence.terms[places], sequence.kind[places], whose
    )


def draw_sequence(rng: Rng) -> Sequence:
    """One person for half a minute, seen through a reader with errors of its own."""
    person = Person.draw(rng)
    steps = round(LENGTH_S * RATE_HZ)
    acts = _acts(rng, person)
    pained, other = np.zeros((steps, len(UNITS))), np.zeros((steps, len(UNITS)))
    kind = np.full(steps, "", "U16")
    for act in acts:
        first = round(act.start_s * RATE_HZ)
        shown = act.shown[: steps - first]
        target = pained if act.kind == "pain" else other
        target[first : first + len(shown)] = np.maximum(target[first : first + len(shown)], shown)
        where = kind[first : first + len(shown)]
        where[(where == "") & (shown.max(axis=1) > 0.3)] = act.kind
    terms = true_terms(pained)
    kind[terms.sum(axis=1) > 0.5] = "pain"
    frames = _frames(rng, steps)
    seen = _read(rng, np.minimum(np.maximum(pained, other) + 0.3 * np.minimum(pained, other), MAX_INTENSITY))
    return Sequence(frames / RATE_HZ, hidden(rng, seen[frames]), terms[frames], kind[frames])


def true_terms(intensity: Numbers) -> Numbers:
    """Terms of the pain index (..., 4) of intensities (..., 16) (Prkachin & Solomon 2008)."""
    u = {unit: intensity[..., row] for unit, row in ROW.items()}
    closed = (u[43] >= CLOSED_INTENSITY).astype(np.float64)
    return np.asarray(np.stack([u[4], np.maximum(u[6], u[7]), np.maximum(u[9], u[10]), closed], axis=-1))


def _acts(rng: Rng, person: Person) -> list[Act]:
    """Acts at random times, some upon each other."""
    names = list(DECOYS)
    weights = np.array([weight for _, weight in DECOYS.values()])
    weights = (1.0 - PAIN_SHARE) * weights / weights.sum()
    acts = []
    for _ in range(rng.integers(4, 10)):
        kind = str(rng.choice([*names, "pain"], p=[*weights, PAIN_SHARE]))
        make = pain if kind == "pain" else DECOYS[kind][0]
        acts.append(Act(kind, float(rng.uniform(0.0, LENGTH_S - 1.0)), make(rng, RATE_HZ, person)))
    blink = DECOYS["blink"][0]
    starts = np.cumsum(rng.exponential(4.0, 12))
    acts += [Act("", float(at), blink(rng, RATE_HZ, person)[: round(0.45 * RATE_HZ)]) for at in starts if at < LENGTH_S]
    return acts


def _read(rng: Rng, shown: Numbers) -> Numbers:
    """Intensities as a reader gives them: each with a gain, what others lend it, a wrong neutral, noise and a floor."""
    steps, units = shown.shape
    lids = np.minimum(np.maximum(shown[:, ROW[43]], shown[:, ROW[45]]) / 3.2, 1.0)
    mixed = shown.copy()
    mixed[:, ROW[43]] = mixed[:, ROW[45]] = MAX_INTENSITY * lids
    # A cautious reader draws all units towards rest and shares what it sees among those that look alike (measured on
    # rendered clips).
    mixing = np.diag(rng.uniform(0.35, 1.0) * rng.lognormal(0.0, 0.3, units))
    mixed_up = rng.uniform(0.0, 1.2)  # real faces and heads of other makers are misread in other ways
    for source, lent in _LENT.items():
        for unit, most in lent.items():
            mixing[ROW[source], ROW[unit]] = mixed_up * most * rng.beta(0.7, 1.6)
    grin_taken = rng.uniform(0.0, 1.0)
    mixing[ROW[12], [ROW[u] for u in (6, 7, 9, 10)]] *= grin_taken
    lent_read = mixed @ mixing
    wrong = rng.normal(0.0, rng.choice([0.1, 0.3, 0.8], p=[0.5, 0.35, 0.15]), units)
    noise = rng.uniform(0.03, 0.4) * wander(rng, steps, RATE_HZ, rng.uniform(0.05, 0.3), units)
    slow = rng.uniform(0.0, 0.35) * wander(rng, steps, RATE_HZ, 3.0, units)
    lent_read = lent_read * np.exp(rng.uniform(0.0, 0.45) * wander(rng, steps, RATE_HZ, 3.0, units))
    read: Numbers = np.clip(lent_read + wrong + noise + slow - rng.uniform(0.0, 0.3), 0.0, MAX_INTENSITY)
    closed = np.clip(lids + 0.05 * noise[:, 0], 0.0, 1.0)
    read[:, ROW[43]], read[:, ROW[45]] = _lids(closed)
    return guarded(read, closed) if rng.random() < _GUARDED_SHARE else read


def _lids(closed: Numbers) -> tuple[Numbers, Numbers]:
    """AU43 and AU45 as a reader gives them: closed for longer than a blink, or not yet."""
    since = np.zeros(len(closed))
    for i in range(len(closed)):
        since[i] = (since[i - 1] if i else 0.0) + 1.0 / RATE_HZ if closed[i] >= _SHUT else 0.0
    lasting = since > _BLINK_MAX_S
    shut: Numbers = MAX_INTENSITY * closed
    return np.where(lasting, shut, 0.0), np.where(lasting, 0.0, shut)


def guarded(read: Numbers, closed: Numbers) -> Numbers:
    """Units with what falling lids imitate of them held back, as the reader does it."""
    read = read.copy()
    narrow_s = shut_s = 0.0
    rise = np.array([FASTEST_RISE if unit in ORBIT else np.inf for unit in GUARDED]) / RATE_HZ
    fade = np.array([FADE if unit in ORBIT else np.inf for unit in GUARDED]) / RATE_HZ
    rows = [ROW[unit] for unit in GUARDED]
    for i in range(1, len(read)):
        narrow_s = narrow_s + 1.0 / RATE_HZ if closed[i] > NARROWED else 0.0
        shut_s = shut_s + 1.0 / RATE_HZ if closed[i] >= _SHUT else 0.0
        before = read[i - 1, rows]
        blinking = 0.0 < narrow_s <= _BLINK_MAX_S
        now = np.minimum(read[i, rows], before + (0.0 if blinking else rise))
        read[i, rows] = np.maximum(now, before - fade) if shut_s > _BLINK_MAX_S else now
    return read


def _frames(rng: Rng, steps: int) -> NDArray[np.int64]:
    """Steps at which there is a frame: 8 to 30 a second, uneven, some lost, now and then a gap."""
    every = RATE_HZ / rng.uniform(8.0, 30.0)
    gaps = every * rng.lognormal(0.0, rng.uniform(0.0, 0.25), steps)
    gaps = np.where(rng.random(steps) < 0.02, gaps + rng.uniform(0.0, 0.7) * RATE_HZ, gaps)
    at = np.unique(np.round(np.cumsum(gaps)).astype(np.int64))
    return at[at < steps]


def hidden(rng: Rng, seen: Numbers) -> Numbers:
    """Hides groups of units for a while, as a hand, glasses or a turned head do."""
    seen = seen.copy()
    groups = ((6, 7, 43, 45, 5), (43, 45), (9, 10), (9, 10, 12, 15, 17, 20, 25, 26), (1, 2, 4), tuple(ROW))
    for _ in range(rng.integers(0, 4) if rng.random() < 0.5 else 0):
        group = groups[rng.integers(len(groups))]
        first = rng.integers(len(seen))
        last = first + rng.integers(1, max(2, len(seen) // 3))
        seen[first:last, [ROW[unit] for unit in group]] = np.nan
    return seen


def _pieces(rng: Rng, frames: int) -> list[tuple[int, int]]:
    """Cuts a sequence where time starts anew: the model must bear a short past."""
    cuts = sorted(rng.integers(1, max(2, frames), rng.integers(0, 6)).tolist())
    edges = [0, *cuts, frames]
    return [(a, b) for a, b in itertools.pairwise(edges) if b > a]
