"""Judges stops, answers and false words, on voices, sentences and noises that no training or choice had; synthetic."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from rich.console import Console
from rich.table import Table

from solamen.core.errors import OutsideError
from solamen.learning.sounds_on_disk import decode
from solamen.voice import recogniser
from solamen.voice.activity import VoiceActivity
from solamen.voice.evaluate import data_folder
from solamen.voice.evaluate_recogniser import Hearer, answers, sounds
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.steps import FRAMES_PER_STEP
from solamen.voice.stop_word import STEPS, WEIGHTS, StopWord
from solamen.voice.train_bursts import LongEmbedding
from solamen.voice.train_words_data import in_noise, noises, scene, steps_in
from solamen.voice.train_words_kokoro import JUDGING
from solamen.voice.train_words_speech import FESTIVAL, Synthesiser, piper_voice
from solamen.voice.train_words_texts import ALIKE, ALONE, STOPS, sentences, words

STEP = FRAMES_PER_STEP * RATE_HZ // 100
SOONEST_S, LATEST_S = 0.1, 1.0
"""A stop that is told sooner after the word began, or later after it ended, is missed."""
SPEEDS = (125, 140, 160, 180, 200)
_BATCH, _SLOW_BATCH = 10, 3


def judges() -> list[Synthesiser]:
    """Voices that training never had."""
    found = [
        Synthesiser("flite", "slt", speed, pitch) for speed, pitch in zip(SPEEDS, (40, 70, 50, 90, 60), strict=True)
    ]
    found += [Synthesiser("festival", voice, speed) for voice in FESTIVAL for speed in SPEEDS[:4]]
    found += [Synthesiser("piper", piper_voice(), speed) for speed in SPEEDS]
    return found + [Synthesiser("kokoro", voice, speed) for voice, speed in zip(JUDGING, SPEEDS * 2, strict=False)]


Row = tuple[str, str, float]
PARTS = ("stops", "alike", "others", "answers", "sounds")


class Ear(Protocol):
    """What hears stops."""

    def stops_s(self, samples: Sound) -> list[float]:
        """When stops are told, seconds from the beginning."""


def evaluate(
    data: Path | None,
    hours: float = 2.0,
    stops: int = 300,
    weights: Path = WEIGHTS,
    parts: Sequence[str] = PARTS,
    net: bool = False,
) -> dict[str, Any]:
    """Recall and delay of spoken stops in noise at 10 dB, false stops in hours of other speech, and answers.

    Args:
        data: folder of the archive of noises; None takes the environment's.
        hours: of other speech.
        stops: that are spoken.
        weights: of the net.
        parts: of the evaluation; each draws its own random numbers.
        net: judge it, too.

    Raises:
        OutsideError: the archive, a synthesiser or the texts are missing.
    """
    folder = data_folder(data)
    noise, ears, voices = noises(folder, judging=True), _ears(net, weights), judges()
    found: dict[str, Any] = {}
    if "stops" in parts:
        said = _stops(ears, voices, stops, noise, np.random.default_rng(5))
        found |= {f"stops by the {name}": _stop_figures(rows) for name, rows in said.items()}
    if "alike" in parts:
        found["alike"] = _alike(ears, voices, noise, np.random.default_rng(6))
    if "others" in parts:
        found["other speech"] = _others(ears, voices, hours, noise, np.random.default_rng(7))
    if "answers" in parts:
        found["answers"] = answers(voices, noise, np.random.default_rng(8))
    if "sounds" in parts:
        found["taken for words"] = sounds(folder)
    return found | {"snr_db": 10.0, "synthetic": True}


def _ears(net: bool, weights: Path) -> dict[str, Ear]:
    """What hears stops: the recogniser; the net where that is asked for, or there is no recogniser."""
    known = recogniser.folder() is not None
    found: dict[str, Ear] = {"recogniser": Hearer()} if known else {}
    return found | {"net": _Judge(weights)} if net or not known else found


def _stop_figures(rows: Sequence[Row]) -> dict[str, Any]:
    found: dict[str, Any] = {"recall": _recall(rows), "alone": _recall([r for r in rows if r[1] in STOPS[:ALONE]])}
    found |= {f"recall by {p}": _recall([r for r in rows if r[0] == p]) for p in sorted({r[0] for r in rows})}
    delays = [row[2] for row in rows if math.isfinite(row[2])]
    return found | (
        {"delay after the word, s": {"median": float(np.median(delays)), "most": max(delays)}} if delays else {}
    )


class _Judge:
    """Plays a scene to the shipped decision, 80 ms at a time."""

    def __init__(self, weights: Path) -> None:
        self._stop, self._net, self._voice = StopWord(weights=weights), LongEmbedding(), VoiceActivity()

    def stops_s(self, samples: Sound) -> list[float]:
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
    ears: Mapping[str, Ear], voices: Sequence[Synthesiser], count: int, noise: Sequence[Sound], rng: np.random.Generator
) -> dict[str, list[Row]]:
    """Program, text, and seconds from the end of the word until it is told; infinity where it is missed."""
    rows: dict[str, list[Row]] = {name: [] for name in ears}
    each = -(-count // len(voices))
    for voice in voices:
        texts = [str(rng.choice(STOPS[:ALONE] if rng.random() < 0.7 else STOPS)) for _ in range(each)]
        for text, said in zip(texts, voice.say(texts), strict=True):
            samples, end_s = in_noise(said, noise, rng)
            soonest = SOONEST_S - len(said) / RATE_HZ
            for name, ear in ears.items():
                late = [at - end_s for at in ear.stops_s(samples)]
                rows[name].append(
                    (voice.program, text, min([s for s in late if soonest <= s <= LATEST_S], default=math.inf))
                )
    return rows


def _alike(
    ears: Mapping[str, Ear], voices: Sequence[Synthesiser], noise: Sequence[Sound], rng: np.random.Generator
) -> dict[str, float]:
    """Words that sound alike, said alone by every third voice, and by one of Kokoro's, which is slow."""
    some = [voice for voice in voices if voice.program != "kokoro"][::3] + list(voices[-1:])
    heard = [in_noise(said, noise, rng)[0] for voice in some for said in voice.say(ALIKE) if len(said)]
    found = {"said": float(len(heard))}
    for name, ear in ears.items():
        found[f"taken for stop by the {name}"] = float(sum(len(ear.stops_s(samples)) > 0 for samples in heard))
    return found


