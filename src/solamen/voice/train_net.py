"""The net over steps of a burst, what it learns by, and how its examples are spoilt on purpose. Needs torch."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from solamen.learning.sounds_on_disk import CATEGORIES, PAIN
from solamen.learning.train import Batch
from solamen.voice.model import KINDS
from solamen.voice.steps import CHANNELS, EMBEDDING, MOST_STEPS
from solamen.voice.train_data import Examples

_WIDTH, _HEAD = 112, 128
PAD_LEVEL = -100.0
"""What the level of a step is behind the end of a burst."""

LEVEL = CHANNELS - 4
# Loss of the yes or no for pain, and of the kind of sound, beside that of the thirty categories.
_PAIN_WEIGHT, _KIND_WEIGHT = 1.0, 0.3
# Categories that pain is easily taken for count more.
_HARD = {PAIN: 2.0, "Distress": 1.5, "Fear": 1.5}
_SMOOTHING = 0.1
_CROP = 24
"""Steps (1.9 s) that are learned from at once."""


class VoiceNet(torch.nn.Module):  # type: ignore[misc]
    """Three convolutions over steps of 80 ms, attentive statistics over time (Okabe et al. 2018), and three answers.

    Args:
        mean: (164,) of the steps in training.
        spread: (164,) likewise.
    """

    def __init__(self, mean: NDArray[np.float32], spread: NDArray[np.float32]) -> None:
        super().__init__()
        self.register_buffer("mean", torch.from_numpy(mean))
        self.register_buffer("spread", torch.from_numpy(spread))
        self.enter = torch.nn.Conv1d(CHANNELS, _WIDTH, 3, padding=1)
        self.middle = torch.nn.Conv1d(_WIDTH, _WIDTH, 3, padding=1)
        self.deep = torch.nn.Conv1d(_WIDTH, _WIDTH, 3, padding=2, dilation=2)
        self.attend = torch.nn.Conv1d(_WIDTH, _WIDTH, 1)
        self.head = torch.nn.Sequential(
            torch.nn.Linear(3 * _WIDTH, _HEAD), torch.nn.GELU(), torch.nn.Dropout(0.3), torch.nn.Linear(_HEAD, 35)
        )
        self.drop = torch.nn.Dropout(0.15)

    def forward(self, steps: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Logits of pain (n,), of the categories (n, 30), and of the kinds (n, 4), from steps (n, m, 164)."""
        here = (steps[:, :, LEVEL] > 0.5 * PAD_LEVEL).float()[:, None]
        x = ((steps - self.mean) / self.spread).clamp(-6.0, 6.0).transpose(1, 2) * here
        x = torch.nn.functional.gelu(self.enter(x)) * here
        x = (x + self.drop(torch.nn.functional.gelu(self.middle(x)))) * here
        x = (x + self.drop(torch.nn.functional.gelu(self.deep(x)))) * here
        weight = torch.softmax(self.attend(x) - 1e4 * (1.0 - here), dim=2)
        mean = (weight * x).sum(dim=2)
        spread = ((weight * x * x).sum(dim=2) - mean * mean).clamp(min=1e-5).sqrt()
        most = (x - 1e4 * (1.0 - here)).amax(dim=2)
        said = self.head(torch.cat([mean, spread, most], dim=1))
        return said[:, 0], said[:, 1:31], said[:, 31:]


def as_batch(data: Examples) -> Batch:
    """Steps with what is behind their end marked, lengths, categories (-1 where none is acted), and kinds."""
    steps = torch.from_numpy(data.steps.astype(np.float32))
    steps[torch.arange(MOST_STEPS)[None] >= torch.from_numpy(data.length)[:, None]] = PAD_LEVEL
    numbers = {name: number for number, name in enumerate(CATEGORIES)}
    category = torch.tensor([numbers.get(str(name), -1) for name in data.category])
    category[torch.from_numpy(data.kind != KINDS.index("voice"))] = -1
    return steps, torch.from_numpy(data.length), category, torch.from_numpy(data.kind)


