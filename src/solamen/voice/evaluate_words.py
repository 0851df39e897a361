"""Judges the stop word on voices, sentences and noises that its training never had; all of it is synthetic."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from solamen.core.errors import OutsideError
from solamen.learning.mixing import with_noise
from solamen.learning.sounds_on_disk import decode
from solamen.voice.activity import VoiceActivity
from solamen.voice.evaluate import data_folder
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.steps import FRAMES_PER_STEP
from solamen.voice.stop_word import STEPS, WEIGHTS, StopWord
from solamen.voice.train_bursts import LongEmbedding
from solamen.voice.train_words_data import noises, scene, steps_in
from solamen.voice.train_words_kokoro import JUDGING
from solamen.voice.train_words_speech import FESTIVAL, Synthesiser, piper_voice
from solamen.voice.train_words_texts import ALIKE, ALONE, STOPS, sentences, words

STEP = FRAMES_PER_STEP * RATE_HZ // 100
LATEST_S = 1.0
"""A stop that is told later after the word is missed."""
SPEEDS = (125, 140, 160, 180, 200)
_BATCH, _SLOW_BATCH = 40, 3


def judges() -> list[Synthesiser]:
    """Voices that training never had."""
    found = [
        Synthesiser("flite", "slt", speed, pitch) for speed, pitch in zip(SPEEDS, (40, 70, 50, 90, 60), strict=True)
    ]
    found += [Synthesiser("festival", voice, speed) for voice in FESTIVAL for speed in SPEEDS[:4]]
    found += [Synthesiser("piper", piper_voice(), speed) for speed in SPEEDS]
    return found + [Synthesiser("kokoro", voice, speed) for voice, speed in zip(JUDGING, SPEEDS * 2, strict=False)]


Row = tuple[str, str, float]
PARTS = ("stops", "alike", "others")


def evaluate(
    data: Path | None,
    hours: float = 2.0,
    stops: int = 300,
    weights: Path = WEIGHTS,
    parts: Sequence[str] = PARTS,
) -> dict[str, Any]:
    """Recall and delay of spoken stops in noise at 10 dB, and false stops in hours of other speech.

    Args:
        data: folder of the archive of noises; None takes the environment's.
        hours: of other speech.
        stops: that are spoken.
        weights: of the net.
        parts: of the evaluation; each draws its own random numbers.

    Raises:
        OutsideError: the archive, a synthesiser or the texts are missing.
    """
    noise, judge, voices = noises(data_folder(data), judging=True), _Judge(weights), judges()
    found: dict[str, Any] = {}
    if "stops" in parts:
        found |= _stop_figures(_stops(judge, voices, stops, noise, np.random.default_rng(5)))
    if "alike" in parts:
        found["alike"] = _alike(judge, voices, noise, np.random.default_rng(6))
    if "others" in parts:
        found["other_speech"] = _others(judge, voices, hours, noise, np.random.default_rng(7))
    return found | {"snr_db": 10.0, "synthetic": True}


def _stop_figures(rows: Sequence[Row]) -> dict[str, Any]:
    found: dict[str, Any] = {"recall": _recall(rows), "alone": _recall([r for r in rows if r[1] in STOPS[:ALONE]])}
    found |= {f"recall by {p}": _recall([r for r in rows if r[0] == p]) for p in sorted({r[0] for r in rows})}
    delays = [row[2] for row in rows if math.isfinite(row[2])]
    found["delay_after_word_s"] = {"median": float(np.median(delays)), "most": max(delays)} if delays else {}
    return found


class _Judge:
    """Plays a scene to the shipped decision, 80 ms at a time."""

    def __init__(self, weights: Path) -> None:
        self._stop, self._net, self._voice = StopWord(weights=weights), LongEmbedding(), VoiceActivity()

    def told_s(self, samples: Sound) -> list[float]:
        """When stops are told, seconds from the beginning."""
        steps = steps_in(samples, self._net)
        self._stop.reset()
        self._voice.reset()
        speech = [self._voice.push(samples[at * STEP : (at + 1) * STEP]) for at in range(len(steps))]
        odds = self._stop.odds(np.lib.stride_tricks.sliding_window_view(steps, STEPS, axis=0).transpose(0, 2, 1))
        ends = range(STEPS - 1, len(steps))
        told = [self._stop.take(value, speech[at]) for at, value in zip(ends, odds, strict=True)]
        return [(at + 1) * STEP / RATE_HZ for at, said in zip(ends, told, strict=True) if said]


def _stops(
    judge: _Judge, voices: Sequence[Synthesiser], count: int, noise: Sequence[Sound], rng: np.random.Generator
) -> list[Row]:
    """Program, text, and seconds from the end of the word until it is told; infinity where it is missed."""
    rows, each = [], -(-count // len(voices))
    for voice in voices:
        texts = [str(rng.choice(STOPS[:ALONE] if rng.random() < 0.7 else STOPS)) for _ in range(each)]
        for text, said in zip(texts, voice.say(texts), strict=True):
            samples, end_s = in_noise(said, noise, rng)
            late = [at - end_s for at in judge.told_s(samples)]
            rows.append((voice.program, text, min([s for s in late if -0.3 <= s <= LATEST_S], default=math.inf)))
    return rows


def in_noise(
    said: Sound, noise: Sequence[Sound], rng: np.random.Generator, snr_db: float = 10.0
) -> tuple[Sound, float]:
    """What is said, in noise throughout whose power is so far below that of the words; and when they end, seconds."""
    lead = round(float(rng.uniform(1.5, 2.5)) * RATE_HZ)
    around = np.concatenate([np.zeros(lead, np.float32), said, np.zeros(round(1.2 * RATE_HZ), np.float32)])
    quieter_db = 10.0 * float(np.log10(len(around) / len(said)))
    mixed = with_noise(around, noise, snr_db - quieter_db, rng) * np.float32(10.0 ** (rng.uniform(-18.0, 0.0) / 20.0))
    return np.clip(mixed, -1.0, 1.0).astype(np.float32), (lead + len(said)) / RATE_HZ


def _alike(
    judge: _Judge, voices: Sequence[Synthesiser], noise: Sequence[Sound], rng: np.random.Generator
) -> dict[str, float]:
    """Words that sound alike, said alone by every third voice, and by one of Kokoro's, which is slow."""
    some = [voice for voice in voices if voice.program != "kokoro"][::3] + list(voices[-1:])
    told = [
        len(judge.told_s(in_noise(said, noise, rng)[0])) > 0 for voice in some for said in voice.say(ALIKE) if len(said)
    ]
    return {"said": float(len(told)), "taken for stop": float(sum(told))}


