"""Trains the head that hears stop words, on synthetic voices: `solamen train stop`."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.neural_network import MLPClassifier

from solamen.voice.embedding import SIZE, SpeechEmbedding
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.stop_head import WEIGHTS, WINDOW, path_of
from solamen.voice.train_stop_data import TRAIN, in_noise, in_room, noise_clips, said, sentence, spoken

STOP_COUNT, OTHER_COUNT, HIDDEN = 1800, 1500, 48
AFTER_S = (0.05, 0.1, 0.2, 0.3)
"""So long after its end a stop word should be known."""
DATA = Path(__file__).resolve().parents[4] / "shared" / "data" / "voice"
_log = logging.getLogger(__name__)


def train(seed: int = 0, folder: Path = WEIGHTS, data: Path = DATA) -> Path:
    """Trains the English head.

    Args:
        seed: of all that is random.
        folder: where the weights go.
        data: the folder with esc10.zip.

    Raises:
        OutsideError: there is no espeak-ng or no noise.
    """
    windows, labels = examples(np.random.default_rng(seed), noise_clips(data / "esc10.zip", TRAIN))
    mean, scale = windows.mean((0, 1)), windows.std((0, 1)) + 1e-3
    net = MLPClassifier(
        (HIDDEN,),
        alpha=1e-2,
        batch_size=256,
        learning_rate_init=1e-3,
        max_iter=40,
        early_stopping=True,
        random_state=seed,
    )
    net.fit(((windows - mean) / scale).reshape(len(windows), -1), labels)
    path = folder / path_of("en").name
    path.parent.mkdir(parents=True, exist_ok=True)
    values = {"first": net.coefs_[0], "first_bias": net.intercepts_[0], "second": net.coefs_[1][:, 0]}
    values |= {"second_bias": net.intercepts_[1][0], "mean": mean, "scale": scale, "threshold": np.float32(0.9)}
    kept = {name: np.asarray(value, np.float16 if name == "first" else np.float32) for name, value in values.items()}
    with path.open("wb") as file:
        np.savez_compressed(file, allow_pickle=False, **kept)
    return path


def examples(
    rng: np.random.Generator, noises: list[Sound], stops: int = STOP_COUNT, others: int = OTHER_COUNT
) -> tuple[NDArray[np.float32], NDArray[np.int64]]:
    """Windows of embeddings (n, 16, 96) with 1 where a stop word has just ended, else 0."""
    net = SpeechEmbedding()
    phrases = spoken()["stops"]
    windows: list[NDArray[np.float32]] = []
    labels: list[int] = []
    for number in range(stops + others):
        stop = number < stops
        text = phrases[number % len(phrases)] if stop else sentence(TRAIN, rng)
        for window, label in _windows(text, stop, net, noises, rng):
            windows.append(window)
            labels.append(label)
        if number % 200 == 0:
            _log.info("%d of %d sentences", number, stops + others)
    windows += list(_of_noise(net, noises, rng))
    labels += [0] * (len(windows) - len(labels))
    return np.stack(windows), np.array(labels)


def _windows(
    text: str, stop: bool, net: SpeechEmbedding, noises: list[Sound], rng: np.random.Generator
) -> Iterator[tuple[NDArray[np.float32], int]]:
    speech = said(text, TRAIN, rng)
    speech = speech[: np.flatnonzero(np.abs(speech) > 0.02 * np.abs(speech).max())[-1] + 1]
    before = np.zeros(int(RATE_HZ * rng.uniform(0.1, 1.5)), np.float32)
    if stop and rng.random() < 0.15:
        before = said(sentence(TRAIN, rng), TRAIN, rng)
    sound = np.concatenate([before, speech, np.zeros(RATE_HZ // 2, np.float32)])
    if rng.random() < 0.5:
        sound = in_room(sound, rng)
    noise = noises[rng.integers(len(noises))]
    sound = in_noise(sound, np.roll(noise, rng.integers(len(noise))), rng.uniform(3.0, 35.0), rng.uniform(-40.0, -8.0))
    vectors = _embedded(net, sound)
    if not stop:
        ends = rng.choice(np.arange(WINDOW, len(vectors) + 1), 4)
        yield from ((vectors[end - WINDOW : end], 0) for end in ends)
        return
    end_s = (len(before) + len(speech)) / RATE_HZ
    for after_s in AFTER_S:
        end = WINDOW + int((end_s + after_s) / 0.08)
        if end <= len(vectors):
            yield vectors[end - WINDOW : end], 1
    begin = WINDOW + int(len(before) / RATE_HZ / 0.08)
    yield vectors[begin - WINDOW : begin], 0


def _embedded(net: SpeechEmbedding, sound: Sound) -> NDArray[np.float32]:
    """Embeddings of a sound, with a window of silence before it."""
    net.reset()
    quiet = np.random.default_rng(0).normal(0.0, 1e-4, WINDOW * RATE_HZ * 80 // 1000).astype(np.float32)
    return net.push(np.concatenate([quiet, sound])).reshape(-1, SIZE)


def _of_noise(net: SpeechEmbedding, noises: list[Sound], rng: np.random.Generator) -> Iterator[NDArray[np.float32]]:
    for noise in noises:
        vectors = _embedded(net, np.asarray(noise * 10.0 ** (rng.uniform(-30.0, 0.0) / 20.0), np.float32))
        for end in rng.choice(np.arange(WINDOW, len(vectors) + 1), 6):
            yield vectors[end - WINDOW : end]
