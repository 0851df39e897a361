"""A person's neutral face: what the cues measure when nothing is expressed.

It starts from the population, with a wide spread, and is learned on line. A calm face teaches it; a face that may be
in pain teaches it nothing, so that a person in pain from the first frame never becomes neutral.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from solamen.face.cues import CUES, Cues

# Cue: mean of neutral faces, spread between persons, seconds-to-seconds noise within one. From calm frames of the
# landmark model on open test pictures of adults and on generated heads from child to elder; the spreads are widened.
_POPULATION: dict[str, tuple[float, float, float]] = {
    "inner_brow_height": (0.215, 0.030, 0.008),
    "outer_brow_height": (0.250, 0.030, 0.008),
    "brow_gap": (0.325, 0.025, 0.004),
    "lid_gap": (0.100, 0.018, 0.006),
    "lower_lid_height": (-0.043, 0.010, 0.003),
    "cheek_distance": (0.300, 0.025, 0.006),
    "nose_length": (0.465, 0.035, 0.008),
    "upper_lip_distance": (0.172, 0.025, 0.005),
    "mouth_width": (0.540, 0.050, 0.010),
    "mouth_corner_distance": (0.800, 0.050, 0.012),
    "lip_gap": (0.005, 0.015, 0.005),
    "chin_distance": (1.300, 0.070, 0.015),
    "lower_lip_to_chin": (0.370, 0.050, 0.010),
    "brow_down": (0.120, 0.140, 0.020),
    "brow_inner_up": (0.150, 0.150, 0.050),
    "brow_outer_up": (0.130, 0.120, 0.040),
    "eye_blink": (0.090, 0.060, 0.030),
    "eye_squint": (0.280, 0.140, 0.040),
    "eye_wide": (0.010, 0.020, 0.005),
    "eye_look_down": (0.120, 0.100, 0.050),
    "mouth_smile": (0.020, 0.060, 0.020),
    "mouth_frown": (0.005, 0.020, 0.005),
    "mouth_stretch": (0.010, 0.020, 0.010),
    "mouth_upper_up": (0.010, 0.030, 0.010),
    "mouth_shrug_lower": (0.060, 0.100, 0.030),
    "mouth_press": (0.030, 0.040, 0.015),
    "jaw_open": (0.020, 0.030, 0.010),
}


@dataclass(frozen=True)
class NeutralFace:
    """What is known of a neutral face: mean and standard deviation of each cue, in the order of `CUES`."""

    mean: Cues
    spread: Cues


POPULATION = NeutralFace(
    np.array([_POPULATION[name][0] for name in CUES]), np.array([_POPULATION[name][1] for name in CUES])
)
"""Anybody's neutral face."""

_NOISE: Cues = np.array([_POPULATION[name][2] for name in CUES])

# Seconds of calm that a frame stands for at most, however long ago the last one was.
_LONGEST_STEP_S = 1.0
# So far beyond the population's mean, in its spreads, the neutral may move in the direction of pain.
_FARTHEST = 1.5


class Neutral:
    """Learns a person's neutral face: a Gaussian for each cue, updated as by a Kalman filter.

    Args:
        adapt_s: seconds of calm after which the spread is a quarter of the population's.
        forget_s: time constant in which an unseen neutral widens back towards the population's spread.
        population: where it starts: anybody's neutral.
        noise: per cue, the spread that is left however long one looks.
    """

    def __init__(
        self, adapt_s: float, forget_s: float, population: NeutralFace = POPULATION, noise: Cues = _NOISE
    ) -> None:
        self._adapt_s, self._forget_s = adapt_s, forget_s
        self._population, self._noise = population, noise
        self.face = population

    def teach(self, pictures: Cues, noise: Cues) -> None:
        """Learns at once from calm pictures (n, cues) that differ by `noise` among themselves; forgets what it knew."""
        before = 1.0 / self._population.spread**2
        known = np.isfinite(pictures)
        precision = before + known.sum(axis=0) / noise**2
        total = self._population.mean * before + np.where(known, pictures, 0.0).sum(axis=0) / noise**2
        self.face = NeutralFace(total / precision, np.sqrt(1.0 / precision))

    def learn(self, cues: Cues, dt_s: float, *, toward_calm: float, toward_pain: float, pain: Cues) -> None:
        """One frame of a face.

        Args:
            cues: cue vector; NaN teaches nothing.
            dt_s: seconds since the frame before.
            toward_calm: weight 0–1 of a change that is none towards pain.
            toward_pain: weight 0–1 of a change in the direction of pain.
            pain: per cue, a change in the direction of pain; 0 where it makes none.
        """
        if not (math.isfinite(dt_s) and dt_s > 0.0 and math.isfinite(toward_calm + toward_pain)):
            return
        dt, direction = min(dt_s, _LONGEST_STEP_S), np.sign(pain)
        mean, spread = self.face.mean, self._widened(dt)
        change = np.where(np.isfinite(cues), cues - mean, 0.0)
        weight = np.where(change * direction > 0.0, toward_pain, toward_calm) * np.isfinite(cues)
        # 15 = 4² - 1: the precision that `adapt_s` seconds must add for a quarter of the spread.
        precision = weight * (15.0 * dt / self._adapt_s) / self._population.spread**2
        gain = precision / (precision + 1.0 / spread**2)
        mean = mean + gain * change
        excess = (mean - self._population.mean) * direction - _FARTHEST * self._population.spread
        mean = mean - direction * np.maximum(excess, 0.0) * (direction != 0.0)
        self.face = NeutralFace(mean, np.maximum(spread * np.sqrt(1.0 - gain), self._noise))

    def settle(self, cues: Cues) -> None:
        """Takes quiet pictures (n, cues), finite, as the person's neutral; fewer than three teach nothing."""
        if len(cues) < 3:
            return
        spread = np.maximum(cues.std(axis=0) / math.sqrt(len(cues)), self._noise)
        self.face = NeutralFace(np.median(cues, axis=0), np.minimum(spread, self._population.spread))

    def _widened(self, dt_s: float) -> Cues:
        """The spread after some time without news."""
        share = 1.0 - math.exp(-dt_s / self._forget_s)
        variance = self.face.spread**2
        return np.asarray(np.sqrt(variance + share * np.maximum(self._population.spread**2 - variance, 0.0)))

    @property
    def uncertainty(self) -> float:
        """0 (the person's own neutral is known) to 1 (all that is known is the population)."""
        return float((self.face.spread / self._population.spread).mean())