def _others(
    judge: _Judge, voices: Sequence[Synthesiser], hours: float, noise: Sequence[Sound], rng: np.random.Generator
) -> dict[str, float]:
    """Sentences and single words of others; false stops in them."""
    whole, single, length_s, false, turn = sentences(judging=True), words(), 0.0, 0, 0
    while length_s < hours * 3600.0:
        voice, turn = voices[turn % len(voices)], turn + 1
        texts = [
            whole[int(rng.integers(len(whole)))] if rng.random() < 0.8 else single[int(rng.integers(len(single)))]
            for _ in range(_SLOW_BATCH if voice.program == "kokoro" else _BATCH)
        ]
        said = [part for part in voice.say(texts) if len(part)]
        samples = scene(said, [float(rng.uniform(0.3, 1.2)) for _ in said], rng, noise)
        length_s += len(samples) / RATE_HZ
        false += len(judge.told_s(samples))
    low, high = _poisson(false)
    heard = length_s / 3600.0
    return {"hours": heard, "false": float(false), "per_hour": false / heard, "low": low / heard, "high": high / heard}


def clips(folder: Path, data: Path | None, weights: Path = WEIGHTS) -> dict[str, Any]:
    """How often stop is heard in recordings of single words, at 10 dB and with next to no noise.

    Args:
        folder: with one folder of WAV files for each word, as of Speech Commands (Warden 2018).
        data: folder of the archive of noises; None takes the environment's.
        weights: of the net.

    Raises:
        OutsideError: there is no folder `stop` with recordings, or the archive is missing.
    """
    files = sorted(path for path in folder.glob("*/*.wav") if not path.parent.name.startswith("_"))
    if not any(path.parent.name == "stop" for path in files):
        raise OutsideError(
            "there are no recordings of stop", str(folder / "stop"), "Give a folder with one for each word."
        )
    noise, judge, found = noises(data_folder(data), judging=True), _Judge(weights), {}
    for name, snr_db in (("10 dB", 10.0), ("quiet", 40.0)):
        rng = np.random.default_rng(9)
        told = [
            (path.parent.name == "stop", bool(judge.told_s(in_noise(decode(path), noise, rng, snr_db)[0])))
            for path in files
        ]
        stops, others = ([heard for stop, heard in told if stop is wanted] for wanted in (True, False))
        found[f"recall, {name}"] = _share(sum(stops), len(stops))
        found[f"other words taken for stop, {name}"] = _share(sum(others), len(others))
    return found


def _recall(rows: Sequence[Row]) -> dict[str, float]:
    """Share of stops that are told in time."""
    return _share(sum(math.isfinite(row[2]) for row in rows), len(rows))


def _share(hits: int, count: int) -> dict[str, float]:
    """A share with Wilson's (1927) interval of 95 %."""
    if not count:
        return {"said": 0.0}
    share, z = hits / count, 1.96
    middle = (share + z * z / (2 * count)) / (1 + z * z / count)
    half = z / (1 + z * z / count) * math.sqrt(share * (1 - share) / count + z * z / (4 * count * count))
    return {"said": float(count), "share": share, "low": max(0.0, middle - half), "high": min(1.0, middle + half)}


def _poisson(count: int) -> tuple[float, float]:
    """The exact interval of 95 % of a count (Garwood 1936)."""
    from scipy.stats import chi2

    low = float(chi2.ppf(0.025, 2 * count) / 2) if count else 0.0
    return low, float(chi2.ppf(0.975, 2 * count + 2) / 2)


def print_tables(found: dict[str, Any], console: Console) -> None:
    """The figures as a table."""
    table = Table("figure", "value", title="stop, in English")
    for name, value in found.items():
        inner = ", ".join(f"{k} {v:.3g}" for k, v in value.items()) if isinstance(value, dict) else str(value)
        table.add_row(name, inner)
    console.print(table)
    if "synthetic" in found:
        console.print("Synthetic speech, of voices that the net never learned from; no human being was heard.")
