from __future__ import annotations

import numpy as np
import pytest

from solamen.patient.speech import Speaker, can_speak, speak
from solamen.voice.calibration import LEAST_UTTERANCES, SpeechCalibration
from solamen.voice.front_end import FrontEnd
from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.listener import Listener
from solamen.voice.prosody import MEASURES, MOST_POINTS, Prosody, SpeakingBaseline, measures
from solamen.voice.spectrum import RATE_HZ
from tests.unit.voice.sounds import noise, silence, voice


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
        prosody.hear(calm, 0.8, calm=True, now_s=float(second))
    for second in range(5, 15):
        prosody.hear(high, 0.8, calm=False, now_s=float(second))
    change = prosody.change(14.0)
    assert change is not None and change.points > 0.0
    assert prosody.change(60.0) is None


ORDINARY = (
    "Yesterday I went to the market and bought some apples.",
    "Then I met an old friend near the station.",
    "We had a cup of coffee and talked about the weather.",
    "In the evening I read a book.",
    "My garden is full of flowers now.",
    "It was a quiet and pleasant day.",
)


@pytest.mark.skipif(not can_speak(), reason="espeak-ng is not installed")
def test_who_tells_of_an_ordinary_day_is_known_by_their_voice_afterwards() -> None:
    listener, stamp_s = Listener(HearingSettings(keywords=False)), 100.0
    calibration = listener.prosody.calibrate(5.0)
    for sentence in ORDINARY:
        sound = np.concatenate([speak(sentence, Speaker()), silence(0.8)])
        for start in range(0, len(sound), RATE_HZ // 10):
            listener.hear(sound[start : start + RATE_HZ // 10], RATE_HZ, 1, stamp_s + start / RATE_HZ)
        stamp_s += len(sound) / RATE_HZ
    assert calibration.state.success, calibration.state
    assert calibration.quality >= 0.5
    octaves, _ = listener.prosody.known()["pitch"]
    assert 70.0 < 100.0 * 2.0**octaves < 300.0


def test_a_calibration_takes_calm_utterances_alone_and_says_what_it_waits_for() -> None:
    calibration = SpeechCalibration(5.0)
    assert "ordinary day" in calibration.state.instruction
    calibration.hear(utterance(120.0), 2.0, calm=False)
    assert "never learned from pain" in calibration.state.instruction
    for _ in range(LEAST_UTTERANCES):
        calibration.hear(utterance(120.0), 2.0, calm=True)
    assert calibration.state.success and calibration.quality == pytest.approx(0.8)


def test_a_calibration_in_which_nobody_speaks_ends() -> None:
    calibration = SpeechCalibration(5.0)
    calibration.wait(calibration.longest_s + 0.1)
    assert calibration.state.done and not calibration.state.success
    assert "only 0 of 5 seconds" in calibration.state.message


def test_when_another_person_comes_a_calibration_ends_and_nothing_is_known() -> None:
    prosody = Prosody()
    calibration = prosody.calibrate(5.0)
    prosody.reset()
    assert calibration.state.done and not calibration.state.success


def test_a_baseline_of_an_earlier_day_tells_a_change_at_once_and_keeps_its_figures() -> None:
    means, spreads = taught().known()
    known = {name: (float(means[at]), float(spreads[at])) for at, name in enumerate(MEASURES)}
    prosody = Prosody()
    prosody.recall(known)
    assert [value for pair in prosody.known().values() for value in pair] == pytest.approx(
        [value for pair in known.values() for value in pair], rel=0.05
    )
    prosody.hear(FrontEnd().push(voice(0.8, 190.0, 0.9, glide=0.2)), 0.8, calm=False, now_s=0.0)
    change = prosody.change(1.0)
    assert change is not None and change.strain > 1.0
    prosody.recall({"pitch": (1.0, 0.1)})
    assert prosody.known()["pitch"][0] == pytest.approx(known["pitch"][0])
