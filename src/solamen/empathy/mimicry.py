"""System I: mirrors action units at once, by fixed gains, without any inference of what they mean."""

from __future__ import annotations

import math
from collections.abc import Mapping

from solamen.core.action_units import MAX_INTENSITY, PAIN_UNITS, ActionUnits, pain_index
from solamen.empathy.follower import Follower
from solamen.empathy.settings import EmpathySettings

_BROWS = (1, 2, 5)
_MOUTH = (15, 17, 20, 25, 26)
_GRIN_CONFUSED = (7, 9, 10)
"""Units that a grin shows too."""
_LIDS = (6, 7)
"""Units that cannot be told while the eyes are shut by a blink."""
_CONFIDENT = 0.5


def known(units: ActionUnits, unit: int) -> float:
    """Intensity 0–5 of a unit, held to its range; NaN where it is not known."""
    intensity = units.get(unit)
    return min(max(intensity, 0.0), MAX_INTENSITY) if math.isfinite(intensity) else math.nan


def smiles(units: ActionUnits, settings: EmpathySettings) -> bool:
    """Whether AU12 shows a smile."""
    return known(units, 12) >= settings.smile_from


def blinks(units: ActionUnits) -> bool:
    """Whether the eyes are shut by a blink (AU45)."""
    blink = known(units, 45)
    return blink > 0.3 * MAX_INTENSITY and not blink < known(units, 43)


def pain_level(units: ActionUnits, settings: EmpathySettings) -> float:
    """How much of the units of pain is seen, 0–16, as PSPI: unseen terms at their least, blinks and smiles left out."""
    seen = {unit: known(units, unit) - settings.deadband for unit in PAIN_UNITS if unit != 43}
    seen[43] = known(units, 43)
    if blinks(units):
        seen.update(dict.fromkeys((43, *_LIDS), math.nan))
    if smiles(units, settings):
        seen[6] = math.nan
        for unit in _GRIN_CONFUSED:
            seen[unit] = seen[unit] - known(units, 12)
    return pain_index(seen).lower


class Mimicry:
    """Mirrors a face unit by unit; the gains are fixed, and what regulates them can only lower them."""

    def __init__(self, settings: EmpathySettings) -> None:
        self._settings = settings
        # Pain is followed apart from the rest, as it must end when its time is over.
        self._pain = Follower(settings.rise_s, settings.fall_s, settings.unseen_hold_s)
        self._free = Follower(settings.rise_s, settings.fall_s, settings.unseen_hold_s)
        self._gain: Mapping[int, float] = {
            **dict.fromkeys(_BROWS, settings.brow_gain),
            **dict.fromkeys(_MOUTH, settings.mouth_gain),
            **dict.fromkeys(PAIN_UNITS, settings.pain_gain),
            12: settings.smile_gain,
        }

    def mirror(self, units: ActionUnits | None, dt_s: float, pain_factor: float, trust: float) -> dict[int, float]:
        """Activations 0–1 that answer a frame, or None where there is nothing to answer.

        Args:
            units: what was seen; units that are not known are left out.
            dt_s: seconds since the frame before.
            pain_factor: 0–1, on the units of pain (see `Regulation`).
            trust: 0–1, on all units.
        """
        target = {} if units is None else self.target(units, pain_factor, trust)
        painful = {unit: value for unit, value in target.items() if unit in PAIN_UNITS}
        others = {unit: value for unit, value in target.items() if unit not in PAIN_UNITS}
        if units is not None and 6 in target:
            # AU6 belongs to pain or to a smile; to the other it is known to be absent.
            smiling = smiles(units, self._settings)
            painful[6], others[6] = (0.0, target[6]) if smiling else (target[6], 0.0)
        pain, rest = self._pain.follow(painful, dt_s), self._free.follow(others, dt_s)
        return {unit: max(pain.get(unit, 0.0), rest.get(unit, 0.0)) for unit in {*pain, *rest}}

    def target(self, units: ActionUnits, pain_factor: float, trust: float) -> dict[int, float]:
        """Activations 0–1 that a face asks for, before smoothing."""
        smiling, blinking = smiles(units, self._settings), blinks(units)
        target = {}
        for unit, gain in self._gain.items():
            intensity = known(units, unit)
            if math.isnan(intensity) or (blinking and unit in (43, *_LIDS)):
                continue
            if unit == 6 and smiling:
                gain = self._settings.smile_gain
            elif unit in PAIN_UNITS:
                gain *= pain_factor
            target[unit] = gain * trust * _confidence(units, unit) * self._cored(intensity) / MAX_INTENSITY
        return target

    def fade(self, dt_s: float) -> dict[int, float]:
        """Activations 0–1 on the way to rest, where nothing may be mirrored any more."""
        rest = dict.fromkeys(self._gain, 0.0)
        pain, others = self._pain.follow(rest, dt_s), self._free.follow(rest, dt_s)
        return {unit: max(pain.get(unit, 0.0), others.get(unit, 0.0)) for unit in {*pain, *others}}

    def end_pain(self) -> None:
        """Leaves nothing of the mirrored pain; a smile's AU6 stays."""
        self._pain.clear()

    def end(self) -> None:
        """Leaves nothing of what was mirrored."""
        self._pain.clear()
        self._free.clear()

    def _cored(self, intensity: float) -> float:
        """An intensity without the jitter of a still face: 0 up to the deadband, in full from twice as much on."""
        deadband = self._settings.deadband
        return intensity * min(max(intensity / deadband - 1.0, 0.0), 1.0) if deadband > 0.0 else intensity


def _confidence(units: ActionUnits, unit: int) -> float:
    """0–1, in full from a confidence of one half on; one half where it is not known."""
    confidence = units.confidence.get(unit, 1.0)
    return min(max(confidence / _CONFIDENT, 0.0), 1.0) if math.isfinite(confidence) else 0.5
