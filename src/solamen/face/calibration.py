"""Learning a person's neutral face on purpose: quiet seconds are collected, checked, and taken as their neutral."""

from __future__ import annotations

import math
from collections import Counter

import numpy as np
from numpy.typing import NDArray

from solamen.core.action_units import ActionUnits
from solamen.core.calibration import CalibrationState, check_duration
from solamen.core.estimates import PainEstimate

# So many times the asked duration may pass before it is given up.
_PATIENCE = 3.0
_LEAST_QUALITY = 0.5
# A neutral is never taken from pain: points of an estimate from which a face may be in pain, and FACS intensities of
# units that no quiet face shows.
_PAINED_POINTS = 3.0
_BUSY_UNITS = {12: 2.0, 25: 3.0, 26: 2.5, 43: 2.5}
_CALM = "Please keep your face at rest and look at the robot."


class NeutralCalibration:
    """Collects quiet seconds of one face.

    Args:
        duration_s: seconds of calm to collect, 5–120.

    Raises:
        ValueError: the duration is out of range.
    """

    def __init__(self, duration_s: float) -> None:
        check_duration(duration_s)
        self._duration_s = duration_s
        self._calm_s = self._spent_s = 0.0
        self._measures: list[NDArray[np.float64]] = []
        self._hindrances: Counter[str] = Counter()
        self._state = CalibrationState(0.0, _CALM)

    @property
    def state(self) -> CalibrationState:
        """How far it is."""
        return self._state

    @property
    def measures(self) -> NDArray[np.float64]:
        """(n, k): what was measured of the quiet face."""
        return np.array(self._measures)

    @property
    def quality(self) -> float:
        """0–1: which share of the time so far was quiet and well seen."""
        return min(1.0, self._calm_s / self._spent_s) if self._spent_s > 0.0 else 0.0

    @property
    def longest_s(self) -> float:
        """After so long it ends without a neutral, seconds."""
        return _PATIENCE * self._duration_s

    def see(
        self,
        units: ActionUnits,
        pain: PainEstimate,
        measures: NDArray[np.float64] | None,
        dt_s: float,
        *,
        confirmed: bool,
    ) -> None:
        """One more frame, `dt_s` after the one before; nothing where it has ended."""
        if self._state.done:
            return
        self._spent_s += max(dt_s, 0.0)
        hindrance = _hindrance(units, pain, confirmed)
        if hindrance or measures is None:
            self._hindrances[hindrance or _CALM] += 1
        elif dt_s > 0.0 and np.isfinite(measures).all():
            self._calm_s += dt_s
            self._measures.append(measures)
        self._state = self._judged(hindrance)

    def give_up(self, reason: str) -> None:
        """Ends it without a neutral."""
        if not self._state.done:
            self._state = CalibrationState(self._progress, "", done=True, message=reason)

    @property
    def _progress(self) -> float:
        return min(1.0, self._calm_s / self._duration_s)

    def _judged(self, hindrance: str) -> CalibrationState:
        if self._calm_s >= self._duration_s - 1e-6:
            return CalibrationState(
                1.0, "Thank you.", True, True, f"the neutral face was learned in {self._calm_s:.0f} s"
            )
        if self._spent_s > self.longest_s:
            most = self._hindrances.most_common(1)
            why = most[0][0] if most else "no frames came"
            message = f"only {self._calm_s:.0f} of {self._duration_s:.0f} quiet seconds were seen. {why}"
            return CalibrationState(self._progress, "", True, False, message)
        return CalibrationState(self._progress, hindrance or _CALM)


def _hindrance(units: ActionUnits, pain: PainEstimate, confirmed: bool) -> str:
    """What keeps a frame from teaching the neutral, as a request to the person; empty where nothing does."""
    if not units.face_present:
        return "Please sit so that the robot sees your face."
    if not confirmed:
        return "Please have a human confirm who is in care."
    if units.quality < _LEAST_QUALITY or units.quality_reason:
        return f"Please face the robot in good light ({units.quality_reason or 'the picture is poor'})."
    if any(units.get(unit) >= most for unit, most in _BUSY_UNITS.items()):
        return _CALM
    if math.isfinite(pain.intensity) and pain.intensity >= _PAINED_POINTS:
        return "Please rest until the pain is less; a neutral face is never learned from pain."
    return ""