def _others(
    ears: Mapping[str, Ear],
    voices: Sequence[Synthesiser],
    hours: float,
    noise: Sequence[Sound],
    rng: np.random.Generator,
) -> dict[str, Any]:
    """Sentences and single words of others; false stops in them."""
    whole, single, length_s, turn = sentences(judging=True), words(), 0.0, 0
    false = dict.fromkeys(ears, 0)
    while length_s < hours * 3600.0:
        voice, turn = voices[turn % len(voices)], turn + 1
        texts = [
            whole[int(rng.integers(len(whole)))] if rng.random() < 0.8 else single[int(rng.integers(len(single)))]
            for _ in range(_SLOW_BATCH if voice.program == "kokoro" else _BATCH)
        ]
        said = [part for part in voice.say(texts) if len(part)]
        samples = scene(said, [float(rng.uniform(0.3, 1.2)) for _ in said], rng, noise)
        length_s += len(samples) / RATE_HZ
        for name, ear in ears.items():
            false[name] += len(ear.stops_s(samples))
    return {"hours": length_s / 3600.0} | {f"by the {name}": _rate(n, length_s / 3600.0) for name, n in false.items()}


def _rate(count: int, hours: float) -> dict[str, float]:
    """A count by the hour, with its interval."""
    low, high = _poisson(count)
    return {"false": float(count), "per_hour": count / hours, "low": low / hours, "high": high / hours}


def clips(folder: Path, data: Path | None, weights: Path = WEIGHTS, net: bool = False) -> dict[str, Any]:
    """How often stop is heard in recordings of single words, at 10 dB and with next to no noise.

    Args:
        folder: with one folder of WAV files for each word, as of Speech Commands (Warden 2018).
        data: folder of the archive of noises; None takes the environment's.
        weights: of the net.
        net: judge it, too.

    Raises:
        OutsideError: there is no folder `stop` with recordings, or the archive is missing.
    """
    files = sorted(path for path in folder.glob("*/*.wav") if not path.parent.name.startswith("_"))
    if not any(path.parent.name == "stop" for path in files):
        raise OutsideError(
            "there are no recordings of stop", str(folder / "stop"), "Give a folder with one for each word."
        )
    noise, found = noises(data_folder(data), judging=True), dict[str, Any]()
    for ear_name, ear in _ears(net, weights).items():
        for name, snr_db in (("10 dB", 10.0), ("quiet", 40.0)):
            rng = np.random.default_rng(9)
            told = [
                (path.parent.name == "stop", bool(ear.stops_s(in_noise(decode(path), noise, rng, snr_db)[0])))
                for path in files
            ]
            stops, others = ([heard for stop, heard in told if stop is wanted] for wanted in (True, False))
            found[f"recall by the {ear_name}, {name}"] = _share(sum(stops), len(stops))
            found[f"other words taken for stop by the {ear_name}, {name}"] = _share(sum(others), len(others))
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
    table = Table("figure", "value", title="words, in English")
    for name, value in found.items():
        for row, inner in value.items() if _nested(value) else ((name, value),):
            table.add_row(row if inner is value else f"{name}: {row}", _plain(inner))
    console.print(table)
    if "synthetic" in found:
        console.print("Synthetic speech, of voices that nothing was learned from; the bursts of sound are acted.")


def _nested(value: Any) -> bool:
    return isinstance(value, dict) and any(isinstance(inner, dict) for inner in value.values())


def _plain(value: Any) -> str:
    return ", ".join(f"{k} {v:.3g}" for k, v in value.items()) if isinstance(value, dict) else str(value)
