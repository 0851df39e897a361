"""Scenes of synthetic speech, in rooms and noise, to learn and judge stop words on."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import scipy.signal
import soxr
from numpy.typing import NDArray

from solamen.learning.mixing import with_noise
from solamen.learning.sounds_on_disk import read_emogator, read_esc10
from solamen.voice.spectrum import FRAME, HOP, RATE_HZ, Sound, spectra
from solamen.voice.steps import FRAMES_PER_STEP
from solamen.voice.stop_word import STEPS
from solamen.voice.train_bursts import LongEmbedding, spoilt
from solamen.voice.train_words_bank import SHARES, Spoken
from solamen.voice.train_words_speech import Synthesiser
from solamen.voice.train_words_texts import sentences

_STEP_S = FRAMES_PER_STEP * HOP / RATE_HZ
AFTER_S = (0.06, 0.46)
"""A step that ends so long after the word is one that tells it."""


@dataclass(frozen=True)
class Scenes:
    """Steps of many scenes, one behind the other.

    Attributes:
        steps: (n, 96) float16.
        label: (n,) 1 where stop has just been said, 0 where not, -1 where neither is learned, or no window ends.
    """

    steps: NDArray[np.float16]
    label: NDArray[np.int8]


def noises(data: Path, judging: bool) -> list[Sound]:
    """ESC-10's sounds without voices; a third of the recordings is kept for judging."""
    kept = [s for s in read_esc10(data) if not s.category.startswith(("Baby", "Person"))]
    return [s.file.load() for s in kept if (zlib.crc32(s.speaker.encode()) % 3 == 0) == judging]


