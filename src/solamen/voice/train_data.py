"""What the voice model learns from: steps of bursts of sound, as the reader's own front end hears them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from solamen.learning.mixing import with_noise
from solamen.learning.progress import progress
from solamen.learning.sounds_on_disk import LabelledSound, read_donateacry, read_emogator, read_esc10
from solamen.learning.splits import folds_by_person
from solamen.voice.front_end import FrontEnd, cut
from solamen.voice.model import KINDS
from solamen.voice.sound_embedding import WINDOW, SoundEmbedding
from solamen.voice.spectrum import HOP, Sound
from solamen.voice.steps import CHANNELS, FRAMES_PER_STEP, MOST_STEPS, steps_of

FOLDS = 3
_CRY, _SNEEZE = "Baby cry", "Person sneeze"
# A burst is what is not further below the loudest frame, and so far above the quietest.
_BELOW_LOUDEST_DB, _ABOVE_QUIETEST_DB = 35.0, 8.0
_LEAD_FRAMES = 5


@dataclass(frozen=True)
class Examples:
    """n bursts.

    Attributes:
        steps: (n, 38, 164) float16; zeros behind the end of a shorter burst.
        length: (n,) steps of each, at least 1.
        speaker: (n,) who is heard.
        category: (n,) what is acted or heard.
        kind: (n,) place in `KINDS`.
        fold: (n,) 0 to 2; nobody is in two.
        noisy: (n,) a copy with noise of the same fold.
    """

    steps: NDArray[np.float16]
    length: NDArray[np.int64]
    speaker: NDArray[np.str_]
    category: NDArray[np.str_]
    kind: NDArray[np.int64]
    fold: NDArray[np.int64]
    noisy: NDArray[np.bool_]

    def take(self, places: NDArray[np.int64] | NDArray[np.bool_]) -> Examples:
        """Some of them."""
        return Examples(**{name: value[places] for name, value in vars(self).items()})


def fold_of(speakers: Sequence[str]) -> NDArray[np.int64]:
    """(n,) The fold in which each speaker is tested; the same speakers always give the same folds."""
    found = np.zeros(len(speakers), np.int64)
    for fold, (_, tested) in enumerate(folds_by_person(speakers, seed=0, folds=FOLDS)):
        found[tested] = fold
    return found


def kind_of(sound: LabelledSound) -> int:
    """Place in `KINDS`."""
    if sound.speaker.startswith("donateacry") or sound.category == _CRY:
        return KINDS.index("cry")
    if sound.speaker.startswith("esc10"):
        return KINDS.index("sneeze") if sound.category == _SNEEZE else KINDS.index("other")
    return KINDS.index("voice")


def read_examples(data: Path, cache: Path, console: Console | None = None) -> Examples:
    """All bursts of the three archives, and noisy copies; computed once, then read from the cache.

    Raises:
        OutsideError: an archive is missing or broken.
    """
    if cache.is_file():
        with np.load(cache) as kept:
            return Examples(**kept)
    sounds = [*read_emogator(data), *read_esc10(data), *read_donateacry(data)]
    found = _computed(sounds, console)
    cache.parent.mkdir(parents=True, exist_ok=True)
    beside = cache.with_suffix(".part.npz")
    np.savez(beside, **vars(found))
    beside.replace(cache)
    return found


def _computed(sounds: Sequence[LabelledSound], console: Console | None) -> Examples:
    fold = np.concatenate([fold_of([s.speaker for s in part]) for part in _by_archive(sounds)])
    net, rng = SoundEmbedding(), np.random.default_rng(0)
    noises = _noises(sounds, fold)
    rows: list[tuple[Sound, int, bool]] = []
    with progress("reading", len(sounds), console) as step:
        for place, sound in enumerate(sounds):
            samples = sound.file.load()
            rows.append((burst_steps(samples, net), place, False))
            if KINDS[kind_of(sound)] == "voice" and (place % 2 == 0 or sound.pain):
                mixed = with_noise(samples, noises[int(fold[place])], rng.uniform(0.0, 20.0), rng)
                mixed = np.clip(mixed * np.float32(10.0 ** rng.uniform(-0.8, 0.2)), -1.0, 1.0)
                rows.append((burst_steps(mixed, net, samples), place, True))
            step()
    return _joined(sounds, fold, rows)


def _by_archive(sounds: Sequence[LabelledSound]) -> list[list[LabelledSound]]:
    names = ("emogator", "esc10", "donateacry")
    return [[sound for sound in sounds if sound.speaker.startswith(name)] for name in names]


def _noises(sounds: Sequence[LabelledSound], fold: NDArray[np.int64]) -> list[list[Sound]]:
    """Sounds without voices, by fold."""
    found: list[list[Sound]] = [[] for _ in range(FOLDS)]
    for sound, number in zip(sounds, fold, strict=True):
        if KINDS[kind_of(sound)] == "other":
            found[number].append(sound.file.load())
    return found


def burst_steps(samples: Sound, net: SoundEmbedding, clean: Sound | None = None) -> Sound:
    """The steps (m, 164) of the burst in a recording, at most the newest three seconds of it; m ≥ 1.

    Args:
        samples: 16 kHz mono.
        net: the embedding.
        clean: as long, the same without noise, in which the burst is looked for.
    """
    least = 2 * FRAMES_PER_STEP * HOP
    samples, clean = (_lengthened(part, least) for part in (samples, samples if clean is None else clean))
    frames = FrontEnd().push(samples)
    first, last = _burst(FrontEnd().push(clean).spectra.level_db if clean is not samples else frames.spectra.level_db)
    narrow = frames.spectra.narrow_mel
    before = np.repeat(narrow[:3].mean(axis=0, keepdims=True), WINDOW - FRAMES_PER_STEP, axis=0)
    padded = np.concatenate([before, narrow])
    windows = [padded[step * FRAMES_PER_STEP :][:WINDOW] for step in range(first, last)]
    return steps_of(cut(frames, first * FRAMES_PER_STEP, last * FRAMES_PER_STEP), net.of(np.stack(windows)))


def _lengthened(samples: Sound, least: int) -> Sound:
    return np.pad(samples, (0, least - len(samples))) if len(samples) < least else samples


def _burst(level_db: Sound) -> tuple[int, int]:
    """First step of the burst, and the one after its last; at most 38."""
    floor_db = max(float(np.percentile(level_db, 5)), -70.0)
    loud = np.flatnonzero(level_db > max(floor_db + _ABOVE_QUIETEST_DB, float(level_db.max()) - _BELOW_LOUDEST_DB))
    last = len(level_db) // FRAMES_PER_STEP
    if not len(loud):
        return max(0, last - MOST_STEPS), last
    first = max(0, int(loud[0]) - _LEAD_FRAMES) // FRAMES_PER_STEP
    last = min(last, -(-(int(loud[-1]) + _LEAD_FRAMES) // FRAMES_PER_STEP))
    return min(max(first, last - MOST_STEPS), last - 1), last


def _joined(sounds: Sequence[LabelledSound], fold: NDArray[np.int64], rows: list[tuple[Sound, int, bool]]) -> Examples:
    steps = np.zeros((len(rows), MOST_STEPS, CHANNELS), np.float16)
    for row, (found, _, _) in enumerate(rows):
        steps[row, : len(found)] = found
    places = np.array([place for _, place, _ in rows])
    return Examples(
        steps,
        np.array([len(found) for found, _, _ in rows]),
        np.array([sounds[place].speaker for place in places]),
        np.array([sounds[place].category for place in places]),
        np.array([kind_of(sounds[place]) for place in places]),
        fold[places],
        np.array([noisy for _, _, noisy in rows]),
    )
