"""Learning on purpose how a person speaks: calm utterances are collected, checked, and taken as their own speech."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from solamen.core.calibration import CalibrationState, check_duration

Numbers = NDArray[np.float64]

LEAST_UTTERANCES = 4
"""From fewer nothing is known of how much a person's speech varies."""

# So many times the asked duration may pass before it is given up: who tells something also listens and thinks.
_PATIENCE = 4.0
_TELL = "Please tell about an ordinary day, in your usual voice."
_PAINED = "Please rest until the pain is less; how somebody speaks is never learned from pain."


class SpeechCalibration:
    """Collects calm utterances of one person.

    Args:
        duration_s: seconds of calm speech to collect, 5–120.

    Raises:
        ValueError: the duration is out of range.
    """

    def __init__(self, duration_s: float) -> None:
        check_duration(duration_s)
        self._duration_s = duration_s
        self._calm_s = self._spoken_s = self._spent_s = 0.0
        self._utterances: list[Numbers] = []
        self._state = CalibrationState(0.0, _TELL)

    @property
    def state(self) -> CalibrationState:
        """How far it is."""
        return self._state

    @property
    def utterances(self) -> list[Numbers]:
        """(6,) each: the measures of `prosody.MEASURES` of the calm utterances so far."""
        return list(self._utterances)

    @property
    def quality(self) -> float:
        """0–1: which share of the speech so far was calm and could be measured."""
        return self._calm_s / self._spoken_s if self._spoken_s > 0.0 else 0.0

    @property
    def longest_s(self) -> float:
        """After so long it ends without a neutral, seconds."""
        return _PATIENCE * self._duration_s

    def wait(self, dt_s: float) -> None:
        """So much time has passed."""
        self._spent_s += dt_s
        if not self._state.done and self._spent_s > self.longest_s:
            self.give_up(
                f"only {self._calm_s:.0f} of {self._duration_s:.0f} seconds of calm speech were heard. {_TELL}"
            )

    def hear(self, found: Numbers | None, length_s: float, *, calm: bool) -> None:
        """Takes an utterance that has just ended; nothing where the calibration has.

        Args:
            found: its measures; None where too little of it is voiced.
            length_s: of it, seconds.
            calm: it did not sound like pain.
        """
        if self._state.done:
            return
        self._spoken_s += length_s
        if found is not None and calm and np.isfinite(found).all():
            self._calm_s += length_s
            self._utterances.append(found)
        enough = self._calm_s >= self._duration_s and len(self._utterances) >= LEAST_UTTERANCES
        if enough:
            message = f"the speaking voice was learned from {len(self._utterances)} utterances"
            self._state = CalibrationState(1.0, "Thank you.", done=True, success=True, message=message)
        else:
            self._state = CalibrationState(self._progress, _TELL if calm else _PAINED)

    def give_up(self, reason: str) -> None:
        """Ends it without a neutral."""
        if not self._state.done:
            self._state = CalibrationState(self._progress, "", done=True, message=reason)

    @property
    def _progress(self) -> float:
        return min(self._calm_s / self._duration_s, len(self._utterances) / LEAST_UTTERANCES, 1.0)