def bursts(data: Path, count: int) -> list[Sound]:
    """Acted bursts without words."""
    found = read_emogator(data)
    return [sound.file.load() for sound in found[:: max(1, len(found) // count)]]


def steps_in(samples: Sound, net: LongEmbedding) -> Sound:
    """(m, 96) what the listener's net reads of a scene."""
    pieces = np.lib.stride_tricks.sliding_window_view(np.pad(samples, (FRAME - HOP, 0)), FRAME)[::HOP]
    pieces = pieces[: len(pieces) // FRAMES_PER_STEP * FRAMES_PER_STEP]
    return net.of(spectra(pieces).narrow_mel)


def in_a_room(samples: Sound, rng: np.random.Generator) -> Sound:
    """With reverberation: noise that decays by 60 dB in 0.1 to 0.5 s, behind the direct sound."""
    decay_s = rng.uniform(0.1, 0.5)
    time = np.arange(int(decay_s * RATE_HZ)) / RATE_HZ
    tail = rng.normal(0.0, 1.0, len(time)) * 10.0 ** (-3.0 * time / decay_s)
    tail *= 10.0 ** (-rng.uniform(3.0, 15.0) / 20.0) / np.sqrt(np.sum(tail**2))
    tail[0] = 1.0
    return np.asarray(scipy.signal.fftconvolve(samples, tail)[: len(samples)], np.float32)


def scene(parts: Sequence[Sound], gaps_s: Sequence[float], rng: np.random.Generator, noise: Sequence[Sound]) -> Sound:
    """Sounds with pauses before each, and 0.8 s behind; noise at 5 to 25 dB throughout, or a quiet room."""
    pieces: list[Sound] = []
    for part, gap_s in zip(parts, gaps_s, strict=True):
        pieces += [np.zeros(round(gap_s * RATE_HZ), np.float32), part]
    spoken = np.concatenate([*pieces, np.zeros(round(0.8 * RATE_HZ), np.float32)])
    if rng.random() < 0.5:
        spoken = in_a_room(spoken, rng)
    if noise and rng.random() < 0.7:
        active = len(spoken) / max(1, sum(map(len, parts)))
        spoken = with_noise(spoken, noise, float(rng.uniform(5.0, 25.0)) - 10.0 * float(np.log10(active)), rng)
    spoken = spoken + rng.normal(0.0, 10.0 ** rng.uniform(-4.5, -3.0), len(spoken)).astype(np.float32)
    if rng.random() < 0.15:  # a telephone's band
        spoken = scipy.signal.sosfilt(scipy.signal.butter(4, (200.0, 3600.0), "band", fs=RATE_HZ, output="sos"), spoken)
    gain = np.float32(10.0 ** (rng.uniform(-24.0, 4.0) / 20.0))
    return np.asarray(np.clip(gain * spoken, -1.0, 1.0), np.float32)


def in_noise(
    said: Sound, noise: Sequence[Sound], rng: np.random.Generator, snr_db: float = 10.0
) -> tuple[Sound, float]:
    """What is said, in noise throughout whose power is so far below that of the words; and when they end, seconds."""
    lead = round(float(rng.uniform(1.5, 2.5)) * RATE_HZ)
    around = np.concatenate([np.zeros(lead, np.float32), said, np.zeros(round(1.2 * RATE_HZ), np.float32)])
    quieter_db = 10.0 * float(np.log10(len(around) / len(said)))
    mixed = with_noise(around, noise, snr_db - quieter_db, rng) * np.float32(10.0 ** (rng.uniform(-18.0, 0.0) / 20.0))
    return np.clip(mixed, -1.0, 1.0).astype(np.float32), (lead + len(said)) / RATE_HZ


def stop_scene(
    stop: Sound, before: Sound | None, rng: np.random.Generator, noise: Sequence[Sound]
) -> tuple[Sound, float, float]:
    """A scene in which stop is said alone, perhaps some time after other speech; with its onset and end, seconds."""
    lead_s = float(rng.uniform(0.3, 1.2))
    parts, gaps = ([stop], [lead_s + 1.2]) if before is None else ([before, stop], [0.3, lead_s + 0.1])
    start_s = sum(gaps) + sum(map(len, parts[:-1])) / RATE_HZ
    return scene(parts, gaps, rng, noise), start_s, start_s + len(stop) / RATE_HZ


def labels_of(count: int, start_s: float, end_s: float) -> NDArray[np.int8]:
    """(m,) of steps around a stop; the first ones end no whole window."""
    ends = (np.arange(count) + 1) * _STEP_S
    label = np.zeros(count, np.int8)
    label[(ends > start_s) & (ends < end_s + 0.9)] = -1
    label[(ends >= end_s + AFTER_S[0]) & (ends <= end_s + AFTER_S[1])] = 1
    label[: STEPS - 1] = -1
    return label


def another_size(samples: Sound, rng: np.random.Generator) -> Sound:
    """Said by a larger or smaller person, from a child to a tall man: pitch, formants and pace moved together."""
    factor = 2.0 ** rng.uniform(-0.25, 0.35)
    return np.asarray(soxr.resample(samples, RATE_HZ, RATE_HZ / factor), np.float32)


def _said(samples: Sound, rng: np.random.Generator) -> Sound:
    """Half of the time by another size of person, always with another mouth and microphone."""
    return spoilt(another_size(samples, rng) if rng.random() < 0.5 else samples, rng)


class Bank:
    """What many voices say, drawn by program.

    Args:
        voices: what each says.
    """

    def __init__(self, voices: Sequence[Spoken]) -> None:
        able = [voice for voice in voices if voice.stops and voice.others and voice.sentences]
        self._by = {p: [v for v in able if v.program == p] for p in {v.program for v in able}}
        self._programs = sorted(self._by)
        shares = np.array([SHARES.get(p, 0.1) for p in self._programs])
        self._shares = shares / shares.sum()

    def voice(self, rng: np.random.Generator) -> Spoken:
        """One of them."""
        among = self._by[str(rng.choice(self._programs, p=self._shares))]
        return among[int(rng.integers(len(among)))]


def learn_stops(count: int, bank: Bank, noise: Sequence[Sound], seed: int) -> Scenes:
    """So many scenes with a stop."""
    rng, net = np.random.default_rng((seed, 1)), LongEmbedding()
    rows: list[NDArray[np.float16]] = []
    labels: list[NDArray[np.int8]] = []
    for _ in range(count):
        voice = bank.voice(rng)
        before = bank.voice(rng) if rng.random() < 0.3 else voice
        lead = _said(_one(before.sentences, rng), rng)[-3 * RATE_HZ :] if rng.random() < 0.35 else None
        sound, start_s, end_s = stop_scene(_said(_one(voice.stops, rng), rng), lead, rng, noise)
        rows.append(steps_in(sound, net).astype(np.float16))
        labels.append(labels_of(len(rows[-1]), start_s, end_s))
    return Scenes(np.concatenate(rows), np.concatenate(labels))


def learn_others(hours: float, bank: Bank, noise: Sequence[Sound], voices: Sequence[Sound], seed: int) -> Scenes:
    """So many hours of anything but stop."""
    rng, net, length_s = np.random.default_rng((seed, 2)), LongEmbedding(), 0.0
    rows: list[NDArray[np.float16]] = []
    labels: list[NDArray[np.int8]] = []
    while length_s < hours * 3600.0:
        voice = bank.voice(rng)
        said = [_said(_one(voice.sentences if rng.random() < 0.25 else voice.others, rng), rng) for _ in range(6)]
        if len(voices):
            said.insert(int(rng.integers(6)), _said(_one(voices, rng), rng))
        sound = scene(said, [float(rng.uniform(0.25, 1.3)) for _ in said], rng, noise)
        length_s += len(sound) / RATE_HZ
        rows.append(steps_in(sound, net).astype(np.float16))
        labels.append(np.zeros(len(rows[-1]), np.int8))
        labels[-1][: STEPS - 1] = -1
    return Scenes(np.concatenate(rows), np.concatenate(labels))


def plain_speech(hours: float, voices: Sequence[Synthesiser], noise: Sequence[Sound], seed: int) -> Scenes:
    """So many hours of sentences, as people talk, to choose the threshold on."""
    rng, net, length_s = np.random.default_rng((seed, 3)), LongEmbedding(), 0.0
    whole = sentences(judging=False)
    rows: list[NDArray[np.float16]] = []
    while length_s < hours * 3600.0:
        voice = voices[len(rows) % len(voices)]
        said = [spoilt(part, rng) for part in voice.say([_text(whole, rng) for _ in range(6)]) if len(part)]
        sound = scene(said, [float(rng.uniform(0.25, 1.3)) for _ in said], rng, noise)
        length_s += len(sound) / RATE_HZ
        rows.append(steps_in(sound, net).astype(np.float16))
    steps = np.concatenate(rows)
    return Scenes(steps, np.zeros(len(steps), np.int8))


def _text(among: Sequence[str], rng: np.random.Generator) -> str:
    return among[int(rng.integers(len(among)))]


def _one(among: Sequence[Sound], rng: np.random.Generator) -> Sound:
    return among[int(rng.integers(len(among)))]
