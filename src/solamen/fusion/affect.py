"""Arousal of the body, and, only where switched on, valence and dominance."""

from __future__ import annotations

import math

from solamen.core.estimates import PainEstimate
from solamen.fusion.settings import FusionSettings

_RANGES = {"arousal": (0.0, 1.0), "valence": (-1.0, 1.0), "dominance": (-1.0, 1.0)}
_SMOOTH_S = 2.0


class Affect:
    """Follows the cues `arousal`, `valence` and `dominance` among the evidence of estimates."""

    def __init__(self, settings: FusionSettings) -> None:
        self._settings = settings
        self._told = tuple(_RANGES) if settings.affect else ("arousal",)
        self._values: dict[str, tuple[float, float]] = {}

    def use(self, estimate: PainEstimate) -> None:
        """Takes in the cues of an estimate, also of one that abstains from pain."""
        for cue in estimate.evidence:
            if cue.cue in self._told:
                low, high = _RANGES[cue.cue]
                if math.isfinite(cue.value) and low <= cue.value <= high:
                    self._follow(cue.cue, cue.value, estimate.stamp_s)

    def values(self, now_s: float) -> tuple[float, float, float]:
        """Arousal, valence and dominance; NaN where it is not known, no longer known, or switched off."""
        fresh_s = self._settings.abstain_after_s
        known = {name: value for name, (stamp_s, value) in self._values.items() if now_s - stamp_s <= fresh_s}
        return known.get("arousal", math.nan), known.get("valence", math.nan), known.get("dominance", math.nan)

    def clear(self) -> None:
        """Forgets everything."""
        self._values.clear()

    def _follow(self, name: str, value: float, stamp_s: float) -> None:
        before_s, before = self._values.get(name, (-math.inf, value))
        since_s = stamp_s - before_s
        if since_s < 0.0:
            return
        share = 1.0 if since_s > self._settings.abstain_after_s else 1.0 - math.exp(-since_s / _SMOOTH_S)
        self._values[name] = stamp_s, before + share * (value - before)
