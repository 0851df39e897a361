"""How strong a sound of pain is, by how loud, long and harsh it is."""

from __future__ import annotations

import math

import numpy as np

from solamen.voice.spectrum import Sound
from solamen.voice.steps import FRAMES_PER_STEP, LEVEL, PERIODIC, VOICED

# Of acted pain in training (861 bursts of 287 speakers): mean and spread of the loudest level in dB, of the logarithm
# of the length in seconds, and of the share of energy that is not periodic in voiced steps. They hardly go together.
_MEAN = np.array([-14.3, 0.06, 0.30])
_SPREAD = np.array([8.1, 0.38, 0.13])
_STEP_S = FRAMES_PER_STEP * 0.01
_MOST = 2.0
_LEAST_VOICED = 0.5


def strength_of(steps: Sound) -> float:
    """Strength of a burst so far, 0 to 1; a half is that of the middle of acted pain.

    Simulated pain that is stronger is louder, longer, harsher and higher (Raine, Pisanski, Simner & Reby 2019). Pitch
    is left out, as it tells men from women before it tells pain from pain. That each of the others counts the same is
    a convention: there are no recordings with intensities to fit it to. The level depends on the microphone and how
    far away it is.

    Args:
        steps: (m, 164) of `steps_of`, m of at least 1.
    """
    voiced = steps[:, VOICED]
    level_db, length_s = 20.0 * float(steps[:, LEVEL].max()), len(steps) * _STEP_S
    heard = float(voiced.sum())
    harsh = 1.0 - float((voiced * steps[:, PERIODIC]).sum()) / heard if heard > _LEAST_VOICED else _MEAN[2]
    z = (np.array([level_db, math.log(length_s), harsh]) - _MEAN) / _SPREAD
    return 1.0 / (1.0 + math.exp(-float(np.clip(z, -_MOST, _MOST).sum())))
