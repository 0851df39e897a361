"""What the judge of voices learns from: acted bursts, sounds around us, and synthetic talk, moans and hums."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console

from solamen.learning.sounds_on_disk import LabelledSound, read_emogator, read_esc10
from solamen.voice.activity import VoiceActivity
from solamen.voice.model import JUDGED, KINDS
from solamen.voice.settings import reader_settings
from solamen.voice.spectrum import Sound
from solamen.voice.steps import CHANNELS, MOST_STEPS
from solamen.voice.train_bursts import LongEmbedding, ReadBurst, bursts_of, in_room, spoilt
from solamen.voice.train_data import (
    LEAD_S,
    QUIET_DB,
    SNR_DB,
    TAIL_S,
    Examples,
    fold_of,
    joined_examples,
    noises_of,
    noisy_room,
    read_examples,
)
from solamen.voice.train_moans import in_turn, lifeless, moans
from solamen.voice.train_talk import learning, said
from solamen.voice.train_words_speech import Synthesiser

ACTED = 4000
"""So many of the acted recordings, from the first on, are learned from."""

_MOANS, _HUMS = 160, 120
_ROWS, _PAUSES_S = 3, (0.05, 0.6)
"""Rows of acted sounds of each speaker, and seconds between them."""

_COPIES = 1
"""Spoilt ones of each utterance, beside it as it is."""
_PART, _TALK_PART = 40, 8
_NO_NOISE = 0.3
"""Share of the copies with another gain, colour and size alone."""


def judge_examples(data: Path, cache: Path, console: Console | None = None) -> Examples:
    """Bursts of which `kind` is a place in `JUDGED`, in parts in a folder; those that are there are read.

    Raises:
        OutsideError: an archive is missing or broken, or the synthesisers are not installed.
    """
    acted, around = read_emogator(data), read_esc10(data)
    real = read_examples(data, cache, console, lambda place: place < ACTED or place >= len(acted))
    real.kind[:] = np.where(real.kind == KINDS.index("other"), JUDGED.index("other"), JUDGED.index("burst"))
    maker = _Maker(noises_of(around, fold_of([sound.speaker for sound in around])))
    sources = {
        "talk": _talk(cache / "talk"),
        "rows": _acted_in_a_row(acted),
        "moans": _drawn("moan", "burst", moans, _MOANS),
        "hums": _drawn("hum", "other", lifeless, _HUMS),
    }
    made = [part for name, some in sources.items() for part in _kept_parts(maker, name, some, cache)]
    return joined_examples([real, *made])


@dataclass(frozen=True)
class Source:
    """Who makes sounds.

    Attributes:
        name: of the speaker; its first word is the category.
        kind: of `JUDGED`.
        sounds: makes them.
        fold: in which they are judged; None draws it.
    """

    name: str
    kind: str
    sounds: Callable[[], Sequence[Sound]]
    fold: int | None = None


def _talk(cache: Path) -> list[Source]:
    def saying(voice: Synthesiser) -> Callable[[], list[Sound]]:
        return lambda: list(said(voice, cache))

    return [Source(f"talk {voice.program} {voice.voice} {voice.pitch}", "talk", saying(voice)) for voice in learning()]


def _acted_in_a_row(acted: Sequence[LabelledSound]) -> list[Source]:
    """Some of what each speaker acted, one after the other, so that a burst of several sounds is not only talk's."""
    fold = fold_of([sound.speaker for sound in acted])
    found, names = [], [sound.speaker for sound in acted]
    for number, name in enumerate(dict.fromkeys(names[:ACTED])):
        rng = np.random.default_rng((number, 2))
        own = [place for place in range(ACTED) if names[place] == name]
        for _ in range(_ROWS):
            chosen = [acted[int(i)] for i in rng.choice(own, min(len(own), int(rng.integers(2, 5))), replace=False)]
            found.append(Source(name, "burst", _one_after_the_other(chosen, rng), int(fold[own[0]])))
    return found


