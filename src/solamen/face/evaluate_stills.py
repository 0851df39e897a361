"""Rendered pictures of persons that training never saw, in the whole range of views, light, flaws and hidden parts."""

from __future__ import annotations

import math
from dataclasses import dataclass, field

import numpy as np

from solamen.core.action_units import PAIN_UNITS, UNITS, pain_index
from solamen.face.evaluate_baseline import baseline_units
from solamen.face.evaluate_figures import Means
from solamen.face.evaluate_reader import StillReader
from solamen.patient.acts import pose_of
from solamen.patient.variety import VariedPatient

NEUTRALS, STILLS = 5, 30
"""Pictures of a person: calm ones for the neutral, and those that are judged."""
SHARES = {
    "pain": 0.30,
    "mixture": 0.25,
    "neutral": 0.12,
    "smile": 0.06,
    "speech": 0.05,
    "disgust": 0.05,
    "blink": 0.03,
    "glance": 0.03,
    "effort": 0.03,
    "yawn": 0.02,
    "sneeze": 0.02,
    "surprise": 0.02,
    "sad": 0.02,
}
"""How often each kind comes."""


@dataclass
class Seen:
    """Pictures of one person: what was true and what was said, one entry per picture.

    Attributes:
        person: name.
        groups: attribute to this person's group.
        kind: what is shown.
        truth: index.
        said: index, NaN where there is no answer.
        baseline: index straight from blendshapes.
        units_truth: 16 intensities, in the order of `UNITS`.
        units_said: the same.
        units_baseline: 6 intensities, in the order of `PAIN_UNITS`.
        found: whether a face was found.
    """

    person: str
    groups: dict[str, str]
    kind: list[str] = field(default_factory=list)
    truth: list[float] = field(default_factory=list)
    said: list[float] = field(default_factory=list)
    baseline: list[float] = field(default_factory=list)
    units_truth: list[list[float]] = field(default_factory=list)
    units_said: list[list[float]] = field(default_factory=list)
    units_baseline: list[list[float]] = field(default_factory=list)
    found: list[bool] = field(default_factory=list)


def see_person(seed: int, split: str = "test") -> Seen:
    """All pictures of one person."""
    rng = np.random.default_rng([seed, 11])
    with VariedPatient(seed, split) as patient, StillReader() as reader:
        a = patient.attributes
        seen = Seen(patient.name, groups_of(a.age_years, a.gender, a.skin))
        reader.begin([patient.still("neutral", 0.0, rng, calm=0.6, cover=0.0).image for _ in range(NEUTRALS)])
        for kind in rng.choice(list(SHARES), STILLS, p=np.array(list(SHARES.values())) / sum(SHARES.values())):
            still = patient.still(str(kind), float(rng.beta(1.0, 0.9)), rng)
            result = reader.read(still.image)
            shapes = baseline_units(result.blendshapes)
            seen.kind.append(str(kind))
            seen.truth.append(still.pspi)
            seen.said.append(result.index.value)
            seen.baseline.append(pain_index(shapes).value)
            seen.units_truth.append([still.intensity[unit] for unit in UNITS])
            seen.units_said.append([result.intensity[unit] for unit in UNITS])
            seen.units_baseline.append([shapes[unit] for unit in PAIN_UNITS])
            seen.found.append(result.blendshapes is not None)
    return seen


def groups_of(age_years: float, gender: float, skin: float) -> dict[str, str]:
    """Groups whose errors are compared."""
    age = "child" if age_years < 14.0 else "adult" if age_years < 60.0 else "elder"
    tone = "light" if skin < 0.33 else "medium" if skin < 0.66 else "dark"
    return {"age": age, "gender": "female" if gender >= 0.5 else "male", "skin": tone}


def training_means(draws: int = 4000) -> Means:
    """Means of the pictures that training draws, which an unanswered picture counts as; by draws of the same kinds."""
    rng = np.random.default_rng(3)
    kinds = rng.choice(list(SHARES), draws, p=np.array(list(SHARES.values())) / sum(SHARES.values()))
    poses = [pose_of(str(kind), float(rng.beta(1.0, 0.9)), rng).intensity for kind in kinds]
    shown = [{unit: pose.get(unit, 0.0) for unit in UNITS} for pose in poses]
    index = math.fsum(pain_index(units).value for units in shown) / draws
    return Means(index, {unit: math.fsum(units[unit] for units in shown) / draws for unit in UNITS})
