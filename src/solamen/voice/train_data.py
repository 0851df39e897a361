"""What the voice model learns from: steps of bursts of sound, as the reader's own front end hears them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from solamen.learning.mixing import with_noise
from solamen.learning.progress import progress
from solamen.learning.sounds_on_disk import PAIN, LabelledSound, read_donateacry, read_emogator, read_esc10
from solamen.learning.splits import folds_by_person
from solamen.voice.activity import VoiceActivity
from solamen.voice.model import KINDS
from solamen.voice.settings import reader_settings
from solamen.voice.spectrum import Sound
from solamen.voice.steps import CHANNELS, MOST_STEPS
from solamen.voice.train_bursts import LongEmbedding, ReadBurst, bursts_of, in_room, spoilt

FOLDS = 3
_CRY, _SNEEZE = "Baby cry", "Person sneeze"
_PART = 400
SNR_DB = (3.0, 10.0, 20.0)
"""Least, most frequent and greatest, of a triangle."""
# The room before and after a recording.
QUIET_DB, LEAD_S, TAIL_S = -75.0, 0.7, 0.3
_THROUGHOUT = 0.4
"""Share of copies with noise before and after the recording too."""
_COPIED = 8000
"""So many of the acted recordings, from the first on, have spoilt copies: those of 200 speakers, of all folds."""


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
        noisy: (n,) a spoilt copy, with noise of the same fold.
        recording: (n,) place of the recording in the archives.
        speech: (n, 38) float16; silero's highest probability of a voice by the end of each step; 1 behind the end.
    """

    steps: NDArray[np.float16]
    length: NDArray[np.int64]
    speaker: NDArray[np.str_]
    category: NDArray[np.str_]
    kind: NDArray[np.int64]
    fold: NDArray[np.int64]
    noisy: NDArray[np.bool_]
    recording: NDArray[np.int64]
    speech: NDArray[np.float16]

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


def read_examples(
    data: Path, cache: Path, console: Console | None = None, wanted: Callable[[int], bool] | None = None
) -> Examples:
    """All bursts of the three archives and spoilt copies, kept in parts in a folder; those that are there are read.

    Args:
        data: folder of the archives.
        cache: folder of the parts.
        console: where progress is shown.
        wanted: whether a recording, by its place in the archives, is; all by default.

    Raises:
        OutsideError: an archive is missing or broken.
    """
    sounds = [*read_emogator(data), *read_esc10(data), *read_donateacry(data)]
    fold = np.concatenate([fold_of([s.speaker for s in part]) for part in _by_archive(sounds)])
    cache.mkdir(parents=True, exist_ok=True)
    parts = [range(start, min(start + _PART, len(sounds))) for start in range(0, len(sounds), _PART)]
    parts = [part for part in parts if wanted is None or any(map(wanted, part))]
    paths = [cache / f"part{part.start // _PART:03}.npz" for part in parts]
    maker = None
    with progress("reading", len(paths), console) as step:
        for part, path in zip(parts, paths, strict=True):
            if not path.is_file():
                maker = maker or _Maker(sounds, fold)
                beside = path.with_suffix(".part.npz")
                np.savez(beside, **vars(maker.examples(part)))
                beside.replace(path)
            step()
    found = joined_examples([_kept(path) for path in paths])
    return found if wanted is None else found.take(np.array([wanted(int(place)) for place in found.recording]))


def _kept(path: Path) -> Examples:
    with np.load(path) as kept:
        return Examples(**kept)


def joined_examples(parts: Sequence[Examples]) -> Examples:
    """Parts as one."""
    return Examples(**{name: np.concatenate([vars(part)[name] for part in parts]) for name in vars(parts[0])})


