"""Nets and base learners on statistics, joined and calibrated by a meta learner. Needs torch."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.linear_model import LogisticRegression

from solamen.learning.sounds_on_disk import CATEGORIES, PAIN
from solamen.learning.splits import split_by_person
from solamen.learning.train import Batch, Training, TrainingSettings
from solamen.voice.model import KINDS
from solamen.voice.steps import MOST_STEPS
from solamen.voice.train_data import Examples
from solamen.voice.train_net import LEVEL, PAD_LEVEL, VoiceNet, as_batch, cut_after, loss
from solamen.voice.train_perceptron import Learning, fit_perceptron

Numbers = NDArray[np.float64]

_PREFIXES = (4, 12, MOST_STEPS)
"""Steps after which a burst is judged: 0.3 s, 1 s and its end."""

NETS, _PERCEPTRONS, _KIND_PERCEPTRONS = 1, 3, 2
"""Convolutional nets, and perceptrons, of other seeds, whose answers are averaged."""

TERMS = ("the net", "the net's categories", "logistic regression", "discriminants", "the perceptrons")
"""What the meta learner reads of a burst, after a constant."""

_MOST_SPREADS = 6.0
_STEPS = 120
_CATEGORIES, _KINDS = Learning(balance=0.0, smoothing=0.1), Learning(balance=0.5, smoothing=0.01)


class Bases(torch.nn.Module):  # type: ignore[misc]
    """Base learners on statistics of the whole burst, fitted beforehand; all are linear in the statistics.

    Args:
        mean: (1149,) of the statistics of `pool`.
        spread: (1149,) likewise.
        weight: (1149, 31) of logistic regression of pain, and discriminants of categories.
        bias: (31,) likewise.
    """

    def __init__(self, mean: Numbers, spread: Numbers, weight: Numbers, bias: Numbers) -> None:
        super().__init__()
        for name, value in (("mean", mean), ("spread", spread), ("weight", weight), ("bias", bias)):
            self.register_buffer(name, torch.tensor(value, dtype=torch.float32))

    def forward(self, scaled: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Logits of pain (n,), and probabilities of the categories (n, 30), from what `scaled` gives."""
        said = scaled @ self.weight + self.bias
        return said[:, 0], torch.softmax(said[:, 1:], dim=1)

    def scaled(self, steps: torch.Tensor) -> torch.Tensor:
        """The statistics (n, 1149) in spreads from their mean."""
        found: torch.Tensor = ((pool(steps) - self.mean) / self.spread).clamp(-_MOST_SPREADS, _MOST_SPREADS)
        return found


def pool(steps: torch.Tensor) -> torch.Tensor:
    """Statistics (n, 1149) over steps (n, m, 164).

    Mean, spread, greatest, least, last against first third; mean and spread where steps count as their amplitude, so
    that what noise fills between the sounds of a voice counts little; length.
    """
    here = (steps[:, :, LEVEL] > 0.5 * PAD_LEVEL).float()[:, :, None]
    count = here.sum(dim=1)
    x = steps * here
    mean = x.sum(dim=1) / count
    spread = ((x * x).sum(dim=1) / count - mean * mean).clamp(min=0.0).sqrt()
    most = (steps * here - 1e4 * (1.0 - here)).amax(dim=1)
    least = (steps * here + 1e4 * (1.0 - here)).amin(dim=1)
    third = (count / 3.0).floor().clamp(min=1.0)[:, :, None]
    at = here.cumsum(dim=1)
    first, last = (at <= third).float() * here, (at > count[:, :, None] - third).float() * here
    change = ((steps * last).sum(dim=1) - (steps * first).sum(dim=1)) / third[:, 0]
    return torch.cat([mean, spread, most, least, change, *_loud(x, steps[:, :, LEVEL], here), count], dim=1)