def _one_after_the_other(sounds: Sequence[LabelledSound], rng: np.random.Generator) -> Callable[[], list[Sound]]:
    pauses = rng.uniform(*_PAUSES_S, len(sounds))

    def made() -> list[Sound]:
        return [in_turn([sound.file.load() for sound in sounds], pauses)]

    return made


def _drawn(name: str, kind: str, draw: Callable[[np.random.Generator], Sound], count: int) -> list[Source]:
    """Sounds of a generator, each from a seed of its own."""

    def drawing(number: int) -> Callable[[], list[Sound]]:
        return lambda: [draw(np.random.default_rng((number, len(name))))]

    return [Source(f"{name} {number:04}", kind, drawing(number)) for number in range(count)]


def _kept_parts(maker: _Maker, name: str, speakers: Sequence[Source], cache: Path) -> Iterator[Examples]:
    """Examples of speakers, some at a time, from files that are there or are made now."""
    drawn = fold_of([speaker.name for speaker in speakers])
    fold = np.array([n if s.fold is None else s.fold for n, s in zip(drawn, speakers, strict=True)])
    step = part_of(name)
    for start in range(0, len(speakers), step):
        path = cache / f"{name}{start // step:03}.npz"
        if not path.is_file():
            beside = path.with_suffix(".part.npz")
            places = range(start, min(start + step, len(speakers)))
            np.savez(beside, **vars(maker.examples(speakers, fold, places)))
            beside.replace(path)
        with np.load(path) as kept:
            yield Examples(**kept)


def part_of(name: str) -> int:
    """So many speakers are in a part."""
    return _TALK_PART if name == "talk" else _PART


class _Maker:
    """Makes examples of synthetic sounds; what is random depends on the speaker's place alone."""

    def __init__(self, noises: list[list[Sound]]) -> None:
        self._net, self._voice, self._settings = LongEmbedding(), VoiceActivity(), reader_settings()
        self._noises = noises

    def examples(self, speakers: Sequence[Source], fold: NDArray[np.int64], places: range) -> Examples:
        """All that some of the speakers make, without noise and with it."""
        rows: list[tuple[ReadBurst, int, bool]] = []
        for place in places:
            rng = np.random.default_rng((place, 1))
            for sound in speakers[place].sounds():
                for copy in range(1 + _COPIES):
                    room = self._room(sound, copy > 0, int(fold[place]), rng)
                    rows += [(found, place, copy > 0) for found in self._heard(room, speakers[place].kind)]
        return _as_examples(rows, speakers, fold)

    def _room(self, sound: Sound, copied: bool, fold: int, rng: np.random.Generator) -> Sound:
        if not copied:
            return in_room(sound, QUIET_DB, LEAD_S, TAIL_S, rng)
        changed = spoilt(sound, rng)
        if rng.random() < _NO_NOISE:
            return in_room(changed, rng.uniform(-75.0, -50.0), LEAD_S, TAIL_S, rng)
        return noisy_room(changed, self._noises[fold], rng.triangular(*SNR_DB), bool(rng.random() < 0.4), rng)

    def _heard(self, room: Sound, kind: str) -> list[ReadBurst]:
        return bursts_of(room, self._settings, self._net, self._voice, lasting=kind != "burst")


def _as_examples(
    rows: Sequence[tuple[ReadBurst, int, bool]], speakers: Sequence[Source], fold: NDArray[np.int64]
) -> Examples:
    steps, speech = np.zeros((len(rows), MOST_STEPS, CHANNELS), np.float16), np.ones((len(rows), MOST_STEPS))
    for row, (found, _, _) in enumerate(rows):
        steps[row, : len(found.steps)], speech[row, : len(found.speech)] = found
    places = np.array([place for _, place, _ in rows], np.int64)
    kinds = np.array([JUDGED.index(speaker.kind) for speaker in speakers])
    return Examples(
        steps,
        np.array([len(found.steps) for found, _, _ in rows]),
        np.array([speakers[place].name for place in places]),
        np.array([speakers[place].name.partition(" ")[0] for place in places]),
        kinds[places],
        fold[places],
        np.array([noisy for _, _, noisy in rows]),
        places,
        speech.astype(np.float16),
    )
