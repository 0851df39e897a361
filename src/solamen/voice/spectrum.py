"""Features of short pieces of sound: log-mel, MFCC, level, zero crossings, shape of the spectrum.

Sound is 16 kHz mono; a frame is 512 samples (32 ms) under a periodic Hann window. Mel bands are Slaney's (1998), as
in librosa, to which a test compares every feature.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.fft
from numpy.typing import NDArray

Sound = NDArray[np.float32]

RATE_HZ = 16_000
HOP = 160
FRAME = 512
BANDS = 64
COEFFICIENTS = 13
LOW_HZ, HIGH_HZ = 50.0, 8000.0
_TINY = 1e-10
_ROLLOFF = 0.85


@dataclass(frozen=True)
class Spectra:
    """Features of n frames.

    Attributes:
        log_mel: (n, 64) natural logarithm of the power in each mel band, at least ln 1e-10.
        mfcc: (n, 13) mel-frequency cepstral coefficients of the power in dB, DCT-II, orthonormal.
        level_db: (n,) root mean square relative to full scale, at least -100.
        crossings: (n,) zero crossings per sample, 0–1.
        centroid_hz: (n,) centre of the magnitudes.
        rolloff_hz: (n,) below it lie 85 % of the magnitudes.
        flatness: (n,) geometric over arithmetic mean of the power, 0 (tone) to 1 (white noise).
        narrow_mel: (n, 32) decibels / 10 + 2 of the power of 16-bit samples in 32 mel bands from 60 Hz to 3.8 kHz,
            under a window of 25 ms: what the speech embedding reads.
        flux: (n,) rise of the log-mel bands against the frame before, mean, at least 0.
    """

    log_mel: Sound
    mfcc: Sound
    level_db: Sound
    crossings: Sound
    centroid_hz: Sound
    rolloff_hz: Sound
    flatness: Sound
    narrow_mel: Sound
    flux: Sound


def mel_of_hz(hz: NDArray[np.float64]) -> NDArray[np.float64]:
    """Slaney's mel scale: linear up to 1 kHz, logarithmic above."""
    above = 15.0 + np.log(np.maximum(hz, 1000.0) / 1000.0) / (np.log(6.4) / 27.0)
    return np.where(hz < 1000.0, hz * 3.0 / 200.0, above)


def hz_of_mel(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """The inverse of `mel_of_hz`."""
    return np.where(mel < 15.0, mel * 200.0 / 3.0, 1000.0 * np.exp((mel - 15.0) * np.log(6.4) / 27.0))


def mel_weights(bands: int = BANDS, low_hz: float = LOW_HZ, high_hz: float = HIGH_HZ) -> Sound:
    """(257, bands): triangles of unit area."""
    ends = mel_of_hz(np.array([low_hz, high_hz]))
    edges = hz_of_mel(np.linspace(ends[0], ends[1], bands + 2))
    bins = np.linspace(0.0, RATE_HZ / 2, FRAME // 2 + 1)
    rising = (bins[:, None] - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles = np.maximum(0.0, np.minimum(rising, falling))
    return (triangles * 2.0 / (edges[2:] - edges[:-2])).astype(np.float32)


def _hann(length: int) -> Sound:
    """A periodic Hann window in the middle of a frame."""
    window = 0.5 - 0.5 * np.cos(2.0 * np.pi * np.arange(length) / length)
    return np.pad(window, (FRAME - length) // 2).astype(np.float32)


_MEL = mel_weights()
_NARROW_MEL = mel_weights(32, 60.0, 3800.0)
_FULL_SCALE = np.float32(32768.0**2)
_BINS_HZ = np.linspace(0.0, RATE_HZ / 2, FRAME // 2 + 1, dtype=np.float32)
_WINDOW, _NARROW_WINDOW = _hann(FRAME), _hann(400)


def spectra(frames: Sound, before: Sound | None = None) -> Spectra:
    """Features of frames.

    Args:
        frames: (n, 512) samples, finite.
        before: (64,) log-mel of the frame before the first; None: the first has no flux.
    """
    power = np.square(np.abs(scipy.fft.rfft(frames * _WINDOW, axis=1)))
    mel = np.maximum(power @ _MEL, _TINY)
    log_mel = np.log(mel)
    magnitude = np.sqrt(power)
    total = magnitude.sum(axis=1)
    sums = np.cumsum(magnitude, axis=1)
    rolled = np.argmax(sums >= _ROLLOFF * sums[:, -1:], axis=1)
    floored = np.maximum(power, _TINY)
    first = log_mel[:1] if before is None else before[None]
    rises = np.diff(np.concatenate([first, log_mel]), axis=0)
    signs = np.signbit(np.where(np.abs(frames) <= _TINY, 0.0, frames))
    return Spectra(
        log_mel=log_mel,
        mfcc=scipy.fft.dct(log_mel * (10.0 / np.log(10.0)), axis=1, norm="ortho")[:, :COEFFICIENTS].astype(np.float32),
        level_db=level_db(frames),
        crossings=(np.count_nonzero(np.diff(signs, axis=1), axis=1) / FRAME).astype(np.float32),
        centroid_hz=(magnitude @ _BINS_HZ) / np.maximum(total, _TINY),
        rolloff_hz=_BINS_HZ[rolled],
        flatness=np.exp(np.log(floored).mean(axis=1)) / floored.mean(axis=1),
        narrow_mel=_narrow(frames),
        flux=np.maximum(rises, 0.0).mean(axis=1),
    )


def _narrow(frames: Sound) -> Sound:
    power = np.square(np.abs(scipy.fft.rfft(frames * _NARROW_WINDOW, axis=1))) * _FULL_SCALE
    return np.asarray(np.log10(np.maximum(power @ _NARROW_MEL, _TINY)) + 2.0, np.float32)


def level_db(frames: Sound) -> Sound:
    """Root mean square of each frame in dB relative to full scale, at least -100."""
    square = np.einsum("ij,ij->i", frames, frames) / frames.shape[1]
    return np.asarray(10.0 * np.log10(np.maximum(square, _TINY)), np.float32)
