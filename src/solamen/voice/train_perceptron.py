"""Small perceptrons on statistics of bursts. Needs torch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

_HIDDEN, _PASSES, _RATE, _BATCH = 128, 6, 2e-3, 256


@dataclass(frozen=True)
class Learning:
    """How a perceptron learns.

    Attributes:
        balance: power of the rarity of an answer with which its examples weigh; 0: all the same.
        smoothing: of the labels.
    """

    balance: float
    smoothing: float


def fit_perceptron(x: torch.Tensor, wanted: torch.Tensor, learning: Learning, seed: int) -> Any:
    """A perceptron of one hidden layer.

    Args:
        x: (n, 1149) of `Bases.scaled`.
        wanted: (n,) numbers from 0 on, each there at least once.
        learning: see there.
        seed: of its weights and of the order of the examples.
    """
    torch.manual_seed(seed)
    count = torch.bincount(wanted)
    net = torch.nn.Sequential(
        torch.nn.Dropout(0.2),
        torch.nn.Linear(x.shape[1], _HIDDEN),
        torch.nn.GELU(),
        torch.nn.Dropout(0.5),
        torch.nn.Linear(_HIDDEN, len(count)),
    )
    weight = (len(wanted) / len(count) / count.float()) ** learning.balance
    optimizer = torch.optim.AdamW(net.parameters(), lr=_RATE, weight_decay=0.05)
    for epoch in range(_PASSES):
        for group in optimizer.param_groups:
            group["lr"] = _RATE * (1.0 - epoch / _PASSES)
        for places in torch.randperm(len(x)).split(_BATCH):
            wrong = torch.nn.functional.cross_entropy(
                net(x[places]), wanted[places], weight, label_smoothing=learning.smoothing
            )
            optimizer.zero_grad()
            wrong.backward()
            optimizer.step()
    return net.eval()