def loss(net: Any, batch: Batch) -> torch.Tensor:
    """How wrong the category, the yes or no for pain, and the kind are; in training, of spoilt and mixed bursts."""
    steps, length, category, kind = batch
    if not net.training:
        return _wrong(net(steps), category, kind).mean()
    steps = spoilt(prefixes(steps, length))
    order, share = (
        torch.randperm(len(steps)),
        float(np.random.default_rng(int(torch.randint(2**31, ()))).beta(0.3, 0.3)),
    )
    share = max(share, 1.0 - share)
    said = net(mixed(steps, steps[order], share))
    return (share * _wrong(said, category, kind) + (1.0 - share) * _wrong(said, category[order], kind[order])).mean()


def mixed(first: torch.Tensor, second: torch.Tensor, share: float) -> torch.Tensor:
    """Two bursts in one (mixup; Zhang et al. 2018); where one of them is over, the other alone."""
    one, other = ((part[:, :, LEVEL : LEVEL + 1] > 0.5 * PAD_LEVEL) for part in (first, second))
    both = share * first + (1.0 - share) * second
    return torch.where(one & other, both, torch.where(one, first, second))


def _wrong(said: tuple[torch.Tensor, torch.Tensor, torch.Tensor], category: torch.Tensor, kind: torch.Tensor) -> Any:
    pain, categories, kinds = said
    hard = torch.ones(30)
    for name, weight in _HARD.items():
        hard[CATEGORIES.index(name)] = weight
    acted = (category >= 0).float()
    named = category.clamp(min=0)
    which = torch.nn.functional.cross_entropy(categories, named, reduction="none", label_smoothing=_SMOOTHING)
    is_pain = (category == CATEGORIES.index(PAIN)).float()
    yes = torch.nn.functional.binary_cross_entropy_with_logits(
        pain, is_pain, reduction="none", pos_weight=torch.tensor(6.0)
    )
    what = torch.nn.functional.cross_entropy(kinds, kind, reduction="none")
    # Whether an infant cries from pain is not known.
    known = (kind != KINDS.index("cry")).float() * (1.0 + acted * (hard[named] - 1.0))
    return acted * hard[named] * which + _PAIN_WEIGHT * known * yes + _KIND_WEIGHT * what


def prefixes(steps: torch.Tensor, length: torch.Tensor) -> torch.Tensor:
    """At most two seconds of each from a random place, and half of them cut after a random time.

    So that a burst can be judged before it ends, and after more than is remembered of it.
    """
    begin = (torch.rand(len(steps)) * (length - _CROP + 1).clamp(min=1)).long()
    places = (begin[:, None] + torch.arange(_CROP)[None]).clamp(max=steps.shape[1] - 1)
    steps = torch.gather(steps, 1, places[:, :, None].expand(-1, -1, steps.shape[2]))
    length = (length - begin).clamp(max=_CROP)
    share = torch.where(torch.rand(len(steps)) < 0.5, torch.rand(len(steps)), torch.ones(len(steps)))
    kept = (length.float() * share).ceil().clamp(min=3.0)
    steps[torch.arange(steps.shape[1])[None] >= kept[:, None]] = PAD_LEVEL
    return steps


def spoilt(steps: torch.Tensor) -> torch.Tensor:
    """Another gain, and bands and times wiped out (SpecAugment; Park et al. 2019)."""
    count = len(steps)
    gain = torch.randn(count, 1) * 0.7
    steps[:, :, EMBEDDING:LEVEL] += gain[:, :, None]
    steps[:, :, LEVEL] += gain * (10.0 / math.log(10.0) / 20.0)
    band = torch.arange(CHANNELS - EMBEDDING - 4)[None] - torch.randint(-8, 64, (count, 1))
    wiped = ((band >= 0) & (band < torch.randint(1, 16, (count, 1)))).float()[:, None]
    mel = steps[:, :, EMBEDDING:LEVEL]
    steps[:, :, EMBEDDING:LEVEL] = mel * (1.0 - wiped) + mel.mean(dim=(1, 2), keepdim=True) * wiped
    hidden = (torch.rand(count, 1, EMBEDDING) < 0.1).float()
    steps[:, :, :EMBEDDING] *= 1.0 - hidden
    return steps


def cut_after(steps: torch.Tensor, length: torch.Tensor, most: int) -> torch.Tensor:
    """The first steps of bursts alone; what is behind them is marked as behind the end."""
    steps = steps.clone()
    steps[torch.arange(steps.shape[1])[None] >= length.clamp(max=most)[:, None]] = PAD_LEVEL
    return steps
