"""The virtual patient's sounds, heard by all that the voice process hears with."""

from __future__ import annotations

import numpy as np

from solamen.core.estimates import PAIN_THRESHOLD, PainEstimate
from solamen.patient.voice import RATE_HZ, PatientVoice, Utterance, room_noise, synthesise
from solamen.voice.evaluate_patient import figures, listen
from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.listener import Listener
from solamen.voice.reader import VoiceReader
from solamen.voice.settings import VoiceSettings
from solamen.voice.spectrum import Sound
from tests.unit.voice.sounds import heard, silence

PIECE = RATE_HZ // 10


def answers(sound: Sound) -> list[PainEstimate]:
    """Estimates that do not abstain, of sound in pieces of a tenth of a second."""
    listener = Listener(HearingSettings(keywords=False))
    found = []
    for start in range(0, len(sound), PIECE):
        piece = sound[start : start + PIECE]
        found += listener.hear(piece, RATE_HZ, 1, 50.0 + start / RATE_HZ, source="patient").estimates
    return [estimate for estimate in found if not estimate.abstained]


def test_a_moan_of_strong_pain_is_told_as_pain_within_half_a_second() -> None:
    moan = synthesise(Utterance("moan", 1.2, 260.0, 0.4), np.random.default_rng(0))
    told = answers(np.concatenate([silence(1.0), moan, silence(0.5)]))
    first_s = next(estimate.stamp_s for estimate in told if estimate.intensity >= PAIN_THRESHOLD)
    assert first_s <= 51.5


def test_a_patient_without_pain_is_silent_and_nothing_is_told_of_them() -> None:
    voice = PatientVoice(0)
    assert answers(np.concatenate([voice.sound(1.0, 0.1) for _ in range(50)])) == []


def test_the_stronger_the_pain_of_the_patient_the_more_is_told_by_the_voice_alone() -> None:
    reader = VoiceReader(VoiceSettings())
    patients = [(pain, seed, hz) for pain in (2.0, 4.0, 8.0, 9.5) for seed, hz in ((0, 120.0), (1, 190.0))]
    found = figures([listen(reader, PatientVoice(seed, hz), pain, 15.0) for pain, seed, hz in patients])
    assert "pain 2" not in found  # who feels little is silent
    weak, strong, strongest = (found[f"pain {pain}"]["mean_intensity"] for pain in ("4", "8", "9.5"))
    assert weak < PAIN_THRESHOLD < strongest
    assert weak + 0.3 < strong and weak + 1.0 < strongest
    assert found["pain 4"]["strength"] < 0.2 and found["pain 9.5"]["strength"] > 0.4
    assert found["correlation"] > 0.4


def test_voice_activity_hears_the_sixth_of_moans_that_are_alike_as_well_as_the_first() -> None:
    moan = synthesise(Utterance("moan", 1.0, 190.0, 0.4), np.random.default_rng(0))
    once = np.append(moan, np.zeros(round(1.5 * RATE_HZ), np.float32))
    sound = np.tile(once, 6) + np.tile(room_noise(np.random.default_rng(0)), 3)[: 6 * len(once)]
    speech = np.array([reading.speech for reading in heard(sound)]).reshape(6, -1).max(axis=1)
    assert speech[-1] > 0.5 * speech[0] > 0.3


def test_a_strong_groan_is_read_as_stronger_than_a_weak_one() -> None:
    def strength(level: float, length_s: float) -> float:
        groan = synthesise(Utterance("groan", length_s, 230.0, level), np.random.default_rng(1))
        told = answers(np.concatenate([silence(1.0), groan, silence(0.5)]))
        return max(part.value for one in told for part in one.evidence if part.cue == "strength of the sound")

    assert strength(0.5, 1.5) > strength(0.15, 0.7) + 0.1
