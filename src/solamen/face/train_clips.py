"""Rendered clips of training persons as the room reads them: made once, kept in the user's cache, person by person.

A reader of faces in motion errs in ways of its own: lids that fall look like a squeezed orbit, a wide mouth like a
raised lip. These are units as they are read, beside what was shown, for the temporal pain model to learn from. What a
reader gives depends on its weights, so clips are kept apart by them. The persons are not those by whom the reader
learned, as it knows these better than others.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import MAX_INTENSITY, UNITS
from solamen.core.clock import SteppedClock
from solamen.core.frames import Frame
from solamen.face.backends import open_landmarker
from solamen.face.look_model import LOOK_WEIGHTS
from solamen.face.pain_window import windows
from solamen.face.pipeline import FacePipeline
from solamen.face.settings import FaceSettings
from solamen.face.train_data import data_folder
from solamen.face.train_sequences import Sequence, Windows, hidden, true_terms
from solamen.face.unit_model import WEIGHTS as UNIT_WEIGHTS
from solamen.patient.variety import VariedPatient

FORMAT = 2
FIRST_PERSON = 1000
"""Persons before this one may be among those by whom the units' reader learned."""
RATE_HZ = 10.0
_CALM_S, _QUIET_S, _GAP_S = 6.0, 6.0, 3.0
_CALM_CLIPS = 2
_SHOWS = 0.3
# Windows are drawn from each clip so many times, of which this share looks back on the end of another clip.
_COPIES, _JOINED = 4, 0.5
_PAST_S = 2.5
# Of a clip without a past, the first frames tell too little.
_SETTLED_S = 0.25
# Each time it is read by a slightly other reader, and now and then parts are hidden and frames are lost.
_GAIN, _OFFSET, _HIDDEN, _LOST = 0.15, 0.1, 0.3, 0.15
_LIDS = [UNITS.index(unit) for unit in (43, 45)]
# Of each kind: how many clips, and how long they last at least and at most.
_ACTS: dict[str, tuple[int, float, float]] = {
    "pain": (5, 2.5, 4.5),
    "sneeze": (3, 1.9, 2.8),
    "effort": (3, 2.5, 4.0),
    "disgust": (2, 2.5, 4.0),
    "smile": (1, 2.5, 4.0),
    "speech": (1, 2.5, 4.0),
    "yawn": (1, 3.0, 5.0),
    "blink": (1, 1.4, 2.0),
    "mixture": (2, 2.5, 4.0),
}


@dataclasses.dataclass(frozen=True)
class PersonClips:
    """All clips of one person, frame by frame.

    Attributes:
        clip: int (n,), number of the clip that a frame belongs to, rising.
        time_s: float (n,), from the clip's beginning.
        kind: str (n,), what is shown; an empty string where it does not show yet or any more.
        shown: float32 (n, 16), true intensities of `UNITS`, 0–5; AU43 is how far the lids are shut.
        read: float32 (n, 16), as the room read them, NaN where not seen.
    """

    clip: NDArray[np.int64]
    time_s: NDArray[np.float64]
    kind: NDArray[np.str_]
    shown: NDArray[np.float32]
    read: NDArray[np.float32]


def clips_file(folder: Path, seed: int) -> Path:
    """Where the clips of one person are kept, as read by the shipped reader."""
    reader = hashlib.sha256(UNIT_WEIGHTS.read_bytes() + LOOK_WEIGHTS.read_bytes()).hexdigest()[:12]
    return folder / f"clips-v{FORMAT}-{reader}" / f"{seed:05d}.npz"


def generate_clips(
    seeds: range, folder: Path | None = None, told: Callable[[int, int], None] | None = None
) -> list[PersonClips]:
    """Clips of some persons of the split `train`; what is not there yet is rendered and read.

    Args:
        seeds: who.
        folder: where they are kept; `data_folder()` by default.
        told: called with persons done and persons in all.

    Raises:
        OutsideError: the landmark model, the weights, the crowd or OpenGL is missing.
    """
    found = []
    for done, seed in enumerate(seeds):
        path = clips_file(folder or data_folder(), seed)
        if not path.is_file():
            _save(path, make_clips(seed))
        with np.load(path) as saved:
            found.append(PersonClips(**{name: saved[name] for name in saved.files}))
        if told is not None:
            told(done + 1, len(seeds))
    return found


