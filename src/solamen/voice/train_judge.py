"""Trains the judge of voices: is it a voice, and does somebody talk? Needs torch."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from sklearn.linear_model import LogisticRegression

from solamen.learning.card import ModelCard
from solamen.learning.decisions import auc
from solamen.learning.splits import split_by_person
from solamen.learning.train import export, parameters_of
from solamen.voice.evaluate import data_folder, fold_judge
from solamen.voice.model import JUDGE_WEIGHTS, JUDGED
from solamen.voice.steps import CHANNELS, MOST_STEPS
from solamen.voice.train_data import FOLDS, Examples
from solamen.voice.train_export import halve
from solamen.voice.train_judge_data import judge_examples
from solamen.voice.train_net import LEVEL, PAD_LEVEL, cut_after
from solamen.voice.train_perceptron import Learning, fit_perceptron
from solamen.voice.train_stack import pool

CACHE = Path.home() / ".cache" / "solamen" / "voice_examples"
_VERSION = "1"
_PREFIXES = (3, 8, MOST_STEPS)
"""Steps after which a sound is judged: as soon as an estimate is given, after 0.6 s, and at its end."""

_PERCEPTRONS = 2
_MOST_SPREADS = 6.0
_LEARNING = Learning(balance=0.5, smoothing=0.01)
_BURST, _TALK, _OTHER = (JUDGED.index(name) for name in ("burst", "talk", "other"))
_TERMS = 8

Numbers = NDArray[np.float64]


def train(seed: int = 0, data: Path | None = None, folder: Path | None = None, cache: Path | None = None) -> Path:
    """Trains a judge for each fold of speakers, judges it on that fold, and trains the shipped one on all.

    Args:
        seed: of all that is random.
        data: folder of the archives; None takes the environment's.
        folder: where weights and cards go; None means the shipped ones.
        cache: folder where what was computed from the archives is kept.

    Raises:
        OutsideError: an archive is missing or broken, or the synthesisers are not installed.
    """
    torch.set_num_threads(1)
    console, folder = Console(stderr=True, highlight=False), folder or JUDGE_WEIGHTS.parent
    examples = judge_examples(data_folder(data), cache or CACHE, console)
    figures: dict[str, float] = {}
    for fold in range(FOLDS):
        fitted = fit_judge(examples.take(examples.fold != fold), seed + fold)
        found = judged(fitted, examples.take(examples.fold == fold))
        found = {f"{name}, fold {fold}": value for name, value in found.items()}
        for name, value in found.items():
            console.print(f"{name}: {value:.3f}")
        write(fitted, folder / fold_judge(fold).name, found, seed)
        figures |= found
    path = folder / JUDGE_WEIGHTS.name
    write(fit_judge(examples, seed + FOLDS), path, figures, seed)
    return path


class Judge(torch.nn.Module):  # type: ignore[misc]
    """Perceptrons on statistics of a sound, joined with silero's voice activity by two logistic regressions.

    Args:
        mean: (1149,) of the statistics of `pool`.
        spread: (1149,) likewise.
        perceptrons: for burst, talk and other sound, which are averaged.

    Attributes:
        voice: (8,) of `fit_odds`, for a voice against another sound; zeros until it is fitted.
        talk: (8,) likewise, for talk against a sound of a voice without words.
    """

    def __init__(self, mean: Numbers, spread: Numbers, perceptrons: list[Any]) -> None:
        super().__init__()
        self.perceptrons = torch.nn.ModuleList(perceptrons)
        for name, value in (
            ("mean", mean),
            ("spread", spread),
            ("voice", np.zeros(_TERMS)),
            ("talk", np.zeros(_TERMS)),
        ):
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))

    def forward(self, steps: torch.Tensor, speech: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Log odds of a voice (n,), and of talk where it is one (n,).

        Args:
            steps: (n, m, 164) of `steps_of`.
            speech: (n,) silero's highest probability of a voice so far.
        """
        terms = self.terms(steps, speech)
        return (terms[:, 0] * self.voice).sum(dim=1), (terms[:, 1] * self.talk).sum(dim=1)

    def terms(self, steps: torch.Tensor, speech: torch.Tensor) -> torch.Tensor:
        """(n, 2, 8) what both regressions read: a constant, log odds of the perceptrons and of silero; early, too."""
        answers = [torch.softmax(perceptron(self.scaled(steps)), dim=1) for perceptron in self.perceptrons]
        chance = torch.stack(answers).mean(dim=0).clamp(1e-5, 1.0)
        here = (steps[:, :, LEVEL] > 0.5 * PAD_LEVEL).float()
        early = torch.exp(-here.sum(dim=1) / 6.0)
        known = speech.clamp(1e-4, 1.0 - 1e-4)
        silero = (known / (1.0 - known)).log()
        voice = (chance[:, _BURST] + chance[:, _TALK]).clamp(1e-5).log() - chance[:, _OTHER].log()
        talk = chance[:, _TALK].log() - chance[:, _BURST].log()
        rows = []
        for said in (voice, talk):
            given = torch.stack([torch.ones_like(said), said, silero, (said + silero).clamp(max=0.0)], dim=1)
            rows.append(torch.cat([given, given * early[:, None]], dim=1))
        return torch.stack(rows, dim=1)

    def scaled(self, steps: torch.Tensor) -> torch.Tensor:
        """The statistics (n, 1149) in spreads from their mean."""
        found: torch.Tensor = ((pool(steps) - self.mean) / self.spread).clamp(-_MOST_SPREADS, _MOST_SPREADS)
        return found


