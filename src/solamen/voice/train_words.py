"""Trains the net that hears "stop", on synthetic speech alone. Needs torch, espeak-ng, flite, and Debian's fortunes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console

from solamen.learning.card import ModelCard
from solamen.learning.train import Batch, Training, TrainingSettings, export, parameters_of
from solamen.voice.evaluate import data_folder
from solamen.voice.steps import EMBEDDING, WORD_CHANNELS
from solamen.voice.stop_word import STEPS, WEIGHTS
from solamen.voice.train_words_data import Scenes, bursts, learn_others, learn_stops, noises

_CACHE = Path.home() / ".cache" / "solamen" / "stop_words"
_WIDTH, _HEAD = 48, 48
STOPS, HOURS, PARTS = 600, 0.6, 5
"""Of a part: scenes with a stop, and hours of other speech; each part is kept when it is made."""
EPOCHS = 6
THRESHOLD = 3.0
_VERSION = "1"


class WordNet(torch.nn.Module):  # type: ignore[misc]
    """Depthwise-separable convolutions over steps, and one answer: log odds that stop has just been said.

    Args:
        mean: (160,) of the steps in training.
        spread: (160,) likewise.
    """

    def __init__(self, mean: NDArray[np.float32], spread: NDArray[np.float32]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("spread", torch.from_numpy(spread))
        self.enter = torch.nn.Conv1d(WORD_CHANNELS, _WIDTH, 1)
        self.each = torch.nn.ModuleList(torch.nn.Conv1d(_WIDTH, _WIDTH, 3, padding=1, groups=_WIDTH) for _ in range(2))
        self.mix = torch.nn.ModuleList(torch.nn.Conv1d(_WIDTH, _WIDTH, 1) for _ in range(2))
        self.head = torch.nn.Sequential(
            torch.nn.Dropout(0.2),
            torch.nn.Linear(STEPS * _WIDTH, _HEAD),
            torch.nn.GELU(),
            torch.nn.Dropout(0.3),
            torch.nn.Linear(_HEAD, 1),
        )

    def forward(self, steps: torch.Tensor) -> torch.Tensor:
        """Log odds (n,) of steps (n, 14, 160)."""
        mel = steps[:, :, EMBEDDING:]
        level = mel.mean(dim=2).amax(dim=1)[:, None, None]  # so that loud and soft are alike
        steps = torch.cat([steps[:, :, :EMBEDDING], mel - level], dim=2)
        x = ((steps - self.mean) / self.spread).clamp(-5.0, 5.0).transpose(1, 2)
        x = torch.nn.functional.gelu(self.enter(x))
        for each, mix in zip(self.each, self.mix, strict=True):
            x = x + torch.nn.functional.gelu(mix(each(x)))
        return self.head(x.flatten(1))[:, 0]


def train(seed: int = 0, data: Path | None = None, folder: Path | None = None, cache: Path | None = None) -> Path:
    """Makes the speech, learns, and writes the net with its card. Interrupted, it goes on with the next part.

    Args:
        seed: of all that is random.
        data: folder of the archives of noise and bursts; None takes the environment's.
        folder: where weights and card go; None means the shipped ones.
        cache: folder where the speech, as steps, is kept.

    Raises:
        OutsideError: an archive, a synthesiser or the texts are missing.
    """
    torch.set_num_threads(1)
    console = Console(stderr=True, highlight=False)
    parts = _parts(data_folder(data), cache or _CACHE, seed, console)
    windows, labels = _windows(parts, np.random.default_rng(seed))
    console.print(f"{int(labels.sum())} windows with a stop, {int((labels == 0).sum())} without")
    net = _learned(windows, labels, seed, console)
    path = (folder or WEIGHTS.parent) / WEIGHTS.name
    write(net, path, seed, {})
    return path


def _parts(data: Path, cache: Path, seed: int, console: Console) -> list[Scenes]:
    cache.mkdir(parents=True, exist_ok=True)
    noise, voices = noises(data, judging=False), bursts(data, 600)
    made: list[tuple[str, Callable[[int], Scenes]]] = [
        ("stops", lambda number: learn_stops(STOPS, noise, number)),
        ("others", lambda number: learn_others(HOURS, noise, voices, number)),
    ]
    found = []
    for number in range(PARTS):
        for name, make in made:
            path = cache / f"{name}_{seed}_{number}.npz"
            if not path.is_file():
                scenes = make(seed * 1000 + number)
                np.savez(path.with_suffix(".part.npz"), **vars(scenes))
                path.with_suffix(".part.npz").replace(path)
                console.print(path.name)
            with np.load(path) as kept:
                found.append(Scenes(kept["steps"], kept["label"]))
    return found


def _windows(parts: list[Scenes], rng: np.random.Generator) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    """Windows (n, 14, 160) that end with a step that is learned, and their labels."""
    windows, labels = [], []
    for part in parts:
        ends = np.flatnonzero(part.label >= 0)
        ends = ends[ends >= STEPS - 1]
        views = np.lib.stride_tricks.sliding_window_view(part.steps, STEPS, axis=0)
        windows.append(views[ends - STEPS + 1].transpose(0, 2, 1))
        labels.append(part.label[ends].astype(np.float32))
    order = rng.permutation(sum(map(len, labels)))
    return np.concatenate(windows)[order], np.concatenate(labels)[order]


def _learned(windows: NDArray[np.float16], labels: NDArray[np.float32], seed: int, console: Console) -> WordNet:
    some = windows[:20_000].astype(np.float32).copy()
    some[:, :, EMBEDDING:] -= some[:, :, EMBEDDING:].mean(axis=2).max(axis=1)[:, None, None]
    torch.manual_seed(seed)
    net = WordNet(some.mean(axis=(0, 1)), some.std(axis=(0, 1)) + 0.1)
    held = len(labels) // 12
    both = torch.from_numpy(windows), torch.from_numpy(labels)
    settings = TrainingSettings(seed=seed, epochs=EPOCHS, batch=256, rate=2e-3, decay=2e-2, patience=EPOCHS)
    train = tuple(part[held:] for part in both)
    Training(net, loss, settings).run(train, tuple(part[:held] for part in both), console)
    return net


def loss(net: WordNet, batch: Batch) -> torch.Tensor:
    """Cross entropy; in training, of windows whose bands and times are wiped out here and there."""
    windows, label = batch[0].float(), batch[1]
    if net.training:
        windows = spoilt(windows)
    return torch.nn.functional.binary_cross_entropy_with_logits(net(windows), label)


def spoilt(windows: torch.Tensor) -> torch.Tensor:
    """Embeddings with noise, and bands wiped out (SpecAugment; Park et al. 2019)."""
    count = len(windows)
    windows = windows.clone()
    windows[:, :, :EMBEDDING] += 2.0 * torch.randn(count, STEPS, EMBEDDING)
    windows *= (torch.rand(count, 1, WORD_CHANNELS) > 0.15).float()
    band = torch.arange(WORD_CHANNELS - EMBEDDING)[None] - torch.randint(-8, 64, (count, 1))
    wiped = ((band >= 0) & (band < torch.randint(1, 12, (count, 1)))).float()[:, None]
    mel = windows[:, :, EMBEDDING:]
    windows[:, :, EMBEDDING:] = mel * (1.0 - wiped) + mel.mean(dim=(1, 2), keepdim=True) * wiped
    return windows


def write(net: WordNet, path: Path, seed: int, figures: dict[str, float]) -> None:
    """The net as ONNX, with its card."""
    example = np.random.default_rng(0).normal(0.0, 1.0, (2, STEPS, WORD_CHANNELS)).astype(np.float32)
    export(net, (example,), path, ("steps",), ("odds",))
    ModelCard(
        name="stop-word",
        version=_VERSION,
        purpose='Whether somebody has just said "stop" alone, in English. Not a safety device.',
        inputs="`steps`: (n, 14, 160), steps of 80 ms: speech embedding (96 numbers), log-mel (64).",
        outputs="`odds`: log odds that stop has just been said; the mean of two steps must pass the threshold.",
        data=f"Synthetic speech alone: espeak-ng ({STOPS * PARTS} stops, with flite's) and {HOURS * PARTS:g} hours of"
        " other speech (Debian's fortunes, words of a dictionary, words that sound alike), acted bursts of EmoGator,"
        f" noise of ESC-10 at 5 to 25 dB, rooms, gains, a telephone's band; seed {seed}. The embedding before it is"
        " Google's speech_embedding (Apache-2.0), not trained here.",
        figures={"threshold": THRESHOLD, **figures},
        how_measured="`solamen evaluate words`: on synthesisers, voices, sentences and noises that training never had;"
        " synthetic too.",
        limits=(
            "It has heard no human being say stop; how it does with people was not measured.",
            "While the robot speaks, and for 0.7 s after, it hears nothing.",
            "It is English; whispered, shouted and slurred stops were not tried.",
        ),
        parameters=parameters_of(net),
    ).write(path)
