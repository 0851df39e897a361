"""Stretches of sound in which somebody speaks, so that words are looked for only there."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np

from solamen.voice.spectrum import RATE_HZ, Sound

LEAD_S = 0.4
"""A stretch begins so long before the voice is sure."""
LINGER_S = 0.7
LONGEST_S = 15.0


@dataclass(frozen=True)
class Stretch:
    """What the gate lets through.

    Attributes:
        sound: the next samples of a stretch; empty where nobody speaks.
        begins: they are its first ones.
        ends: they are its last ones.
    """

    sound: Sound
    begins: bool = False
    ends: bool = False


class SpeechGate:
    """Opens when a voice is likely, and closes some time after it is not."""

    def __init__(self, threshold: float) -> None:
        self._threshold = threshold
        self._before: deque[Sound] = deque()
        self._quiet_s = self._open_s = 0.0
        self.open = False

    def push(self, samples: Sound, speech: float) -> Stretch:
        """Takes the next samples with the probability of a voice in them."""
        length_s = len(samples) / RATE_HZ
        if not self.open:
            self._keep(samples)
            if speech < self._threshold:
                return Stretch(samples[:0])
            self.open, self._quiet_s, self._open_s = True, 0.0, 0.0
            sound = np.concatenate(self._before)
            self._before.clear()
            return Stretch(sound, begins=True)
        self._open_s += length_s
        self._quiet_s = 0.0 if speech >= self._threshold else self._quiet_s + length_s
        ends = self._quiet_s > LINGER_S or self._open_s > LONGEST_S
        self.open = not ends
        return Stretch(samples, ends=ends)

    def close(self) -> None:
        """Forgets an open stretch."""
        self.open = False
        self._before.clear()

    def _keep(self, samples: Sound) -> None:
        self._before.append(samples)
        while sum(map(len, self._before)) - len(self._before[0]) > LEAD_S * RATE_HZ:
            self._before.popleft()
