"""Stop, heard from sound: a decision step by step, and what the listener makes of a word that the patient says."""

from __future__ import annotations

import numpy as np
import pytest

from solamen.patient.speech import Speaker, can_speak, speak
from solamen.patient.voice import RATE_HZ, PatientVoice, Utterance, synthesise
from solamen.voice.front_end import FrontEnd
from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.listener import Listener
from solamen.voice.recall import Recall
from solamen.voice.sound_embedding import SoundEmbedding
from solamen.voice.spectrum import Sound
from solamen.voice.steps import WORD_CHANNELS
from solamen.voice.stop_word import REFRACTORY, StopDecision
from tests.unit.voice.sounds import noise, silence

PIECE = RATE_HZ // 10
needs_espeak = pytest.mark.skipif(not can_speak(), reason="espeak-ng is not installed")


def stops_s(sound: Sound, language: str = "en", robot: tuple[float, float] = (0.0, 0.0)) -> list[float]:
    """When stops are told, seconds from the beginning; the robot speaks between two times."""
    listener, found = Listener(HearingSettings(keywords=False, recogniser=False, stop_net=True, language=language)), []
    for start in range(0, len(sound), PIECE):
        speaks = robot[0] <= start / RATE_HZ < robot[1]
        heard = listener.hear(sound[start : start + PIECE], RATE_HZ, 1, 50.0 + start / RATE_HZ, speaks, "patient")
        found += [cue.stamp_s - 50.0 for cue in heard.cues if cue.kind == "stop"]
    return found


def said(text: str) -> tuple[Sound, float]:
    """What the patient's mouth says, in a quiet room, and when its sound ends, seconds."""
    voice = PatientVoice(0)
    words = speak(text, Speaker("en-us+f2", 150, 45)) * np.float32(0.7)
    calm = [voice.sound(0.0, 0.1) for _ in range(25)]
    voice.say(words)
    rest = [voice.sound(0.0, 0.1) for _ in range(30)]
    loud = np.flatnonzero(np.abs(words) > 0.01)[-1] / RATE_HZ
    return np.concatenate([*calm, *rest]), 2.5 + float(loud)


def test_one_sure_step_is_no_stop_and_two_are_one() -> None:
    decision = StopDecision(3.0)
    assert [decision.take(odds) for odds in (-8.0, 9.0, -8.0, 5.0, 5.0)] == [False, False, False, False, True]


def test_a_stop_is_told_once_and_again_after_a_while() -> None:
    decision = StopDecision(3.0)
    told = [decision.take(8.0) for _ in range(2 * REFRACTORY + 2)]
    assert [number for number, stop in enumerate(told) if stop] == [0 + 1, 1 + REFRACTORY, 1 + 2 * REFRACTORY]


@needs_espeak
def test_a_patient_who_says_stop_is_heard_within_a_second_of_the_word() -> None:
    sound, end_s = said("stop!")
    told = stops_s(sound)
    assert len(told) == 1
    assert end_s - 0.2 <= told[0] <= end_s + 0.8


@needs_espeak
@pytest.mark.parametrize(
    "text", ["the weather was so nice this morning", "help me, please!", "yes, please", "no, thank you", "seven"]
)
def test_other_words_of_the_patient_are_no_stop(text: str) -> None:
    assert stops_s(said(text)[0]) == []


@needs_espeak
def test_the_robot_s_own_stop_stops_nobody() -> None:
    sound, end_s = said("stop!")
    assert stops_s(sound, robot=(2.3, end_s + 0.1)) == []


@needs_espeak
def test_in_a_language_that_the_net_never_learned_nothing_is_told() -> None:
    assert stops_s(said("stop!")[0], language="de") == []


def test_moans_noise_and_silence_are_no_stop() -> None:
    rng = np.random.default_rng(0)
    moans = [synthesise(Utterance(kind, 0.8, 220.0, 0.4), rng) for kind in ("moan", "groan", "gasp", "cry", "whimper")]
    scene = [part for moan in moans for part in (moan, silence(0.6))]
    assert stops_s(np.concatenate([silence(1.5), *scene, noise(2.0)])) == []


def test_steps_are_the_same_whether_sound_comes_at_once_or_in_pieces() -> None:
    sound = noise(3.0)
    recall, front = Recall(SoundEmbedding()), FrontEnd()
    found = []
    for start in range(0, len(sound), PIECE):
        recall.add(front.push(sound[start : start + PIECE]))
        found.append(recall.words(max(0, recall.whole_steps - 3), recall.whole_steps) if recall.whole_steps else None)
    whole = Recall(SoundEmbedding())
    whole.add(FrontEnd().push(sound))
    steps = whole.words(whole.whole_steps - 3, whole.whole_steps)
    assert steps.shape == (3, WORD_CHANNELS)
    assert found[-1] == pytest.approx(steps, abs=1e-3)
