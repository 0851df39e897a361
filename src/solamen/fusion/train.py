"""Trains the families of fusion on generated persons, and measures their spread on others. `solamen train fusion`."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingRegressor, RandomForestRegressor

from solamen.fusion.bayes_chain import BayesChain
from solamen.fusion.families import (
    EXPRESSED,
    ORDER,
    TREES,
    WEIGHTS,
    Models,
    features_of,
    own_features,
)
from solamen.fusion.generator import Person, persons
from solamen.fusion.interval import KEPT
from solamen.fusion.seen import Seen
from solamen.fusion.settings import FAMILIES, FusionSettings
from solamen.fusion.train_interval import fit_interval
from solamen.fusion.trees import Trees
from solamen.fusion.watching import EVERY_S, truth_of
from solamen.learning.card import ModelCard

Numbers = NDArray[np.float64]

SEED_OF_FIT = 100_000
"""Seeds from here on are for fitting; judging uses smaller ones."""
FIT, LAST, SPREAD = 400, 200, 200
"""Persons for the models, for the last model of the stack, and for the spreads."""
SECONDS = 60.0
_DROPPED = 0.3


def train(seed: int = 0, folder: Path = WEIGHTS.parent) -> Path:
    """Fits all of them, and the width of the interval; the same seed gives the same numbers.

    Gives the path of the weights.
    """
    seeds = SEED_OF_FIT + 10 * seed
    features, pain = rows_of(persons(FIT, SECONDS, seeds), seeds)
    models = _models(features, pain, *rows_of(persons(LAST, SECONDS, seeds + 1), seeds + 1))
    models = _with_spreads(models, *rows_of(persons(SPREAD, SECONDS, seeds + 2), seeds + 2))
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / WEIGHTS.name
    models.save(path)
    fit_interval(seeds + 3).save(folder / KEPT.name)
    _card(models, len(pain), seed).write(path)
    return path


def rows_of(people: list[Person], seed: int) -> tuple[Numbers, Numbers]:
    """Features and pain at each second, of persons each of whom lacks some modalities."""
    rng = np.random.default_rng(seed)
    found = []
    for person in people:
        kept = tuple(modality for modality in ORDER if rng.random() > _DROPPED) or (ORDER[int(rng.integers(4))],)
        found.append(_rows(person, kept))
    features, pain = (np.concatenate(part) for part in zip(*found, strict=True))
    there = (features >= 0.0).any(axis=1)
    return features[there], pain[there]


def _rows(person: Person, modalities: tuple[str, ...]) -> tuple[Numbers, Numbers]:
    settings, place, rows = FusionSettings(), 0, []
    estimates, truth = person.estimates(modalities), truth_of(person)
    seen = {modality: Seen(settings) for modality in modalities}
    for step in range(1, len(truth) + 1):
        now_s = step * EVERY_S
        while place < len(estimates) and estimates[place][0] <= now_s:
            estimate = estimates[place][1]
            seen[estimate.modality].use(estimate)
            place += 1
        oldest_s = now_s - settings.abstain_after_s
        rows.append(features_of({name: each for name, each in seen.items() if each.stamp_s >= oldest_s}, now_s))
    return np.stack(rows), truth


def _models(features: Numbers, pain: Numbers, last_features: Numbers, last_pain: Numbers) -> Models:
    """The models on the first persons, the last model of hierarchy and stack on others, who did not fit the first."""
    trees = {
        "early_forest": forest(features, pain, 40, 8),
        "early_boosting": boosting(features, pain),
        "expressed": boosting(features[:, :EXPRESSED], pain),
    }
    errors = {"prior_mean": float(pain.mean()), "prior_stddev": float(pain.std())}
    for modality in ORDER:
        own = own_features(features, modality)
        there = own[:, 2] > 0.0
        trees[modality] = forest(own[there], pain[there], 20, 6)
        errors[modality] = float(pain[there].std())
    models = Models(trees, BayesChain.fit(features, pain), errors, {})
    for modality in ORDER:
        own = own_features(last_features, modality)
        there = own[:, 2] > 0.0
        said = np.array([trees[modality].predict(row) for row in own[there]])
        errors[modality] = float(np.sqrt(np.mean((said - last_pain[there]) ** 2)))
    for name, inputs in (("hierarchical", models.for_hierarchical), ("stacked", models.for_stacked)):
        trees[name] = boosting(np.stack([inputs(row) for row in last_features]), last_pain)
    assert set(trees) == set(TREES)
    return models


def forest(features: Numbers, pain: Numbers, trees: int, depth: int) -> Trees:
    """A random forest (Breiman 2001)."""
    model = RandomForestRegressor(trees, max_depth=depth, min_samples_leaf=20, max_features=0.5, random_state=0)
    model.fit(features, pain)
    return Trees.of([tree.tree_ for tree in model.estimators_], 0.0, 1.0 / trees)


def boosting(features: Numbers, pain: Numbers) -> Trees:
    """Gradient boosting of small trees (Friedman 2001)."""
    model = GradientBoostingRegressor(
        n_estimators=80, learning_rate=0.1, max_depth=4, min_samples_leaf=30, subsample=0.5, random_state=0
    )
    model.fit(features, pain)
    return Trees.of([tree.tree_ for (tree,) in model.estimators_], float(model.init_.constant_.ravel()[0]), 0.1)


def _with_spreads(models: Models, features: Numbers, pain: Numbers) -> Models:
    """Spreads of which ± 1.645 cover 90 % of new persons (split conformal; Lei et al. 2018)."""
    counts = (features[:, 2::4] > 0.0).sum(axis=1)
    spreads = {}
    for family in FAMILIES[1:]:
        errors = np.abs(np.array([models.predict(family, row) for row in features]) - pain)
        spreads[family] = np.array([np.quantile(errors[counts == count], 0.9) / 1.645 for count in (1, 2, 3, 4)])
    return Models(models.trees, models.chain, models.errors, spreads)


def _card(models: Models, rows: int, seed: int) -> ModelCard:
    return ModelCard(
        name="families of fusion",
        version="1",
        purpose="To compare families of multimodal fusion behind one interface. Not for decisions about people.",
        inputs="level, slow level, stddev (points of 0-10) and age (s) of each of four modalities; -1 where absent",
        outputs="expected self-reported pain, 0-10 points",
        data=f"{rows} seconds of {FIT} generated (synthetic) persons of seed {seed}; {LAST} and {SPREAD} others for the"
        " last models and the spreads",
        figures={
            f"spread of {family}, four modalities, points": float(each[3]) for family, each in models.spreads.items()
        },
        how_measured="on generated persons who fitted nothing; compare with `solamen evaluate fusion`",
        limits=("all persons are generated: nothing here was learned from people",),
        parameters=sum(trees.value.size for trees in models.trees.values()),
    )
