"""The learned action unit model: features of a face against the person's neutral → intensities with their spread."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import MAX_INTENSITY
from solamen.core.errors import OutsideError
from solamen.face.features import FEATURES
from solamen.face.nets import open_net

Values = NDArray[np.float32]

WEIGHTS = Path(__file__).parent / "weights" / "face_units.onnx"
MODEL_UNITS: tuple[int, ...] = (1, 2, 4, 5, 6, 7, 9, 10, 12, 15, 17, 20, 25, 26, 43)
"""Units in the order of the model's output; AU43 is how far the lids are shut, whatever the time."""
_OUTPUTS = ("intensity", "stddev")
REMEDY = "Install Solamen anew, or train the model with `solamen train face`."


@dataclass(frozen=True)
class UnitReading:
    """What the model says of one face.

    Attributes:
        intensity: (15,) of `MODEL_UNITS`, 0–5, rig-scaled.
        stddev: (15,) intensity points.
    """

    intensity: NDArray[np.float64]
    stddev: NDArray[np.float64]

    def as_mapping(self) -> dict[int, float]:
        """FACS number to intensity 0–5."""
        return dict(zip(MODEL_UNITS, self.intensity.tolist(), strict=True))

    def spread(self) -> dict[int, float]:
        """FACS number to standard deviation in intensity points."""
        return dict(zip(MODEL_UNITS, self.stddev.tolist(), strict=True))


@dataclass(frozen=True)
class Population:
    """Neutral faces of anybody, in the order of `FEATURES`.

    Attributes:
        mean: of persons.
        spread: standard deviation between persons.
        noise: standard deviation between pictures of one person.
        pain: change in marked pain; 0 where it makes none.
    """

    mean: Values
    spread: Values
    noise: Values
    pain: Values


class UnitModel:
    """Reads action units by ONNX Runtime, on one thread.

    Args:
        path: the weights; the model card and the population's neutral stand beside them.

    Raises:
        OutsideError: a file is missing or cannot be used.
    """

    def __init__(self, path: Path | None = None) -> None:
        weights = path or WEIGHTS
        try:
            card = json.loads(weights.with_suffix(".json").read_text(encoding="utf-8"))
            self.name, self.version, self.sha256 = (str(card[key]) for key in ("name", "version", "sha256"))
            self.population = _population(weights)
            self._session = open_net(weights)
        except Exception as error:
            raise OutsideError(f"the action unit model cannot be used ({error})", str(weights), REMEDY) from error

    def read(
        self, values: Values, neutral_mean: Values, neutral_spread: Values, turn: tuple[float, float, float]
    ) -> UnitReading:
        """Units of one face.

        Args:
            values: (D,) of `features.features`; what is not known should be the neutral's mean.
            neutral_mean: (D,) the person's neutral, or the population's.
            neutral_spread: (D,) how uncertain that is.
            turn: yaw, pitch and roll of the head, radians.

        Raises:
            ValueError: an array has another shape.
        """
        rows = [np.asarray(row, np.float32)[None] for row in (values, neutral_mean, neutral_spread, turn)]
        if any(row.shape != (1, len(FEATURES)) for row in rows[:3]) or rows[3].shape != (1, 3):
            raise ValueError(f"features of shapes {[row.shape[1:] for row in rows]}")
        intensity, stddev = self.read_many(*rows)
        return UnitReading(intensity[0], stddev[0])

    def read_many(
        self, values: Values, neutral_mean: Values, neutral_spread: Values, turn: Values
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Intensities and spreads, both (n, 15), of many faces at once; all arguments have a first axis of n."""
        given = {"values": values, "neutral_mean": neutral_mean, "neutral_spread": neutral_spread, "turn": turn}
        finite = {name: _finite(np.asarray(part, np.float32)) for name, part in given.items()}
        intensity, stddev = self._session.run(_OUTPUTS, finite)
        return _held(intensity, 0.0), _held(stddev, 0.01)


PARTS = ("mean", "spread", "noise", "pain")


def neutral_of(population: Population, pictures: Values) -> tuple[Values, Values]:
    """A person's neutral and its spread from features (n, D) of neutral pictures; with none the population's.

    A Gaussian for each feature, as in `neutral`: the population before, the pictures as evidence.
    """
    rows = np.asarray(pictures, np.float32).reshape(-1, len(FEATURES))
    precision = 1.0 / population.spread**2 + len(rows) / population.noise**2
    total = population.mean / population.spread**2 + rows.sum(axis=0) / population.noise**2
    return (total / precision).astype(np.float32), (1.0 / np.sqrt(precision)).astype(np.float32)


def population_file(weights: Path) -> Path:
    """Where the population's neutral of some weights stands."""
    return weights.with_name(weights.stem + "_neutral.json")


def _population(weights: Path) -> Population:
    content = json.loads(population_file(weights).read_text(encoding="utf-8"))
    if tuple(content["features"]) != FEATURES:
        raise ValueError("it was trained on other features")
    return Population(*(np.array(content[name], np.float32) for name in PARTS))


def _held(part: Values, least: float) -> NDArray[np.float64]:
    """Within the range of intensities."""
    return np.minimum(np.maximum(part.astype(np.float64), least), MAX_INTENSITY)


def _finite(part: Values) -> Values:
    """Numbers with 0 for what is none."""
    return part if np.isfinite(part).all() else np.nan_to_num(part, posinf=0.0, neginf=0.0)
