"""Judges whether people who just talk are taken to be in pain: synthetic voices, or anyone's recordings."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from solamen.core.errors import OutsideError
from solamen.core.estimates import PAIN_THRESHOLD
from solamen.learning.bootstrap import interval_over_persons
from solamen.learning.sounds_on_disk import decode
from solamen.voice import train_talk
from solamen.voice.evaluate_stream import play
from solamen.voice.model import WEIGHTS
from solamen.voice.reader import VoiceReader
from solamen.voice.settings import reader_settings
from solamen.voice.spectrum import RATE_HZ, Sound

CACHE = Path.home() / ".cache" / "solamen" / "voice_examples" / "talk"
SUFFIXES = (".wav", ".ogg", ".opus", ".flac", ".mp3", ".g722", ".gsm")
_MOST_S, _PAUSES_S = 20.0, (0.3, 1.2)
_TICK_S = 0.1
# What is called pain within so many ticks of each other is one episode.
_APART = 10
_DRAWS = 300


@dataclass(frozen=True)
class Talk:
    """What the reader said while a person talked, each tenth of a second in which something was heard.

    Attributes:
        speaker: who talks.
        tick: (n,) number of the tenth of a second.
        intensity: (n,) 0-10; NaN where it abstained.
        quality: (n,) of the estimate, 0-1.
    """

    speaker: str
    tick: np.ndarray
    intensity: np.ndarray
    quality: np.ndarray

    @property
    def called(self) -> np.ndarray:
        """(n,) whether pain of at least 4 was told."""
        return np.asarray(self.intensity >= PAIN_THRESHOLD)

    @property
    def episodes(self) -> int:
        """How many times pain was told, where pauses of less than a second do not count."""
        ticks = self.tick[self.called]
        return int(len(ticks) > 0) + int(np.count_nonzero(np.diff(ticks) > _APART))


def people_in(folder: Path) -> dict[str, list[Path]]:
    """Recordings by person; those of one person lie in a folder of their own, at any depth.

    Raises:
        OutsideError: there is no recording.
    """
    found: dict[str, list[Path]] = {}
    for path in sorted(folder.rglob("*")):
        if path.suffix.lower() in SUFFIXES and path.parent != folder:
            found.setdefault(path.relative_to(folder).parts[0], []).append(path)
    if not found:
        raise OutsideError(
            "there is no recording", str(folder), "Put the recordings of each person into a folder of their own."
        )
    return found


def in_turn(sounds: Iterator[Sound], rng: np.random.Generator) -> Sound:
    """Recordings one after the other with short pauses, twenty seconds of them at most."""
    parts: list[Sound] = []
    length = 0
    for sound in sounds:
        pause = np.zeros(round(rng.uniform(*_PAUSES_S) * RATE_HZ), np.float32)
        parts += [np.asarray(sound, np.float32), pause]
        length += len(sound) + len(pause)
        if length > _MOST_S * RATE_HZ:
            break
    return np.concatenate(parts)[: round(_MOST_S * RATE_HZ)]


def listened(speaker: str, samples: Sound, reader: VoiceReader) -> Talk:
    """What the reader says of a person who talks."""
    reader.reset()
    reader.forget_person()
    ticks = []
    for number, (_, reading) in enumerate(play(samples, reader)):
        estimate = reading.estimate
        if estimate is not None and reading.burst_s > 0.0:
            ticks.append((number, np.nan if estimate.abstained else estimate.intensity, estimate.quality))
    tick, intensity, quality = np.array(ticks, np.float64).reshape(-1, 3).T
    return Talk(speaker, tick, intensity, quality)


def figures(talks: Sequence[Talk]) -> dict[str, Any]:
    """How often talk is called pain, with 95 % intervals over people drawn anew."""
    called = np.concatenate([talk.called for talk in talks])
    people = [talk.speaker for talk in talks for _ in talk.tick]
    intensity = np.concatenate([talk.intensity for talk in talks])
    seconds = _TICK_S * len(called)
    low, high = interval_over_persons(lambda at: float(called[at].mean()), people, draws=_DRAWS)
    episodes = sum(talk.episodes for talk in talks)
    return {
        "called_pain": float(called.mean()),
        "called_pain_interval": [low, high] if np.isfinite([low, high]).all() else [None, None],
        "episodes_per_10_min": 600.0 * episodes / seconds,
        "people_called": sum(bool(talk.called.any()) for talk in talks),
        "mean_intensity": float(np.nanmean(intensity)) if np.isfinite(intensity).any() else None,
        "abstained": float(np.isnan(intensity).mean()),
        "quality": float(np.concatenate([talk.quality for talk in talks]).mean()),
        "people": len(talks),
        "minutes": seconds / 60.0,
        "by_person": {talk.speaker: float(talk.called.mean()) for talk in talks},
    }


def of_recordings(folder: Path, weights: Path = WEIGHTS) -> dict[str, Any]:
    """Figures of the shipped model on recordings of people who talk; see `people_in`.

    Raises:
        OutsideError: there is none, or one cannot be read.
    """
    return of_sounds({name: map(decode, paths) for name, paths in people_in(folder).items()}, weights)


def of_sounds(sounds: Mapping[str, Iterator[Sound]], weights: Path = WEIGHTS) -> dict[str, Any]:
    """Figures on what each of some people says."""
    reader, rng = VoiceReader(reader_settings(), weights=weights), np.random.default_rng(0)
    return figures([listened(name, in_turn(said, rng), reader) for name, said in sounds.items()])


def of_synthetic_voices(cache: Path = CACHE) -> dict[str, Any]:
    """Figures of the shipped model on synthetic voices that it never learned from.

    Raises:
        OutsideError: a synthesiser or the texts are missing.
    """
    voices = train_talk.judging()
    return of_sounds({f"{v.program} {Path(v.voice).stem}": train_talk.said(v, cache, judged=True) for v in voices})
