"""Forests and boosted trees as plain arrays: made from scikit-learn's, kept in .npz, walked in numpy. No pickles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float32]
Places = NDArray[np.int16]


@dataclass(frozen=True)
class Trees:
    """Trees × nodes; a leaf names itself as its children. The answer is `base` + `scale` · the sum over all trees."""

    feature: Places
    threshold: Numbers
    left: Places
    right: Places
    value: Numbers
    base: float
    scale: float
    depth: int

    @classmethod
    def of(cls, trees: Sequence[Any], base: float, scale: float) -> Trees:
        """From the `tree_` of scikit-learn's fitted regressors."""
        size = max(tree.node_count for tree in trees)
        shape = (len(trees), size)
        feature, left, right = (np.zeros(shape, np.int16) for _ in range(3))
        threshold, value = np.zeros(shape, np.float32), np.zeros(shape, np.float32)
        for row, tree in enumerate(trees):
            count = tree.node_count
            leaf = tree.children_left < 0
            own = np.arange(count)
            feature[row, :count] = np.where(leaf, 0, tree.feature)
            threshold[row, :count] = np.where(leaf, 0.0, tree.threshold)
            left[row, :count] = np.where(leaf, own, tree.children_left)
            right[row, :count] = np.where(leaf, own, tree.children_right)
            value[row, :count] = tree.value.reshape(count, -1)[:, 0]
        return cls(feature, threshold, left, right, value, base, scale, max(tree.max_depth for tree in trees))

    def predict(self, features: NDArray[np.float64]) -> float:
        """The answer for one row of features; (features,), finite."""
        rows = np.arange(len(self.feature))
        at = np.zeros(len(self.feature), np.intp)
        row = features.astype(np.float32)
        for _ in range(self.depth):
            right = row[self.feature[rows, at]] > self.threshold[rows, at]
            at = np.where(right, self.right[rows, at], self.left[rows, at]).astype(np.intp)
        return self.base + self.scale * float(self.value[rows, at].sum())

    def arrays(self, name: str) -> dict[str, NDArray[Any]]:
        """As arrays to store, their names beginning with `name`."""
        parts = {key: getattr(self, key) for key in ("feature", "threshold", "left", "right", "value")}
        numbers = np.array([self.base, self.scale, self.depth], np.float64)
        return {f"{name}.{key}": part for key, part in {**parts, "numbers": numbers}.items()}

    @classmethod
    def from_arrays(cls, name: str, stored: Mapping[str, NDArray[Any]]) -> Trees:
        """What `arrays` gave.

        Raises:
            KeyError: something is missing.
        """
        feature, threshold, left, right, value = (
            stored[f"{name}.{key}"] for key in ("feature", "threshold", "left", "right", "value")
        )
        base, scale, depth = stored[f"{name}.numbers"]
        return cls(feature, threshold, left, right, value, float(base), float(scale), int(depth))