def _loud(x: torch.Tensor, level: torch.Tensor, here: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Mean and spread (n, 164) of steps x weighted by amplitude; the level is in units of 20 dB."""
    weight = torch.exp(math.log(10.0) * (level - level.amax(dim=1, keepdim=True)))[:, :, None] * here
    weight = weight / weight.sum(dim=1, keepdim=True)
    mean = (weight * x).sum(dim=1)
    return mean, ((weight * x * x).sum(dim=1) - mean * mean).clamp(min=0.0).sqrt()


def fit_bases(batch: Batch) -> Bases:
    """Fits the base learners on whole bursts and on their first 0.3 and 1 s; rare answers weigh as much as others."""
    steps, length, category, kind = batch
    pieces = list(zip(steps.split(1000), length.split(1000), strict=True))
    x = np.concatenate([pool(cut_after(*piece, most)).numpy() for most in _PREFIXES for piece in pieces])
    categories, kinds = (np.tile(part.numpy(), len(_PREFIXES)) for part in (category, kind))
    mean, spread = x.mean(axis=0), x.std(axis=0) + 1e-3
    z = ((x - mean) / spread).clip(-_MOST_SPREADS, _MOST_SPREADS)
    known, acted = kinds != KINDS.index("cry"), categories >= 0
    is_pain = categories == CATEGORIES.index(PAIN)
    pain = LogisticRegression(C=0.0005, class_weight="balanced", max_iter=_STEPS).fit(z[known], is_pain[known])
    which = LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1).fit(z[acted], categories[acted])
    weight = np.concatenate([pain.coef_, which.coef_]).T
    return Bases(mean, spread, weight, np.concatenate([pain.intercept_, which.intercept_]))


class Stack(torch.nn.Module):  # type: ignore[misc]
    """Nets and base learners, joined and calibrated by a meta learner (stacking; Wolpert 1992; Platt 1999).

    The logit at even odds is linear in what the nets and the base learners say of pain, as a yes or no and among the
    categories, with other weights for short bursts.

    Args:
        nets: which are averaged.
        bases: the linear base learners.
        perceptrons: for the categories, which are averaged.
        of_kinds: perceptrons for the kinds of sound, which are averaged.
        line: (12,) of `fit_line`; zeros until it is fitted.
    """

    def __init__(
        self,
        nets: list[VoiceNet],
        bases: Bases,
        perceptrons: list[Any],
        of_kinds: list[Any],
        line: Numbers | None = None,
    ) -> None:
        super().__init__()
        self.nets, self.perceptrons = torch.nn.ModuleList(nets), torch.nn.ModuleList(perceptrons)
        self.of_kinds, self.bases = torch.nn.ModuleList(of_kinds), bases
        self.register_buffer("line", torch.tensor(np.zeros(12) if line is None else line, dtype=torch.float32))

    def forward(self, steps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Probability of pain at even odds (n,), and probabilities of categories (n, 30) and kinds (n, 4)."""
        terms, categories, kinds = self.terms(steps)
        return torch.sigmoid((terms * self.line).sum(dim=1)), categories, kinds

    def terms(self, steps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """What the meta learner reads (n, 12), and probabilities of categories and kinds (0 without perceptrons)."""
        answers = [net(steps) for net in self.nets]
        yes = _mean([answer[0] for answer in answers])
        categories = _mean([torch.softmax(answer[1], dim=1) for answer in answers])
        scaled = self.bases.scaled(steps)
        base_yes, base_categories = self.bases(scaled)
        kinds = _mean([torch.softmax(perceptron(scaled), dim=1) for perceptron in self.of_kinds])
        felt = _mean([torch.softmax(perceptron(scaled), dim=1) for perceptron in self.perceptrons])
        named, base_named, felt_named = (
            part[:, CATEGORIES.index(PAIN)].clamp(min=1e-4).log() for part in (categories, base_categories, felt)
        )
        count = (steps[:, :, LEVEL] > 0.5 * PAD_LEVEL).float().sum(dim=1)
        given = torch.stack([torch.ones_like(yes), yes, named, base_yes, base_named, felt_named], dim=1)
        early = torch.exp(-count / 6.0)[:, None]
        return torch.cat([given, given * early], dim=1), 0.5 * (categories + felt), kinds


def _mean(answers: list[torch.Tensor]) -> torch.Tensor:
    return torch.stack(answers).mean(dim=0) if answers else torch.zeros(())


def fit_line(terms: Numbers, pain: NDArray[np.bool_]) -> Numbers:
    """The meta learner: logistic regression with both answers equally heavy."""
    found = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000, fit_intercept=False).fit(terms, pain)
    weights: Numbers = found.coef_[0]
    return weights


def train_stack(
    data: Examples, seed: int, checkpoint: Path | None, epochs: int, console: Console | None = None
) -> Stack:
    """Trains on 80 % of the speakers; the others stop the training and calibrate it."""
    split = split_by_person(data.speaker.tolist(), seed, validation=0.2, test=0.0)
    learned, held = thinned(data.take(split.train)), thinned(data.take(split.validation))
    batch, judged = as_batch(learned), as_batch(held)
    rows = learned.steps[np.arange(MOST_STEPS)[None] < learned.length[:, None]].astype(np.float32)
    nets = []
    for number in range(NETS):
        torch.manual_seed(seed * 1009 + number)
        net = VoiceNet(rows.mean(axis=0), rows.std(axis=0) + np.float32(1e-3))
        settings = TrainingSettings(
            seed=seed * 1009 + number, epochs=epochs, batch=128, rate=2e-3, decay=0.02, patience=epochs
        )
        at = checkpoint.with_suffix(f".{number}.pt") if checkpoint else None
        Training(net, loss, settings, at).run(batch, judged, console)
        nets.append(net)
    return joined(nets, batch, judged, as_batch(data.take(_with_infants_of(data, 3))), seed)


def thinned(examples: Examples) -> Examples:
    """Of sounds that last, every third burst so far; they look much alike."""
    voices = examples.kind == KINDS.index("voice")
    return examples.take(voices | (np.cumsum(~voices) % 3 == 0))


def _with_infants_of(data: Examples, every: int) -> NDArray[np.bool_]:
    """Of donateacry's many bursts every third, and all others."""
    infants = np.char.startswith(data.speaker, "donateacry")
    kept: NDArray[np.bool_] = ~infants | (np.cumsum(infants) % every == 0)
    return kept


def joined(nets: list[VoiceNet], learned: Batch, held: Batch, kinds: Batch, seed: int) -> Stack:
    """Fits base and meta learner, this on speakers who trained neither; then the base learners anew on all.

    Args:
        nets: that are trained.
        learned: what they learned from.
        held: of other speakers.
        kinds: what the kinds of sound are learned from.
        seed: of the perceptrons.
    """
    bases = fit_bases(learned)
    stack = Stack(nets, bases, _perceptrons(bases, learned, seed), [])
    voices = held[3] == KINDS.index("voice")
    terms = [terms_of(stack, cut_after(held[0][voices], held[1][voices], most)) for most in _PREFIXES]
    pain = np.tile((held[2][voices] == CATEGORIES.index(PAIN)).numpy(), len(terms))
    line = fit_line(np.concatenate(terms), pain)
    everyone: Batch = tuple(torch.cat(parts) for parts in zip(learned, held, strict=True))
    bases = fit_bases(everyone)
    return Stack(nets, bases, _perceptrons(bases, everyone, seed), _of_kinds(bases, kinds, seed), line)


def _perceptrons(bases: Bases, batch: Batch, seed: int) -> list[Any]:
    """For the thirty categories."""
    acted = batch[2] >= 0
    x, wanted = _prefixes_of(bases, batch[0][acted], batch[1][acted]), batch[2][acted].repeat(len(_PREFIXES))
    return [fit_perceptron(x, wanted, _CATEGORIES, seed * 1009 + number) for number in range(_PERCEPTRONS)]


def _of_kinds(bases: Bases, batch: Batch, seed: int) -> list[Any]:
    x, wanted = _prefixes_of(bases, batch[0], batch[1]), batch[3].repeat(len(_PREFIXES))
    return [fit_perceptron(x, wanted, _KINDS, seed * 1009 + number) for number in range(_KIND_PERCEPTRONS)]


def _prefixes_of(bases: Bases, steps: torch.Tensor, length: torch.Tensor) -> torch.Tensor:
    """Statistics (3 n, 1149) of the first 0.3 and 1 s of bursts, and of all of them."""
    with torch.no_grad():
        parts = [
            bases.scaled(cut_after(piece, of_piece, most))
            for most in _PREFIXES
            for piece, of_piece in zip(steps.split(1000), length.split(1000), strict=True)
        ]
    return torch.cat(parts)


def terms_of(stack: Stack, steps: torch.Tensor) -> Numbers:
    """What the meta learner reads of bursts, (n, 12)."""
    stack.eval()
    with torch.no_grad():
        found = torch.cat([stack.terms(piece)[0] for piece in torch.split(steps, 512)])
    return np.asarray(found.numpy(), np.float64)


def pain_of(stack: Stack, steps: torch.Tensor) -> Numbers:
    """Probability of pain of bursts, (n,)."""
    stack.eval()
    with torch.no_grad():
        found = torch.cat([stack(piece)[0] for piece in torch.split(steps, 512)])
    return np.asarray(found.numpy(), np.float64)