def make_clips(seed: int, split: str = "train") -> PersonClips:
    """Renders one person's clips and reads them: calm first, then all else in random order."""
    settings, clock = FaceSettings(), SteppedClock()
    rng = np.random.default_rng([seed, 13])
    rows: list[tuple[int, float, str, list[float], list[float]]] = []
    with VariedPatient(seed, split) as patient, FacePipeline(settings, open_landmarker(settings)) as pipeline:
        pipeline.calibrate(_QUIET_S)
        for number, (kind, level, seconds) in enumerate(_programme(rng)):
            clock.advance(_GAP_S)
            for time_s, still in patient.clip(kind, level, seconds, RATE_HZ, rng):
                clock.advance(1.0 / RATE_HZ)
                result = pipeline.process(Frame(still.image, clock.now_s(), clock.monotonic_ns(), len(rows)))
                shown = [still.intensity[unit] for unit in UNITS]
                named = kind if max(shown) > _SHOWS and kind != "neutral" else ""
                rows.append((number, time_s, named, shown, [result.action_units.get(unit) for unit in UNITS]))
    clip, times_s, kinds, shown_all, read = zip(*rows, strict=True)
    return PersonClips(
        np.array(clip), np.array(times_s), np.array(kinds), np.array(shown_all, np.float32), np.array(read, np.float32)
    )


def clip_windows(person: str, clips: PersonClips, seed: int, *, altered: bool = True) -> Windows:
    """Windows at the frames of a person's clips, as the pain model sees them.

    Mixtures of units are neither pain nor anything else: they only go before other clips.

    Args:
        person: name.
        clips: of the person.
        seed: of what is left to chance.
        altered: each clip some times, read a little otherwise, some after the end of another clip, some with parts
            hidden; otherwise each once, as it is.
    """
    rng = np.random.default_rng(seed)
    drawn: list[Windows] = []
    for _ in range(_COPIES if altered else 1):
        before: Sequence | None = None
        for number in rng.permutation(np.unique(clips.clip)):
            clip = _sequence(clips, clips.clip == number)
            if "mixture" not in clip.kind:
                drawn.append(_altered(person, clip, before, rng) if altered else _plain(person, clip))
            before = clip if rng.random() < _JOINED else None
    return Windows.joined(drawn)


def _sequence(clips: PersonClips, at: NDArray[np.bool_]) -> Sequence:
    """One clip, in which pain alone makes terms of the pain index."""
    kind, shown = clips.kind[at], clips.shown[at].astype(np.float64)
    terms = np.where((kind == "pain")[:, None], true_terms(shown), 0.0)
    return Sequence(clips.time_s[at], clips.read[at].astype(np.float64), terms, kind)


def _plain(person: str, clip: Sequence) -> Windows:
    """Windows at the frames of a clip, as it was read."""
    ends = np.flatnonzero(clip.times_s >= _SETTLED_S)
    features, recent = windows(clip.times_s, clip.seen, clip.times_s[ends])
    return Windows(features, recent, clip.terms[ends], clip.kind[ends], np.full(len(ends), person))


def _altered(person: str, clip: Sequence, before: Sequence | None, rng: np.random.Generator) -> Windows:
    """Windows at the frames of a clip that are not lost, with the end of another before it."""
    times, seen, first = clip.times_s, clip.seen, 0
    if before is not None:
        first = int(rng.integers(1, min(round(_PAST_S * RATE_HZ), len(before.seen)) + 1))
        past = before.times_s[-first:] - before.times_s[-1] - 1.0 / RATE_HZ
        times, seen = np.concatenate([past, times]), np.concatenate([before.seen[-first:], seen])
    seen = _read_otherwise(seen, rng)
    if rng.random() < _HIDDEN:
        seen = hidden(rng, seen)
    kept = np.flatnonzero(rng.random(len(times)) >= _LOST * rng.random())
    ends = kept[(kept >= first) & ((times[kept] >= _SETTLED_S) | (first > 0))]
    features, recent = windows(times[kept], seen[kept], times[ends])
    own = ends - first
    return Windows(features, recent, clip.terms[own], clip.kind[own], np.full(len(own), person))


def _read_otherwise(seen: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Intensities with other gains and another neutral; lids as they were, as what is shut is shut."""
    gains = np.exp(rng.normal(0.0, _GAIN) + rng.normal(0.0, _GAIN, seen.shape[1]))
    other: NDArray[np.float64] = np.clip(seen * gains + rng.normal(0.0, _OFFSET, seen.shape[1]), 0.0, MAX_INTENSITY)
    other[:, _LIDS] = seen[:, _LIDS]
    return other


def _programme(rng: np.random.Generator) -> Iterator[tuple[str, float, float]]:
    """Kind, level and seconds of each clip."""
    for _ in range(_CALM_CLIPS):
        yield "neutral", 0.0, _CALM_S
    acts = [kind for kind, (count, _, _) in _ACTS.items() for _ in range(count)]
    for place in rng.permutation(len(acts)):
        _, shortest, longest = _ACTS[acts[place]]
        yield acts[place], float(rng.uniform(0.25, 1.0)), float(rng.uniform(shortest, longest))


def _save(path: Path, clips: PersonClips) -> None:
    """Writes the file whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(f".{os.getpid()}.part")
    with part.open("wb") as file:
        np.savez(file, **vars(clips))
    part.replace(path)
