from __future__ import annotations

import numpy as np

from solamen.voice.front_end import FrontEnd
from solamen.voice.prosody import LEAST_UTTERANCES, MOST_POINTS, Prosody, SpeakingBaseline, measures
from tests.unit.voice.sounds import noise, voice


def utterance(pitch_hz: float, loud: float = 0.3) -> np.ndarray:
    found = measures(FrontEnd().push(voice(0.8, pitch_hz, loud, glide=0.2)))
    assert found is not None
    return found


def taught() -> SpeakingBaseline:
    baseline = SpeakingBaseline()
    for pitch_hz in (118.0, 122.0, 120.0, 125.0, 116.0):
        baseline.learn(utterance(pitch_hz))
    return baseline


def test_speech_as_before_changes_nothing() -> None:
    change = taught().change(utterance(121.0))
    assert change is not None and abs(change.strain) < 1.0 and change.points == 0.0


def test_higher_and_louder_speech_than_before_adds_a_little() -> None:
    change = taught().change(utterance(190.0, loud=0.9))
    assert change is not None and change.strain > 1.0
    assert 0.0 < change.points <= MOST_POINTS


def test_the_same_high_speech_adds_nothing_for_one_who_always_speaks_so() -> None:
    baseline = SpeakingBaseline()
    for pitch_hz in (188.0, 192.0, 190.0, 195.0):
        baseline.learn(utterance(pitch_hz))
    change = baseline.change(utterance(190.0))
    assert change is not None and change.points == 0.0


def test_nothing_is_said_before_enough_was_heard() -> None:
    baseline = SpeakingBaseline()
    for _ in range(LEAST_UTTERANCES - 1):
        baseline.learn(utterance(120.0))
    assert baseline.change(utterance(240.0)) is None


def test_what_is_not_voiced_is_no_utterance() -> None:
    assert measures(FrontEnd().push(noise(0.5))) is None


def test_a_change_is_forgotten_after_a_while_and_pain_is_never_learned_from() -> None:
    prosody = Prosody()
    calm, high = FrontEnd().push(voice(0.8, 120.0, 0.1)), FrontEnd().push(voice(0.8, 220.0, 0.9))
    for second in range(5):
        prosody.hear(calm, calm=True, now_s=float(second))
    for second in range(5, 15):
        prosody.hear(high, calm=False, now_s=float(second))
    change = prosody.change(14.0)
    assert change is not None and change.points > 0.0
    assert prosody.change(60.0) is None
