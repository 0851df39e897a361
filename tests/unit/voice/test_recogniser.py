"""English words from sound: what the recogniser reads, what is left out, and what a listener makes of it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from solamen.core.errors import OutsideError
from solamen.empathy.behaviours.ask_consent import AskConsentSettings
from solamen.patient.speech import Speaker, can_speak, speak
from solamen.patient.voice import Utterance, synthesise
from solamen.voice import recogniser
from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.listener import Heard, Listener
from solamen.voice.recogniser import Recogniser, Said, read_tokens
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.speech_gate import Stretch
from solamen.voice.transcripts import (
    LEAST_SURE,
    LEAST_SURE_OF_A_WORD,
    LEAST_SURE_OF_YEAH,
    LESS_SURE,
    Transcriber,
    Transcript,
    english,
    repeats_itself,
)
from tests.unit.voice.sounds import noise, silence

PIECE = RATE_HZ // 10
needs_files = pytest.mark.skipif(recogniser.folder() is None, reason="the recogniser of English words is not installed")
needs_espeak = pytest.mark.skipif(not can_speak(), reason="espeak-ng is not installed")


@pytest.fixture(scope="module")
def reads() -> Recogniser:
    return Recogniser()


def spoken(text: str, voice: str = "en-us+f2") -> Sound:
    """A text in a quiet room, with a second of it before and behind."""
    words = np.asarray(0.7 * speak(text, Speaker(voice, 150, 45)), np.float32)
    room = noise(2.0 + len(words) / RATE_HZ) * np.float32(0.003)
    room[RATE_HZ : RATE_HZ + len(words)] += words
    return room


def heard_of(sound: Sound, robot: tuple[bool, bool] = (False, True)) -> Heard:
    """What a listener makes of a sound with silence behind it; whether the robot speaks, and may say stop itself."""
    listener, found = Listener(HearingSettings()), Heard()
    whole = np.concatenate([sound, silence(1.5)])
    for number, start in enumerate(range(0, len(whole), PIECE)):
        if start + PIECE >= len(whole):
            listener.close()  # all that was said is made out
        heard = listener.hear(whole[start : start + PIECE], RATE_HZ, 1, 50.0 + number / 10, robot[0], "", robot[1])
        found.cues += heard.cues
        found.reports += heard.reports
    return found


def kinds(heard: Heard) -> set[str]:
    return {cue.kind for cue in heard.cues} & {"stop", "help", "yes", "no", "number", "pain"}


@needs_files
@needs_espeak
@pytest.mark.parametrize(
    ("text", "kind"), [("yes, please", "yes"), ("no, thank you", "no"), ("help me, please!", "help"), ("7", "number")]
)
def test_an_answer_in_english_is_heard_from_its_sound(text: str, kind: str) -> None:
    heard = heard_of(spoken(text))
    assert kinds(heard) == {kind}
    assert [cue.value for cue in heard.cues if cue.kind == "number"] == ([7.0] if kind == "number" else [])


@needs_files
@needs_espeak
def test_what_is_said_of_pain_becomes_a_report() -> None:
    heard = heard_of(spoken("my back hurts a lot"))
    assert [(report.scale, report.normalised) for report in heard.reports] == [("VRS", 8.5)]
    assert [cue.place for cue in heard.cues if cue.kind == "pain"] == ["back"]


@needs_files
def test_moans_noise_and_silence_are_no_words(reads: Recogniser) -> None:
    rng = np.random.default_rng(0)
    moans = [synthesise(Utterance(kind, 0.8, 220.0, 0.4), rng) for kind in ("moan", "groan", "gasp", "cry", "whimper")]
    scene = [part for moan in moans for part in (moan, silence(1.2))]
    heard = heard_of(np.concatenate([silence(1.5), *scene, noise(2.0)]))
    assert kinds(heard) == set() and heard.reports == []


@needs_files
def test_long_and_short_sounds_are_read_without_a_fault(reads: Recogniser) -> None:
    assert reads.read(silence(0.1)) == Said("", 0.0)
    assert reads.read(noise(14.9)).sureness <= 0.0


@needs_files
@needs_espeak
@pytest.mark.parametrize("voice", ["en-us+f2", "en-gb+m3"])
def test_a_stop_is_heard_at_once_and_told_once(voice: str) -> None:
    sound = spoken("stop!", voice)
    stops = [cue.stamp_s - 50.0 for cue in heard_of(sound).cues if cue.kind == "stop"]
    assert len(stops) == 1
    assert 1.0 < stops[0] <= len(sound) / RATE_HZ - 1.0 + 0.3


@needs_files
@needs_espeak
@pytest.mark.parametrize("text", ["don't stop", "the bus stop is over there", "the rain stopped yesterday"])
def test_a_stop_that_is_not_meant_for_the_robot_is_none(text: str) -> None:
    assert "stop" not in kinds(heard_of(spoken(text)))


@needs_files
@needs_espeak
def test_while_the_robot_speaks_a_stop_is_heard_unless_the_robot_may_say_it() -> None:
    sound = spoken("stop!")
    assert kinds(heard_of(sound, robot=(True, False))) == {"stop"}
    assert kinds(heard_of(sound, robot=(True, True))) == set()


@needs_files
@needs_espeak
def test_while_the_robot_speaks_nothing_else_is_heard() -> None:
    assert kinds(heard_of(spoken("yes, please"), robot=(True, False))) == set()


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("It hurts a lot.", LEAST_SURE),
        ("Yes.", LEAST_SURE_OF_A_WORD),
        ("No, no!", LEAST_SURE_OF_A_WORD),
        ("Yeah.", LEAST_SURE_OF_YEAH),
        ("Oh, yeah.", LEAST_SURE_OF_YEAH),
        ("Yeah, it hurts a lot.", LEAST_SURE),
    ],
)
def test_what_the_net_only_guesses_is_left_out(text: str, least: float) -> None:
    class Guessing:
        def read(self, sound: Sound) -> Said:
            return Said(text, least + float(sound[0]))

    recognise = english(Guessing())  # type: ignore[arg-type]
    assert recognise(np.array([-0.01], np.float32)).text == ""
    assert recognise(np.array([0.01], np.float32)).text == text


@pytest.mark.parametrize(
    ("text", "sureness", "confidence"),
    [("Yes.", -0.05, 1.0), ("Yes.", -0.3, LESS_SURE), ("No, no!", -0.3, LESS_SURE), ("Yes, please.", -0.3, 1.0)],
)
def test_a_lone_word_that_may_be_a_moan_is_told_with_less_confidence(
    text: str, sureness: float, confidence: float
) -> None:
    class Hearing:
        def read(self, sound: Sound) -> Said:
            return Said(text, sureness)

    made_out = english(Hearing())(np.zeros(1, np.float32))  # type: ignore[arg-type]
    assert made_out == Transcript(text, confidence)
    assert AskConsentSettings().clear_yes > LESS_SURE  # so that the robot asks again


@pytest.mark.parametrize(
    ("text", "talk_odds", "confidence"),
    [("Yes.", -8.0, LESS_SURE), ("Yes.", -6.0, 1.0), ("Yes, yes!", -8.0, LESS_SURE), ("Yes, please.", -8.0, 1.0)],
)
def test_a_lone_word_in_what_is_surely_a_moan_is_told_with_less_confidence(
    text: str, talk_odds: float, confidence: float
) -> None:
    made = Transcriber(lambda sound: Transcript(text))
    made.hear(Stretch(noise(1.0), begins=True, ends=True), talk_odds)
    made.close()
    assert made.texts() == [Transcript(text, confidence)]


def test_a_listener_knows_how_like_talk_a_stretch_is(monkeypatch: pytest.MonkeyPatch) -> None:
    one, odds = Listener(HearingSettings(keywords=False, recogniser=False)), list[float]()
    one._transcriber = Transcriber(lambda sound: Transcript(""))
    monkeypatch.setattr(one._transcriber, "hear", lambda stretch, talk_odds: odds.append(talk_odds))
    monkeypatch.setattr(one._reader._judge, "tell", lambda *_: (9.0, -8.5))
    moan = synthesise(Utterance("moan", 1.0, 190.0, 0.4), np.random.default_rng(0))
    sound = np.concatenate([silence(1.0), moan, silence(1.5)])
    for start in range(0, len(sound), PIECE):
        one.hear(sound[start : start + PIECE], RATE_HZ, 1, start / RATE_HZ)
    one.close()
    assert odds[0] == 0.0  # nothing is known yet
    assert odds[-1] == pytest.approx(-8.5)


@pytest.mark.parametrize(
    ("text", "lost"),
    [
        ("No, no, no!", False),
        ("Stop, stop, stop, stop!", False),
        ("Up, up, up, up, up, up", True),
        ("The first is the first is the first is the first is the first is", True),
        ("", False),
    ],
)
def test_a_net_that_repeats_itself_has_lost_its_thread(text: str, lost: bool) -> None:
    assert repeats_itself(text) == lost


def test_pieces_of_words_are_read_with_lengths_of_one_and_two_bytes() -> None:
    long = b"x" * 300
    content = bytes([2]) + b"ab" + bytes([0]) + bytes([300 % 128 + 128, 300 // 128]) + long
    assert read_tokens(content) == [b"ab", b"", long]


def test_without_its_files_the_recogniser_says_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(recogniser.VARIABLE, str(tmp_path))
    with pytest.raises(OutsideError, match="make setup"):
        Recogniser()
    listener = Listener(HearingSettings(keywords=False))
    assert len(listener.lacks) == 1 and "English words" in listener.lacks[0]


def test_in_another_language_the_recogniser_of_english_is_not_asked() -> None:
    listener = Listener(HearingSettings(language="de"))
    assert listener.lacks == [] and listener._transcriber is None
