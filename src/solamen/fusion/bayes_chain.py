"""A semi-naive Bayesian classifier in a circular chain (after Rivas et al. 2021), as numbers and tables alone.

Three yes-or-no questions, pain of at least 1, 4 and 7, stand in a ring; each classifier also hears the answer of the
one before it, round and round until nothing changes any more. Semi-naive: the two features of one modality that depend
on one another are joined into one, the rest are taken as independent (Kononenko 1991).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]

QUESTIONS = (1.0, 4.0, 7.0)
_BINS, _ANSWERS = 6, 4
_ROUNDS = 6
_SMOOTHING = 2.0


@dataclass(frozen=True)
class BayesChain:
    """Tables of the chain.

    Attributes:
        edges: features × inner edges of bins.
        tables: questions × pairs × (bins²) × 2, log-probabilities of a joined bin given no and yes.
        links: questions × answer bins × 2, likewise of the answer before.
        priors: questions × 2, log-probabilities of no and yes.
        points: 4 numbers: mean pain below 1, from 1, from 4 and from 7 on.
    """

    edges: Numbers
    tables: Numbers
    links: Numbers
    priors: Numbers
    points: Numbers

    @classmethod
    def fit(cls, features: Numbers, pain: Numbers) -> BayesChain:
        """Counts; features (n, f) with f even, neighbours belong together; pain (n,), 0–10."""
        edges = np.quantile(features, np.linspace(0.0, 1.0, _BINS + 1)[1:-1], axis=0).T
        joined = _joined(features, edges)
        yes = np.stack([pain >= question for question in QUESTIONS]).astype(np.intp)
        tables = np.stack([[_counted(column, _BINS**2, answer) for column in joined.T] for answer in yes])
        # In training the answer before is the truth, as in classifier chains (Read et al. 2011), a little blurred.
        before = np.clip(np.roll(yes, 1, axis=0) * 0.7 + 0.15, 0.0, 1.0)
        blurred = np.clip(before + np.random.default_rng(0).normal(0.0, 0.2, before.shape), 0.0, 1.0)
        links = np.stack([_counted(_answer(each), _ANSWERS, answer) for each, answer in zip(blurred, yes, strict=True)])
        share = np.clip(yes.mean(axis=1), 1e-3, 1.0 - 1e-3)
        level = yes.sum(axis=0)
        points = np.array([pain[level == k].mean() if (level == k).any() else QUESTIONS[k - 1] for k in range(4)])
        return cls(edges, tables, links, np.log(np.stack([1.0 - share, share], axis=1)), points)

    def predict(self, features: Numbers) -> float:
        """Expected pain for one row of features."""
        joined = _joined(features[None], self.edges)[0]
        own = self.priors + self.tables[:, np.arange(len(joined)), joined].sum(axis=1)
        answers = _yes(own)
        for _ in range(_ROUNDS):
            for question in range(len(QUESTIONS)):
                before = int(_answer(answers[question - 1]))
                answers[question] = _yes((own[question] + self.links[question, before])[None])[0]
        answers = np.minimum.accumulate(answers)
        shares = -np.diff(answers, prepend=1.0, append=0.0)
        return float(shares @ self.points)

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """As arrays to store, their names beginning with `name`."""
        return {f"{name}.{key}": value.astype(np.float32) for key, value in vars(self).items()}

    @classmethod
    def from_arrays(cls, name: str, stored: Mapping[str, NDArray[Any]]) -> BayesChain:
        """What `arrays` gave.

        Raises:
            KeyError: something is missing.
        """
        keys = ("edges", "tables", "links", "priors", "points")
        return cls(*(stored[f"{name}.{key}"].astype(np.float64) for key in keys))


def _joined(features: Numbers, edges: Numbers) -> NDArray[np.intp]:
    """Bins of neighbouring features, two as one; (n, f / 2)."""
    bins = (features[:, :, None] > edges[None]).sum(axis=2)
    joined: NDArray[np.intp] = bins[:, 0::2] * _BINS + bins[:, 1::2]
    return joined


def _counted(column: NDArray[np.intp], size: int, yes: NDArray[np.intp]) -> Numbers:
    """Size × 2 log-probabilities, smoothed."""
    counts = np.full((size, 2), _SMOOTHING / size)
    np.add.at(counts, (column, yes), 1.0)
    table: Numbers = np.log(counts / counts.sum(axis=0))
    return table


def _answer(probability: Numbers) -> NDArray[np.intp]:
    return np.minimum((np.asarray(probability) * _ANSWERS).astype(np.intp), _ANSWERS - 1)


def _yes(pair: Numbers) -> Numbers:
    """Probability of yes from log-probabilities of no and yes; (questions, 2)."""
    yes: Numbers = 1.0 / (1.0 + np.exp(np.clip(pair[:, 0] - pair[:, 1], -30.0, 30.0)))
    return yes
