"""One voice: who speaks, who waits, and what ends it."""

import math
from concurrent.futures import Future

import numpy as np
import pytest

from solamen.robot.speech_sound import FRAME_S, Sound
from solamen.robot.speech_turns import Ended, SpeechTurns


class Mouth:
    """A voice whose sounds are made when the test says so."""

    def __init__(self, wait_s=10.0):
        self.turns = SpeechTurns(
            lambda sound: self.did.append("start"),
            lambda: self.did.append("stop"),
            lambda: self.did.append("cancel"),
            wait_s,
        )
        self.did, self.now_s, self.coming, self.ended = [], 0.0, {}, []

    def ask(self, key, interruptible=True, made=True):
        def make():
            self.coming[key] = Future()
            if made:
                self.make(key)
            return self.coming[key]

        self.turns.ask(key, make, interruptible, self.now_s)
        return self

    def make(self, key, length_s=1.0):
        loudness = np.full(round(length_s / FRAME_S), 0.7, np.float32)
        self.coming[key].set_result(Sound(np.zeros(0, np.float32), 0, loudness))

    def after(self, seconds):
        self.now_s += seconds
        self.ended += self.turns.tick(self.now_s)
        return self


def test_an_utterance_is_said_and_then_there_is_silence():
    mouth = Mouth().ask("a").after(0.0)
    assert (mouth.turns.key, mouth.turns.loudness(0.5)) == ("a", pytest.approx(0.7))
    assert mouth.turns.progress(0.25) == pytest.approx(0.25)
    mouth.after(1.0)
    assert mouth.ended == [Ended("a", "said", "")]
    assert mouth.turns.key == "" and math.isnan(mouth.turns.loudness(1.0)) and not mouth.turns.busy
    assert mouth.did == ["start"]


def test_a_second_one_waits_and_a_third_takes_its_place():
    mouth = Mouth().ask("a").after(0.0).ask("b").ask("c").after(0.5)
    assert mouth.ended == [Ended("b", "interrupted", "something newer took its place")]
    mouth.after(0.6).after(0.0)
    assert mouth.turns.key == "c"


def test_an_important_one_does_not_wait_for_small_talk():
    mouth = Mouth().ask("story").after(0.0).ask("help is coming", interruptible=False).after(0.1)
    assert [(one.key, one.ending) for one in mouth.ended] == [("story", "interrupted")]
    assert mouth.turns.key == "help is coming"


def test_small_talk_takes_no_place_of_an_important_one_that_waits():
    mouth = Mouth().ask("a", interruptible=False).after(0.0).ask("b", interruptible=False).ask("story").after(0.1)
    assert [(one.key, one.ending) for one in mouth.ended] == [("story", "interrupted")]


def test_the_person_who_speaks_silences_what_may_be_interrupted_and_who_says_stop_silences_all():
    mouth = Mouth().ask("a", interruptible=False).after(0.0)
    mouth.turns.hush("the person speaks", all_of_it=False)
    assert mouth.after(0.1).turns.key == "a"
    mouth.turns.hush("the person said stop", all_of_it=True)
    mouth.after(0.0)
    assert mouth.did == ["start", "stop"]
    assert mouth.ended == [Ended("a", "interrupted", "the person said stop")]


def test_silence_also_ends_what_is_still_being_made():
    mouth = Mouth().ask("a", made=False).after(0.1)
    mouth.coming["a"].set_running_or_notify_cancel()
    mouth.turns.hush("the person speaks", all_of_it=False)
    mouth.after(0.0)
    assert mouth.did == ["cancel"]
    assert mouth.ended == [Ended("a", "interrupted", "the person speaks")]
    mouth.make("a")
    assert mouth.after(0.1).turns.key == ""


def test_a_sound_that_could_not_be_made_fails_and_the_next_one_is_said():
    mouth = Mouth().ask("a", made=False).ask("b").after(0.0)
    mouth.coming["a"].set_exception(ValueError("the voice is hoarse"))
    mouth.after(0.1).after(0.1)
    assert mouth.ended == [Ended("a", "failed", "the voice is hoarse")]
    assert mouth.turns.key == "b"


def test_what_waits_too_long_is_given_up():
    mouth = Mouth(wait_s=0.3).ask("a").after(0.0).ask("b").after(0.5)
    assert [(one.key, one.ending) for one in mouth.ended] == [("b", "failed")]


@pytest.mark.parametrize("key", ["a", "b"])
def test_one_utterance_alone_can_be_dropped(key):
    mouth = Mouth().ask("a").after(0.0).ask("b").after(0.1)
    mouth.turns.drop(key, "it was cancelled")
    mouth.after(0.0)
    assert mouth.ended == [Ended(key, "interrupted", "it was cancelled")]
    assert mouth.after(0.1).turns.key == ("b" if key == "a" else "a")
