"""What the voice room says of a piece of sound."""

from __future__ import annotations

import math
from dataclasses import dataclass

from solamen.core.cues import Cue
from solamen.core.estimates import PainEstimate
from solamen.voice.model import Heard


@dataclass(frozen=True)
class VoiceReading:
    """What was heard with one piece of sound.

    Attributes:
        estimate: the newest estimate, or None where none was due.
        cues: what was heard: moan, groan, scream, whimper, gasp, sigh, cough, laugh, sneeze, yawn, exertion, cry.
        speech: probability of a voice, 0–1.
        level_db: of the newest frame, relative to full scale.
        floor_db: of the noise.
        pitch_hz: of the newest frame, NaN where it has none.
        burst_s: from the onset of the burst that is heard to its newest loud frame; 0 where none is heard.
        heard: what the model says of the burst, where an estimate was due and one is heard.
    """

    estimate: PainEstimate | None = None
    cues: tuple[Cue, ...] = ()
    speech: float = 0.0
    level_db: float = -100.0
    floor_db: float = -100.0
    pitch_hz: float = math.nan
    burst_s: float = 0.0
    heard: Heard | None = None
