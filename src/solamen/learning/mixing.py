"""Noise mixed into recordings, to learn and to judge what it does."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Sound = NDArray[np.float32]


def with_noise(samples: Sound, noises: Sequence[Sound], snr_db: float, rng: np.random.Generator) -> Sound:
    """Samples with a piece of one of the noises so many dB below their mean power."""
    noise = noises[int(rng.integers(len(noises)))]
    piece = np.resize(np.roll(noise, -int(rng.integers(len(noise)))), len(samples))
    wanted = np.sqrt(np.mean(np.square(samples)) / 10.0 ** (snr_db / 10.0))
    scale = wanted / max(float(np.sqrt(np.mean(np.square(piece)))), 1e-6)
    mixed: Sound = (samples + np.float32(scale) * piece).astype(np.float32)
    return mixed


def noise_around(
    samples: Sound, noises: Sequence[Sound], snr_db: float, rng: np.random.Generator, around: int = 16_000
) -> Sound:
    """As `with_noise`, in noise that is there so many samples before and after them, too."""
    whole = np.pad(samples, around)
    return with_noise(whole, noises, snr_db - 10.0 * float(np.log10(len(whole) / len(samples))), rng)
