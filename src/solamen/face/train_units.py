"""What both nets of the face's units learn from: the columns of a label, and the pain index of them. Needs torch."""

from __future__ import annotations

import torch

from solamen.core.action_units import UNITS
from solamen.face.unit_model import MODEL_UNITS

OUT = [UNITS.index(unit) for unit in MODEL_UNITS]
"""Places of the model's units among all."""
_COLUMN = {unit: column for column, unit in enumerate(MODEL_UNITS)}


def index_of(units: torch.Tensor) -> torch.Tensor:
    """PSPI of units (n, 15), with AU43 as a share of 1, so that it can be learned."""
    c = _COLUMN
    return (
        units[:, c[4]]
        + torch.maximum(units[:, c[6]], units[:, c[7]])
        + torch.maximum(units[:, c[9]], units[:, c[10]])
        + units[:, c[43]] / 5.0
    )
