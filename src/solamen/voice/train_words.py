"""Trains the net that hears "stop", on synthetic speech alone. Needs torch, the synthesisers, and Debian's fortunes."""

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
from solamen.voice.steps import WORD_CHANNELS
from solamen.voice.stop_word import STEPS, WEIGHTS, StopDecision
from solamen.voice.train_words_bank import choosing, learning, spoken
from solamen.voice.train_words_data import Bank, Scenes, bursts, learn_others, learn_stops, noises, plain_speech

_CACHE = Path.home() / ".cache" / "solamen" / "stop_words"
_WIDTH, _HEAD, _FORGOTTEN = 32, 64, 0.15
STOPS, HOURS, PARTS = 320, 0.3, 4
"""Of a part: scenes with a stop, and hours of other speech; each part is kept when it is made."""
EPOCHS = 10
PLAIN_HOURS = 0.5
FALSE_PER_HOUR = 1.0
"""In the speech on which the threshold is chosen."""
_VERSION = "2"
_STEPS_PER_HOUR = 45_000.0


class WordNet(torch.nn.Module):  # type: ignore[misc]
    """Each step made smaller, all of them seen at once, and one answer: log odds that stop has just been said.

    Args:
        mean: (96,) of the steps in training.
        spread: (96,) likewise.
    """

    def __init__(self, mean: NDArray[np.float32], spread: NDArray[np.float32]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("spread", torch.from_numpy(spread))
        self.enter = torch.nn.Linear(WORD_CHANNELS, _WIDTH)
        self.head = torch.nn.Sequential(
            torch.nn.Dropout(0.2),
            torch.nn.Linear(STEPS * _WIDTH, _HEAD),
            torch.nn.GELU(),
            torch.nn.Dropout(0.2),
            torch.nn.Linear(_HEAD, _HEAD // 2),
            torch.nn.GELU(),
            torch.nn.Linear(_HEAD // 2, 1),
        )

    def forward(self, steps: torch.Tensor) -> torch.Tensor:
        """Log odds (n,) of steps (n, 14, 96)."""
        x = ((steps - self.mean) / self.spread).clamp(-5.0, 5.0)
        if self.training:
            x = x * (torch.rand(len(x), 1, WORD_CHANNELS) > _FORGOTTEN).float()
        return self.head(torch.nn.functional.gelu(self.enter(x)).flatten(1))[:, 0]


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
    learned, chosen = _parts(data_folder(data), cache or _CACHE, seed, console)
    windows, labels = _windows(learned, np.random.default_rng(seed))
    console.print(f"{int(labels.sum())} windows with a stop, {int((labels == 0).sum())} without")
    net = _learned((windows, labels), _windows(chosen, np.random.default_rng(seed)), seed, console)
    figures = choose(net, chosen[0], _plain(data_folder(data), cache or _CACHE, seed))
    console.print(str(figures))
    path = (folder or WEIGHTS.parent) / WEIGHTS.name
    write(net, path, seed, figures)
    return path


def _parts(data: Path, cache: Path, seed: int, console: Console) -> tuple[list[Scenes], list[Scenes]]:
    """Scenes that are learned from, and those the threshold is chosen on; in turn with a stop, and without."""
    learned: list[Scenes] = []
    chosen: list[Scenes] = []
    for found, name, voices, count in ((learned, "learn", learning, PARTS), (chosen, "choose", choosing, 1)):
        paths = [
            cache / f"{name}_{kind}_{seed}_{number}.npz" for number in range(count) for kind in ("stops", "others")
        ]
        if not all(path.is_file() for path in paths):
            bank = Bank(list(spoken(voices(seed), cache / "voices", console)))
            _make(paths, bank, data, seed + (500 if name == "choose" else 0), console)
        for path in paths:
            with np.load(path) as kept:
                found.append(Scenes(kept["steps"], kept["label"]))
    return learned, chosen


def _plain(data: Path, cache: Path, seed: int) -> Scenes:
    """Sentences of voices that nothing was learned from."""
    path = cache / f"choose_plain_{seed}_0.npz"
    if not path.is_file():
        voices = [voice for voice in choosing(seed) if voice.program == "pico"]
        np.savez(path, **vars(plain_speech(PLAIN_HOURS, voices, noises(data, judging=False), seed)))
    with np.load(path) as kept:
        return Scenes(kept["steps"], kept["label"])


def _make(paths: list[Path], bank: Bank, data: Path, seed: int, console: Console) -> None:
    noise, cries = noises(data, judging=False), bursts(data, 600)
    made: tuple[Callable[[int], Scenes], ...] = (
        lambda number: learn_stops(STOPS, bank, noise, number),
        lambda number: learn_others(HOURS, bank, noise, cries, number),
    )
    for number, path in enumerate(paths):
        if not path.is_file():
            scenes = made[number % 2](seed * 1000 + number // 2)
            np.savez(path.with_suffix(".part.npz"), **vars(scenes))
            path.with_suffix(".part.npz").replace(path)
            console.print(path.name)


def _windows(parts: list[Scenes], rng: np.random.Generator) -> tuple[NDArray[np.float16], NDArray[np.float32]]:
    """Windows (n, 14, 96) that end with a step that is learned, and their labels."""
    windows, labels = [], []
    for part in parts:
        ends = np.flatnonzero(part.label >= 0)
        ends = ends[ends >= STEPS - 1]
        views = np.lib.stride_tricks.sliding_window_view(part.steps, STEPS, axis=0)
        windows.append(views[ends - STEPS + 1].transpose(0, 2, 1))
        labels.append(part.label[ends].astype(np.float32))
    order = rng.permutation(sum(map(len, labels)))
    return np.concatenate(windows)[order], np.concatenate(labels)[order]


Windows = tuple[NDArray[np.float16], NDArray[np.float32]]


def _learned(train: Windows, validation: Windows, seed: int, console: Console) -> WordNet:
    some = train[0][:20_000].astype(np.float32)
    torch.manual_seed(seed)
    net = WordNet(some.mean(axis=(0, 1)), some.std(axis=(0, 1)) + 0.1)
    settings = TrainingSettings(seed=seed, epochs=EPOCHS, batch=256, rate=2e-3, decay=5e-2, patience=EPOCHS)
    first, second = (tuple(map(torch.from_numpy, part)) for part in (train, validation))
    Training(net, loss, settings).run(first, second, console)
    return net


def loss(net: WordNet, batch: Batch) -> torch.Tensor:
    """Cross entropy; in training, of noisy windows that are mixed with each other (Zhang et al. 2018)."""
    windows, label = batch[0].float(), batch[1]
    if net.training:
        windows = windows + 1.5 * torch.randn_like(windows)
        share = torch.from_numpy(
            np.random.default_rng(int(torch.randint(2**31, (1,)))).beta(0.2, 0.2, len(label))
        ).float()
        other = torch.randperm(len(label))
        windows = share[:, None, None] * windows + (1.0 - share[:, None, None]) * windows[other]
        label = share * label + (1.0 - share) * label[other]
    return torch.nn.functional.binary_cross_entropy_with_logits(net(windows), label)


def choose(net: WordNet, stops: Scenes, plain: Scenes) -> dict[str, float]:
    """The lowest threshold with at most one false stop an hour of the choosing voices' sentences, and its figures.

    Args:
        net: has learned.
        stops: scenes with a stop by other voices.
        plain: sentences by other voices.
    """
    said, other = _odds(net, stops), _odds(net, plain)[0]
    hours, threshold, false = len(other) / _STEPS_PER_HOUR, -2.25, len(other)
    while false > FALSE_PER_HOUR * hours and threshold < 12.0:
        threshold += 0.25
        decision = StopDecision(threshold)
        false = sum(decision.take(float(value)) for value in other)
    return {
        "threshold": threshold,
        "recall at 5 to 25 dB, choosing": _share(said, threshold),
        "false an hour, choosing": false / hours,
        "hours, choosing": hours,
    }


def _odds(net: WordNet, scenes: Scenes) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    views = np.lib.stride_tricks.sliding_window_view(scenes.steps.astype(np.float32), STEPS, axis=0).transpose(0, 2, 1)
    with torch.no_grad():
        odds = np.concatenate(
            [net(torch.from_numpy(views[i : i + 4096].copy())).numpy() for i in range(0, len(views), 4096)]
        )
    return odds, scenes.label[STEPS - 1 :]


def _share(found: tuple[NDArray[np.float32], NDArray[np.int8]], threshold: float) -> float:
    """Of stops, in whose steps that tell it the mean of two passes the threshold."""
    odds, label = found
    passed = np.convolve(odds, (0.5, 0.5))[: len(odds)] >= threshold
    begins = np.flatnonzero((label == 1) & (np.roll(label, 1) != 1))
    return float(np.mean([passed[begin : begin + 9].any() for begin in begins]))


def write(net: WordNet, path: Path, seed: int, figures: dict[str, float]) -> None:
    """The net as ONNX, with its card."""
    example = np.random.default_rng(0).normal(0.0, 1.0, (2, STEPS, WORD_CHANNELS)).astype(np.float32)
    export(net, (example,), path, ("steps",), ("odds",))
    ModelCard(
        name="stop-word",
        version=_VERSION,
        purpose='Whether somebody has just said "stop" alone, in English. Not a safety device.',
        inputs="`steps`: (n, 14, 96), steps of 80 ms: the speech embedding.",
        outputs="`odds`: log odds that stop has just been said; the mean of two steps must pass the threshold.",
        data=f"Synthetic speech alone, of Kokoro, espeak-ng, flite and Pico ({STOPS * PARTS} scenes with a stop, and"
        f" {HOURS * PARTS:g} hours of other speech: Debian's fortunes, words of a dictionary, words that sound alike),"
        " acted bursts of EmoGator, noise of ESC-10 at 5 to 25 dB, rooms, gains, sizes of speaker, a telephone's band;"
        f" seed {seed}. The threshold was chosen on other voices of Kokoro and Pico. The embedding before it is"
        " Google's speech_embedding (Apache-2.0), not trained here.",
        figures=figures,
        how_measured="On the voices that the threshold was chosen on. `solamen evaluate words` judges on synthesisers,"
        " voices, sentences and noises that training never had; synthetic too.",
        limits=(
            "It learned from no human being.",
            "While the robot speaks, and for 0.7 s after, it hears nothing.",
            "It is English; whispered, shouted and slurred stops were not tried.",
        ),
        parameters=parameters_of(net),
    ).write(path)
