"""Where words are looked for, what spots them, and what a listener makes of it."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from solamen.core.errors import OutsideError
from solamen.voice.hearing_settings import HearingSettings
from solamen.voice.keywords import PHRASES, Keywords
from solamen.voice.listener import Listener, understood
from solamen.voice.spectrum import RATE_HZ, Sound
from solamen.voice.speech_gate import LEAD_S, LINGER_S, LONGEST_S, SpeechGate, Stretch
from solamen.voice.transcripts import SHORTEST_S, Transcriber, Transcript, whisper
from tests.unit.voice.sounds import noise, silence

PIECE_S = 0.1
PIECE = round(PIECE_S * RATE_HZ)


def passed(chances: list[float]) -> list[Stretch]:
    """What a gate lets through of pieces of a tenth of a second; each holds its own number."""
    gate = SpeechGate(0.6)
    return [gate.push(np.full(PIECE, number, np.float32), chance) for number, chance in enumerate(chances)]


def test_a_stretch_begins_a_little_before_the_voice_is_sure() -> None:
    stretches = passed([0.0] * 10 + [0.9])
    assert all(not len(stretch.sound) for stretch in stretches[:10])
    assert stretches[10].begins
    assert len(stretches[10].sound) >= LEAD_S * RATE_HZ
    assert stretches[10].sound[-1] == 10.0 and stretches[10].sound[0] < 10.0


def test_it_ends_some_time_after_the_voice_and_once() -> None:
    stretches = passed([0.9] * 3 + [0.0] * 20)
    ends = [number for number, stretch in enumerate(stretches) if stretch.ends]
    assert len(ends) == 1
    assert (ends[0] - 2) * PIECE_S == pytest.approx(LINGER_S, abs=PIECE_S + 1e-6)
    assert all(not len(stretch.sound) for stretch in stretches[ends[0] + 1 :])


def test_who_never_pauses_is_cut() -> None:
    stretches = passed([0.9] * 320)
    assert sum(stretch.ends for stretch in stretches) == 2
    first = next(number for number, stretch in enumerate(stretches) if stretch.ends)
    assert first * PIECE_S <= LONGEST_S + 2 * PIECE_S


@given(st.lists(st.tuples(st.integers(0, 4000), st.floats(0.0, 1.0)), max_size=60))
def test_no_sample_passes_twice_and_stretches_begin_before_they_end(pieces: list[tuple[int, float]]) -> None:
    gate, at, last, inside = SpeechGate(0.6), 0, -1.0, False
    for count, chance in pieces:
        stretch = gate.push(np.arange(at, at + count, dtype=np.float32), chance)
        at += count
        assert not (stretch.begins and inside) and (inside or stretch.begins or not len(stretch.sound))
        if len(stretch.sound):
            assert stretch.sound[0] > last and (np.diff(stretch.sound) == 1.0).all()
            last = float(stretch.sound[-1])
        inside = (inside or stretch.begins) and not stretch.ends


class Decoder:
    """Stands for pocketsphinx: gives phrases in turn, one for each call."""

    def __init__(self, answers: list[str]) -> None:
        self.answers, self.calls, self.heard = answers, [], b""  # type: ignore[var-annotated]

    def start_utt(self) -> None:
        self.calls.append("start")

    def end_utt(self) -> None:
        self.calls.append("end")

    def process_raw(self, pcm: bytes, *_: bool) -> None:
        self.heard = pcm

    def hyp(self) -> Any:
        answer = self.answers.pop(0) if self.answers else ""
        return SimpleNamespace(hypstr=answer) if answer else None


def spotting(answers: list[str]) -> tuple[Keywords, Decoder]:
    keywords, decoder = Keywords.__new__(Keywords), Decoder(answers)
    keywords._decoder, keywords._open = decoder, False
    return keywords, decoder


def test_a_phrase_is_told_once_and_the_decoder_is_opened_and_closed_in_pairs() -> None:
    keywords, decoder = spotting(["", "help me ", ""])
    piece = noise(0.1)
    assert [keywords.hear(piece, n == 0, n == 2) for n in range(3)] == ["", "help me", ""]
    assert decoder.calls == ["start", "end", "start", "end"]


def test_samples_beyond_full_scale_are_cut_not_wrapped() -> None:
    keywords, decoder = spotting([""])
    keywords.hear(np.array([2.0, -2.0], np.float32), True, True)
    assert np.frombuffer(decoder.heard, np.int16).tolist() == [32767, -32768]


def test_no_phrase_of_the_list_asks_for_a_stop() -> None:
    assert not any(word in phrase.split() for phrase in PHRASES for word in ("stop", "leave"))


def test_each_phrase_means_something_to_the_parser() -> None:
    for phrase in PHRASES:
        heard = understood(phrase, "en", 1.0)
        assert heard.cues or heard.reports, phrase


def test_whole_stretches_become_texts() -> None:
    answers = [Transcript("it hurts")]
    made = Transcriber(lambda sound: answers.pop(0))
    sound: Sound = noise(SHORTEST_S)
    made.hear(Stretch(sound, begins=True))
    made.hear(Stretch(sound, ends=True))
    made.hear(Stretch(noise(0.1), begins=True, ends=True))  # too short for a word
    made.close()
    assert made.texts() == [Transcript("it hurts")]
    assert made.texts() == []


def test_a_model_that_is_not_there_is_told() -> None:
    with pytest.raises(OutsideError, match="no model of faster-whisper"):
        whisper("/nowhere", "en")


def listener(**settings: Any) -> Listener:
    return Listener(HearingSettings(**({"keywords": False, "recogniser": False} | settings)))


def test_a_listener_goes_on_without_what_it_lacks(tmp_path: Path) -> None:
    one = listener(whisper_model=str(tmp_path / "none"))
    assert len(one.lacks) == 1 and "whisper_model" in one.lacks[0]
    assert one.hear(silence(0.2), RATE_HZ, 1, 5.0).estimates


def test_what_the_robot_says_is_not_taken_for_the_person_s_words() -> None:
    one = listener()
    one._gate.push(noise(0.1), 0.9)
    assert one._gate.open
    one.hear(noise(0.1), RATE_HZ, 1, 5.0, robot_speaking=True)
    assert not one._gate.open


def test_a_person_who_leaves_is_forgotten() -> None:
    one = listener()
    one.hear(silence(0.5), 48_000, 1, 5.0, source="a")
    one.forget()
    one.hear(silence(0.5), RATE_HZ, 1, 900.0, source="b")
    assert one.input.notes == [] and one.input.gaps == 0


def test_a_language_without_a_lexicon_is_refused() -> None:
    with pytest.raises(OutsideError, match="xx"):
        listener(language="xx")
