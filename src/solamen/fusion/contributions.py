"""What the mean of a state is made of, in points that sum to it."""

from __future__ import annotations

import math
from collections.abc import Mapping

from solamen.core.estimates import Evidence
from solamen.fusion.seen import Seen

POINTS = "points"


def contributions(
    mean: float, sensed: float, usual: float, seen: Mapping[str, Seen], weights: Mapping[str, float], said: float
) -> tuple[Evidence, ...]:
    """Points of each cue, of what is usual, of what is not shown, and of the person's word; they sum to the mean.

    Each modality pulls from what is usual towards its level by its weight, and its cues share that pull as they share
    its level. What is left stands for what the link between showing and feeling adds or takes (hiding, a person's way
    of showing, what was seen before).

    Args:
        mean: of the state, points.
        sensed: mean without the person's word.
        usual: mean of anybody at any time.
        seen: of the modalities that count.
        weights: their shares, 0–1.
        said: what the person said, points; NaN where it does not count.
    """
    found = [Evidence("usual", math.nan, "", usual)]
    for modality, each in seen.items():
        found += _cues(modality, each, weights[modality] * (each.level - usual))
    found.append(Evidence("not shown", math.nan, "", sensed - math.fsum(part.contribution for part in found)))
    if math.isfinite(said):
        found.append(Evidence("own word", said, POINTS, 0.0))
    # The last one closes the sum, so that it is exact.
    last = found.pop()
    rest = mean - math.fsum(part.contribution for part in found)
    return (*found, Evidence(last.cue, last.value, last.unit, rest))


def _cues(modality: str, seen: Seen, pull: float) -> list[Evidence]:
    """The pull of a modality, shared among its cues in the proportion of their contributions."""
    evidence = seen.estimate.evidence if seen.estimate is not None else ()
    cues = [cue for cue in evidence if math.isfinite(cue.contribution)]
    total = math.fsum(abs(cue.contribution) for cue in cues)
    if not total > 0.0:
        return [Evidence(modality, seen.level, POINTS, pull)]
    return [
        Evidence(f"{modality} {cue.cue}", cue.value, cue.unit, pull * abs(cue.contribution) / total) for cue in cues
    ]