class _Maker:
    """Makes examples of recordings; what is random depends on the place of a recording alone."""

    def __init__(self, sounds: Sequence[LabelledSound], fold: NDArray[np.int64]) -> None:
        self._sounds, self._fold = sounds, fold
        self._net, self._voice, self._settings = LongEmbedding(), VoiceActivity(), reader_settings()
        self._noises = noises_of(sounds, fold)

    def examples(self, places: range) -> Examples:
        """Bursts of some recordings, as they are and spoilt."""
        rows = [row for place in places for row in self._rows(place)]
        return _joined(self._sounds, self._fold, rows)

    def _rows(self, place: int) -> list[tuple[ReadBurst, int, bool]]:
        rng = np.random.default_rng((place, 0))
        samples, kind = self._sounds[place].file.load(), kind_of(self._sounds[place])
        noises = self._noises[int(self._fold[place])]
        quiet = self._heard(in_room(samples, QUIET_DB, LEAD_S, TAIL_S, rng), kind)
        rows = [(found, place, False) for found in quiet]
        for throughout in self._copies(place, rng):
            changed = spoilt(samples, rng)
            if KINDS[kind] == "other":
                noisy = in_room(changed, rng.uniform(-75.0, -50.0), LEAD_S, TAIL_S, rng)
            else:
                noisy = noisy_room(changed, noises, rng.triangular(*SNR_DB), throughout, rng)
            rows += [(found, place, True) for found in self._heard(noisy, kind)]
        return rows

    def _copies(self, place: int, rng: np.random.Generator) -> tuple[bool, ...]:
        """Of each copy, whether noise is before and after it too; pain is rare and has two."""
        sound = self._sounds[place]
        if sound.speaker.startswith("donateacry") or (sound.speaker.startswith("emogator") and place >= _COPIED):
            return ()
        return (False, True) if sound.category == PAIN else (bool(rng.random() < _THROUGHOUT),)

    def _heard(self, samples: Sound, kind: int) -> list[ReadBurst]:
        lasting = KINDS[kind] != "voice"
        return bursts_of(samples, self._settings, self._net, self._voice, lasting)


def noisy_room(
    samples: Sound, noises: Sequence[Sound], snr_db: float, throughout: bool, rng: np.random.Generator
) -> Sound:
    """With noise while the recording lasts, or in the room before and after it too.

    Args:
        samples: a recording.
        noises: one of which is mixed in.
        snr_db: of the mean power of the recording to that of the noise.
        throughout: there is noise before and after it.
        rng: chooses.
    """
    if not throughout:
        return in_room(np.clip(with_noise(samples, noises, snr_db, rng), -1.0, 1.0), QUIET_DB, LEAD_S, TAIL_S, rng)
    whole = in_room(samples, QUIET_DB, LEAD_S, TAIL_S, rng)
    longer_db = 10.0 * np.log10(len(whole) / len(samples))
    return np.clip(with_noise(whole, noises, snr_db - longer_db, rng), -1.0, 1.0)


def _by_archive(sounds: Sequence[LabelledSound]) -> list[list[LabelledSound]]:
    names = ("emogator", "esc10", "donateacry")
    return [[sound for sound in sounds if sound.speaker.startswith(name)] for name in names]


def noises_of(sounds: Sequence[LabelledSound], fold: NDArray[np.int64]) -> list[list[Sound]]:
    """Sounds without voices, by fold."""
    found: list[list[Sound]] = [[] for _ in range(FOLDS)]
    for sound, number in zip(sounds, fold, strict=True):
        if KINDS[kind_of(sound)] == "other":
            found[number].append(sound.file.load())
    return found


def _joined(
    sounds: Sequence[LabelledSound], fold: NDArray[np.int64], rows: list[tuple[ReadBurst, int, bool]]
) -> Examples:
    steps, speech = np.zeros((len(rows), MOST_STEPS, CHANNELS), np.float16), np.ones((len(rows), MOST_STEPS))
    for row, (found, _, _) in enumerate(rows):
        steps[row, : len(found.steps)], speech[row, : len(found.speech)] = found
    places = np.array([place for _, place, _ in rows])
    return Examples(
        steps,
        np.array([len(found.steps) for found, _, _ in rows]),
        np.array([sounds[place].speaker for place in places]),
        np.array([sounds[place].category for place in places]),
        np.array([kind_of(sounds[place]) for place in places]),
        fold[places],
        np.array([noisy for _, _, noisy in rows]),
        places,
        speech.astype(np.float16),
    )
