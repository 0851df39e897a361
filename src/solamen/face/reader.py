"""Action units of one person over time: cues against their own neutral, which is learned on the way."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from solamen.core.action_units import UNITS
from solamen.face.calm import calmness
from solamen.face.closure import NARROWED, Closure, eyes_closed, without_closure
from solamen.face.cues import Cues
from solamen.face.neutral import Neutral
from solamen.face.settings import FaceSettings
from solamen.face.units import MEASURED, PAIN_PATTERN, UnitMeasures, measure_units

_GUARDED, _ORBIT = (4, 6, 7, 9, 10), (6, 7)
# Intensity points a second: pain takes about a second to show in full, lids a tenth.
_FASTEST_RISE = 6.0
# Intensity points a second in which the orbit's units fade under shut lids.
_FADE = 0.4
# Intensity of AU4 from which eyes that stay shut are pressed shut.
_PRESSED_BROW = 1.5
# Turn of the head up to which a neutral may be learned.
_FRONTAL_RAD = math.radians(18.0)


class UnitReader:
    """Reads action units from frontal faces and learns the person's neutral on the way."""

    def __init__(self, settings: FaceSettings) -> None:
        self._settings = settings
        self._closure = Closure(settings.blink_max_s)
        self.reset()

    def reset(self) -> None:
        """Forgets the person."""
        self.neutral = Neutral(self._settings.adapt_s, self._settings.forget_s)
        self.index_spread = 0.0
        self.pause()

    def pause(self) -> None:
        """The face was not seen for a while: forgets what was going on, but not the neutral."""
        self._closure.reset()
        self._before: dict[int, float] = {}

    def read(
        self, cues: Cues, turn_rad: float, quality: float, dt_s: float
    ) -> tuple[dict[int, float], dict[int, float]]:
        """Intensity 0–5 and confidence 0–1 of each unit; NaN and 0 where a unit cannot be seen.

        Args:
            cues: of `cues.measure`; NaN where not known.
            turn_rad: how far the head is turned or nodded away from the camera.
            quality: 0–1.
            dt_s: seconds since the frame before; 0 where there is none.
        """
        closed = eyes_closed(cues, self.neutral.face)
        measured = measure_units(without_closure(cues, closed), self.neutral.face)
        if self._closure.lasting and closed > NARROWED:
            squeezed = float(np.clip(np.nan_to_num(measured.of(4) / _PRESSED_BROW), 0.0, 1.0))
            measured = measure_units(without_closure(cues, closed, squeezed), self.neutral.face)
        intensity = dict.fromkeys(UNITS, math.nan)
        intensity.update(measured.as_mapping())
        self.index_spread = measured.index_spread
        intensity[43], intensity[45] = self._closure.update(closed, dt_s)
        self._guard_from_lids(intensity, dt_s)
        if dt_s > 0.0 and turn_rad < _FRONTAL_RAD and closed < NARROWED:
            toward_calm, toward_pain = calmness(cues, self.neutral.face, intensity, self.neutral.uncertainty)
            weights = {"toward_calm": quality * toward_calm, "toward_pain": quality * toward_pain}
            self.neutral.learn(cues, dt_s, pain=PAIN_PATTERN, **weights)
        return intensity, self._confidence(intensity, measured, quality)

    def _guard_from_lids(self, intensity: dict[int, float], dt_s: float) -> None:
        """Keeps falling and rising lids out of the units of pain, which they imitate.

        In a blink no unit of pain rises, and those of the orbit never faster than in pain. In a lasting closure, under
        which the orbit is hard to see, what the open eyes showed of it fades slowly.
        """
        blink, lasting = self._closure.blinking, self._closure.lasting
        for unit in _GUARDED:
            before, now = self._before.get(unit, math.nan), intensity[unit]
            if dt_s > 0.0 and math.isfinite(before) and math.isfinite(now):
                rise = _FASTEST_RISE if unit in _ORBIT else math.inf
                now = min(now, before + (0.0 if blink else rise * dt_s))
                intensity[unit] = max(now, before - _FADE * dt_s) if unit in _ORBIT and lasting else now
            self._before[unit] = intensity[unit]

    def _confidence(self, intensity: Mapping[int, float], measured: UnitMeasures, quality: float) -> dict[int, float]:
        """Quality, less where the neutral is uncertain by much of the scale; 0 where the unit is not seen."""
        spread = dict(zip(MEASURED, measured.spread, strict=True))
        return {
            unit: quality / (1.0 + spread.get(unit, 0.3)) if math.isfinite(intensity[unit]) else 0.0 for unit in UNITS
        }