def fit_odds(terms: Numbers, wanted: NDArray[np.bool_]) -> Numbers:
    """Logistic regression with both answers equally heavy."""
    found = LogisticRegression(C=0.3, class_weight="balanced", max_iter=2000, fit_intercept=False).fit(terms, wanted)
    weights: Numbers = found.coef_[0]
    return weights


def tensors_of(data: Examples, most: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Steps of sounds so far, marked behind their end, and what silero says by then."""
    steps = torch.from_numpy(data.steps.astype(np.float32))
    length = torch.from_numpy(data.length)
    at = np.minimum(data.length, most) - 1
    speech = torch.from_numpy(data.speech[np.arange(len(at)), at].astype(np.float32))
    return cut_after(steps, length, most), speech


def fit_judge(data: Examples, seed: int) -> Judge:
    """Perceptrons on 80 % of the speakers, and the regressions on the others."""
    split = split_by_person(data.speaker.tolist(), seed, validation=0.2, test=0.0)
    judge, held = _fitted(data.take(split.train), seed), data.take(split.validation)
    terms = np.concatenate([terms_of(judge, held, most) for most in _PREFIXES])
    kind = np.tile(held.kind, len(_PREFIXES))
    alive = kind != _OTHER
    lines = {"voice": fit_odds(terms[:, 0], alive), "talk": fit_odds(terms[alive, 1], kind[alive] == _TALK)}
    for name, line in lines.items():
        getattr(judge, name).copy_(torch.from_numpy(line))
    return judge


def _fitted(data: Examples, seed: int) -> Judge:
    parts = [
        data.take(places) for places in np.array_split(np.arange(len(data.length)), max(1, len(data.length) // 1000))
    ]
    pooled = [pool(tensors_of(part, most)[0]) for most in _PREFIXES for part in parts]
    x = torch.cat(pooled)
    mean, spread = x.mean(dim=0), x.std(dim=0) + 1e-3
    wanted = torch.from_numpy(np.tile(data.kind, len(_PREFIXES)))
    scaled = ((x - mean) / spread).clamp(-_MOST_SPREADS, _MOST_SPREADS)
    found = [fit_perceptron(scaled, wanted, _LEARNING, seed * 1009 + number) for number in range(_PERCEPTRONS)]
    return Judge(mean.numpy(), spread.numpy(), found)


def terms_of(judge: Judge, data: Examples, most: int) -> Numbers:
    """What the regressions read of sounds after so many steps, (n, 2, 8)."""
    judge.eval()
    with torch.no_grad():
        parts = _pieces(data)
        return np.concatenate([judge.terms(*tensors_of(part, most)).numpy() for part in parts]).astype(np.float64)


def odds_of(judge: Judge, data: Examples, most: int = MOST_STEPS) -> tuple[Numbers, Numbers]:
    """Log odds of a voice, and of talk, of sounds after so many steps."""
    judge.eval()
    with torch.no_grad():
        found = [judge(*tensors_of(part, most)) for part in _pieces(data)]
    voice, talk = (np.concatenate([part[i].numpy() for part in found]).astype(np.float64) for i in (0, 1))
    return voice, talk


def _pieces(data: Examples) -> Sequence[Examples]:
    count = len(data.length)
    return [data.take(places) for places in np.array_split(np.arange(count), -(-count // 1000))]


def judged(judge: Judge, data: Examples) -> dict[str, float]:
    """AUC of a voice against other sounds, and of talk against acted bursts, early and at the end."""
    found = {}
    for name, most in (("0.3 s", 4), ("1.0 s", 12), ("the end", MOST_STEPS)):
        voice, talk = odds_of(judge, data, most)
        real = (data.category != "moan") & (data.category != "hum")
        acted = np.char.startswith(data.speaker, "emogator")
        alive = real & (acted | (data.kind == _TALK))
        found[f"AUC of a voice, {name}"] = auc((data.kind != _OTHER)[real], voice[real])
        found[f"AUC of talk, {name}"] = auc((data.kind == _TALK)[alive], talk[alive])
    return found


def write(trained: Judge, path: Path, figures: dict[str, float], seed: int) -> None:
    """The judge of voices as ONNX, with its card."""
    steps = np.random.default_rng(0).normal(0.0, 1.0, (2, 12, CHANNELS)).astype(np.float32)
    speech = np.array([0.2, 0.9], np.float32)
    export(trained, (steps, speech), path, ("steps", "speech"), ("voice", "talk"), free={"steps": {1: "count"}})
    halve(path)
    ModelCard(
        name="voice-judge",
        version=_VERSION,
        purpose="Whether a sound is a voice's, and whether somebody talks, so that neither talk nor a dog is taken for"
        " pain. Not a medical device.",
        inputs="`steps`: (n, m, 164), m of 1 to 38 steps of 80 ms, as of `voice_pain`; `speech`: (n,) silero's highest"
        " probability of a voice so far.",
        outputs="`voice`: log odds of a voice; `talk`: log odds of talk, where it is a voice. Both are at even odds.",
        data=f"EmoGator (acted bursts of 100 speakers, Apache-2.0), ESC-10 (CC BY 3.0), donateacry (ODbL); synthetic"
        f" talk of Kokoro, espeak-ng, flite and Pico; synthetic moans and hums; seed {seed}; all in noise of ESC-10,"
        " too. Split by speaker, voice and recording. No person who talks is among them.",
        figures=figures,
        how_measured="On speakers, voices and noises that training never heard (`solamen train voice`), synthetic"
        " moans and hums left out. `solamen evaluate voice --talk` judges the streaming reader on people and voices"
        " who talk.",
        limits=(
            "Talk was learned from synthetic voices alone.",
            "What sounds like talk and is pain (wailing with words) counts for less.",
            "Singing, whispering and shouting were not tried.",
        ),
        parameters=parameters_of(trained),
    ).write(path)
