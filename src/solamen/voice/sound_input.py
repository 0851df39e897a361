"""Sound of any rate and number of channels as one stream at 16 kHz; what is wrong with it is told in words."""

from __future__ import annotations

import math

import numpy as np
import soxr
from numpy.typing import NDArray

from solamen.voice.spectrum import RATE_HZ, Sound

LOWEST_RATE_HZ, HIGHEST_RATE_HZ = 4_000, 384_000
MOST_CHANNELS = 64
LONGEST_S = 30.0
_DEAD_BELOW = 1e-7


class SoundInput:
    """Makes one stream of what a microphone, a file or a topic gives.

    Channels are averaged; one that gives nothing while another does is left out and told of.
    """

    def __init__(self) -> None:
        self.notes: list[str] = []
        self.gaps = 0
        self._rate_hz = 0
        self._channels = 0
        self._source = ""
        self._end_s = math.nan
        self._resampler: soxr.ResampleStream | None = None
        self._told_dead = False

    def take(
        self, samples: NDArray[np.float32], rate_hz: int, channels: int, start_s: float, source: str = ""
    ) -> Sound:
        """The next piece at 16 kHz, mono; what is not finite is passed on for the reader to notice.

        Args:
            samples: (n × channels,) interleaved, -1 to 1.
            rate_hz: samples a second of each channel.
            channels: at least 1.
            start_s: capture time of the first sample, seconds.
            source: which microphone or file; another one starts anew.

        Raises:
            ValueError: rate, channels, time or number of samples is out of range; one clear sentence.
        """
        self._check(len(samples), rate_hz, channels, start_s)
        self._notice_change(rate_hz, channels, source)
        length_s = len(samples) / channels / rate_hz
        if math.isfinite(self._end_s) and start_s - self._end_s > max(0.1, length_s):
            self.gaps += 1
        self._end_s = start_s + length_s
        mono = self._mono(np.asarray(samples, np.float32).reshape(-1, channels))
        return mono if rate_hz == RATE_HZ else self._resampled(mono)

    def _check(self, count: int, rate_hz: int, channels: int, start_s: float) -> None:
        if not LOWEST_RATE_HZ <= rate_hz <= HIGHEST_RATE_HZ:
            raise ValueError(f"sound has {rate_hz} samples a second; give {LOWEST_RATE_HZ} to {HIGHEST_RATE_HZ}")
        if not 1 <= channels <= MOST_CHANNELS or count % channels:
            raise ValueError(
                f"sound has {count} samples for {channels} channels; give whole frames of 1 to 64 channels"
            )
        if not math.isfinite(start_s) or count / channels / rate_hz > LONGEST_S:
            raise ValueError(
                f"a piece of sound starts at {start_s} s and holds {count} samples; give at most {LONGEST_S:g} s"
            )

    def _notice_change(self, rate_hz: int, channels: int, source: str) -> None:
        if (rate_hz, channels, source) == (self._rate_hz, self._channels, self._source):
            return
        if self._rate_hz:
            was = f"{self._source or 'sound'} at {self._rate_hz} Hz"
            self.notes.append(f"the microphone was swapped: {was} before, now {source or 'sound'} at {rate_hz} Hz")
        self._rate_hz, self._channels, self._source = rate_hz, channels, source
        self._resampler = None if rate_hz == RATE_HZ else soxr.ResampleStream(rate_hz, RATE_HZ, 1, "float32", "MQ")
        self._end_s, self._told_dead = math.nan, False

    def _mono(self, frames: NDArray[np.float32]) -> Sound:
        if frames.shape[1] == 1:
            return np.ascontiguousarray(frames[:, 0])
        loud = np.max(np.abs(np.nan_to_num(frames)), axis=0, initial=0.0) > _DEAD_BELOW
        if loud.any() and not loud.all():
            if not self._told_dead and len(frames):
                self._told_dead = True
                self.notes.append(f"{int((~loud).sum())} of {frames.shape[1]} channels of the microphone give nothing")
            frames = frames[:, loud]
        return np.asarray(frames.mean(axis=1), np.float32)

    def _resampled(self, mono: Sound) -> Sound:
        assert self._resampler is not None
        broken = not np.isfinite(mono).all()
        made = np.asarray(self._resampler.resample_chunk(np.nan_to_num(mono, posinf=1.0, neginf=-1.0)), np.float32)
        if broken and len(made):
            made[0] = np.nan  # a resampler would smear it over all that follows; the reader shall still notice it
        return made
