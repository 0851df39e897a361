"""Generated cues for the tests of this room: a person's neutral, and what actions do to it.

The changes are those that the landmark model shows on test pictures: a grin, a blink, a face in pain.
"""

import math

import numpy as np

from solamen.core.action_units import ActionUnits, pain_index
from solamen.face.cues import CUES, INDEX
from solamen.face.neutral import POPULATION
from solamen.face.pain import PainFromFace
from solamen.face.reader import UnitReader
from solamen.face.settings import FaceSettings

RATE_HZ = 20.0

GRIN = {
    "mouth_smile": 0.86,
    "mouth_width": 0.24,
    "mouth_corner_distance": -0.12,
    "nose_length": -0.06,
    "cheek_distance": -0.045,
    "upper_lip_distance": -0.037,
    "eye_squint": 0.12,
    "lower_lid_height": 0.010,
    "lid_gap": -0.018,
    "lip_gap": 0.15,
    "mouth_upper_up": 0.70,
    "brow_gap": -0.008,
}
SHUT = {"lid_gap": -0.09, "eye_blink": 0.65, "eye_squint": 0.20, "lower_lid_height": 0.012, "eye_look_down": 0.6}
PAIN = {
    "brow_gap": -0.030,
    "brow_down": 0.20,
    "inner_brow_height": -0.025,
    "cheek_distance": -0.070,
    "lower_lid_height": 0.025,
    "eye_squint": 0.35,
    "lid_gap": -0.040,
    "nose_length": -0.085,
    "upper_lip_distance": -0.040,
    "mouth_corner_distance": -0.090,
    "lip_gap": 0.03,
}


def person(seed=None, spread=0.5):
    """The neutral cues of a person, some spreads of the population away from its mean."""
    if seed is None:
        return POPULATION.mean.copy()
    cues = POPULATION.mean + spread * POPULATION.spread * np.random.default_rng(seed).standard_normal(len(CUES))
    shapes = [i for i, name in enumerate(CUES) if POPULATION.mean[i] >= 0.0 and name not in ("lower_lid_height",)]
    cues[shapes] = np.maximum(cues[shapes], 0.0)
    return cues


def acting(neutral, *actions):
    """Neutral cues with actions added; an action is a change of cues and its strength."""
    cues = neutral.copy()
    for changes, strength in actions:
        for name, change in changes.items():
            cues[INDEX[name]] += strength * change
    return cues


class Watcher:
    """A reader and a pain estimator over one generated person."""

    def __init__(self, **settings):
        self.settings = FaceSettings(**{"settle_s": 0.0, **settings})
        self.reader = UnitReader(self.settings)
        self.pain = PainFromFace(self.settings)
        self.units = {}

    def see(self, cues, seconds=None, rate_hz=RATE_HZ, quality=1.0):
        """Shows one face for some seconds (or one frame) and returns the estimates of its frames."""
        frames = 1 if seconds is None else max(1, round(seconds * rate_hz))
        return [self._frame(cues, 1.0 / rate_hz, quality) for _ in range(frames)]

    def _frame(self, cues, dt_s, quality):
        self.units, confidence = self.reader.read(cues, 0.0, quality, dt_s)
        units = ActionUnits(0.0, True, self.units, confidence, pain_index(self.units), quality)
        return self.pain.update(units, self.reader.index_spread, dt_s)


def most(estimates):
    return max(estimate.intensity for estimate in estimates)


def mean(estimates):
    return math.fsum(estimate.intensity for estimate in estimates) / len(estimates)
