"""What the pain model reads of a burst: steps of 80 ms, and statistics of the whole."""

from __future__ import annotations

import numpy as np

from solamen.voice.front_end import Frames
from solamen.voice.spectrum import BANDS, Sound

FRAMES_PER_STEP = 8
EMBEDDING = 96
CHANNELS = EMBEDDING + BANDS + 4
"""Numbers of a step: embedding, log-mel, loudest level, pitch, voiced share, periodic share."""

LEVEL, PITCH, VOICED, PERIODIC = range(EMBEDDING + BANDS, CHANNELS)
"""Places of the last four."""

WORD_CHANNELS = EMBEDDING
"""Numbers of a step in which the stop word is looked for: the embedding."""

_MOSTLY = 0.7
MOST_STEPS = 38
"""Three seconds; of longer bursts the newest are read."""


def steps_of(frames: Frames, embeddings: Sound) -> Sound:
    """Joins what is known of each step.

    Args:
        frames: (8 m) frames.
        embeddings: (m, 96) of the windows that end with each step.

    Returns:
        (m, 164), finite.
    """
    count = len(embeddings)
    mel = frames.spectra.log_mel[: count * FRAMES_PER_STEP].reshape(count, FRAMES_PER_STEP, BANDS).mean(axis=1)
    level = frames.spectra.level_db[: count * FRAMES_PER_STEP].reshape(count, -1).max(axis=1) / 20.0
    hz = np.nan_to_num(frames.pitches.hz[: count * FRAMES_PER_STEP]).reshape(count, -1)
    voiced = (hz > 0.0).mean(axis=1)
    pitch = np.where(voiced > 0.0, np.log2(np.maximum(hz, 60.0) / 100.0).mean(axis=1), 0.0)
    periodic = frames.pitches.periodic[: count * FRAMES_PER_STEP].reshape(count, -1).mean(axis=1)
    rest = np.stack([level, pitch, voiced, periodic], axis=1)
    return np.concatenate([embeddings, mel, rest], axis=1).astype(np.float32)


def pitch_of(steps: Sound) -> float:
    """Median pitch, Hz, of the steps (m, 164) that are mostly voiced; 0 where none is."""
    voiced = steps[:, VOICED] > _MOSTLY
    return 100.0 * 2.0 ** float(np.median(steps[voiced, PITCH])) if voiced.any() else 0.0
