"""Whether what comes from the microphone is sound at all: broken samples, clipping, a dead microphone, gaps."""

from __future__ import annotations

import math

import numpy as np

from solamen.voice.settings import VoiceSettings
from solamen.voice.spectrum import RATE_HZ, Sound

_FULL = 0.999
# A complaint stays for so long after its cause, as features still rest on those samples.
_STAYS_S = 0.5
_LOUDEST = 1.0


class Soundness:
    """Follows a stream of sound and says what is wrong with it."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard before."""
        self._heard_s = 0.0
        self._broken_s = self._clipped_s = -math.inf
        self._same, self._same_s = math.nan, 0.0
        self.clipped = 0.0

    def mend(self, samples: Sound) -> Sound:
        """The samples with what is no number replaced by silence and what is beyond full scale cut."""
        good = np.isfinite(samples)
        self._heard_s += len(samples) / RATE_HZ
        if not good.all():
            self._broken_s = self._heard_s
        mended = np.clip(np.where(good, samples, np.float32(0.0)), -_LOUDEST, _LOUDEST).astype(np.float32)
        self._watch(mended)
        return mended

    def _watch(self, samples: Sound) -> None:
        if not len(samples):
            return
        length_s = len(samples) / RATE_HZ
        full = float(np.mean(np.abs(samples) >= _FULL))
        part = min(1.0, length_s / _STAYS_S)
        self.clipped += part * (full - self.clipped)
        if np.ptp(samples) == 0.0 and (samples[0] == self._same or math.isnan(self._same)):
            self._same_s += length_s
        else:
            self._same_s = 0.0
        self._same = float(samples[-1])

    def complaint(self) -> str:
        """What makes the sound useless now, in words; empty where nothing does."""
        if self._heard_s - self._broken_s < _STAYS_S:
            return "the microphone gives broken samples"
        if self._same_s >= self._settings.dead_after_s:
            return "the microphone is dead or muted: its signal does not change"
        if self.clipped > self._settings.max_clipped:
            return "the sound is clipped: the microphone is too loud or too near"
        return ""
