"""Small children: cues of the Neonatal Facial Coding System in place of a pain index that was made on adults.

Sources: Grunau & Craig 1987; Grunau et al. 1998. What a camera cannot tell of the system (taut tongue, quiver of the
chin) is left out and never counted as absent.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping

from solamen.core.action_units import MAX_INTENSITY, PainIndex
from solamen.core.estimates import Evidence, PainEstimate

PSPI_FROM_YEARS = 3.0
"""Below this age no pain index is given."""
NO_INDEX = PainIndex(math.nan, 0.0, 16.0)
REASON = (
    "the pain index is not made for children under three years; cues of the Neonatal Facial Coding System are given"
)

CUES_OF: Mapping[str, tuple[int, ...]] = {
    "brow bulge": (4,),
    "eye squeeze": (6, 7),
    "nasolabial furrow": (9, 10),
    "open lips": (25, 26),
    "vertical mouth stretch": (26,),
    "horizontal mouth stretch": (20,),
}
"""Cue of the system: the units that draw it, of which the strongest counts."""


def is_small_child(age_years: float) -> bool:
    """Whether a person of a known age is too young for the pain index; an unknown age (NaN) is an adult's."""
    return age_years < PSPI_FROM_YEARS


def neonatal_cues(intensity: Mapping[int, float]) -> dict[str, float]:
    """Each cue as a share 0–1 of its most; NaN where none of its units is seen.

    Args:
        intensity: FACS number to 0–5; NaN or missing is not known.
    """
    return {name: _strongest([intensity.get(unit, math.nan) for unit in units]) for name, units in CUES_OF.items()}


def _strongest(values: list[float]) -> float:
    known = [min(max(value, 0.0), MAX_INTENSITY) for value in values if math.isfinite(value)]
    return max(known) / MAX_INTENSITY if known else math.nan


def with_neonatal_cues(abstained: PainEstimate, intensity: Mapping[int, float]) -> PainEstimate:
    """An estimate that abstains from points, with the cues as its evidence and the reason in words."""
    evidence = tuple(Evidence(name, value, "share 0-1", 0.0) for name, value in neonatal_cues(intensity).items())
    return dataclasses.replace(abstained, evidence=evidence, reason=REASON)
