"""What kind of sound a burst is: moan, groan, scream, whimper, gasp, sigh; laugh, cough, sneeze, yawn, exertion, cry.

Laughs, infant cries and sneezes are learned from examples. There are no labelled examples of the others, so they are
told by their acoustics; a rule's confidence is at most 0.6, and nothing is named where no rule fits.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from solamen.voice.front_end import Frames
from solamen.voice.model import Heard
from solamen.voice.spectrum import HOP, RATE_HZ

EXPRESSES_PAIN = ("moan", "groan", "scream", "whimper", "gasp", "sigh")
"""Kinds that people in pain make, though not they alone."""

NOT_PAIN = ("laugh", "cough", "sneeze", "yawn", "exertion")
_LEARNED_FROM = 0.5
_LEAST_CRY_HZ = 280.0
"""Infants cry at 400 to 600 Hz (Wasz-Höckert et al. 1968); 91 % of ESC-10's cries are as high as this (median)."""
_RULE = 0.6


@dataclass(frozen=True)
class Shape:
    """A burst in numbers.

    Attributes:
        length_s: of the burst.
        voiced: share of frames with a pitch, 0–1.
        pitch_hz: median; 0 where nothing is voiced.
        glide: octaves from the first to the last third of the pitch.
        harmonicity_db: median of the voiced frames.
        centroid_hz: median.
        rise_s: seconds until it is within 3 dB of its loudest.
        fall_db: level of the first third above that of the last.
        swells: times that the level rises from 8 dB below its loudest.
        roughness: share of the rhythm of the level between 25 and 50 Hz (Arnal et al. 2015: screams are rough).
        loud_db: level of the loudest frame relative to full scale.
    """

    length_s: float
    voiced: float
    pitch_hz: float
    glide: float
    harmonicity_db: float
    centroid_hz: float
    rise_s: float
    fall_db: float
    swells: int
    roughness: float
    loud_db: float


def shape_of(frames: Frames) -> Shape:
    """Measures the n ≥ 1 frames of a burst."""
    level = frames.spectra.level_db.astype(np.float64)
    hz = frames.pitches.hz.astype(np.float64)
    voiced = np.isfinite(hz)
    pitch = hz[voiced]
    third = max(1, len(level) // 3)
    part = max(1, len(pitch) // 3)
    above = level > level.max() - 8.0
    return Shape(
        length_s=len(level) * HOP / RATE_HZ,
        voiced=float(voiced.mean()),
        pitch_hz=float(np.median(pitch)) if len(pitch) else 0.0,
        glide=float(np.log2(np.median(pitch[-part:]) / np.median(pitch[:part]))) if len(pitch) else 0.0,
        harmonicity_db=float(np.median(frames.pitches.harmonicity_db[voiced])) if len(pitch) else -30.0,
        centroid_hz=float(np.median(frames.spectra.centroid_hz)),
        rise_s=float(np.argmax(level > level.max() - 3.0)) * HOP / RATE_HZ,
        fall_db=float(level[:third].mean() - level[-third:].mean()),
        swells=int(above[0]) + int(np.count_nonzero(np.diff(above.astype(int)) > 0)),
        roughness=_roughness(level),
        loud_db=float(level.max()),
    )


def _roughness(level_db: np.ndarray) -> float:
    amplitude = 10.0 ** (np.maximum(level_db - level_db.max(), -60.0) / 20.0)
    power = np.square(np.abs(np.fft.rfft(amplitude - amplitude.mean(), 512)))
    hz = np.fft.rfftfreq(512, HOP / RATE_HZ)
    return float(power[hz >= 25.0].sum() / max(float(power.sum()), 1e-9))


def infant_cries(heard: Heard, pitch_hz: float) -> bool:
    """Whether an infant cries; a lower voice is none's, whatever the model says of it.

    Args:
        heard: what the model says.
        pitch_hz: median of the burst; 0 where nothing is voiced.
    """
    return heard.kinds.get("cry", 0.0) > _LEARNED_FROM and pitch_hz >= _LEAST_CRY_HZ


def name_of(shape: Shape, heard: Heard) -> tuple[str, float]:
    """The kind of sound and how sure that is, 0–1; an empty name where it is none that is known."""
    if infant_cries(heard, shape.pitch_hz):
        return "cry", heard.kinds["cry"]
    if heard.kinds.get("sneeze", 0.0) > _LEARNED_FROM:
        return "sneeze", heard.kinds["sneeze"]
    if heard.kinds.get("other", 0.0) > _LEARNED_FROM or heard.talk_odds > 0.0:
        return "", 0.0
    laugh = heard.categories.get("Amusement", 0.0)
    if laugh > 0.4 or (laugh > 0.2 and shape.swells >= 3):
        return "laugh", max(laugh, 0.5)
    return _by_rule(shape)


def _by_rule(shape: Shape) -> tuple[str, float]:
    if shape.voiced < 0.25:
        return _breath(shape)
    if shape.length_s < 0.25:
        return ("exertion", 0.3) if shape.pitch_hz < 250.0 and shape.rise_s < 0.1 else ("", 0.0)
    if shape.pitch_hz > 450.0 and shape.loud_db > -14.0:
        return "scream", _RULE if shape.roughness > 0.03 else 0.45
    if shape.length_s > 1.2 and shape.glide < -0.5 and shape.rise_s > 0.2:
        return "yawn", 0.3
    if shape.pitch_hz > 280.0 and shape.loud_db < -14.0:
        return "whimper", _RULE if shape.swells >= 2 else 0.4
    if shape.pitch_hz < 170.0 and shape.harmonicity_db < 6.0:
        return "groan", 0.5
    if shape.length_s >= 0.4 and shape.voiced > 0.5 and shape.swells <= 3:
        return "moan", _RULE if shape.length_s > 0.7 else 0.4
    return "", 0.0


def _breath(shape: Shape) -> tuple[str, float]:
    """Sounds of breath alone."""
    if shape.length_s < 0.45 and shape.rise_s < 0.05 and shape.fall_db > 6.0:
        return "cough", 0.35
    if shape.length_s <= 0.6 and shape.fall_db < 3.0:
        return "gasp", 0.45
    if shape.length_s > 0.5 and shape.fall_db >= 0.0:
        return "sigh", 0.45
    return "", 0.0
