"""How a person speaks now against how they spoke before: pitch, loudness, jitter, shimmer, harmonicity.

Prosody follows reported pain, weakly and in each person differently (Oshrat et al. 2016): so only the change against
the person's own speech counts, it moves the estimate by little, and nothing is said before enough speech was heard.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from solamen.voice.calibration import LEAST_UTTERANCES, SpeechCalibration
from solamen.voice.front_end import Frames

Numbers = NDArray[np.float64]

MEASURES = ("pitch", "pitch range", "loudness", "jitter", "shimmer", "harmonicity")
"""Octaves, octaves, dB, share of the period, dB, dB."""

# Signs of strain: higher, louder, rougher. Population spreads within a person between calm utterances, from which the
# person's own are learned; both are conventions and not fitted to pain.
_SIGNS = np.array([1.0, 0.5, 0.5, 1.0, 0.5, -1.0])
_USUAL_SPREAD = np.array([0.15, 0.15, 4.0, 0.01, 0.5, 2.0])
_USUAL_WEIGHT = 4.0
MOST_POINTS = 0.6
"""Points of 10 that a change of prosody adds at most."""

_LEAST_VOICED = 20
_KEPT_S = 15.0
_RECALLED_UTTERANCES = 12
"""A baseline from an earlier day counts like so many utterances; what is heard now goes on from it."""


def measures(frames: Frames) -> Numbers | None:
    """The six measures of an utterance; None where less than 0.2 s of it are voiced."""
    hz = frames.pitches.hz.astype(np.float64)
    voiced = np.isfinite(hz)
    if int(voiced.sum()) < _LEAST_VOICED:
        return None
    octaves = np.log2(hz[voiced] / 100.0)
    level = frames.spectra.level_db.astype(np.float64)
    both = voiced[1:] & voiced[:-1]
    if not both.any():
        return None
    period = np.divide(1.0, hz, out=np.zeros_like(hz), where=voiced)
    jitter = np.abs(np.diff(period))[both] / period[1:][both]
    low, high = np.quantile(octaves, (0.1, 0.9))
    return np.array(
        [
            np.median(octaves),
            high - low,
            np.median(level[voiced]),
            np.median(jitter),
            np.median(np.abs(np.diff(level))[both]),
            np.median(frames.pitches.harmonicity_db[voiced]),
        ]
    )


@dataclass(frozen=True)
class Change:
    """How an utterance differs from the person's own.

    Attributes:
        strain: in standard deviations of the person's calm speech, positive where it is higher, louder, rougher.
        points: what that adds on the scale of 0–10, -0.6 to 0.6.
    """

    strain: float
    points: float


class SpeakingBaseline:
    """Learns how a person speaks, and tells how an utterance differs; for one person, forgotten with `reset`."""

    def __init__(self) -> None:
        self.reset()

    def reset(self) -> None:
        """Forgets the person."""
        self.utterances = 0
        self._mean, self._square = np.zeros(len(MEASURES)), np.zeros(len(MEASURES))

    def learn(self, found: Numbers) -> None:
        """Takes an utterance of calm speech."""
        self.utterances += 1
        step = found - self._mean
        self._mean = self._mean + step / self.utterances
        self._square = self._square + step * (found - self._mean)

    def recall(self, mean: Numbers, stddev: Numbers) -> None:
        """Takes (6,) means and standard deviations that were learned before, in place of what was learned since."""
        self.utterances, self._mean = _RECALLED_UTTERANCES, np.asarray(mean, np.float64)
        weight = self.utterances - 1 + _USUAL_WEIGHT
        self._square = np.maximum(np.square(stddev) * weight - _USUAL_WEIGHT * _USUAL_SPREAD**2, 0.0)

    def known(self) -> tuple[Numbers, Numbers]:
        """(6,) means, and standard deviations that lean on those of the population while little was heard."""
        variance = (self._square + _USUAL_WEIGHT * _USUAL_SPREAD**2) / (max(self.utterances, 1) - 1 + _USUAL_WEIGHT)
        return self._mean, np.sqrt(variance)

    def change(self, found: Numbers) -> Change | None:
        """How an utterance differs; None before enough was learned."""
        if self.utterances < LEAST_UTTERANCES:
            return None
        mean, stddev = self.known()
        z = np.clip((found - mean) / stddev, -3.0, 3.0)
        strain = float((_SIGNS * z).sum() / math.sqrt(float((_SIGNS**2).sum())))
        return Change(strain, MOST_POINTS * math.tanh(0.5 * max(0.0, abs(strain) - 1.0)) * math.copysign(1.0, strain))


class Prosody:
    """Follows a person's utterances: learns from calm ones, and keeps for a while how the last one differed."""

    def __init__(self) -> None:
        self._baseline = SpeakingBaseline()
        self._calibration: SpeechCalibration | None = None
        self.reset()

    def reset(self) -> None:
        """Forgets the person."""
        self._baseline.reset()
        if self._calibration is not None:
            self._calibration.give_up("another person may be there")
        self._calibration = None
        self._change: Change | None = None
        self._until_s = -math.inf

    def calibrate(self, duration_s: float) -> SpeechCalibration:
        """Begins to learn on purpose; what was known holds until it has succeeded.

        Raises:
            ValueError: the duration is out of range.
        """
        self._calibration = SpeechCalibration(duration_s)
        return self._calibration

    @property
    def calibrating(self) -> bool:
        """The person was asked to speak as usual."""
        return self._calibration is not None

    def known(self) -> dict[str, tuple[float, float]]:
        """Measure to mean and standard deviation of the person's calm speech."""
        mean, stddev = self._baseline.known()
        return {name: (float(mean[at]), float(stddev[at])) for at, name in enumerate(MEASURES)}

    def recall(self, known: Mapping[str, tuple[float, float]]) -> None:
        """Takes what was learned of the person before; nothing where a measure is missing."""
        if all(name in known for name in MEASURES):
            mean, stddev = np.array([known[name] for name in MEASURES], np.float64).T
            self._baseline.recall(mean, stddev)

    def wait(self, dt_s: float) -> None:
        """So much time has passed."""
        if self._calibration is not None:
            self._calibration.wait(dt_s)

    def hear(self, frames: Frames, length_s: float, calm: bool, now_s: float) -> None:
        """Takes an utterance that has just ended; only a calm one is learned from."""
        found = measures(frames)
        if self._calibration is not None:
            self._teach(self._calibration, found, length_s, calm)
        if found is None:
            return
        self._change, self._until_s = self._baseline.change(found), now_s + _KEPT_S
        if calm and self._calibration is None:
            self._baseline.learn(found)

    def _teach(self, calibration: SpeechCalibration, found: Numbers | None, length_s: float, calm: bool) -> None:
        calibration.hear(found, length_s, calm=calm)
        if calibration.state.success:
            self._baseline.reset()
            for utterance in calibration.utterances:
                self._baseline.learn(utterance)
        if calibration.state.done:
            self._calibration = None

    def change(self, now_s: float) -> Change | None:
        """How the last utterance differed, where it is not long ago."""
        return self._change if now_s <= self._until_s else None
