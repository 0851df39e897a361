"""Base learners on statistics of a burst, and a meta learner over them, to which the net is compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier, HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from solamen.learning.splits import folds_by_person
from solamen.voice.train_data import Examples

Numbers = NDArray[np.float64]


def pooled(data: Examples) -> NDArray[np.float32]:
    """Statistics over the steps of each burst: mean, spread, greatest and least, first and last third, length."""
    rows = []
    for steps, length in zip(data.steps, data.length, strict=True):
        x = steps[:length].astype(np.float32)
        third = max(1, length // 3)
        change = x[-third:].mean(axis=0) - x[:third].mean(axis=0)
        rows.append(np.concatenate([x.mean(axis=0), x.std(axis=0), x.max(axis=0), x.min(axis=0), change, [length]]))
    return np.array(rows, np.float32)


def learners(seed: int) -> dict[str, Callable[[], Any]]:
    """Makers of the base learners, by name."""
    return {
        "logistic regression": lambda: make_pipeline(
            StandardScaler(), LogisticRegression(C=0.003, class_weight="balanced", max_iter=300)
        ),
        "boosted trees": lambda: HistGradientBoostingClassifier(
            max_iter=200,
            learning_rate=0.06,
            max_leaf_nodes=15,
            min_samples_leaf=30,
            l2_regularization=5.0,
            max_features=0.15,
            class_weight="balanced",
            random_state=seed,
        ),
        "random trees": lambda: ExtraTreesClassifier(
            200, min_samples_leaf=5, max_features=0.05, class_weight="balanced_subsample", random_state=seed
        ),
    }


def stacked(
    train: NDArray[np.float32], pain: NDArray[np.bool_], speakers: list[str], test: NDArray[np.float32], seed: int
) -> dict[str, Numbers]:
    """Scores of each base learner on the test set, and of a meta learner (`stack`; Wolpert 1992).

    The meta learner is a logistic regression over what the base learners say of speakers that they did not hear.
    """
    makers = learners(seed)
    seen = {name: np.zeros(len(train)) for name in makers}
    for learned, held in folds_by_person(speakers, seed, folds=3):
        for name, make in makers.items():
            seen[name][held] = _logit(make().fit(train[learned], pain[learned]), train[held])
    given = {name: _logit(make().fit(train, pain), test) for name, make in makers.items()}
    meta = LogisticRegression(class_weight="balanced").fit(np.stack(list(seen.values()), axis=1), pain)
    return {**given, "stack": meta.decision_function(np.stack(list(given.values()), axis=1))}


def _logit(model: Any, x: NDArray[np.float32]) -> Numbers:
    chance = np.clip(model.predict_proba(x)[:, 1], 1e-4, 1.0 - 1e-4)
    return np.asarray(np.log(chance / (1.0 - chance)), np.float64)
