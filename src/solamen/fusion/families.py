"""The other families of multimodal fusion (Table 5 of the review behind Solamen), behind one interface.

Early fusion joins the features of all modalities for one model; late fusion lets each modality speak for itself and
joins the answers by their mean, by their precision, or by the product of their densities; hierarchical fusion joins
face, voice and body first and the body's own signals after them; the stacked ensemble lets a last model weigh what all
the others say. The models are trained on generated persons by `solamen train fusion`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.core.estimates import PAIN_MAX, PainEstimate
from solamen.fusion.bayes_chain import BayesChain
from solamen.fusion.grid import Density, normal
from solamen.fusion.seen import Seen
from solamen.fusion.trees import Trees

Numbers = NDArray[np.float64]

ORDER = ("face", "voice", "body", "biosignals")
PER_MODALITY = 4
EXPRESSED = PER_MODALITY * 3
"""Features of face, voice and body, which come first."""
ABSENT = -1.0
WEIGHTS = Path(__file__).parent / "weights" / "families.npz"
TREES = ("early_forest", "early_boosting", *ORDER, "expressed", "hierarchical", "stacked")


def features_of(live: Mapping[str, Seen], now_s: float) -> Numbers:
    """Level, slow level, stddev and age of each modality, (16,); -1 where it is not there."""
    row: list[float] = []
    for modality in ORDER:
        seen = live.get(modality)
        if seen is None:
            row += [ABSENT] * PER_MODALITY
        else:
            row += [seen.level, seen.slow, seen.stddev, max(0.0, now_s - seen.stamp_s)]
    return np.array(row)


def own_features(features: Numbers, modality: str) -> Numbers:
    """The features of one modality."""
    start = ORDER.index(modality) * PER_MODALITY
    return features[..., start : start + PER_MODALITY]


@dataclass(frozen=True)
class Models:
    """All trained models; `spreads` holds the stddev of each family by the number of modalities, by conformal sets."""

    trees: Mapping[str, Trees]
    chain: BayesChain
    errors: Mapping[str, float]
    spreads: Mapping[str, Numbers]

    def predict(self, family: str, features: Numbers) -> float:
        """Points, 0–10."""
        return min(max(self._raw(family, features), 0.0), PAIN_MAX)

    def _raw(self, family: str, features: Numbers) -> float:
        if family in ("early_forest", "early_boosting"):
            return self.trees[family].predict(features)
        if family == "early_bayes_chain":
            return self.chain.predict(features)
        if family == "hierarchical":
            return self.trees["hierarchical"].predict(self.for_hierarchical(features))
        if family == "stacked":
            return self.trees["stacked"].predict(self.for_stacked(features))
        return self._late(family, features)

    def for_hierarchical(self, features: Numbers) -> Numbers:
        """What face, voice and body come to together, and the features of the biosignals."""
        return np.append(own_features(features, "biosignals"), self.trees["expressed"].predict(features[:EXPRESSED]))

    def for_stacked(self, features: Numbers) -> Numbers:
        """What each modality says alone (-1 where it is silent), and what each joined model says."""
        alone = self.alone(features)
        joined = [self._raw(family, features) for family in ("early_forest", "early_boosting", "early_bayes_chain")]
        return np.array([*(alone.get(modality, ABSENT) for modality in ORDER), *joined])

    def alone(self, features: Numbers) -> dict[str, float]:
        """What each modality says alone."""
        there = (modality for modality in ORDER if own_features(features, modality)[2] > 0.0)
        return {modality: self.trees[modality].predict(own_features(features, modality)) for modality in there}

    def _late(self, family: str, features: Numbers) -> float:
        alone = self.alone(features)
        if family == "late_mean":
            return math.fsum(alone.values()) / max(len(alone), 1)
        precision = {modality: self.errors[modality] ** -2 for modality in alone}
        if family == "late_weighted":
            total = math.fsum(precision.values())
            return math.fsum(alone[modality] * precision[modality] for modality in alone) / max(total, 1e-9)
        # Product of the densities, each over the prior that all of them hold already (naive Bayes).
        prior, spread = self.errors["prior_mean"], self.errors["prior_stddev"] ** -2
        total = math.fsum(precision.values()) - (len(alone) - 1) * spread
        pull = (
            math.fsum(alone[modality] * precision[modality] for modality in alone) - (len(alone) - 1) * prior * spread
        )
        return pull / max(total, 1e-9)

    def save(self, path: Path) -> None:
        """As arrays in one .npz."""
        stored: dict[str, Any] = {}
        for name, trees in self.trees.items():
            stored |= trees.arrays(name)
        stored |= self.chain.arrays("chain")
        stored |= {f"error.{name}": np.float64(value) for name, value in self.errors.items()}
        stored |= {f"spread.{name}": value for name, value in self.spreads.items()}
        np.savez_compressed(path, **stored)


@lru_cache(maxsize=4)
def load_models(path: Path = WEIGHTS) -> Models:
    """The trained models.

    Raises:
        OutsideError: the file is missing or is none of ours.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            stored = {name: file[name] for name in file.files}
        numbers = {name.removeprefix("error."): float(value) for name, value in stored.items() if "error." in name}
        spreads = {name.removeprefix("spread."): value for name, value in stored.items() if "spread." in name}
        trees = {name: Trees.from_arrays(name, stored) for name in TREES}
        return Models(trees, BayesChain.from_arrays("chain", stored), numbers, spreads)
    except (OSError, ValueError, KeyError) as error:
        remedy = "Run `solamen train fusion`, or set family: bayes in config/fusion.yaml."
        raise OutsideError(f"the models of fusion cannot be read ({error})", str(path), remedy) from error


class FamilyFusion:
    """One of the trained families in the place of the Bayesian belief; it has no memory but that of its features."""

    def __init__(self, family: str, models: Models | None = None) -> None:
        self._family = family
        self._models = models if models is not None else load_models()

    def clear(self) -> None:
        """Nothing is kept here."""

    def late(self, stamp_s: float) -> bool:
        """Levels know their own order."""
        return False

    def comes(self, modality: str, stamp_s: float) -> None:
        """A modality that comes counts at once."""

    def use(self, estimate: PainEstimate) -> None:
        """Levels are kept by the filter."""

    def pain(self, now_s: float, live: Mapping[str, Seen]) -> Density:
        """Belief over pain: a normal distribution about what the model says."""
        if not live:
            return normal(self._models.errors["prior_mean"], self._models.errors["prior_stddev"])
        return normal(self._models.predict(self._family, features_of(live, now_s)), self._spread(live))

    def told(self, now_s: float, live: Mapping[str, Seen]) -> float:
        """Nats by which what is live makes surer of pain than what is known of anybody."""
        return math.log(self._models.errors["prior_stddev"] / self._spread(live))

    def _spread(self, live: Mapping[str, Seen]) -> float:
        return float(self._models.spreads[self._family][min(len(live), len(ORDER)) - 1])

    def precision(self, modality: str) -> float:
        """Of the modality alone."""
        return self._models.errors.get(modality, math.inf) ** -2

    def doubt(self, modality: str) -> str:
        """These families doubt nothing."""
        return ""

    def stuck(self, modality: str) -> bool:
        """Nor do they mind how a modality moves."""
        return False
