"""How well stop words are heard: `solamen evaluate words`, on synthetic voices in noise, by the node's own code."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.listener import Listener
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.train_stop import DATA
from solamen.voice.train_stop_data import TEST, in_noise, noise_clips, said, sentence, stops

SNR_DB, LEVEL_DB = 10.0, -20.0
PIECE = RATE_HZ // 20
BETWEEN_S = (0.6, 2.5)


def evaluate_words(stop_count: int = 240, minutes: float = 60.0, seed: int = 1, data: Path = DATA) -> dict[str, Any]:
    """Recall of stop words at 10 dB, and false ones per hour of other speech; voices and noises of no training.

    Args:
        stop_count: so many are said.
        minutes: of other speech.
        seed: of all that is random.
        data: the folder with esc10.zip.

    Raises:
        OutsideError: there is no espeak-ng, or no noise.
    """
    rng, noises = np.random.default_rng(seed), noise_clips(data / "esc10.zip", TEST)
    heard, delays_s = _stops_heard(stop_count, noises, rng)
    false, spoken_s = _false_stops(minutes * 60.0, noises, rng)
    right = [value for values in heard.values() for value in values]
    return {
        "language": "en",
        "speech": "synthetic (espeak-ng)",
        "snr_db": SNR_DB,
        "recall": float(np.mean(right)),
        "recall_of": {text: float(np.mean(values)) for text, values in heard.items()},
        "n": len(right),
        "delay_s_p95": float(np.quantile(delays_s, 0.95)) if delays_s else None,
        "false_per_hour": 3600.0 * false / spoken_s,
        "hours": spoken_s / 3600.0,
    }


def _stops_heard(
    count: int, noises: list[Sound], rng: np.random.Generator
) -> tuple[dict[str, list[bool]], list[float]]:
    """For each phrase whether it was heard, and seconds from the end of the word to its cue."""
    heard: dict[str, list[bool]] = {}
    delays_s = []
    listener = _listener()
    for text, speech in stops(count, TEST, rng):
        before = np.zeros(int(RATE_HZ * rng.uniform(*BETWEEN_S)), np.float32)
        sound = np.concatenate([before, speech, np.zeros(RATE_HZ, np.float32)])
        at_s = [when for when, kind in _cues(listener, _noisy(sound, noises, rng)) if kind == "stop"]
        heard.setdefault(text, []).append(bool(at_s))
        if at_s:
            delays_s.append(at_s[0] - (len(before) + len(speech)) / RATE_HZ)
    return heard, delays_s


def _false_stops(length_s: float, noises: list[Sound], rng: np.random.Generator) -> tuple[int, float]:
    """How many stops are heard in other speech, and how long that lasted."""
    false, spoken_s = 0, 0.0
    listener = _listener()
    while spoken_s < length_s:
        pause = np.zeros(int(RATE_HZ * rng.uniform(*BETWEEN_S)), np.float32)
        sound = _noisy(np.concatenate([said(sentence(TEST, rng), TEST, rng), pause]), noises, rng)
        false += sum(kind == "stop" for _, kind in _cues(listener, sound))
        spoken_s += len(sound) / RATE_HZ
    return false, spoken_s


def _listener() -> Listener:
    return Listener(HearingSettings(keywords=False, stop_words=True))


def _noisy(sound: Sound, noises: list[Sound], rng: np.random.Generator) -> Sound:
    noise = noises[rng.integers(len(noises))]
    return in_noise(sound, np.roll(noise, rng.integers(len(noise))), SNR_DB, LEVEL_DB)


def _cues(listener: Listener, sound: Sound) -> Iterator[tuple[float, str]]:
    """Time and kind of what is heard, each sound on its own."""
    listener.forget()
    for start in range(0, len(sound), PIECE):
        piece = sound[start : start + PIECE]
        for cue in listener.hear(piece, RATE_HZ, 1, start / RATE_HZ).cues:
            yield (start + len(piece)) / RATE_HZ, cue.kind
