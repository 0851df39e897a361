"""What many voices say, made once and kept: stop, words that sound like it, and sentences."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console

from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.train_words_kokoro import CHOOSING
from solamen.voice.train_words_kokoro import learning as kokoro_voices
from solamen.voice.train_words_speech import ACCENTS, FLITE, VARIANTS, Synthesiser
from solamen.voice.train_words_texts import ALIKE, ALONE, ANSWERS, STOPS, sentences, words

SHORTEST = RATE_HZ // 10
PICO_LEARNING = ("de-DE", "es-ES", "fr-FR", "it-IT")
PICO_CHOOSING = ("en-GB", "en-US")
SHARES = {"kokoro": 0.5, "espeak-ng": 0.22, "flite": 0.16, "pico": 0.12}
"""How often a program's voices are taken in training."""


@dataclass(frozen=True)
class Spoken:
    """What one voice says.

    Attributes:
        program: of the voice.
        stops: stop, in several ways.
        others: short, and not stop.
        sentences: of other speech.
    """

    program: str
    stops: list[Sound]
    others: list[Sound]
    sentences: list[Sound]


def learning(seed: int) -> list[Synthesiser]:
    """The voices that are learned from."""
    rng = np.random.default_rng((seed, 7))
    found = []
    for _ in range(60):
        variant = str(rng.choice(VARIANTS))
        voice = str(rng.choice(ACCENTS)) + (f"+{variant}" if variant else "")
        found.append(Synthesiser("espeak-ng", voice, int(rng.integers(110, 230)), int(rng.integers(15, 90))))
    for voice in FLITE * 5:
        found.append(Synthesiser("flite", voice, int(rng.integers(120, 220)), int(rng.integers(20, 90))))
    for voice in PICO_LEARNING * 6:
        found.append(Synthesiser("pico", voice, int(rng.integers(120, 220)), int(rng.integers(10, 90))))
    found += [Synthesiser("kokoro", voice, int(rng.integers(125, 210))) for voice in kokoro_voices()]
    return [found[int(i)] for i in rng.permutation(len(found))]


def choosing(seed: int) -> list[Synthesiser]:
    """The voices on which the threshold is chosen; they are the same for each seed."""
    pico = [Synthesiser("pico", voice, speed, 50) for voice in PICO_CHOOSING for speed in (130, 160, 190)]
    return pico + [
        Synthesiser("kokoro", voice, speed)
        for voice, speed in zip(CHOOSING, (140, 150, 160, 170, 180, 190), strict=True)
    ]


def spoken(voices: list[Synthesiser], cache: Path, console: Console | None = None) -> Iterator[Spoken]:
    """What each voice says, from the cache or made now."""
    cache.mkdir(parents=True, exist_ok=True)
    for voice in voices:
        path = cache / f"{voice.program}_{voice.voice}_{voice.words_per_min}_{voice.pitch}.npz"
        if not path.is_file():
            parts = {name: voice.say(texts) for name, texts in _texts(voice).items()}
            kept_parts: dict[str, Any] = {}
            for name, part in parts.items():
                kept_parts[name] = np.int16(32767.0 * np.concatenate(part))
                kept_parts[name + "_cuts"] = np.cumsum([len(sound) for sound in part])[:-1]
            np.savez(path.with_suffix(".part.npz"), **kept_parts)
            path.with_suffix(".part.npz").replace(path)
            if console is not None:
                console.print(path.name)
        with np.load(path) as kept:
            split = [np.split(kept[n].astype(np.float32) / 32767.0, kept[n + "_cuts"]) for n in _NAMES]
        yield Spoken(voice.program, *([sound for sound in part if len(sound) >= SHORTEST] for part in split))


_NAMES = ("stops", "others", "sentences")


def _texts(voice: Synthesiser) -> dict[str, list[str]]:
    """What a voice says; of Kokoro, which is slow, less."""
    rng = np.random.default_rng(zlib.crc32(repr(voice).encode()))
    slow = voice.program == "kokoro"
    whole, single = sentences(judging=False), words()
    stops = list(map(str, rng.choice(STOPS[:ALONE], 3 if slow else 4, replace=False))) + list(
        map(str, rng.choice(STOPS[ALONE:], 2 if slow else 4))
    )
    others = [*rng.choice(ALIKE, 4 if slow else 9), *rng.choice(ANSWERS, 2 if slow else 5)]
    others += [] if slow else [single[int(i)] for i in rng.integers(len(single), size=4)]
    short = [text for text in whole if len(text) < 60] if slow else whole
    picked = [short[int(i)] for i in rng.integers(len(short), size=1 if slow else 3)]
    return {"stops": stops, "others": list(map(str, others)), "sentences": picked}
