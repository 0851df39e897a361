"""What a labelled picture is, wherever it comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class LabelledFace:
    """A picture of a face and what a coder says of it.

    Attributes:
        path: the picture.
        identity: whose face it is; empty where that is not known, and then no neutral may be assumed.
        kind: what is shown, such as pain or smile; `neutral` marks the pictures that give an identity's neutral.
        units: FACS number to intensity 0–5; a unit that was not coded is missing.
        pspi: 0–16 (Prkachin & Solomon 2008); NaN where it was not coded.
    """

    path: Path
    identity: str = ""
    kind: str = ""
    units: Mapping[int, float] = field(default_factory=dict)
    pspi: float = math.nan

    @property
    def is_neutral(self) -> bool:
        """Whether it may teach its identity's neutral."""
        return bool(self.identity) and self.kind == "neutral"
