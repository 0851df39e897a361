"""How much of the virtual patient's pain is told from its sound alone; nothing was learned from the patient."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from solamen.core.estimates import PAIN_THRESHOLD
from solamen.patient.voice import PatientVoice
from solamen.voice.reader import VoiceReader
from solamen.voice.settings import reader_settings

LEVELS = (3.5, 5.0, 6.5, 8.0, 9.5)
_PITCHES_HZ, _FIRST_SEED = (110.0, 140.0, 180.0, 220.0), 100
_SECONDS, _TICK_S = 25.0, 0.1
_REASONS = {"pain in the voice": "pain_in_the_voice", "not a voice": "not_a_voice", "strength of the sound": "strength"}


@dataclass(frozen=True)
class Told:
    """What was said while a patient was in steady pain.

    Attributes:
        pain: of the patient, 0–10.
        heard: how many estimates a sound was heard in.
        intensity: of those that did not abstain.
        reasons: of these, by `_REASONS`.
    """

    pain: float
    heard: int
    intensity: Sequence[float]
    reasons: Sequence[dict[str, float]]


def of_patient() -> dict[str, Any]:
    """Figures of the shipped model on patients of other seeds than any that settings were chosen on."""
    reader = VoiceReader(reader_settings())
    return figures(
        [
            listen(reader, PatientVoice(_FIRST_SEED + number, hz), pain)
            for pain in LEVELS
            for number, hz in enumerate(_PITCHES_HZ)
        ]
    )


def listen(reader: VoiceReader, voice: PatientVoice, pain: float, seconds: float = _SECONDS) -> Told:
    """What a reader says of a patient in steady pain."""
    reader.reset()
    reader.forget_person()
    heard, intensity, reasons = 0, [], []
    for tick in range(round(seconds / _TICK_S)):
        reading = reader.hear(voice.sound(pain, _TICK_S), 100.0 + (tick + 1) * _TICK_S)
        estimate = reading.estimate
        heard += reading.burst_s > 0.0
        if estimate is not None and not estimate.abstained:
            intensity.append(estimate.intensity)
            reasons.append({_REASONS[e.cue]: e.value for e in estimate.evidence if e.cue in _REASONS})
    return Told(pain, heard, intensity, reasons)


def figures(told: Sequence[Told]) -> dict[str, Any]:
    """Points by the patient's pain, and how both go together."""
    found: dict[str, Any] = {}
    for pain in sorted({one.pain for one in told}):
        some = [one for one in told if one.pain == pain]
        points = np.array([value for one in some for value in one.intensity])
        if len(points):
            found[f"pain {pain:g}"] = {
                "mean_intensity": float(points.mean()),
                "called_pain": float((points >= PAIN_THRESHOLD).mean()),
                "abstained": 1.0 - len(points) / max(len(points), sum(one.heard for one in some)),
                **{name: float(np.mean([r[name] for one in some for r in one.reasons])) for name in _REASONS.values()},
            }
    points = np.array([value for one in told for value in one.intensity])
    pains = np.array([one.pain for one in told for _ in one.intensity])
    known = len(set(pains)) > 1 and np.std(points) > 0.0
    return {
        "correlation": float(np.corrcoef(pains, points)[0, 1]) if known else None,
        "minutes": _SECONDS * len(told) / 60.0,
        **found,
    }
