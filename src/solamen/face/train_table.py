"""From generated faces to one table of features and labels, with neutrals drawn as runs will have them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import UNITS
from solamen.face.features import FEATURES, features
from solamen.face.geometry import frontal
from solamen.face.look_model import LookModel
from solamen.face.train_data import KIND_NAMES, load_person
from solamen.face.unit_model import MODEL_UNITS, Population, Values, neutral_of

_OUT = [UNITS.index(unit) for unit in MODEL_UNITS]
# Spreads between persons are widened: real faces differ in more than generated ones do.
_WIDEN = 1.2
_LEAST_NOISE = 1e-3
_MARKED_PSPI = 4.0


@dataclass(frozen=True)
class FaceTable:
    """One row for each picture in which a face was found.

    Attributes:
        values: float32 (n, D).
        turn: float32 (n, 3).
        units: float32 (n, 15), of `MODEL_UNITS`.
        pspi: float32 (n,).
        kind: int (n,).
        person: int (n,).
        neutral: bool (n,), pictures that may teach the neutral.
        who: float32 (n, 4), see `train_data.PersonData`.
        lost: pictures in which no face was found.
    """

    values: Values
    turn: Values
    units: Values
    pspi: Values
    kind: NDArray[np.int64]
    person: NDArray[np.int64]
    neutral: NDArray[np.bool_]
    who: Values
    lost: int


def table(files: list[Path], eye: LookModel) -> FaceTable:
    """Features of all pictures of some persons, looked at by a trained net."""
    rows: list[tuple[object, ...]] = []
    lost = 0
    for number, path in enumerate(files):
        data = load_person(path)
        for i in range(len(data.points)):
            face = frontal(data.points[i].astype(np.float64)) if data.found[i] else None
            shapes = dict(zip(data.shape_names, data.shapes[i].tolist(), strict=True))
            look = eye.look(data.picture(i), data.points[i], face) if face is not None else None
            seen = features(data.points[i], shapes, face, look) if face is not None else None
            if seen is None:
                lost += 1
                continue
            label = data.units[i][_OUT]
            rows.append(
                (seen.values, seen.turn_rad, label, data.pspi[i], data.kind[i], number, data.neutral[i], data.who)
            )
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    float_columns = [column.astype(np.float32) for column in columns]
    return FaceTable(
        float_columns[0],
        float_columns[1],
        float_columns[2],
        float_columns[3],
        columns[4].astype(np.int64),
        columns[5].astype(np.int64),
        columns[6].astype(bool),
        float_columns[7],
        lost,
    )


def population_of(data: FaceTable) -> Population:
    """Neutral faces of anybody, from the neutral pictures of a table."""
    own = [data.values[data.neutral & (data.person == person)] for person in np.unique(data.person)]
    own = [rows for rows in own if len(rows) >= 2]
    means = np.array([rows.mean(axis=0) for rows in own])
    noise = np.sqrt(np.mean([rows.var(axis=0, ddof=1) for rows in own], axis=0)) + _LEAST_NOISE
    spread = _WIDEN * np.hypot(means.std(axis=0), 0.3 * noise)
    parts = (means.mean(axis=0), spread, noise, _pain_pattern(data, noise))
    return Population(*(part.astype(np.float32) for part in parts))


def _pain_pattern(data: FaceTable, noise: Values) -> Values:
    """Change of each feature in pain of four points and more against the person's neutral; 0 where noise hides it."""
    pained = (data.kind == KIND_NAMES.index("pain")) & (data.pspi >= _MARKED_PSPI)
    changes = []
    for person in np.unique(data.person):
        own = data.person == person
        if (own & pained).any() and (own & data.neutral).any():
            changes.append(data.values[own & pained].mean(axis=0) - data.values[own & data.neutral].mean(axis=0))
    mean = np.mean(changes, axis=0)
    return np.asarray(np.where(np.abs(mean) > 0.5 * noise, mean, 0.0), np.float32)


def with_neutrals(
    data: FaceTable, population: Population, rng: np.random.Generator, counts: tuple[int, ...] = (0, 0, 1, 2, 3, 5, 5)
) -> tuple[Values, Values]:
    """A neutral and its spread for each row, both (n, D): learned from some other neutral pictures of the person.

    Args:
        data: the rows.
        population: what is known without any.
        rng: which pictures, and how many.
        counts: numbers of pictures to draw from, each as likely; 0: the population's neutral.
    """
    means, spreads = np.empty_like(data.values), np.empty_like(data.values)
    places = {int(person): np.flatnonzero(data.neutral & (data.person == person)) for person in np.unique(data.person)}
    for row in range(len(data.values)):
        own = places[int(data.person[row])]
        own = own[own != row]
        count = min(int(rng.choice(counts)), len(own))
        chosen = rng.choice(own, count, replace=False) if count else own[:0]
        means[row], spreads[row] = neutral_of(population, data.values[chosen])
    return means, spreads


WIDTH = len(FEATURES)
"""Features of a row."""
